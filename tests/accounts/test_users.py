"""People: e-mail as log-in, roles with dates."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.states import MUNICIPAL_ROLES, ROLE_KINDS, TEAM_ROLES, OrganisationKind, Role
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_email_is_one_person_whatever_its_case():
    User.objects.create_user("Hanne@Example.dk", full_name="Hanne")
    with pytest.raises(IntegrityError):
        User.objects.create_user("hanne@example.dk", full_name="En anden")


def test_a_person_is_found_by_email_whatever_its_case():
    made = User.objects.create_user(" Hanne@Example.dk ", full_name="Hanne")
    assert made.email == "Hanne@Example.dk"
    assert User.objects.get_by_natural_key("hanne@example.DK") == made


def test_a_person_without_a_password_cannot_log_in_with_one():
    assert not User.objects.create_user("a@example.dk", full_name="A").has_usable_password()


def test_a_superuser_has_access_to_the_set_up():
    made = User.objects.create_superuser("a@example.dk", "en lang adgangskode", full_name="A")
    assert (made.is_superuser, made.check_password("en lang adgangskode")) == (True, True)


def test_the_short_name_is_the_first_name():
    assert User(full_name="Hanne Birkelund Sø").get_short_name() == "Hanne"


@pytest.mark.parametrize(
    ("first", "last", "counts"), [(0, None, True), (0, 0, True), (-5, -1, False), (1, None, False), (-5, 5, True)], ids=str
)
def test_a_role_counts_from_its_first_to_its_last_day(first, last, counts):
    today = timezone.localdate()
    person = factories.person(None)
    Membership.objects.create(
        user=person,
        organisation=factories.municipality(),
        role=Role.LEADER,
        valid_from=today + timedelta(days=first),
        valid_to=None if last is None else today + timedelta(days=last),
    )
    assert person.roles() == ({Role.LEADER} if counts else set())
    assert list(User.objects.with_role(Role.LEADER)) == ([person] if counts else [])


def test_roles_can_be_asked_for_on_another_day():
    person = factories.person(None)
    Membership.objects.create(
        user=person, organisation=factories.municipality(), role=Role.LEADER, valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31)
    )
    assert User.objects.with_role(Role.LEADER, on=date(2020, 12, 31)).get() == person
    assert not User.objects.with_role(Role.LEADER, on=date(2021, 1, 1)).exists()


def test_a_person_who_is_not_active_has_no_roles():
    person = factories.person(Role.LEADER, is_active=False)
    assert person.roles() == set()
    assert not User.objects.active().filter(pk=person.pk).exists()


def test_a_person_is_at_home_where_they_hold_the_role(coordinator):
    Membership.objects.create(user=coordinator, organisation=factories.municipality("Aabenraa"), role=Role.LEADER)
    assert coordinator.organisation_ids(Role.COORDINATOR) == {factories.municipality("Hedensted").pk}
    assert coordinator.organisation_ids(Role.EMPLOYEE) == set()


def test_every_role_has_its_kind_of_organisation():
    assert set(ROLE_KINDS) == set(Role)
    assert {role for role, kinds in ROLE_KINDS.items() if OrganisationKind.MUNICIPALITY in kinds} == set(MUNICIPAL_ROLES)
    assert set(TEAM_ROLES).isdisjoint(MUNICIPAL_ROLES)


@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_in_the_wrong_kind_of_organisation(role):
    for organisation in [*Organisation.objects.exclude(kind=OrganisationKind.MUNICIPALITY), factories.municipality()]:
        membership = Membership(user=factories.person(None), organisation=organisation, role=role)
        if organisation.kind in ROLE_KINDS[role]:
            membership.full_clean()
            continue
        with pytest.raises(ValidationError) as refused:
            membership.full_clean()
        assert refused.value.message_dict["role"] == [f"Rollen {role.label} findes ikke i {organisation.display_name}."]


def test_the_same_role_is_held_once_at_a_time(coordinator):
    second = Membership(user=coordinator, organisation=factories.municipality(), role=Role.COORDINATOR)
    with pytest.raises(ValidationError) as refused:
        second.full_clean()
    assert refused.value.messages == ["Personen har allerede rollen."]


def test_a_role_does_not_end_before_it_begins(coordinator):
    with pytest.raises(IntegrityError):
        coordinator.memberships.update(valid_to=date(1999, 1, 1))


def test_a_membership_is_read_as_role_and_place(coordinator):
    assert str(coordinator.memberships.get()) == "Kommunal koordinator, Hedensted Kommune"
