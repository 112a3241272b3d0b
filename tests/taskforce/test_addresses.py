"""Every address of the product: strangers, people of another municipality, and pages that only look."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.models import Membership, Organisation, User
from accounts.states import Role
from tests import addresses, factories
from tests.addresses import OPEN, patterns

pytestmark = pytest.mark.django_db

NAMES = sorted(name for name, _, _ in patterns())
BEHIND = sorted(set(NAMES) - OPEN)
OF_AN_ENGAGEMENT = sorted(name for name, route, _ in patterns() if route.startswith(("forloeb/<int:pk>", "job/")))
OF_PEOPLE = {name for name, route, _ in patterns() if route.startswith("brugere/")}
# What an address needs in its query to show its page rather than its form.
QUERIES = {
    "milestone-move": ["", "?dates=15.03.2028", "?dates=hvad"],
    "engagement": ["", "?visning=liste", "?udsnit=aar"],
    "engagement-phase": ["", "?til=planning"],
    "engagements": ["", "?search=hed&phase=analysis&sort=-next&state=all&page=2", "?page=x&programme=x"],
    "engagement-preview": ["", "?municipality=1"],
    "people": ["", "?search=hed&role=leader&state=all&page=2", "?state=invited", "?page=x&organisation=x"],
    "role-hand-over": ["", "?to=1&from_day=01.01.2030"],
}
# Pages of an engagement that are not a consultant's, or not while its round of cases is open.
OF_THE_MUNICIPALITY = {
    "postponement-ask", "milestone-delegate", "case-list", "case-empty", "file-remove", "case-file", "case-file-picture", "case-file-download",
    "case-withdraw", "hand-in", "viso-selection-change", "review-assure", "review", "viso-review",
}  # fmt: skip
# Of a round that is open: its letter is sent, and there is no receipt yet.
OF_ANOTHER_TIME = {"call-in-edit", "call-in-send", "call-in-pdf", "receipt", "receipt-pdf", "supplement-ask", "case-conflict", "results"}
# Tables that a page may write to while it only looks (decision 6).
MAY_GROW = {"sessions.Session"}
# Addresses whose every answer is a look that is logged; as a consultant one is refused at the log itself.
# What is not there for the one who looks: a task that was delegated to an employee, a jurist's draft.
HIDDEN = {"task": {404}, "review-assure": {404}, "review": {404}, "viso-review": {404}}
LOGGED = {"timetable-xlsx", "completeness-xlsx", "matrix-xlsx", "job-download", "engagement-document", "engagement-document-download"}


POST_ONLY = {
    "demo-enter", "engagement-create", "team-lead", "team-leave", "timetable-import", "timetable-pdf", "milestone-move-accept",
    "notice-read", "notices-read", "mail-test", "absence-remove", "calendar-feed-revoke", "calendar-feed-renew", "reminders-resume", "milestone-take-back",
    "postponement-offer", "postponement-decline", "postponement-withdraw", "postponement-take",
    "upload-create", "upload-plain", "uploads-unfinished", "mail-hold", "mail-send", "mail-again", "operations-mail-again", "operations-job-again", "operations-test-mail",
    "case-list-check", "case-list-save", "case-fill", "case-missing", "case-cpr", "case-invite", "case-uninvite", "file-sort", "case-file-search", "engagement-document-search",
    "call-in-make-pdf", "dispensation-take-back", "round-complete", "receipt-make-pdf", "supplement-take-back", "supplement-hand-in",
    "viso-selection-propose", "viso-selection-lock",
    "review-field", "review-save", "review-submit", "review-take-back",
    "viso-review-field", "viso-review-save", "viso-review-submit", "viso-review-take-back",
    "finding-save", "finding-clear", "finding-withdraw", "finding-take-up",
    "reviews-send", "case-conflict-lift", "review-comment", "review-return", "review-approve", "review-reopen",
    "release-now", "seminar-draft", "seminar-move", "seminar-pdf",
    "invitation-again", "invitation-withdraw", "person-unbar", "conflict-lift", "change-undo", "job-again", "account_logout", "recovery-codes-kept", "session-extend",
}  # fmt: skip
GET_ONLY = {
    "my-cases", "review-assure", "review", "viso-review", "matrix", "matrix-criterion", "matrix-cell", "matrix-xlsx", "findings", "finding",
    "engagement-documents", "engagement-document", "engagement-document-picture", "engagement-document-download", "engagement", "engagement-history", "engagement-missing", "engagement-open", "engagement-preview", "engagements", "home", "timetable",
    "rounds", "cases", "case-list", "case", "file", "case-file", "case-file-picture", "case-file-download",
    "call-in", "call-in-pdf", "receipt", "receipt-pdf", "withdrawal", "completeness", "completeness-xlsx", "supplement", "viso-selection",
    "release", "results", "seminar", "seminar-edit",
    "timetable-check", "timetable-xlsx", "postponement", "outgoing", "engagement-mails", "mail", "milestone", "milestone-move", "milestone-ics", "job", "job-download",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(lasting):
    return addresses.world(factories.person(Role.CONSULTANT, name="Katrine Konsulent"))


@pytest.fixture
def consultant(world):
    """Who leads the engagement of the world."""
    return User.objects.active().get(pk=world.values["user"])


@pytest.fixture
def urls(world):
    return {address.name: address.url for address in addresses.addresses(world)}


@pytest.fixture
def of_an_engagement(world):
    return [address for address in addresses.addresses(world) if address.name in OF_AN_ENGAGEMENT]


def without_tokens(response) -> str:
    """The page without what differs from second to second."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|data-left="\d+"', "", response.text)


