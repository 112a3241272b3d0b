"""Every page of *Brugere og roller*, of invitations and of conflicts, in every state that a person can meet."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from accounts.invitations import token_of
from accounts.states import Role
from tests.browser.sights import NOBODY, Address, Sight, seen, send
from tests.browser.world import World


def role_of(name: str, who: str, role: Role, query: str = "") -> Address:
    """A page about a role of somebody."""

    def resolve(world: World) -> str:
        person = world.people[who]
        held: Any = person.memberships.filter(role=role).first()
        return reverse(name, args=[person.pk, held.pk]) + query.format(**{key: user.pk for key, user in world.people.items()})

    return resolve


def link_of(key: str) -> Address:
    """The link in the mail of an invitation."""
    return lambda world: reverse("invitation", args=[token_of(world.invitations[key])])


def dead_invitation(world: World) -> str:
    return reverse("invitation", args=["x"])


def confirm(page: Page) -> None:
    """Say yes to a question that takes something away."""
    page.locator("main form button.button-warning[type=submit]").click()
    page.wait_for_load_state()


def a_short_password(page: Page) -> None:
    page.get_by_label("Adgangskode", exact=True).fill("kort")
    page.get_by_label("Gentag adgangskoden", exact=True).fill("en anden")
    send(page)


def of(who: str) -> str:
    return f"people.{who}.pk"


EMIL, AMALIE, BENT, ADMIN = of("emil"), of("amalie"), of("bent"), of("admin")
LISTS = tuple(
    sight
    for who in ("admin", "lars")
    for sight in (
        seen("people", who, "people"),
        seen("people, filtered", who, "people", query="?search=e&role=employee&state=all"),
        seen("people, nobody fits", who, "people", query="?search=zzz"),
        seen("invitations", who, "people", query="?state=invited"),
        seen("person", who, "person", EMIL),
        seen("inviting", who, "person-invite"),
        seen("inviting, nothing filled in", who, "person-invite", then=send, refused=True, status=422),
    )
)
PERSON = (
    seen("person who is inhabil", "admin", "person", AMALIE),
    seen("person who is barred", "admin", "person", BENT),
    seen("oneself", "admin", "person", ADMIN),
    seen("a role given", "admin", "role-add", EMIL),
    seen("a role given, nothing filled in", "admin", "role-add", EMIL, then=send, refused=True, status=422),
    seen("a role given to oneself", "admin", "role-add", ADMIN),
    Sight("a role ended", "lars", "role-end", role_of("role-end", "emil", Role.EMPLOYEE)),
    Sight(
        "a role ended, not said when",
        "lars",
        "role-end",
        role_of("role-end", "emil", Role.EMPLOYEE),
        then=confirm,
        refused=True,
        status=422,
    ),
    Sight("a role handed over", "admin", "role-hand-over", role_of("role-hand-over", "mikkel", Role.CONSULTANT)),
    Sight(
        "a role handed over, nobody chosen",
        "admin",
        "role-hand-over",
        role_of("role-hand-over", "mikkel", Role.CONSULTANT, "?to="),
        refused=True,
        status=422,
    ),
    Sight(
        "a role handed over, what goes with it",
        "admin",
        "role-hand-over",
        role_of("role-hand-over", "mikkel", Role.CONSULTANT, "?to={katrine}&from_day=01.01.2090"),
    ),
    Sight(
        "a role handed over to somebody who is inhabil",
        "admin",
        "role-hand-over",
        role_of("role-hand-over", "mikkel", Role.CONSULTANT, "?to={ny}&from_day=01.01.2090"),
    ),
    Sight("a role without colleagues", "admin", "role-hand-over", role_of("role-hand-over", "tom", Role.COORDINATOR)),
    seen("barring", "admin", "person-bar", EMIL),
    seen("barring, without reason", "admin", "person-bar", EMIL, then=confirm, refused=True, status=422),
    seen("factor reset", "admin", "person-factor-reset", of("ny")),
    seen("a conflict declared", "admin", "conflict-declare", EMIL),
    seen("a conflict declared, no municipality", "admin", "conflict-declare", EMIL, then=send, refused=True, status=422),
    *(seen("own conflicts", who, "conflict-own") for who in ("amalie", "hanne")),
    seen("own conflicts, no municipality", "hanne", "conflict-own", then=send, refused=True, status=422),
    seen("people, by a consultant", "katrine", "people", status=403),
    seen("barring, by a leader", "lars", "person-bar", EMIL, status=403),
)
INVITED = (
    Sight("invitation of somebody new", NOBODY, "invitation", link_of("new")),
    Sight(
        "invitation of somebody new, a short password",
        NOBODY,
        "invitation",
        link_of("new"),
        then=a_short_password,
        refused=True,
        status=422,
    ),
    Sight("invitation of somebody known", NOBODY, "invitation", link_of("known")),
    Sight("invitation of oneself", "sofie", "invitation", link_of("known")),
    Sight("invitation of somebody else", "katrine", "invitation", link_of("known")),
    Sight("invitation that is no good", NOBODY, "invitation", dead_invitation, status=404),
)
PEOPLE = (*LISTS, *PERSON, *INVITED)
# Addresses that act and have no page of their own.
NO_PAGE_OF_PEOPLE = {"invitation-again", "invitation-withdraw", "person-unbar", "conflict-lift"}
