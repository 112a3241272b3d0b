"""The set-up: organisations, programmes and footer pages, for administrators by role; no people, no content of engagements."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEntry, Membership, Organisation, User
from accounts.states import Role
from engagements.models import PlanTemplate, Programme, ProgrammeVersion, ServiceArea, Theme
from taskforce import set_up
from taskforce.models import InformationPage
from tests import factories

pytestmark = pytest.mark.django_db

ALLOWED = {
    "accounts.organisation", "cases.criteriaset", "cases.criteriaversion", "cases.criterion", "cases.documenttype", "engagements.plantemplate", "engagements.programme", "engagements.programmeversion", "engagements.servicearea",
    "taskforce.informationpage",
}  # fmt: skip
INSIDE_OTHERS = {
    "accounts.organisationregion", "cases.criterion", "cases.criterionbasis", "cases.criterionindicator", "engagements.legalbasis", "engagements.milestonetemplate", "engagements.plantemplate",
    "engagements.programmephase", "engagements.programmeversion", "engagements.theme",
}  # fmt: skip
SET_UP = sorted(model._meta.label_lower for model in admin.site._registry)
NO = "Opsætningen er kun for administratorer. Skriv til support, hvis du mangler adgang."


@pytest.fixture
def ane(db) -> User:
    return factories.person(Role.ADMIN, name="Ane Møllegaard")


@pytest.fixture
def client(log_in, ane) -> Client:
    return log_in(ane)


def address(label: str, tail: str = "") -> str:
    return f"/admin/{label.replace('.', '/')}/{tail}"


def entries() -> list[tuple[str, str, dict]]:
    """What the history says, oldest first."""
    return [(entry.verb, entry.target_name, entry.changes) for entry in AuditEntry.objects.filter(verb__startswith="setup.").order_by("pk")]


# What is there


def test_nothing_but_the_set_up_is_there():
    """No case content, no people, no log: neither on a page of its own nor inside another."""
    assert set(SET_UP) == ALLOWED
    inside = {inline.model._meta.label_lower for one in admin.site._registry.values() for inline in one.inlines}
    assert inside == INSIDE_OTHERS
    assert ALLOWED | INSIDE_OTHERS == set_up.MODELS


def test_no_page_of_the_set_up_leads_to_content(client):
    shown = {name for model in admin.site._registry for name in (field.name for field in model._meta.get_fields() if field.is_relation)}
    assert "engagements" in shown  # there is something that could leak
    for label in SET_UP:
        first = apps.get_model(label)._default_manager.first()
        form = client.get(address(label, f"{first.pk}/change/")).context["adminform"].form
        related = {field.queryset.model._meta.label_lower for field in form.fields.values() if hasattr(field, "queryset")}
        assert related <= set_up.MODELS


@pytest.mark.parametrize("label", SET_UP)
def test_every_list_can_be_searched_and_every_row_opened(client, label):
    model = apps.get_model(label)
    listed = client.get(address(label), {"q": "a"} if admin.site._registry[model].search_fields else {})
    assert listed.status_code == 200
    first = model._default_manager.first()
    opened = client.get(address(label, f"{first.pk}/change/"))
    assert (opened.status_code, opened.context["original"]) == (200, first)
    assert client.get(address(label, "add/")).status_code == (403 if label == "taskforce.informationpage" else 200)


@pytest.mark.parametrize("label", ["accounts/user", "accounts/membership", "account/emailaddress", "mfa/authenticator", "auth/group"])
def test_people_and_what_lets_them_in_are_not_there(client, label):
    assert client.get(f"/admin/{label}/").status_code == 404
    assert f"/admin/{label}/" not in client.get("/admin/").text


# Who gets in


@pytest.mark.parametrize("url", ["/admin/", *(address(label) for label in SET_UP), "/admin/findes-ikke/", "/admin/password_change/"])
@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.COORDINATOR, Role.LEADER, Role.AUDITOR])
def test_people_of_other_roles_read_why_not(log_in, role, url):
    response = log_in(factories.person(role)).get(url)
    assert (response.status_code, NO in response.text) == (403, True)


def test_a_stranger_is_sent_to_the_log_in_page():
    assert Client().get("/admin/")["Location"] == "/log-ind/?next=/admin/"


def test_a_role_that_ends_ends_the_set_up_at_once(client, ane):
    Membership.objects.create(user=ane, organisation=ane.memberships.get().organisation, role=Role.AUDITOR)
    assert client.get("/admin/").status_code == 200
    ane.memberships.filter(role=Role.ADMIN).update(valid_from="2020-01-01", valid_to="2020-12-31")
    assert client.get("/admin/").status_code == 403
    assert client.post(address("engagements.programme", "add/"), {"name": "x"}).status_code == 403


def test_a_superuser_gets_in_only_until_there_is_an_administrator(log_in, ane):
    client = log_in(factories.person(None, is_superuser=True))
    assert client.get("/admin/").status_code == 403
    Membership.objects.filter(role=Role.ADMIN).update(valid_from="2020-01-01", valid_to="2020-12-31")
    assert client.get("/admin/").status_code == 200


def test_the_role_gives_rights_over_the_set_up_and_nothing_else(ane, consultant):
    models = {model._meta.label_lower for model in apps.get_models()}
    rights = {
        label: {verb for verb in ("view", "add", "change", "delete") if ane.has_perm(label.replace(".", f".{verb}_"))} for label in models
    }
    assert {label for label, verbs in rights.items() if verbs} == set_up.MODELS
    assert not any(consultant.has_perm(right) for right in set_up.RIGHTS)
    assert not consultant.has_module_perms("engagements")
    assert (ane.has_module_perms("engagements"), ane.has_module_perms("documents")) == (True, False)


def test_nobody_becomes_more_than_they_are_there(client, ane, consultant):
    for person in (ane, consultant):
        client.post(f"/admin/accounts/user/{person.pk}/change/", {"is_superuser": "on", "email": person.email, "full_name": "x"})
    assert not User.objects.get_queryset().filter(is_superuser=True).exists()
    assert not Membership.objects.filter(user=consultant, role=Role.ADMIN).exists()


def test_passwords_and_log_off_are_those_of_the_product(client):
    assert client.get("/admin/password_change/")["Location"] == "/konto/adgangskode/"
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/")["Location"] == "/logget-af/"
    assert client.get("/admin/").status_code == 302


# What is done there stands in the history


def test_a_change_is_recorded_from_what_to_what(client, ane):
    area = ServiceArea.objects.create(area="child", name="Prøveområde", valid_from="2024-01-01")
    posted = {"area": area.area, "name": "Nyt navn", "valid_from": "01.02.2025", "valid_to": "",
              "legal_bases-TOTAL_FORMS": "0", "legal_bases-INITIAL_FORMS": "0"}  # fmt: skip
    assert client.post(address("engagements.servicearea", f"{area.pk}/change/"), posted).status_code == 302
    assert entries() == [
        ("setup.change", "Nyt navn", {"navn": ["Prøveområde", "Nyt navn"], "gælder fra": ["2024-01-01", "2025-02-01"]}),
    ]
    assert AuditEntry.objects.get(verb="setup.change").by == ane


def test_a_save_that_changes_nothing_is_not_recorded(client):
    page = InformationPage.objects.get(pk="support")
    client.post(address("taskforce.informationpage", "support/change/"), {"title": page.title, "body": page.body})
    assert entries() == []


def test_of_a_text_only_that_it_changed_is_recorded(client):
    page = InformationPage.objects.get(pk="support")
    client.post(address("taskforce.informationpage", "support/change/"), {"title": page.title, "body": "Hemmelig kladde"})
    ((verb, _, changes),) = entries()
    assert (verb, list(changes.values())) == ("setup.change", [[None, "ændret"]])


def test_what_is_added_and_deleted_is_recorded(client):
    posted = {"name": "Nyt program", "short_name": "Nyt", "slug": "nyt", "kind": Programme.objects.first().kind, "areas": "child",
              "position": "9", "versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}  # fmt: skip
    assert client.post(address("engagements.programme", "add/"), posted).status_code == 302
    made = Programme.objects.get(slug="nyt")
    assert client.post(address("engagements.programme", f"{made.pk}/delete/"), {"post": "yes"}).status_code == 302
    other = Programme.objects.create(name="Andet program", slug="andet", kind=made.kind, areas=made.areas)
    chosen = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    assert client.post(address("engagements.programme"), chosen).status_code == 302
    assert entries() == [
        ("setup.add", "Nyt program", {}), ("setup.delete", "Nyt program", {}), ("setup.delete", "Andet program", {}),
    ]  # fmt: skip


def test_rows_inside_a_page_are_recorded_too(client):
    version = ProgrammeVersion.objects.filter(themes__isnull=False).first()
    kept, gone = version.themes.all()[:2]
    page = client.get(address("engagements.programmeversion", f"{version.pk}/change/"))
    posted = {name: value for form in all_forms(page) for name, value in posting(form).items()}
    places = {posted[name]: name.removesuffix("-id") for name in posted if name.startswith("themes-") and name.endswith("-id")}
    posted[f"{places[kept.pk]}-name"] = "Omdøbt tema"
    posted[f"{places[gone.pk]}-DELETE"] = "on"
    response = client.post(address("engagements.programmeversion", f"{version.pk}/change/"), posted)
    assert response.status_code == 302, [form.errors for form in all_forms(response)]
    assert entries() == [
        ("setup.delete", str(gone), {}), ("setup.change", "Omdøbt tema", {"navn": [kept.name, "Omdøbt tema"]}),
    ]  # fmt: skip
    assert Theme.objects.get(pk=kept.pk).name == "Omdøbt tema"


def all_forms(page) -> list:
    """Every form of a page of Django admin: its own, and the rows inside it."""
    rows = [one for formset in page.context["inline_admin_formsets"] for one in (formset.formset.management_form, *formset.formset.forms)]
    return [page.context["adminform"].form, *rows]


def posting(form) -> dict:
    """What a browser would send of a form that nobody touched."""
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


# What is set up


def test_an_organisation_of_a_kind_is_found(client):
    assert client.get(address("accounts.organisation"), {"kind__exact": "viso"}).context["cl"].result_count == 1
    assert Organisation.objects.count() > 98


def test_footer_pages_are_edited_but_neither_added_nor_deleted(client):
    page = InformationPage.objects.get(pk="support")
    url = address("taskforce.informationpage", "support/")
    assert client.post(f"{url}change/", {"title": "Hjælp", "body": "## Ring\n\nTil os"}).status_code == 302
    page.refresh_from_db()
    assert (page.title, page.blocks(), str(page)) == ("Hjælp", [("heading", "Ring"), ("paragraph", "Til os")], "Hjælp")
    assert "<h2>Ring</h2>" in Client().get("/support/").text
    assert client.get(address("taskforce.informationpage", "add/")).status_code == 403
    assert client.post(f"{url}delete/", {"post": "yes"}).status_code == 403


def test_a_text_of_a_footer_page_is_never_markup(client):
    InformationPage.objects.filter(pk="support").update(body="<script>alert(1)</script> se https://example.dk")
    text = Client().get("/support/").text
    assert "&lt;script&gt;" in text and "<script>alert" not in text
    assert 'href="https://example.dk"' in text


def test_a_template_row_does_not_count_from_itself(client):
    row = PlanTemplate.objects.first().rows.first()
    row.anchor = row.key
    with pytest.raises(ValidationError, match=r"En række kan ikke regnes fra sig selv\."):
        row.full_clean()


def test_the_list_of_versions_says_how_many_engagements_use_each(client, consultant):
    factories.engagement(consultant)
    text = client.get(address("engagements.programmeversion")).text
    assert 'class="field-running">1</td>' in text


def test_the_list_of_areas_names_act_and_paragraph(client):
    assert "barnets lov" in client.get(address("engagements.servicearea"), {"q": "Anbringelse"}).text.lower()
