"""What the crispy pack in templates/dkfds/ asks of a field. Forms carry no CSS; the classes of the design system are set here."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

from taskforce.templatetags.ui import first_control

register = template.Library()

INPUTS = {"select": "form-select", "file": "file-input", "checkbox": "form-checkbox"}
LONG_TEXT = 80  # characters
MOST_COUNTED = 10_000  # who may write more than this is not helped by a count


@register.filter
def kind(field: BoundField) -> str:
    """Which piece of markup a field needs: hidden, checkbox, options, several, select, textarea, file, password or text."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    kinds: tuple[tuple[type, str], ...] = (
        (forms.CheckboxInput, "checkbox"),
        (forms.CheckboxSelectMultiple, "options"),
        (forms.RadioSelect, "options"),
        (forms.MultiWidget, "several"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
    )
    return next((name for type_, name in kinds if isinstance(widget, type_)), "text")


@register.simple_tag
def dk_widget(field: BoundField, css: str = "", label: str = "") -> SafeString:
    """The widget in the classes of the design system, with the field's own attributes and Django's aria attributes.

    Without `maxlength`: a browser would cut what is pasted without a word, and the server says what is too long.
    """
    given = field.field.widget.attrs.get("class", "")
    classes = [css or INPUTS.get(kind(field), "form-input"), width_class(field), given]
    attrs: dict[str, Any] = {"class": " ".join(name for name in classes if name), "maxlength": False}
    return field.as_widget(attrs=attrs | ({"aria-label": label} if label else {}))


def width_class(field: BoundField) -> str:
    """A text field as wide as what belongs in it."""
    longest = getattr(field.field, "max_length", None) or 0
    if kind(field) != "text":
        return ""
    if isinstance(field.field, (forms.IntegerField, forms.DecimalField)):
        return "input-width-xs"
    return "input-width-xl" if longest >= LONG_TEXT or isinstance(field.field, forms.EmailField) else ""


@register.simple_tag
def dk_parts(field: BoundField) -> list[dict[str, Any]]:
    """The inputs of a MultiWidget, each with its own label: the `aria-label` that the widget gives its part."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id}, widget)
    parts = widget.get_context(field.html_name, field.value(), attrs)["widget"]["subwidgets"]
    return [dk_part(field, part, number) for number, part in enumerate(parts, start=1)]


def dk_part(field: BoundField, part: dict[str, Any], number: int) -> dict[str, Any]:
    label = part["attrs"].pop("aria-label", f"{field.label}, del {number}")
    part["attrs"]["class"] = f"{'form-select' if 'optgroups' in part else 'form-input'} {part['attrs'].get('class', '')}".strip()
    return {
        "label": label,
        "id": part["attrs"]["id"],
        "html": SafeString(field.form.renderer.render(part["template_name"], {"widget": part})),
    }


@register.filter
def limit(field: BoundField) -> int | None:
    """The longest text of a text area, counted while it is written. Only a server-side limit: nothing typed is cut off."""
    longest = getattr(field.field, "max_length", None)
    counts = isinstance(field.field.widget, forms.Textarea) and longest and longest <= MOST_COUNTED
    return longest if counts else None


@register.filter
def is_date_text(field: BoundField) -> bool:
    """A plain text field that takes dates, weeks and periods; the form marks it with the attribute `data-date-text`."""
    return "data-date-text" in field.field.widget.attrs


@register.filter
def group_target(field: BoundField) -> str:
    """The id that the error summary links to, for a group of controls."""
    return first_control(field)


@register.filter
def button_variant(button: Any) -> str:
    """primary for a submit without a variant of its own; Submit("save", "Gem", css_class="button-secondary") keeps its own."""
    own = str(getattr(button, "field_classes", "")).split()
    names = [name for name in own if name.startswith("button-")]
    return names[0] if names else ("button-primary" if button.input_type == "submit" else "button-secondary")
