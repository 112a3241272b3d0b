"""Forty ways to write a script into a text, and a world in which every text that somebody can write holds them."""

from __future__ import annotations

from itertools import cycle, islice

from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Organisation, User
from accounts.states import Role
from engagements.actions import drafting, lifecycle, milestones
from engagements.models import Engagement
from engagements.states import EngagementState
from taskforce.models import InformationPage
from tests import addresses, factories, passkeys
from tests.addresses import World
from tests.conftest import show_factor

DONE = "window.hacked=1"
SCRIPTS = [
    f"<script>{DONE}</script>", f"<ScRiPt >{DONE}</sCrIpT>", f"<script src=data:,{DONE}></script>", f"<script/x>{DONE}</script>",
    f"</title><script>{DONE}</script>", f"</textarea><script>{DONE}</script>", f"</script><script>{DONE}</script>", f"--><script>{DONE}</script>",
    f"]]><script>{DONE}</script>", f"<<script>{DONE}//<</script>", f"<img src=x onerror={DONE}>", f"<img src=x:x onerror='{DONE}'>",
    f"<img/src=x/onerror={DONE}>", f"<svg onload={DONE}>", f"<svg/onload={DONE}>", f"<svg><script>{DONE}</script></svg>",
    f"<svg><animate onbegin={DONE} attributeName=x dur=1s>", f"<body onload={DONE}>", f"<iframe srcdoc='<script>parent.{DONE}</script>'>",
    f"<iframe src=javascript:{DONE}>", f"<a href=javascript:{DONE}>klik</a>", f"<form action=javascript:{DONE}><button>Gem</button></form>",
    f"<details open ontoggle={DONE}>", f"<input autofocus onfocus={DONE}>", f"<video><source onerror={DONE}></video>",
    f"<math><mtext><script>{DONE}</script></mtext></math>", f"<style>@import'javascript:{DONE}';</style>", f"<link rel=stylesheet href=data:,{DONE}>",
    f"<meta http-equiv=refresh content='0;javascript:{DONE}'>", "<base href=//evil.example/>", f'" onmouseover="{DONE}', f"' autofocus onfocus='{DONE}",
    f'"><script>{DONE}</script>', f"'><img src=x onerror={DONE}>", f"javascript:{DONE}", f"{{{{constructor.constructor('{DONE}')()}}}}",
    f"${{{DONE}}}", f"{{% if 1 %}}<script>{DONE}</script>{{% endif %}}", f'" hx-get="/" hx-trigger="load" hx-on::load="{DONE}', f"&lt;script&gt;{DONE}&lt;/script&gt;",
]  # fmt: skip
TOGETHER = " ".join(SCRIPTS)


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    show_factor(client, user)
    return client


def world(by: User) -> World:
    """Everything that tests.addresses needs, with the scripts in each text; milestones come through the product's own form."""
    made = addresses.world(by, plan=False)
    engagement, client = made.engagement, log_in(by)
    _milestones(engagement, client)
    for milestone, script in zip(engagement.milestones.filter(state="open").order_by("-pk")[:2], SCRIPTS):
        milestone.engagement = engagement
        milestones.drop(milestone=milestone, reason=f"{script} {TOGETHER}"[:500], by=by)
    _history(engagement, by)
    drafting.keep(
        engagement=engagement,
        text="\n".join(f"{script}\t{number % 28 + 1}. maj 2028" for number, script in enumerate(SCRIPTS)),
        year=None,
        by=by,
    )
    _names(made, by)
    InformationPage.objects.update(title=SCRIPTS[0], body="\n\n".join(["## " + SCRIPTS[10], *SCRIPTS, f"https://example.dk/{SCRIPTS[32]}"]))
    return made


def _milestones(engagement: Engagement, client: Client) -> None:
    """One for each script: in its subject, its place and its note."""
    url = reverse("milestone-add", args=[engagement.pk])
    values = {
        "phase": "analysis",
        "kind": "deadline",
        "party": "municipality",
        "purpose": "other",
        "mode": "fixed",
        "dates": "15. marts 2028",
    }
    for script in SCRIPTS:
        posted = client.post(url, values | {"subject": script, "place": script[:120], "note": script})
        assert posted.status_code == 302, posted.context["form"].errors


def _history(engagement: Engagement, by: User) -> None:
    """Reasons, as many as there are scripts: of pauses that ended."""
    for script in islice(cycle(SCRIPTS), len(SCRIPTS) // 2):
        lifecycle.move(engagement, to=EngagementState.PAUSED, by=by, reason=f"{script} {TOGETHER}"[:1000])
        lifecycle.move(engagement, to=EngagementState.ACTIVE, by=by)


def _names(made: World, by: User) -> None:
    """Of people, places, invitations, passkeys, files and the reason of a conflict."""
    User.objects.filter(pk=made.values["person"]).update(full_name=TOGETHER[:150], phone=SCRIPTS[0][:30])
    User.objects.filter(pk=by.pk).update(full_name=SCRIPTS[13], phone=SCRIPTS[10][:30])
    Organisation.objects.filter(pk=made.engagement.municipality_id).update(display_name=SCRIPTS[0])
    Invitation.objects.filter(pk=made.values["invitation"]).update(full_name=SCRIPTS[11])
    for number, script in enumerate(SCRIPTS):
        employee = factories.person(Role.EMPLOYEE, name=script[:150])
        factories.invitation(by_admin(), full_name=script[:150], email=f"inviteret.{number}@example.dk")
        factories.conflict(employee, of="Aabenraa", reason=f"{script} {TOGETHER}"[:500])
        passkeys.given_to(by, script[:60])


def by_admin() -> User:
    return User.objects.with_role(Role.ADMIN).first() or factories.person(Role.ADMIN, name=SCRIPTS[32])
