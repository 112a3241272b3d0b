"""The crispy pack and the frame: every reference resolves, every error is linked, nothing is cut or trusted by mistake."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from crispy_forms.bootstrap import AppendedText, FormActions, InlineCheckboxes, InlineRadios, PrependedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row, Submit
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


urlpatterns: list[Any] = []  # the pack needs no page of ours


@pytest.fixture(autouse=True)
def nothing_but_the_pack(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


class Period(forms.MultiWidget):
    def __init__(self) -> None:
        super().__init__([forms.TextInput({"aria-label": "Fra"}), forms.TextInput({"aria-label": "Til"})])

    def decompress(self, value: Any) -> list[str]:
        return value or ["", ""]


class PeriodField(forms.MultiValueField):
    widget = Period

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([forms.CharField(), forms.CharField()], **kwargs)

    def compress(self, values: list[str]) -> list[str]:
        return values


class EveryField(forms.Form):
    """One of each kind of field, laid out with each layout object that the pack supports."""

    secret = forms.CharField(widget=forms.HiddenInput, initial="x")
    municipality = forms.ChoiceField(label="Kommune", choices=[("", "Vælg"), ("766", "Hedensted")], help_text="Hvor forløbet er")
    title = forms.CharField(label="Navn", max_length=20, help_text="Vises <b>ikke</b> i breve", required=False)
    start = forms.CharField(label="Begynder", widget=forms.TextInput({"data-date-text": ""}), error_messages={"required": "Skriv en dato"})
    email = forms.EmailField(label="E-mail")
    password = forms.CharField(label="Adgangskode", widget=forms.PasswordInput)
    count = forms.IntegerField(label="Antal", help_text="Hele sager")
    file_number = forms.CharField(label="Journalnummer", required=False)
    notes = forms.CharField(label="Bemærkninger", widget=forms.Textarea, max_length=500, help_text="Højst ti linjer")
    appendix = forms.FileField(label="Bilag")
    area = forms.ChoiceField(label="Område", widget=forms.RadioSelect, choices=[("b", "Børn"), ("v", "Voksne")], help_text="Vælg et")
    follow = forms.ChoiceField(label="Resten", widget=forms.RadioSelect, choices=[("1", "Flyt"), ("0", "Lad stå")])
    team = forms.MultipleChoiceField(label="Team", widget=forms.CheckboxSelectMultiple, choices=[("1", "Maja"), ("2", "Jens")])
    grouped = forms.ChoiceField(
        label="Milepæl", widget=forms.RadioSelect, choices=[("Analyse", [("a", "Møde")]), ("Plan", [("b", "Frist")])]
    )
    weekdays = forms.MultipleChoiceField(label="Dage", widget=forms.CheckboxSelectMultiple, choices=[("1", "mandag")], required=False)
    nobody = forms.MultipleChoiceField(label="Deltagere", widget=forms.CheckboxSelectMultiple, choices=[])
    period = PeriodField(label="Periode", help_text="Første og sidste dag")
    agreed = forms.BooleanField(label="Godkendt", help_text="På mødet")

    def clean(self) -> None:
        self.add_error(None, "Forløbet overlapper et andet.")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(
            "secret",
            "municipality",
            "title",
            "start",
            Fieldset("Kontakt", "email", "password", Row(AppendedText("count", "sager"), PrependedText("file_number", "J.nr."))),
            "notes",
            "appendix",
            "area",
            InlineRadios("follow"),
            "team",
            "grouped",
            InlineCheckboxes("weekdays"),
            "nobody",
            "period",
            "agreed",
            FormActions(Submit("save", "Gem"), Submit("draft", "Gem kladde", css_class="button-secondary")),
        )
        return helper


class RowForm(forms.Form):
    subject = forms.CharField(label="Emne", error_messages={"required": "Skriv et emne"})
    when = forms.CharField(label="Dato", help_text="Som i tabellen")
    take = forms.BooleanField(label="Tag med", required=False)


Rows = forms.formset_factory(RowForm, extra=2)


class Page(HTMLParser):
    """What a test asks about a page: its elements in order, each with attributes and the text below it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[dict[str, str]] = []
        self.open: list[dict[str, str]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = {"tag": tag, "text": "", **{name: value or "" for name, value in attrs}}
        self.elements.append(element)
        if tag not in {"input", "br", "img"}:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()["tag"] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element["text"] += data

    @property
    def ids(self) -> list[str]:
        return [element["id"] for element in self.elements if "id" in element]

    def by_id(self, name: str) -> dict[str, str]:
        return next(element for element in self.elements if element.get("id") == name)

    def all(self, tag: str, css: str = "") -> list[dict[str, str]]:
        return [element for element in self.elements if element["tag"] == tag and css in element.get("class", "")]


def render(source: str, **context: Any) -> Page:
    request = RequestFactory().get("/forloeb/?fase=analysis&fase=planning&page=2&sort=-name")
    return Page(Template("{% load crispy_forms_tags %}" + source).render(Context({"request": request, "csrf_token": "t", **context})))


def refused_form() -> EveryField:
    return EveryField({"email": "ikke en adresse", "title": "et navn, der er meget længere end tyve tegn"})


@pytest.mark.parametrize("form", [EveryField(), refused_form()], ids=["empty", "refused"])
def test_every_id_is_used_once_and_every_reference_resolves(form: EveryField) -> None:
    page = render("{% error_summary %}{% crispy form %}", form=form)
    assert len(page.ids) == len(set(page.ids))
    references = [(name, target) for element in page.elements for name in REFERENCES for target in element.get(name, "").split()]
    assert {name for name, _ in references} >= {"for", "aria-describedby"}
    assert [target for _, target in references if target not in page.ids] == []


@pytest.mark.parametrize("form", [EveryField(), refused_form()], ids=["empty", "refused"])
def test_help_and_error_are_announced_with_the_control(form: EveryField) -> None:
    page = render("{% crispy form %}", form=form)
    described = {target for element in page.elements for target in element.get("aria-describedby", "").split()}
    said = {name for name in page.ids if name.endswith(("_helptext", "_error"))}
    assert said == described


def test_every_control_has_a_label() -> None:
    page = render("{% crispy form %}", form=EveryField())
    labelled = {element["for"] for element in page.all("label")}
    controls = [
        element for element in page.elements if element["tag"] in {"input", "select", "textarea"} and element.get("type") != "hidden"
    ]
    assert len(controls) == 21
    assert [control["id"] for control in controls if control["id"] not in labelled] == []


def test_the_summary_repeats_every_error_word_for_word_and_links_to_a_control() -> None:
    form = refused_form()
    page = render("{% error_summary %}{% crispy form %}", form=form)
    links = [(element["text"], element["href"].removeprefix("#")) for element in page.all("a")]
    messages = [message for name, field_messages in form.errors.items() for message in field_messages if name not in {"__all__", "secret"}]
    assert [text for text, _ in links] == messages
    for text, target in links:
        assert text in page.by_id(f"div_{group_of(target)}")["text"]
    assert "Forløbet overlapper et andet." in page.all("ul", "error-summary-list")[0]["text"]


def group_of(target: str) -> str:
    name = target.removeprefix("div_")
    return next(f"id_{field}" for field in EveryField.base_fields if name == f"id_{field}" or name.startswith(f"id_{field}_0"))


def test_links_to_groups_reach_their_first_control() -> None:
    page = render("{% error_summary %}{% crispy form %}", form=refused_form())
    targets = {element["href"] for element in page.all("a")}
    assert targets >= {"#id_area_0", "#id_team_0", "#id_grouped_0_0", "#id_period_0", "#div_id_nobody", "#id_agreed"}
    assert page.by_id("div_id_nobody")["tabindex"] == "-1"


def test_the_summary_takes_the_focus_and_has_its_heading() -> None:
    box = render("{% error_summary %}", form=refused_form()).all("div", "error-summary")[0]
    assert (box["tabindex"], box["data-module"], box["role"]) == ("-1", "error-summary", "alert")
    assert "Der er et problem" in box["text"]


def test_a_page_without_errors_has_no_summary_and_no_prefix() -> None:
    assert render("{% error_summary %}", form=EveryField()).elements == []
    assert Template("{% error_prefix %}|").render(Context({"form": EveryField()})) == "|"
    assert Template("{% error_prefix %}|").render(Context({})) == "|"


def test_the_title_says_that_something_is_wrong() -> None:
    assert Template("{% error_prefix %}").render(Context({"form": refused_form()})) == "Fejl: "
    assert Template("{% error_prefix %}").render(Context({"has_errors": True})) == "Fejl: "


def test_several_forms_share_one_summary_without_repeating_one() -> None:
    form, other = refused_form(), RowForm({}, prefix="b")
    page = render("{% error_summary %}", form=form, forms=[form, other])
    assert [element["href"] for element in page.all("a")].count("#id_municipality") == 1
    assert "#id_b-subject" in [element["href"] for element in page.all("a")]


def test_nothing_that_is_typed_is_cut_off_and_the_browser_does_not_judge() -> None:
    page = render("{% crispy form %}", form=EveryField())
    assert [element for element in page.elements if "maxlength" in element] == []
    assert "novalidate" in page.all("form")[0]
    assert page.by_id("div_id_notes")["data-maxlength"] == "500"
    assert "form-limit" in page.by_id("div_id_notes")["class"]


def test_a_refused_form_keeps_what_was_typed() -> None:
    assert render("{% crispy form %}", form=refused_form()).by_id("id_email")["value"] == "ikke en adresse"


def test_only_optional_fields_are_marked() -> None:
    page = render("{% crispy form %}", form=EveryField())
    names = [element["text"].strip() for element in page.elements if element["tag"] in {"label", "legend"}]
    assert [name for name in names if "frivilligt" in name] == ["Navn (frivilligt)", "Journalnummer (frivilligt)", "Dage (frivilligt)"]


def test_help_text_is_text_and_not_markup() -> None:
    page = render("{% crispy form %}", form=EveryField())
    assert "Vises <b>ikke</b> i breve" in page.by_id("id_title_helptext")["text"]
    assert page.all("b") == []


def test_there_is_one_primary_button_and_each_kind_of_field_has_its_class() -> None:
    page = render("{% crispy form %}", form=EveryField())
    assert [element["text"] for element in page.all("button", "button-primary")] == ["Gem"]
    assert [element["text"] for element in page.all("button", "button-secondary")] == ["Gem kladde"]
    assert "form-select" in page.by_id("id_municipality")["class"]
    assert "date-text" in page.by_id("div_id_start")["class"]
    assert "options-inline" in page.by_id("div_id_follow")["class"]
    assert [element["text"] for element in page.all("div", "form-input-suffix")] == ["sager"]
    assert [element["text"] for element in page.all("div", "form-input-prefix")] == ["J.nr."]


def test_parts_of_a_period_carry_their_own_labels() -> None:
    page = render("{% crispy form %}", form=EveryField())
    labels = {element["for"]: element["text"] for element in page.all("label")}
    assert (labels["id_period_0"], labels["id_period_1"]) == ("Fra", "Til")
    assert "aria-label" not in page.by_id("id_period_0")


def formset_data() -> dict[str, str]:
    return {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-subject": "Møde", "form-0-when": "uge 8", "form-1-when": "uge 9"}


@pytest.mark.parametrize("template", [None, "dkfds/table_inline_formset.html"], ids=["fieldsets", "table"])
def test_formsets_label_every_control_and_link_their_errors(template: str | None) -> None:
    helper = FormHelper()
    helper.template = template
    helper.add_input(Submit("save", "Gem rækker"))
    page = render("{% error_summary %}{% crispy formset helper %}", formset=Rows(formset_data()), helper=helper)
    assert len(page.ids) == len(set(page.ids))
    assert [(element["text"], element["href"]) for element in page.all("a")] == [("Skriv et emne", "#id_form-1-subject")]
    labelled = {element["for"] for element in page.all("label")}
    controls = {element["id"] for element in page.all("input") if element["type"] != "hidden"}
    assert controls == labelled
    assert len(controls) == 6
    references = {target for element in page.elements for target in element.get("aria-describedby", "").split()}
    assert references
    assert references <= set(page.ids)
    assert {"form-TOTAL_FORMS", "form-INITIAL_FORMS", "csrfmiddlewaretoken"} <= {element.get("name") for element in page.all("input")}


def test_query_keeps_the_filters_and_drops_what_is_empty() -> None:
    request = RequestFactory().get("/?fase=analysis&fase=planning&page=2")
    context = Context({"request": request})
    assert Template("{% query page=3 as url %}{{ url|safe }}").render(context) == "?fase=analysis&fase=planning&page=3"
    assert Template("{% query page=None fase='' %}").render(context) == "?"


class FilterForm(forms.Form):
    fase = forms.MultipleChoiceField(label="Fase", choices=[("analysis", "Analyse"), ("planning", "Udviklingsplan")], required=False)
    sort = forms.CharField(label="Søg", required=False)


def test_each_chosen_value_has_a_chip_that_removes_only_itself() -> None:
    request = RequestFactory().get("/?fase=analysis&fase=planning&page=2")
    source = "{% filter_chips form as chips %}{% for chip in chips %}{{ chip.label }}:{{ chip.value }}={{ chip.url }};{% endfor %}"
    chips = Template(source).render(Context({"request": request, "form": FilterForm(request.GET)}))
    assert chips == "Fase:Analyse=?fase=planning;Fase:Udviklingsplan=?fase=analysis;"
    assert Template(source).render(Context({"request": request, "form": FilterForm()})) == ""


@pytest.mark.parametrize(
    ("sort", "direction", "url"),
    [("", "", "?sort=name"), ("name", "ascending", "?sort=-name"), ("-name", "descending", "?sort=name")],
)
def test_a_column_heading_turns_its_order_and_goes_back_to_the_first_page(sort: str, direction: str, url: str) -> None:
    request = RequestFactory().get("/", {"sort": sort, "page": "4"} if sort else {"page": "4"})
    page = Page(Template('{% sort_heading "Kommune" "name" %}').render(Context({"request": request})))
    assert (page.all("th")[0].get("aria-sort", ""), page.all("a")[0]["href"]) == (direction, url)


def test_breadcrumb_takes_pairs_or_a_list_and_marks_where_one_is() -> None:
    pairs = Template('{% breadcrumb "Forløb" "/forloeb/" "Hedensted" %}').render(Context({}))
    listed = Template("{% breadcrumb crumbs %}").render(Context({"crumbs": [("Forløb", "/forloeb/"), ("Hedensted", None)]}))
    assert pairs == listed
    assert [element["href"] for element in Page(pairs).all("a")] == ["/forloeb/"]
    assert [element["text"].strip() for element in Page(pairs).elements if element.get("aria-current") == "page"] == ["Hedensted"]
