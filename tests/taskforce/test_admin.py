"""The set-up: people, organisations, programmes and footer pages for administrators; no content of engagements."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Membership, User
from accounts.states import Role
from engagements.models import PlanTemplate
from taskforce.models import InformationPage
from tests import factories

pytestmark = pytest.mark.django_db

SET_UP = sorted(
    model._meta.label_lower for model in admin.site._registry if model._meta.app_label in {"accounts", "engagements", "taskforce"}
)
CONTENT = {
    "engagements.engagement",
    "engagements.milestone",
    "engagements.changeset",
    "documents.storedfile",
    "accounts.auditentry",
    "accounts.job",
}


@pytest.fixture
def ane(db) -> User:
    return factories.person(Role.ADMIN, name="Ane Møllegaard", is_staff=True, is_superuser=True)


@pytest.fixture
def client(log_in, ane) -> Client:
    return log_in(ane)


def address(label: str, tail: str = "") -> str:
    return f"/admin/{label.replace('.', '/')}/{tail}"


def test_the_content_of_engagements_is_not_there():
    assert not CONTENT & set(SET_UP)
    assert set(SET_UP) == {
        "accounts.membership", "accounts.organisation", "accounts.user", "engagements.plantemplate", "engagements.programme",
        "engagements.programmeversion", "engagements.servicearea", "taskforce.informationpage",
    }  # fmt: skip


@pytest.mark.parametrize("label", SET_UP)
def test_every_list_can_be_searched_and_every_row_opened(client, ane, label):
    model = apps.get_model(label)
    listed = client.get(address(label), {"q": "a"} if admin.site._registry[model].search_fields else {})
    assert listed.status_code == 200
    first = model._default_manager.first()
    opened = client.get(address(label, f"{first.pk}/change/"))
    assert (opened.status_code, opened.context["original"]) == (200, first)
    assert client.get(address(label, "add/")).status_code == (403 if label == "taskforce.informationpage" else 200)


@pytest.mark.parametrize("label", SET_UP)
@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.COORDINATOR, Role.ADMIN])
def test_people_without_the_right_see_no_list(log_in, label, role):
    response = log_in(factories.person(role)).get(address(label))
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_a_person_is_made_with_a_role_and_no_password(client):
    posted = {
        "email": "ny@example.dk", "full_name": "Ny Person", "usable_password": "false",
        "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-role": "leader",
        "memberships-0-organisation": factories.municipality().pk, "memberships-0-valid_from": "01.01.2026",
    }  # fmt: skip
    assert client.post(address("accounts.user", "add/"), posted).status_code == 302
    person = User.objects.get(email="ny@example.dk")
    assert (person.has_usable_password(), person.is_staff, person.roles()) == (False, False, {Role.LEADER})


def test_a_role_in_the_wrong_place_is_refused_in_words(client):
    person = factories.person(None)
    posted = {"user": person.pk, "organisation": factories.municipality().pk, "role": "consultant", "valid_from": "01.01.2026"}
    response = client.post(address("accounts.membership", "add/"), posted)
    assert "Rollen Konsulent findes ikke i Hedensted Kommune." in response.text
    assert not Membership.objects.filter(user=person).exists()


def test_people_are_never_deleted(client):
    person = factories.person(None)
    assert client.post(address("accounts.user", f"{person.pk}/delete/"), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


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
