"""The learning seminar as PDF, made by a worker; the file is the one's who asked for it, for a while."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.http import Http404
from django.urls import reverse

from accounts import audit, jobs
from accounts.models import Job, User
from accounts.refusal import Denied, Refused
from cases import review_access, seminar
from cases.models import Round
from documents import actions, pdf

SEMINAR_PDF = "cases.seminar"
KEEP = timedelta(days=7)
NOTHING = "Læringsseminaret har ingen sider endnu."


def order_pdf(round: Round, by: User) -> Job:
    """Ask a worker for the PDF; the caller has checked that `by` may see the seminar."""
    return jobs.order(
        kind=SEMINAR_PDF,
        title=f"Læringsseminar for {round.engagement.municipality.display_name} som PDF",
        scope=round.engagement.scope,
        object_id=round.pk,
        back_url=reverse("seminar", args=[round.engagement_id, round.kind]),
        by=by,
    )


def render_seminar(job: Job) -> uuid.UUID:
    """Make the PDF of the sheets as they are now. Raises Refused when the person who asked may not see them, or there are none."""
    jobs.tell(job, step="Sætter siderne op", done=0, total=2)
    round = _round(job)
    deck = seminar.deck_of(round)
    if not deck.sheets:
        raise Refused(NOTHING)
    content = pdf.render(
        "pdf/seminar.html",
        {"deck": deck},
        title=deck.title,
        description=deck.municipality,
        before_check=lambda: jobs.tell(job, step="Kontrollerer tilgængelighed", done=1, total=2),
    )
    with transaction.atomic():
        name = f"Laeringsseminar_{deck.municipality.replace(' ', '-')}.pdf"
        scope = round.engagement.scope
        stored = actions.store(content=content, name=name, content_type=pdf.PDF, scope=scope, by=job.requested_by, keep=KEEP)
        audit.record(by=job.requested_by, verb="seminar.pdf", target=round, scope=scope)
    return stored.pk


def _round(job: Job) -> Round:
    round = Round.objects.filter(pk=job.object_id).first()
    try:
        if round is None:
            raise Http404
        return review_access.get_round(job.requested_by, round.engagement_id, round.kind, review_access.VIEW_SEMINAR)
    except (Http404, Denied):
        raise Refused("Du har ikke længere adgang til læringsseminaret, så det er ikke lavet som PDF.") from None
