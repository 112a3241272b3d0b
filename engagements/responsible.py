"""Whose a milestone is, by name: who answers for a task, whether it is a person's own, and to whom they can hand it."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.danish import join
from accounts.models import User
from accounts.states import MUNICIPAL_ROLES, Relation
from engagements.holders import assignable_roles, people_of
from engagements.models import Engagement, Milestone
from engagements.states import PARTY_ROLES, Party

TIES = {Relation.TEAM, Relation.MUNICIPALITY}
MUNICIPAL = frozenset(MUNICIPAL_ROLES)


def roles_in(user: User, engagement: Engagement) -> set[str]:
    """The roles in which the user works on the engagement; none for somebody who is *inhabil* or whose role has ended."""
    return {role for role, relations in engagement.relations_of(user).items() if relations & TIES}


def own_side(roles: Iterable[str], party: Party) -> frozenset[str]:
    """Of those who can be handed the task, the roles on the side of somebody with `roles`; empty when their party does not owe it."""
    answering = PARTY_ROLES[party] & set(roles)
    if not answering:
        return frozenset()
    return MUNICIPAL if answering & MUNICIPAL else frozenset(PARTY_ROLES[party]) - MUNICIPAL


class Answerable:
    """Who works on these engagements today, by name, with a role that counts and not *inhabil*: four queries, however many there are."""

    def __init__(self, engagements: Iterable[Engagement]) -> None:
        self._people = people_of(engagements)
        known = {user for people in self._people.values() for user in people.everybody()}
        self._users = {user.pk: user for user in User.objects.filter(pk__in=known)}

    def people(self, engagement: Engagement, roles: Iterable[str]) -> list[User]:
        """Those who work on the engagement in one of `roles`, by name."""
        return self._named(self._people[engagement.pk].in_role(*roles))

    def assigned(self, milestone: Milestone) -> User | None:
        """The person to whom the milestone is delegated, while they still belong to the party that owes it."""
        assignment = getattr(milestone, "assignment", None)
        holders = self._people[milestone.engagement_id].in_role(*assignable_roles(Party(milestone.party)))
        return self._users[assignment.user_id] if assignment and assignment.user_id in holders else None

    def is_own(self, milestone: Milestone, user: User, roles: set[str]) -> bool:
        """Whether the user, who works on the engagement in `roles`, answers for it: named, or of the party while nobody of it is named."""
        assigned = self.assigned(milestone)
        if assigned == user:
            return True
        return bool(own_side(roles, Party(milestone.party))) and (assigned is None or self.is_others(milestone, roles))

    def is_others(self, milestone: Milestone, roles: set[str]) -> bool:
        """Whether it is delegated to somebody who is not on the side of a person with `roles`: what both owe has two sides."""
        assigned, side = self.assigned(milestone), own_side(roles, Party(milestone.party))
        return assigned is not None and assigned.pk not in self._people[milestone.engagement_id].in_role(*side)

    def text(self, milestone: Milestone) -> str:
        """Who answers for the milestone, by name where it can be said; both parties together, or nobody yet, by the party.

        Of what both owe, one side may have named somebody: "Emil Fjordvang og taskforcen".
        """
        assigned = self.assigned(milestone)
        if assigned and milestone.party == Party.BOTH:
            is_local = assigned.pk in self._people[milestone.engagement_id].in_role(*MUNICIPAL)
            return join([assigned.full_name, (Party.TASK_FORCE if is_local else Party.MUNICIPALITY).label.lower()])
        if assigned:
            return assigned.full_name
        if milestone.party == Party.BOTH:
            return milestone.get_party_display()
        return join([user.full_name for user in self._of_party(milestone)]) or milestone.get_party_display()

    def _of_party(self, milestone: Milestone) -> list[User]:
        return self._named(self._people[milestone.engagement_id].of_party(milestone.party))

    def _named(self, ids: Iterable[int]) -> list[User]:
        return sorted((self._users[pk] for pk in ids), key=lambda user: (user.full_name, user.pk))
