"""The words of our templates: icons, dates, links that keep the filters, badges, summaries. A builtin library; see docs/design.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django import forms, template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField
from django.forms.formsets import BaseFormSet
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import danish

register = template.Library()

SPRITE = "vendor/dkfds/img/all-svg-icons.svg"
ALERT_NAMES = {"info": "Information", "success": "Succes", "warning": "Advarsel", "error": "Fejl"}
BADGE_ICONS = {"neutral": "time", "info": "sync", "success": "check", "warning": "warning", "error": "error", "done": "check"}
UNDO = "undo:"


# Icons, badges and alerts


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; decorative unless it carries a `label`."""
    address = f"{static(SPRITE)}#{name}"
    classes = f"icon-svg {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" focusable="false" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, address
        )
    return format_html('<svg class="{}" focusable="false" aria-hidden="true"><use href="{}"></use></svg>', classes, address)


@register.inclusion_tag("components/status_badge.html")
def status_badge(text: str, variant: str = "neutral", symbol: str = "") -> dict[str, str]:
    """A state as icon and text; variants neutral, info, success, warning, error, done (plain, so that open work stands out)."""
    return {"text": text, "variant": variant, "symbol": symbol or BADGE_ICONS[variant]}


@register.inclusion_tag("components/alert.html")
def alert(variant: str, text: str, heading: str = "") -> dict[str, str]:
    """A message box: info, success, warning or error. For lists and links inside it, copy the markup from docs/design.md."""
    return {"variant": variant, "text": text, "heading": heading, "name": ALERT_NAMES[variant]}


@register.filter
def alert_variant(message: Any) -> str:
    """The alert that fits the level of a Django message."""
    return str(message.level_tag) if message.level_tag in ALERT_NAMES else "info"


@register.filter
def alert_name(variant: str) -> str:
    """What a screen reader calls the icon of an alert."""
    return ALERT_NAMES[variant]


@register.filter
def undo_url(message: Any) -> str:
    """Where the "Fortryd" button of a message posts to: `messages.success(request, text, extra_tags=f"undo:{url}")`."""
    tags = str(message.extra_tags or "").split()
    return next((tag.removeprefix(UNDO) for tag in tags if tag.startswith(UNDO)), "")


# Dates and numbers, as accounts.danish writes them


