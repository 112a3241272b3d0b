"""Every page in every state that a person can meet, as data: who looks, at which address, after doing what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.world import World

Address = Callable[[World], str]
NOBODY = ""


@dataclass(frozen=True)
class Sight:
    """`name` is the address in the URLconf; `then` leads to another answer, `shown` stays on the page; `refused`: a form with an error summary."""

    label: str
    who: str
    name: str
    address: Address
    then: Callable[[Page], Any] | None = None
    shown: Callable[[Page], Any] | None = None
    refused: bool = False
    status: int = 200

    def __str__(self) -> str:
        return f"{self.who or 'nobody'}: {self.label}"


def send(page: Page) -> None:
    """Send the page's form as it stands."""
    page.locator("main form button.button-primary[type=submit]").first.click()
    page.wait_for_load_state()


def without_subject(page: Page) -> None:
    """Empty the first subject and send the form."""
    page.get_by_label("Emne", exact=True).first.fill("")
    send(page)


def unfolded(page: Page) -> None:
    """Open everything that is folded up."""
    for summary in page.locator("main summary").all():
        summary.click()


def spoiled_row(page: Page) -> None:
    unfolded(page)
    without_subject(page)


def junk_pasted(page: Page) -> None:
    page.get_by_label("Tidsplanen", exact=True).fill("Kære alle\nHer er intet med en dato")
    send(page)


def no_person_chosen(page: Page) -> None:
    page.get_by_role("button", name="Føj til teamet").click()
    page.wait_for_load_state()


def wrong_password(page: Page) -> None:
    page.get_by_label("E-mail").fill("nobody@example.dk")
    page.get_by_label("Adgangskode").fill("forkert")
    send(page)


def at(name: str, *path: str, query: str = "") -> Address:
    """The address of the named page of the object found by the world's attributes, as "running.pk"."""

    def resolve(world: World) -> str:
        arguments = []
        for step in path:
            found: Any = world
            for attribute in step.split("."):
                found = found[attribute] if isinstance(found, dict) else getattr(found, attribute)
            arguments.append(found)
        return reverse(name, args=arguments) + query

    return resolve


def seen(label: str, who: str, name: str, *path: str, query: str = "", **more: Any) -> Sight:
    return Sight(label, who, name, at(name, *path, query=query), **more)


ENGAGEMENT = ("running.pk",)
OPEN, LEADING, MET, DROPPED = (("running.pk", f"{milestone}.pk") for milestone in ("open_date", "leading", "met", "dropped"))


def new_plan(programme: str) -> Address:
    """The preview of a new engagement."""

    def resolve(world: World) -> str:
        version = world.running.programme_version
        chosen = version.programme if programme == "own" else type(version.programme).objects.get(slug=programme)
        area = chosen.areas[0]
        katrine, municipality = world.people["katrine"].pk, world.running.municipality_id
        query = f"?municipality={municipality}&programme={chosen.pk}&area={area}&starts_on=1.+februar+2027&consultant={katrine}"
        return reverse("engagement-preview") + query

    return resolve


