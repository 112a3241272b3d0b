"""Every page in every state that a person can meet, as data: who looks, at which address, after doing what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.world import PASSWORD, World

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


def session_soon_over(page: Page) -> None:
    """The dialog that warns before the end, as session.js shows it."""
    page.evaluate("document.querySelectorAll('[data-session-ends]').forEach((place) => { place.textContent = '14.32' })")
    page.evaluate("new DKFDS.Modal(document.getElementById('session-dialog')).show()")


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


def bad_password(page: Page) -> None:
    for label in ("Nuværende adgangskode", "Ny adgangskode", "Gentag den nye adgangskode"):
        if (field := page.get_by_label(label, exact=True)).count():
            field.fill("kort")
    send(page)


def wrong_code(page: Page) -> None:
    page.locator("[name=code]").fill("000000")
    send(page)


def no_name(page: Page) -> None:
    page.get_by_label("Navn", exact=True).fill("")
    send(page)


def first_step(page: Page) -> None:
    """The password of somebody who has an app and passkeys."""
    page.get_by_label("E-mail").fill(User.objects.get(full_name="Nora Nøgle").email)
    page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
    send(page)


def flood(page: Page) -> None:
    """Ask for one address until it is too much."""
    page.get_by_label("E-mail").fill("nobody@example.dk")
    token = page.locator("main [name=csrfmiddlewaretoken]").first.input_value()
    for _ in range(5):
        page.request.post(page.url, form={"email": "nobody@example.dk", "csrfmiddlewaretoken": token}, max_redirects=0)
    send(page)


def link_for(who: str) -> Address:
    """The link of a mail to somebody who forgot the password."""

    def resolve(world: World) -> str:
        user = world.people[who]
        return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), default_token_generator.make_token(user)])

    return resolve


def dead_link(world: World) -> str:
    return reverse("account_reset_password_from_key", args=["1", "x"])


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
OWED, DELEGATED = ("running.pk", "owed.pk"), ("running.pk", "delegated.pk")
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
    seen("log-in", NOBODY, "account_login"),
    seen("log-in, wrong password", NOBODY, "account_login", then=wrong_password, refused=True, status=422),
    seen("log-in, nothing filled in", NOBODY, "account_login", then=send, refused=True, status=422),
    Sight("log-in, access has ended", "uden", "account_login", at("home")),
    seen("log-in, after the session was over", NOBODY, "account_login", query="?next=/forloeb/&udloebet=1"),
    seen("logged off", NOBODY, "logged-off"),
    seen("demo people", NOBODY, "demo"),
    seen("support", NOBODY, "support"),
    seen("accessibility", NOBODY, "accessibility"),
    seen("privacy", NOBODY, "privacy"),
)
HOMES = (
    *(seen("home", who, "home") for who in ("katrine", "jonas", "vibeke", "hanne", "lars", "emil", "rikke", "admin")),
    *(seen("home without engagements", who, "home") for who in ("ny", "tom")),
)
LISTS = (
    seen("all engagements", "katrine", "engagements"),
    seen("all engagements, filtered", "katrine", "engagements", query="?phase=analysis&state=all&sort=-next"),
    seen("all engagements, the session soon over", "katrine", "engagements", shown=session_soon_over),
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
            seen("missing", who, "engagement-missing", *ENGAGEMENT),
            seen("team", who, "engagement-team", *ENGAGEMENT),
            seen("history", who, "engagement-history", *ENGAGEMENT),
            seen("milestone", who, "milestone", *OPEN),
        )
    ),
    seen("timeline, this year", "katrine", "engagement", *ENGAGEMENT, query="?udsnit=year"),
    seen("without plan", "katrine", "engagement", "empty.pk"),
    seen("nothing missing", "katrine", "engagement-missing", "empty.pk"),
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
    seen("pause the reminders", "katrine", "reminders-pause", *OPEN),
    seen("pause the reminders, without a day", "katrine", "reminders-pause", *OPEN, then=send, refused=True, status=422),
    seen("reopen", "katrine", "milestone-reopen", *DROPPED),
    seen("reopen, without reason", "katrine", "milestone-reopen", *DROPPED, then=send, refused=True, status=422),
    seen("delete", "katrine", "milestone-delete", *LEADING),
)
TASKS = (
    Sight("tasks of one engagement", "katrine", "home", lambda world: f"{reverse('home')}?forloeb={world.running.pk}"),
    seen("tasks, unfolded", "hanne", "home", shown=unfolded),
    seen("delegate", "hanne", "milestone-delegate", *OWED),
    seen("delegate, nobody chosen", "hanne", "milestone-delegate", *OWED, then=send, refused=True, status=422),
    seen("delegate, taken back", "hanne", "milestone-delegate", *DELEGATED),
    seen("delegate what others owe", "katrine", "milestone-delegate", *OWED, status=409),
    seen("a delegated task", "emil", "task", "delegated.pk"),
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
OWN_KEY = ("passkey.pk",)
ACCOUNT = (
    *(seen("account", who, "account") for who in ("noegle", "katrine", "hanne")),
    seen("devices", "noegle", "usersessions_list"),
    seen("devices, this one", "hanne", "usersessions_list"),
    seen("password", "noegle", "account_change_password"),
    seen("password, nothing filled in", "noegle", "account_change_password", then=send, refused=True, status=422),
    seen("password, a bad one", "noegle", "account_change_password", then=bad_password, refused=True, status=422),
    seen("password of somebody without one", "ny", "account_change_password", status=409),
    seen("second factor", "noegle", "mfa_index"),
    seen("second factor, only an app", "ny", "mfa_index"),
    seen("second factor, to choose", "start", "mfa_index"),
    seen("app", "start", "mfa_activate_totp"),
    seen("app, nothing filled in", "start", "mfa_activate_totp", then=send, refused=True, status=422),
    seen("app, a wrong code", "start", "mfa_activate_totp", then=wrong_code, refused=True, status=422),
    seen("app, removed", "noegle", "mfa_deactivate_totp"),
    seen("app, the last factor", "ny", "mfa_deactivate_totp", status=409),
    seen("passkeys", "noegle", "mfa_list_webauthn"),
    seen("passkeys, none", "ny", "mfa_list_webauthn"),
    seen("passkey, added", "noegle", "mfa_add_webauthn"),
    seen("passkey, name", "noegle", "mfa_edit_webauthn", *OWN_KEY),
    seen("passkey, no name", "noegle", "mfa_edit_webauthn", *OWN_KEY, then=no_name, refused=True, status=422),
    seen("passkey, removed", "noegle", "mfa_remove_webauthn", *OWN_KEY),
    seen("recovery codes, none left", "noegle", "mfa_view_recovery_codes"),
    seen("recovery codes, to make", "noegle", "mfa_generate_recovery_codes"),
    seen("recovery codes, shown", "noegle", "mfa_generate_recovery_codes", then=send),
    seen("confirm with the password", "start", "account_reauthenticate"),
    seen("confirm with the password, a wrong one", "start", "account_reauthenticate", then=send, refused=True, status=422),
    seen("confirm with a code", "noegle", "mfa_reauthenticate"),
    seen("confirm with a code, a wrong one", "noegle", "mfa_reauthenticate", then=wrong_code, refused=True, status=422),
    seen("confirm with a passkey", "noegle", "mfa_reauthenticate_webauthn"),
    seen("app on a new phone", "ny", "mfa_activate_totp"),
)
WAY_IN = (
    seen("forgotten password", NOBODY, "account_reset_password"),
    seen("forgotten password, nothing filled in", NOBODY, "account_reset_password", then=send, refused=True, status=422),
    seen("forgotten password, link sent", NOBODY, "account_reset_password_done"),
    Sight("new password", NOBODY, "account_reset_password_from_key", link_for("noegle")),
    Sight("new password, bad", NOBODY, "account_reset_password_from_key", link_for("noegle"), then=bad_password, refused=True, status=422),
    Sight("new password, dead link", NOBODY, "account_reset_password_from_key", dead_link),
    seen("new password chosen", NOBODY, "account_reset_password_from_key_done"),
    Sight("second step", NOBODY, "mfa_authenticate", at("account_login"), then=first_step),
    Sight("second step, a wrong code", NOBODY, "mfa_authenticate", at("mfa_authenticate"), then=wrong_code, refused=True, status=422),
    Sight("too many attempts", NOBODY, "account_reset_password", at("account_reset_password"), then=flood, status=429),
)
JOBS = tuple(seen(f"job {state}", "katrine", "job", f"jobs.{state}.pk") for state in ("waiting", "running", "done", "failed"))
SIGHTS = {
    "for everybody": EVERYBODY,
    "homes": HOMES,
    "lists and opening": LISTS,
    "an engagement": PAGES_OF_AN_ENGAGEMENT,
    "timetables": TIMETABLES,
    "milestones": MILESTONES,
    "tasks": TASKS,
    "refusals": REFUSALS,
    "jobs": JOBS,
    "account": ACCOUNT,
    "way in": WAY_IN,
    "logs": LOGS,
}
# Addresses without a page of their own: they act, hand over a file, or answer a machine.
NO_PAGE = {
    "session-left", "session-extend", "security-txt", "robots", "account_logout", "mfa_login_webauthn", "mfa_download_recovery_codes", "recovery-codes-kept", "admin-log-in", "demo-enter", "health", "ready",
    "engagement-create", "team-lead", "team-leave", "timetable-import", "timetable-pdf", "timetable-xlsx", "milestone-move-accept", "reminders-resume",
    "change-undo", "milestone-take-back", "job-again", "job-download", "understood-date",
}  # fmt: skip
