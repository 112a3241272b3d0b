"""Who answers for what in an engagement today: read in bulk, for reminders and for what the parties are told.

Only people who still hold the role, are active, and are not *inhabil* towards the municipality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import Conflict, Membership
from accounts.states import MUNICIPAL_ROLES, TEAM_ROLES, Role
from engagements.ladder import Audience, Holders
from engagements.models import Engagement, TeamMember
from engagements.states import PARTY_ROLES, Party

MUNICIPALITY_OWES = {Party.MUNICIPALITY, Party.BOTH}
NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class People:
    """The ids of an engagement's people by role; `lead` holds one, or all consultants of the team while nobody leads."""

    lead: frozenset[int] = NOBODY
    by_role: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def in_role(self, *roles: str) -> frozenset[int]:
        return NOBODY.union(*[self.by_role.get(role, NOBODY) for role in roles])

    def everybody(self) -> frozenset[int]:
        return self.in_role(*self.by_role)

    def of_party(self, party: str) -> frozenset[int]:
        """Those who answer for a party. The municipality's leaders only where it has no coordinator: they get what is late."""
        match party:
            case Party.ANKESTYRELSEN:
                return self.in_role(Role.LEGAL_REVIEWER)
            case Party.VISO:
                return self.in_role(Role.VISO_CONSULTANT)
            case Party.MUNICIPALITY:
                return self.in_role(Role.COORDINATOR) or self.in_role(Role.LEADER)
            case Party.BOTH:
                return self.lead | self.of_party(Party.MUNICIPALITY)
        return self.lead


def people_of(engagements: Iterable[Engagement]) -> dict[int, People]:
    """The people of each engagement, by its id: three queries however many there are."""
    found = list(engagements)
    conflicts = set(Conflict.objects.standing().filter(organisation__engagements__in=found).values_list("user_id", "organisation_id"))
    members = list(TeamMember.objects.valid().filter(engagement__in=found, user__is_active=True))
    municipal, held = _memberships(found, {member.user_id for member in members})
    team = defaultdict(list)
    for member in members:
        if (member.user_id, member.role) in held:
            team[member.engagement_id].append(member)
    return {one.pk: _people(one, team[one.pk], municipal[one.municipality_id], conflicts) for one in found}


def holders_of(people: People, *, party: str, counterpart: str, assigned: int | None) -> Holders:
    """Who gets the steps of a milestone. The person it is delegated to answers instead of their own party, while they belong to it."""
    owing = people.of_party(party)
    if assigned is not None and assigned in people.in_role(*assignable_roles(party)):
        owing = frozenset({assigned}) | _other_side(people, party, assigned)
    parties = people.of_party(Party.BOTH) | people.of_party(party) | (people.of_party(counterpart) if counterpart else NOBODY)
    return {
        Audience.OWING: owing,
        Audience.TAKING_PART: owing | parties,
        Audience.LEAD: people.lead,
        Audience.LEADERS: people.in_role(Role.LEADER) if party in MUNICIPALITY_OWES else NOBODY,
    }


def assignable_roles(party: str) -> frozenset[str]:
    """Who can be handed a task of the party: those who answer for it, and with the municipality its employees too."""
    roles = frozenset(PARTY_ROLES[Party(party)])
    return roles | frozenset(MUNICIPAL_ROLES) if roles & frozenset(MUNICIPAL_ROLES) else roles


def _other_side(people: People, party: str, assigned: int) -> frozenset[int]:
    """Of what both parties owe, one side may have named somebody: the other still answers as a whole."""
    if party != Party.BOTH:
        return NOBODY
    return people.lead if assigned in people.in_role(*MUNICIPAL_ROLES) else people.of_party(Party.MUNICIPALITY)


def _memberships(engagements: list[Engagement], team: set[int]) -> tuple[dict[int, list[tuple[int, str]]], set[tuple[int, str]]]:
    """Municipality → its people with their roles, and (person, role) of the team."""
    of_municipality = Q(organisation__in={one.municipality_id for one in engagements}, role__in=MUNICIPAL_ROLES)
    of_team = Q(user__in=team, role__in=TEAM_ROLES)
    rows = Membership.objects.valid().filter(of_municipality | of_team, user__is_active=True)
    municipal, held = defaultdict(list), set()
    for user, organisation, role in rows.order_by("pk").values_list("user_id", "organisation_id", "role"):
        if role in TEAM_ROLES:
            held.add((user, role))
        else:
            municipal[organisation].append((user, role))
    return municipal, held


def _people(engagement: Engagement, team: list[TeamMember], municipal: list[tuple[int, str]], conflicts: set[tuple[int, int]]) -> People:
    by_role = defaultdict(set)
    for user, role in [*((member.user_id, member.role) for member in team), *municipal]:
        if (user, engagement.municipality_id) not in conflicts:
            by_role[role].add(user)
    lead = frozenset(member.user_id for member in team if member.is_lead) & by_role[Role.CONSULTANT]
    return People(lead or frozenset(by_role[Role.CONSULTANT]), {role: frozenset(users) for role, users in by_role.items()})
