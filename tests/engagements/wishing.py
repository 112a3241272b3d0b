"""What people do about a later date, in few words; dates as ISO text."""

from __future__ import annotations

from datetime import date

from accounts.models import AuditEntry, Notice
from engagements import postponements
from engagements.actions import moving, postponing
from engagements.models import Engagement
from engagements.states import Precision


def days(text: str):
    found = date.fromisoformat(text)
    return ((found, found),)


def ask(milestone, by, to="2026-03-16", reason="Vi mangler to sagsbehandlere"):
    return postponing.ask(milestone=milestone, occurrences=days(to), precision=Precision.DAY, reason=reason, by=by)


def grant(wish, by, to="2026-03-16", **more):
    values = {"occurrences": days(to), "precision": Precision.DAY, "source_text": "", "with_followers": True, "reason": "Aftalt", **more}
    number = Engagement.objects.get(pk=wish.milestone.engagement_id).plan_number
    return postponing.grant(postponement=wish, by=by, plan_number=number, **values)


def offer(wish, by, to="2026-03-12", answer="Kan I nå det her?"):
    postponing.offer(postponement=wish, occurrences=days(to), precision=Precision.DAY, answer=answer, by=by)


def move(milestone, by, to):
    number = Engagement.objects.get(pk=milestone.engagement_id).plan_number
    return moving.move(
        milestone=milestone, occurrences=days(to), precision=Precision.DAY, source_text="", with_followers=True, reason="", by=by,
        plan_number=number,
    )  # fmt: skip


def fresh(one):
    return type(one).objects.get(pk=one.pk)


def told(user) -> list[str]:
    """What stands in the person's *Beskeder* about wishes, oldest first."""
    return [notice.title for notice in Notice.objects.visible_to(user).filter(kind=postponements.KIND).order_by("created_at", "pk")]


def verbs() -> list[str]:
    return list(AuditEntry.objects.filter(verb__startswith="postponement.").order_by("pk").values_list("verb", flat=True))
