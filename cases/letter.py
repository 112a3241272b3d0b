"""*Indkaldelsesbrev*: what it says, from the engagement's own data, and the PDF of it. The same text stands on the page and on paper."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from accounts import audit, jobs
from accounts.danish import long_date, plain_date
from accounts.models import Job
from accounts.refusal import Denied, Refused
from cases import access
from cases.models import DocumentType, Round
from cases.states import SEQUENCE, RoundKind, RoundState
from documents import actions, pdf
from engagements.models import Engagement, Milestone, ServiceArea, TeamMember
from engagements.models.programme import CprPolicy
from engagements.states import MilestoneState, Purpose

LETTER_PDF = "cases.letter"
KEEP_DRAFT = timedelta(days=7)
CPR_SENTENCES = {
    CprPolicy.REFUSE: "Akterne må ikke indeholde CPR-numre. Slet eller overstreg dem, før I uploader, ellers bliver filen afvist.",
    CprPolicy.WARN: "Sagsakter indeholder ofte CPR-numre. Løsningen finder dem, og I bekræfter én gang for hver sag, at de skal være der.",
    CprPolicy.MASK: "Sagsakter indeholder ofte CPR-numre. Løsningen finder dem, og I bekræfter én gang for hver sag, at de skal være der.",
}


@dataclass(frozen=True)
class Letter:
    """Everything that templates/cases/_letter.html prints."""

    municipality: str
    programme: str
    number: int
    is_draft: bool
    written: str
    areas: list[str]
    period: str
    mix: str
    note: str
    mandatory: list[DocumentType]
    others: list[DocumentType]
    cpr: str
    due: str
    lead: TeamMember | None


def letter_of(round: Round, today: date) -> Letter:
    """The letter of a round with its areas; before it is sent as it would be sent today."""
    engagement = round.engagement
    kinds = types_for(engagement)
    written = timezone.localtime(round.called_in_at).date() if round.called_in_at else today
    return Letter(
        municipality=engagement.municipality.display_name,
        programme=engagement.programme_version.programme.name,
        number=round.case_count,
        is_draft=round.state == RoundState.PREPARING,
        written=plain_date(written),
        areas=[with_law(area) for area in round.areas.prefetch_related("legal_bases")],
        period=f"{plain_date(round.decided_from)} – {plain_date(round.decided_to)}",
        mix=round.mix,
        note=round.note,
        mandatory=[kind for kind in kinds if kind.mandatory],
        others=[kind for kind in kinds if not kind.mandatory],
        cpr=CPR_SENTENCES[CprPolicy(engagement.programme_version.cpr_policy)],
        due=due_text(round),
        lead=next((member for member in engagement.team() if member.is_lead), None),
    )


def types_for(engagement: Engagement) -> list[DocumentType]:
    """The kinds of documents that a case of the engagement can hold today."""
    return list(DocumentType.objects.filter(Q(area="") | Q(area=engagement.area), retired=False).order_by("position", "name"))


def with_law(area: ServiceArea) -> str:
    """Merudgifter (barnets lov § 86)"""
    bases = " ".join(str(basis) for basis in area.legal_bases.all())
    return f"{area.name} ({bases})" if bases else area.name


def due_milestone(round: Round) -> Milestone | None:
    """The milestone of the round's hand-in; None where the plan has none."""
    wanted = {"purposes__purpose": Purpose.CASES_DUE, "purposes__sequence": SEQUENCE[RoundKind(round.kind)]}
    found = round.engagement.milestones.filter(purposes__dropped=False, **wanted)
    return found.exclude(state=MilestoneState.DROPPED).order_by("position").first()


def due_text(round: Round) -> str:
    """torsdag d. 19. februar 2026 (uge 8), or "" while there is no date."""
    milestone = due_milestone(round)
    return long_date(milestone.ends_on) if milestone and milestone.ends_on else ""


def render_letter(job: Job) -> uuid.UUID:
    """Make the PDF. Of a letter that is sent it is stored once and for all, of a draft for a week.

    Raises Refused when the person who asked may no longer see the round.
    """
    jobs.tell(job, step="Sætter brevet op", done=0, total=2)
    round = _round(job)
    if round.letter_id:
        return round.letter_id
    letter = letter_of(round, timezone.localdate())
    content = pdf.render(
        "pdf/letter.html",
        {"letter": letter},
        title=f"Indkaldelse af sager: {letter.municipality}",
        description=f"{letter.number} sager til {letter.programme}",
        before_check=lambda: jobs.tell(job, step="Kontrollerer tilgængelighed", done=1, total=2),
    )
    with transaction.atomic():
        name = f"{'Udkast_' if letter.is_draft else ''}Indkaldelsesbrev_{letter.municipality.replace(' ', '-')}.pdf"
        keep = KEEP_DRAFT if letter.is_draft else None
        scope = round.engagement.scope
        stored = actions.store(content=content, name=name, content_type=pdf.PDF, scope=scope, by=job.requested_by, keep=keep)
        if not letter.is_draft:
            Round.objects.filter(pk=round.pk, letter=None).update(letter=stored)
        audit.record(by=job.requested_by, verb="round.letter_pdf", target=round, scope=scope)
    return stored.pk


def _round(job: Job) -> Round:
    round = Round.objects.filter(pk=job.object_id).first()
    try:
        if round is None:
            raise Http404
        return access.get_round(job.requested_by, round.engagement_id, round.kind)
    except (Http404, Denied):
        raise Refused("Du har ikke længere adgang til sagerne, så brevet er ikke lavet.") from None