EVERYBODY = (
    seen("log-in", NOBODY, "log-in"),
    seen("log-in, wrong password", NOBODY, "log-in", then=wrong_password, refused=True, status=422),
    seen("log-in, nothing filled in", NOBODY, "log-in", then=send, refused=True, status=422),
    seen("demo people", NOBODY, "demo"),
    seen("support", NOBODY, "support"),
    seen("accessibility", NOBODY, "accessibility"),
    seen("privacy", NOBODY, "privacy"),
)
HOMES = (
    *(seen("home", who, "home") for who in ("katrine", "jonas", "vibeke", "hanne", "lars", "emil", "rikke", "admin")),
    *(seen("home without engagements", who, "home") for who in ("ny", "tom", "uden")),
)
LISTS = (
    seen("all engagements", "katrine", "engagements"),
    seen("all engagements, filtered", "katrine", "engagements", query="?phase=analysis&state=all&sort=-next"),
    seen("no engagement fits", "katrine", "engagements", query="?search=zzz"),
    seen("own engagements", "hanne", "engagements"),
    seen("opening", "katrine", "engagement-open"),
    seen("opening, nothing filled in", "katrine", "engagement-open", then=send, refused=True, status=422),
    Sight("opening, preview", "katrine", "engagement-preview", new_plan("own")),
    Sight("opening, preview without template", "katrine", "engagement-preview", new_plan("temadag")),
)
PAGES_OF_AN_ENGAGEMENT = (
    *(
        sight
        for who in ("katrine", "hanne", "jonas")
        for sight in (
            seen("timeline", who, "engagement", *ENGAGEMENT),
            seen("list", who, "engagement", *ENGAGEMENT, query="?visning=liste"),
            seen("team", who, "engagement-team", *ENGAGEMENT),
            seen("history", who, "engagement-history", *ENGAGEMENT),
            seen("milestone", who, "milestone", *OPEN),
        )
    ),
    seen("timeline, this year", "katrine", "engagement", *ENGAGEMENT, query="?udsnit=year"),
    seen("without plan", "katrine", "engagement", "empty.pk"),
    seen("completed", "katrine", "engagement", "completed.pk"),
    seen("completed, list", "katrine", "engagement", "completed.pk", query="?visning=liste"),
    seen("paused", "mikkel", "engagement", "paused.pk"),
    seen("of another team", "katrine", "engagement", "others.pk"),
    seen("team, nobody chosen", "katrine", "engagement-team", *ENGAGEMENT, then=no_person_chosen, refused=True, status=422),
    seen("state", "katrine", "engagement-state", *ENGAGEMENT),
    seen("state, nothing chosen", "katrine", "engagement-state", *ENGAGEMENT, then=send, refused=True, status=422),
    seen("phase", "katrine", "engagement-phase", *ENGAGEMENT),
    seen("phase of a plan without rows", "katrine", "engagement-phase", "empty.pk"),
)
TIMETABLES = (
    seen("edit", "katrine", "timetable", *ENGAGEMENT),
    seen("edit, empty", "katrine", "timetable", "empty.pk"),
    seen("paste", "katrine", "timetable-paste", *ENGAGEMENT),
    seen("paste, with a draft", "katrine", "timetable-paste", "empty.pk"),
    seen("paste, junk", "katrine", "timetable-paste", *ENGAGEMENT, then=junk_pasted, refused=True, status=422),
    seen("check", "katrine", "timetable-check", "empty.pk"),
    seen("check, unfolded", "katrine", "timetable-check", "empty.pk", shown=unfolded),
    seen("check, a row spoiled", "katrine", "timetable-check", "empty.pk", then=spoiled_row, refused=True, status=422),
    seen("add", "katrine", "milestone-add", *ENGAGEMENT),
    seen("add, nothing filled in", "katrine", "milestone-add", *ENGAGEMENT, then=send, refused=True, status=422),
)
MILESTONES = (
    seen("met", "katrine", "milestone", *MET),
    seen("dropped", "katrine", "milestone", *DROPPED),
    seen("edit", "katrine", "milestone-edit", *OPEN),
    seen("edit, without subject", "katrine", "milestone-edit", *OPEN, then=without_subject, refused=True, status=422),
    seen("move", "katrine", "milestone-move", *OPEN),
    seen("move, nonsense", "katrine", "milestone-move", *OPEN, query="?dates=i+morgen+tidlig", refused=True, status=422),
    seen("move, consequences", "katrine", "milestone-move", *LEADING, query="?dates=19.+marts+2028"),
    seen("move, alone", "katrine", "milestone-move", *OPEN, query="?dates=14.+marts+2028"),
    seen("meet", "katrine", "milestone-meet", *OPEN),
    seen("meet, without reason", "katrine", "milestone-meet", *OPEN, then=send, refused=True, status=422),
    seen("drop", "katrine", "milestone-drop", *LEADING),
    seen("drop, without reason", "katrine", "milestone-drop", *LEADING, then=send, refused=True, status=422),
    seen("reopen", "katrine", "milestone-reopen", *DROPPED),
    seen("reopen, without reason", "katrine", "milestone-reopen", *DROPPED, then=send, refused=True, status=422),
    seen("delete", "katrine", "milestone-delete", *LEADING),
)
REFUSALS = (
    seen("another municipality's engagement", "sofie", "engagement", *ENGAGEMENT, status=404),
    seen("another team's plan", "katrine", "timetable", "others.pk", status=403),
    seen("opening, by a municipality", "hanne", "engagement-open", status=403),
    seen("reopening what is open", "katrine", "milestone-reopen", *OPEN, then=lambda page: (page.locator("textarea").fill("Nu"), send(page)), status=409),
)  # fmt: skip
LOGS = (
    *(
        sight
        for who in ("rikke", "admin")
        for sight in (
            seen("log, changes", who, "log"),
            seen("log, looks", who, "log", query="?slags=opslag"),
            seen("log, filtered", who, "log", query="?person=katrine&handling=timetable.move", shown=unfolded),
            seen("log, nothing found", who, "log", query="?person=zzz"),
            seen("log, a date that is none", who, "log", query="?fra=i+morgen+tidlig", refused=True, status=422),
            seen("log to Excel, without a purpose", who, "log-export", query="?person=katrine", refused=True, status=422),
        )
    ),
    seen("log, by a consultant", "katrine", "log", status=403),
)
JOBS = tuple(seen(f"job {state}", "katrine", "job", f"jobs.{state}.pk") for state in ("waiting", "running", "done", "failed"))
SIGHTS = {
    "for everybody": EVERYBODY,
    "homes": HOMES,
    "lists and opening": LISTS,
    "an engagement": PAGES_OF_AN_ENGAGEMENT,
    "timetables": TIMETABLES,
    "milestones": MILESTONES,
    "refusals": REFUSALS,
    "jobs": JOBS,
    "logs": LOGS,
}
# Addresses without a page of their own: they act, hand over a file, or answer a machine.
NO_PAGE = {
    "session-left", "session-extend", "security-txt", "robots", "log-out", "admin-log-in", "demo-enter", "health", "ready",
    "engagement-create", "team-lead", "team-leave", "timetable-import", "timetable-pdf", "timetable-xlsx", "milestone-move-accept",
    "change-undo", "job-again", "job-download", "understood-date",
}  # fmt: skip
