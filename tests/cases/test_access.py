"""Who sees and does what with rounds, cases and files, by relation and state; and that queries give exactly what the policy gives."""

from datetime import timedelta
from itertools import product

import pytest
from django.http import Http404
from django.utils import timezone

from accounts import grants
from accounts.models import AuditEntry, Grant, Membership, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import access, uploads
from cases.actions import inviting
from cases.models import Case, CaseDocument, Round
from cases.states import CALLED_IN, WITH_US, Custody, RoundState
from documents import receiving
from documents.states import DocumentState
from tests import factories

pytestmark = pytest.mark.django_db
PEOPLE = (
    "consultant",
    "jurist",
    "coordinator",
    "leader",
    "invited",
    "colleague",
    "stranger",
    "other_consultant",
    "viso",
    "admin",
    "inhabil",
)


@pytest.fixture
def case(round):
    return round.cases.get(number=1)


@pytest.fixture
def people(consultant, jurist, coordinator, leader, employee, stranger, engagement, case):
    viso = factories.person(Role.VISO_CONSULTANT)
    engagement.team_members.create(user=viso, role=Role.VISO_CONSULTANT)
    inviting.invite(case=case, user=employee, by=coordinator)
    inhabil = factories.person(Role.COORDINATOR)
    factories.conflict(inhabil)
    found = (
        consultant, jurist, coordinator, leader, employee, factories.person(Role.EMPLOYEE), stranger, factories.person(Role.CONSULTANT), viso,
        factories.person(Role.ADMIN), inhabil,
    )  # fmt: skip
    return dict(zip(PEOPLE, found))


def again(person: User) -> User:
    """As in a new request."""
    return User.objects.get(pk=person.pk)


SEES_ROUND = {
    "consultant": set(RoundState),
    "jurist": set(WITH_US),
    "coordinator": set(CALLED_IN),
    "leader": set(CALLED_IN),
}
EDITS = {RoundState.OPEN, RoundState.SUPPLEMENT}


@pytest.mark.parametrize("state", RoundState)
def test_the_query_and_the_policy_give_everybody_the_same(people, round, case, consultant, coordinator, state):
    file = factories.case_document(case, coordinator)
    other = factories.case_document(round.cases.get(number=2), coordinator)
    factories.put_round(round, state, consultant)
    round, case = Round.objects.get(), Case.objects.select_related("round").get(pk=case.pk)
    file = CaseDocument.objects.select_related("case", "round").get(pk=file.pk)
    for name, person in people.items():
        user = again(person)
        sees = state in SEES_ROUND.get(name, set())
        sees_case = sees or (name == "invited" and state in CALLED_IN)
        assert (name, Round.objects.visible_to(user).exists()) == (name, sees)
        assert (name, access.why_not_round(user, access.VIEW_ROUND, round) == "") == (name, sees)
        assert (name, Case.objects.visible_to(user).filter(pk=case.pk).exists()) == (name, sees_case)
        assert (name, access.why_not_case(user, access.VIEW, case) == "") == (name, sees_case)
        edits = name in {"coordinator", "invited"} and state in EDITS
        assert (name, Case.objects.allowing(user, "edit").filter(pk=case.pk).exists()) == (name, edits)
        assert (name, access.why_not_case(user, access.EDIT, case) == "") == (name, edits)
        for permission in (access.VIEW_FILE, access.READ_BYTES, access.SORT):
            queried = CaseDocument.objects.allowing(user, permission.action).filter(pk=file.pk).exists()
            assert (name, permission.action, queried) == (name, permission.action, access.why_not_file(user, permission, file) == "")
        if name == "invited":
            assert not CaseDocument.objects.visible_to(user).filter(pk=other.pk).exists()


READERS = {Custody.DRAFT: {"coordinator", "invited"}, Custody.HANDED_IN: {"jurist"}}


@pytest.mark.parametrize("custody", Custody)
def test_bytes_are_read_by_the_municipality_before_the_hand_in_and_by_jurists_after(people, case, coordinator, consultant, custody):
    file = factories.case_document(case, coordinator, handed_in=custody == Custody.HANDED_IN)
    factories.put_round(case.round, RoundState.OPEN if custody == Custody.DRAFT else RoundState.HANDED_IN, consultant)
    readers = set()
    for name, person in people.items():
        try:
            access.get_file(again(person), file.document_id, access.READ_BYTES)
            readers.add(name)
        except (Denied, Http404):
            pass
    assert readers == READERS[custody]


def test_a_file_that_is_erased_is_not_there(coordinator, case):
    gone = factories.case_document(case, coordinator, state=DocumentState.ERASED)
    with pytest.raises(Http404):
        access.get_file(coordinator, gone.document_id)


# Invitations