def statuses(client, urls, names, method="get") -> dict[str, int]:
    return {name: getattr(client, method)(urls[name]).status_code for name in names}


def test_every_address_has_a_name_of_its_own():
    assert len(NAMES) == len(set(NAMES)) > 40
    assert set(NAMES) >= OPEN | POST_ONLY | GET_ONLY
    assert not POST_ONLY & GET_ONLY


@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_a_stranger_is_sent_to_the_log_in_page(client, urls, method):
    found = {name: getattr(client, method)(urls[name]) for name in BEHIND}
    assert {name: (response.status_code, response["Location"]) for name, response in found.items()} == {
        name: (302, f"/log-ind/?next={urls[name] if method == 'get' else '/'}") for name in BEHIND
    }


@pytest.mark.parametrize(
    ("referer", "place"), [("http://testserver/forloeb/?phase=analysis", "/forloeb/%3Fphase%3Danalysis"), ("https://example.com/x", "/")]
)
def test_a_form_that_was_sent_too_late_leads_back_to_the_page_it_stood_on(client, urls, referer, place):
    response = client.post(urls["milestone-meet"], {"reason": "x"}, headers={"Referer": referer})
    assert response["Location"] == f"/log-ind/?next={place}"


def test_the_open_pages_are_open(client, settings, urls):
    settings.DEMO = True
    half_way_in = {"mfa_authenticate", "mfa_login_webauthn"}  # without a first half they lead to it
    pages = OPEN - {"demo-enter", "ready", "admin-log-in", "account_logout"} - half_way_in
    assert statuses(client, urls, pages) == dict.fromkeys(pages, 200)


def test_the_set_up_asks_a_stranger_to_log_in(client):
    for url in ("/admin/", "/admin/accounts/user/", "/admin/findes-ikke/"):
        assert client.get(url)["Location"].startswith(("/log-ind/", "/admin/login/"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_person_of_another_municipality_learns_nothing(log_in, stranger, of_an_engagement, method):
    """404, with the very body of a number that does not exist, whatever the method."""
    client = log_in(stranger)
    wrong_method = POST_ONLY if method == "get" else GET_ONLY
    for address in of_an_engagement:
        mine, nobody = getattr(client, method)(address.url), getattr(client, method)(addresses.unknown(address))
        assert (address.name, mine.status_code) == (address.name, 405 if address.name in wrong_method else 404)
        assert (nobody.status_code, without_tokens(nobody)) == (mine.status_code, without_tokens(mine))
        assert "Hedensted" not in mine.text


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.AUDITOR, Role.ADMIN, Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT])
def test_people_who_see_no_engagement_see_none_of_its_pages(log_in, urls, role):
    pages = set(OF_AN_ENGAGEMENT) - POST_ONLY
    assert statuses(log_in(factories.person(role)), urls, pages) == dict.fromkeys(pages, 404)


def test_a_right_that_ends_during_a_session_ends_every_page(log_in, consultant, urls):
    client, pages = log_in(consultant), set(OF_AN_ENGAGEMENT) - POST_ONLY - OF_THE_MUNICIPALITY - OF_ANOTHER_TIME
    assert {name: status for name, status in statuses(client, urls, pages).items() if status != 200} == {}
    Membership.objects.filter(user=consultant).update(valid_from="2020-01-01", valid_to="2020-12-31")
    Membership.objects.create(user=consultant, organisation=Organisation.objects.get(kind="sbst"), role=Role.AUDITOR)
    assert statuses(client, urls, pages) == dict.fromkeys(pages, 404)


def fingerprints() -> dict[str, str]:
    """Model → what all rows of its table come to: another value when a row is added, changed or gone."""
    tables = {model._meta.label: model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    one = "SELECT '{}', md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM \"{}\" t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(label, table) for label, table in tables.items()))
        return dict(cursor.fetchall())


def test_a_page_that_only_looks_writes_nothing(log_in, settings, consultant, urls):
    settings.DEMO = True
    client, admin = log_in(consultant), log_in(factories.person(Role.ADMIN))
    before = fingerprints()
    for name in NAMES:
        for query in QUERIES.get(name, [""]):
            for reader in (client, Client()) if name in OPEN else (admin if name in OF_PEOPLE else client,):
                assert reader.get(urls[name] + query).status_code in {200, 302, 403, 405, 409, 422, 503} | HIDDEN.get(name, set())
        after = fingerprints()
        grown = {label for label in after if after[label] != before[label]} - MAY_GROW
        assert (name, grown) == (name, {"accounts.AccessLog"} if name in LOGGED else set())
        before = after


def test_a_page_that_only_looks_can_be_asked_for_without_its_body(log_in, consultant, urls):
    pages = GET_ONLY - {"engagement-preview", "my-cases", "rounds"} - OF_THE_MUNICIPALITY - OF_ANOTHER_TIME
    assert statuses(log_in(consultant), urls, pages, "head") == dict.fromkeys(pages, 200)


def test_no_address_knows_another_method(log_in, settings, consultant, urls):
    settings.DEMO = True
    pages = set(NAMES) - {"admin-log-in"}  # it sends a person who is logged in on, whatever the method
    assert statuses(log_in(consultant), urls, pages, "put") == dict.fromkeys(pages, 405)