def as_day(value: date | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def short_date(value: date | datetime | None) -> str:
    """19.02.2026"""
    day = as_day(value)
    return danish.short_date(day) if day else ""


@register.filter
def plain_date(value: date | datetime | None) -> str:
    """19. februar 2026"""
    day = as_day(value)
    return danish.plain_date(day) if day else ""


@register.filter
def long_date(value: date | datetime | None) -> str:
    """torsdag d. 19. februar 2026 (uge 8)"""
    day = as_day(value)
    return danish.long_date(day) if day else ""


@register.filter
def week(value: date | datetime | None) -> str:
    """uge 8"""
    day = as_day(value)
    return danish.week(day) if day else ""


@register.filter
def clock(value: datetime | None) -> str:
    """kl. 14.32"""
    if value is None:
        return ""
    return f"kl. {timezone.localtime(value) if timezone.is_aware(value) else value:%H.%M}"


@register.filter
def unbroken(text: str) -> str:
    """barnets lov § 91, never with § and number on two lines."""
    return danish.unbroken(text)


@register.simple_tag
def week_range(start: date, end: date) -> str:
    """uge 3-6, uge 45 2015 – uge 4 2017"""
    return danish.week_range(start, end)


@register.simple_tag
def count(number: int, singular: str, plural: str) -> str:
    """1 milepæl, 3 milepæle"""
    return danish.count(number, singular, plural)


@register.simple_tag
def today() -> date:
    """The day it is here: `{% today as day %}`."""
    return timezone.localdate()


# Addresses that keep what is in them: filters, sorting, page


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The address of this page with some GET parameters changed; None or "" removes one: `{% query page=2 %}`."""
    return query_string(context, changes)


def query_string(context: Context, changes: dict[str, Any]) -> str:
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        elif isinstance(value, list):
            parameters.setlist(name, value)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


@register.inclusion_tag("components/sort_heading.html", takes_context=True)
def sort_heading(context: Context, label: str, key: str, default: bool = False, css: str = "") -> dict[str, str]:
    """A column heading that sorts by `key` through the parameter `sort` ("key" or "-key")."""
    current = context["request"].GET.get("sort", "") or (key if default else "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    turned = f"-{key}" if direction == "ascending" else key
    return {"label": label, "direction": direction, "css": css, "url": query_string(context, {"sort": turned, "page": None})}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page, label: str = "Sider") -> dict[str, Any]:
    """Links to the pages of a list, with the filters kept; nothing when there is one page."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [{"number": number, "url": query_string(context, {"page": number}) if isinstance(number, int) else ""} for number in numbers]
    around = {
        "previous": query_string(context, {"page": page.number - 1}) if page.has_previous() else "",
        "next": query_string(context, {"page": page.number + 1}) if page.has_next() else "",
    }
    return {"page": page, "links": links, "around": around, "label": label}


@register.simple_tag(takes_context=True)
def filter_chips(context: Context, form: forms.BaseForm) -> list[dict[str, str]]:
    """One chip per filter that is set: {label, value, url without it}: `{% filter_chips filter_form as chips %}`."""
    return list(chips_of(context, form)) if form.is_bound else []


def chips_of(context: Context, form: forms.BaseForm) -> Iterator[dict[str, str]]:
    given = context["request"].GET
    for field in form.visible_fields():
        names = dict(flat_choices(field))
        values = [value for value in given.getlist(field.html_name) if value != ""]
        for value in values:
            others = [other for other in values if other != value]
            url = query_string(context, {field.html_name: others or None, "page": None})
            yield {"label": str(field.label), "value": str(names.get(value, value)), "url": url}


def flat_choices(field: BoundField) -> Iterator[tuple[str, Any]]:
    for value, label in getattr(field.field, "choices", ()):
        if isinstance(label, (list, tuple)):
            yield from ((str(inner), text) for inner, text in label)
        else:
            yield str(value), label


# Where one is


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*parts: Any) -> dict[str, list[tuple[str, str]]]:
    """`{% breadcrumb "Forløb" portfolio_url "Hedensted" %}`, or one list of (label, url); the last has no url."""
    if len(parts) == 1 and isinstance(parts[0], (list, tuple)):
        return {"crumbs": [(label, url or "") for label, url in parts[0]]}
    return {"crumbs": [(str(label), str(url)) for label, url in zip_longest(parts[::2], parts[1::2], fillvalue="")]}


@register.inclusion_tag("components/support_contact.html")
def support_contact() -> dict[str, str]:
    """Mail and phone of the support; needs no context, so that the pages for serious errors can use it."""
    return {"email": settings.SUPPORT_EMAIL, "phone": settings.SUPPORT_PHONE}


# What went wrong in a form


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """ "Fejl: " in front of the title of a page whose form was refused."""
    refused = context.get("has_errors") or any(True for _ in problems(context))
    return "Fejl: " if refused else ""


@register.inclusion_tag("components/error_summary.html", takes_context=True)
def error_summary(context: Context) -> dict[str, list[tuple[str, str]]]:
    """All errors of the context's `form`, `forms`, `formset` and `formsets`, each with a link to its field."""
    return {"problems": list(problems(context))}


def problems(context: Context) -> Iterator[tuple[str, str]]:
    """(message, id of the field to go to or "")."""
    given: list[Any] = [context.get("form"), context.get("formset"), *(context.get("forms") or ()), *(context.get("formsets") or ())]
    seen: list[Any] = []
    for item in given:
        if item is not None and not any(item is other for other in seen):
            seen.append(item)
            yield from problems_of(item)


def problems_of(item: Any) -> Iterator[tuple[str, str]]:
    if isinstance(item, BaseFormSet):
        if item.is_bound:
            yield from ((str(message), "") for message in item.non_form_errors())
            for form in item.forms:
                yield from problems_of(form)
    elif isinstance(item, forms.BaseForm) and item.is_bound:
        yield from ((str(message), "") for message in item.non_field_errors())
        yield from field_problems(item)


def field_problems(fields: Iterable[BoundField]) -> Iterator[tuple[str, str]]:
    for field in fields:
        for message in field.errors:
            yield str(message), "" if field.is_hidden else first_control(field)


def first_control(field: BoundField) -> str:
    """The id of the first thing in a field that can have the focus; of a group without choices the group itself."""
    if not getattr(field.field.widget, "use_fieldset", False):
        return str(field.id_for_label or field.auto_id)
    if isinstance(field.field.widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    return next((str(control.id_for_label) for control in field.subwidgets), f"div_{field.auto_id}")