def test_an_invitation_is_to_one_case_and_ends_when_it_is_taken_back(case, coordinator, employee):
    grant = inviting.invite(case=case, user=employee, by=coordinator)
    assert list(Case.objects.visible_to(again(employee))) == [case]
    inviting.uninvite(case=case, grant=grant, by=coordinator)
    assert not Case.objects.visible_to(again(employee)).exists()
    assert [entry.verb for entry in AuditEntry.objects.filter(verb__startswith="grant.").order_by("pk")] == ["grant.give", "grant.end"]


def test_an_invitation_ends_with_the_role_and_does_not_come_back_with_a_new_one(case, coordinator, employee):
    inviting.invite(case=case, user=employee, by=coordinator)
    yesterday, tomorrow = timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=1)
    Membership.objects.filter(user=employee).update(valid_to=yesterday)
    assert not Case.objects.visible_to(again(employee)).exists()
    Grant.objects.update(given_at=timezone.now() - timedelta(days=30))
    Membership.objects.create(
        user=employee, organisation=factories.municipality(), role=Role.EMPLOYEE, valid_from=yesterday, valid_to=tomorrow
    )
    assert not Case.objects.visible_to(again(employee)).exists()


def test_an_invitation_ends_on_its_last_day(case, coordinator, employee):
    yesterday = timezone.localdate() - timedelta(days=1)
    grants.give(user=employee, target=case, scope=case.round.engagement.scope, actions=["view"], until=yesterday, by=coordinator)
    assert not Case.objects.visible_to(again(employee)).exists()


def test_inhabil_beats_an_invitation(case, coordinator, employee):
    inviting.invite(case=case, user=employee, by=coordinator)
    factories.conflict(employee)
    assert not Case.objects.visible_to(again(employee)).exists()
    with pytest.raises(Http404):
        access.get_case(again(employee), case.round.engagement_id, case.round.kind, case.number)


@pytest.mark.parametrize("role_place", [(Role.EMPLOYEE, "Aabenraa"), (Role.LEADER, "Hedensted"), (Role.CONSULTANT, "")])
def test_only_employees_of_the_own_municipality_can_be_invited(case, coordinator, role_place):
    role, place = role_place
    with pytest.raises(Refused, match="kan ikke inviteres"):
        inviting.invite(case=case, user=factories.person(role, of=place or "Hedensted"), by=coordinator)


def test_an_invited_colleague_cannot_invite_others(case, coordinator, employee):
    inviting.invite(case=case, user=employee, by=coordinator)
    with pytest.raises(Denied):
        inviting.invite(case=case, user=factories.person(Role.EMPLOYEE), by=again(employee))


def test_an_invited_colleague_is_told_and_finds_the_case_among_the_tasks(log_in, case, coordinator, employee):
    inviting.invite(case=case, user=employee, by=coordinator)
    client = log_in(employee)
    assert "Udfyld Sag 01, og upload dens akter" in client.get("/").content.decode()
    assert "Du er inviteret til at udfylde Sag 01" in client.get("/beskeder/").content.decode()


# Where files are taken in


def test_files_are_taken_in_from_those_who_may_upload_and_while_the_round_receives(people, case, consultant):
    round = case.round
    places = {"cases.case": str(case.pk), "cases.round": str(round.pk)}
    allowed = {("coordinator", "cases.case"), ("coordinator", "cases.round"), ("invited", "cases.case")}
    for state, name, kind in product((RoundState.OPEN, RoundState.HANDED_IN), PEOPLE, places):
        factories.put_round(round, state, consultant)
        try:
            receiving.of(kind).allow(again(people[name]), places[kind])
            let_in = True
        except (Denied, Refused, Http404):
            let_in = False
        assert (state, name, kind, let_in) == (state, name, kind, state == RoundState.OPEN and (name, kind) in allowed)


def test_supplementary_files_are_taken_in_only_where_they_were_asked_for(round, consultant, coordinator):
    factories.put_round(round, RoundState.SUPPLEMENT, consultant)
    asked, other = round.cases.filter(number__lte=2).order_by("number")
    round.supplements.create(case=asked, text="Journal", due_on=timezone.localdate(), asked_by=consultant)
    receiving.of("cases.case").allow(coordinator, str(asked.pk))
    with pytest.raises(Refused, match="ikke bedt om supplerende akter"):
        receiving.of("cases.case").allow(coordinator, str(other.pk))


@pytest.mark.parametrize("kind", ["cases.case", "cases.round", "cases.file"])
@pytest.mark.parametrize("key", ["", "x", "987654321", "00000000-0000-0000-0000-000000000000"])
def test_a_place_that_does_not_exist_takes_nothing(coordinator, kind, key):
    with pytest.raises(Http404):
        receiving.of(kind).allow(coordinator, key)


def test_the_ticket_carries_the_programmes_rule_about_cpr_numbers(coordinator, case):
    assert uploads.ticket_for(case, coordinator, "/").cpr_mode == "warn"
    version = case.round.engagement.programme_version
    version.cpr_policy = "refuse"
    assert uploads.ticket_for(case, coordinator, "/").cpr_mode == "refuse"
