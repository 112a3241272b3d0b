"""What the municipality is shown of the review: exactly its words, their fingerprint, and what still stands in the way (domain rule 24).

The preview, the page of the results and the stored release are the same content in the same template part (templates/cases/_result.html).
It opens with what to build on and what to learn, goes through the cases with good examples first, and counts nothing. Internal notes,
comments, and the names of those who reviewed are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q

from accounts.danish import join
from accounts.models import User
from cases import criteria, scales
from cases.models import Answer, Case, CriterionBasis, Review, Round, VisoPick, VisoSelection, reach
from cases.models.review_reach import DONE
from cases.states import RECEIVED, FindingKind, FindingState, Overall, Profession, SelectionState
from engagements.models import MilestonePurpose
from engagements.states import Purpose

# The conclusion in the words that the municipality reads: what to take along, not who was wrong.
GENTLE = {
    Overall.AGREE: "Vi er enige i afgørelsen.",
    Overall.WRONG: "Vi er nået frem til et andet resultat end kommunen.",
    Overall.UNINFORMED: "Der skal flere oplysninger til, før vi kan tage stilling til resultatet.",
}
NO_MEETING = "Tidsplanen har ingen milepæl med formålet »Orientering om sagsgennemgang«. Tilføj den, og markér den som opfyldt efter mødet."
NOT_ORIENTED = "Resultaterne kan først frigives, når orienteringsmødet er holdt. Markér »{}« som opfyldt i tidsplanen."
MANY = 6  # cases named in a sentence; more are said in words


def content_of(round: Round) -> dict[str, Any]:
    """What the municipality will see, as the reviews and the cleared findings stand now. Only reviews that are done are in it:

    {strengths: [text], learning: [text],
     cases: [{number, title, area, overall, overall_reason, examples: [item], answers: [item], others: [{criterion, answer}],
              viso: [{criterion, answer, strength, development}]}]}

    where an item is {criterion, law, answer, strength, reason, learning}. The number of queries does not depend on how much there is.
    """
    texts = _cleared(round)
    done = _done(round)
    return {
        "strengths": texts[FindingKind.STRENGTH],
        "learning": texts[FindingKind.LEARNING],
        "cases": [_case(case, done) for case in _cases(round) if any((case.pk, one) in done for one in Profession)],
    }


def without_cases(content: dict[str, Any], numbers: Iterable[int]) -> dict[str, Any]:
    """The content for somebody who sees nothing of the cases with these numbers."""
    hidden = set(numbers)
    return content | {"cases": [case for case in content["cases"] if case["number"] not in hidden]}


def conflicted_numbers(round: Round, user: User) -> set[int]:
    """The numbers of the round's cases that the user is *inhabil* in."""
    conflicted = reach.conflicted_cases(user)
    return set(round.cases.filter(pk__in=conflicted).values_list("number", flat=True)) if conflicted else set()


def unseen_numbers(round: Round, user: User) -> set[int]:
    """The numbers of the round's cases that the user sees nothing of: *inhabil* in them, or of VISO and not one of its own."""
    seen = Case.objects.visible_to(user).filter(round=round)
    return set(round.cases.exclude(pk__in=seen).values_list("number", flat=True))


def hindrances(round: Round) -> list[str]:
    """The sentences that say why the results cannot be released yet; none when they can."""
    return [sentence for sentence in (_orientation(round), *_reviews(round)) if sentence]


# The content


def _cleared(round: Round) -> dict[str, list[str]]:
    """Kind of finding → the texts that are cleared, the same once."""
    texts: dict[str, list[str]] = {kind: [] for kind in FindingKind}
    cleared = round.findings.filter(state=FindingState.CLEARED).exclude(text="")
    for kind, text in cleared.order_by("criterion__version", "criterion__position", "pk").values_list("kind", "text"):
        if text.strip() not in texts[kind]:
            texts[kind].append(text.strip())
    return texts


def _cases(round: Round) -> list[Case]:
    found = round.cases.filter(state__in=RECEIVED).select_related("service_area", "round__engagement")
    return list(found.prefetch_related("service_area__legal_bases").order_by("number"))


def _done(round: Round) -> dict[tuple[int, str], Review]:
    """(id of the case, profession) → its review that stands and is done, with its answers in the order of the criteria."""
    bases = Prefetch("criterion__bases", CriterionBasis.objects.order_by("position", "pk"))
    answers = Answer.objects.select_related("criterion").prefetch_related(bases).order_by("criterion__position")
    found = Review.objects.standing().filter(case__round=round, state__in=DONE.values()).prefetch_related(Prefetch("answers", answers))
    return {(review.case_id, review.profession): review for review in found}


def _case(case: Case, done: dict[tuple[int, str], Review]) -> dict[str, Any]:
    legal, viso = done.get((case.pk, Profession.LEGAL)), done.get((case.pk, Profession.VISO))
    answers = [answer for answer in legal.answers.all() if answer.rating] if legal else []
    examples = [answer for answer in answers if answer.good_example or answer.strength.strip()]
    told = [answer for answer in answers if answer not in examples and (answer.reason.strip() or answer.learning_point.strip())]
    return {
        "number": case.number,
        "title": str(case),
        "area": case.service_area.name if case.service_area else "",
        "overall": GENTLE[Overall(legal.overall)] if legal and legal.overall else "",
        "overall_reason": legal.overall_reason.strip() if legal else "",
        "examples": [_item(case, answer) for answer in examples],
        "answers": [_item(case, answer) for answer in told],
        "others": [_answered(answer) for answer in answers if answer not in examples and answer not in told],
        "viso": [_focus(answer) for answer in viso.answers.all() if answer.rating] if viso else [],
    }


def _answered(answer: Answer) -> dict[str, Any]:
    shown = scales.choice(answer.criterion.scale, answer.rating)
    return {"criterion": answer.criterion.label, "answer": shown.label if shown else ""}


def _item(case: Case, answer: Answer) -> dict[str, Any]:
    texts = {"strength": answer.strength.strip(), "reason": answer.reason.strip(), "learning": answer.learning_point.strip()}
    return _answered(answer) | {"law": criteria.law_of(answer.criterion, case)} | texts


def _focus(answer: Answer) -> dict[str, Any]:
    return _answered(answer) | {"strength": answer.strength.strip(), "development": answer.reason.strip()}


# What stands in the way


def _orientation(round: Round) -> str:
    """Whether the municipality was told in person first (domain rule 24)."""
    meetings = MilestonePurpose.objects.filter(engagement=round.engagement_id, purpose=Purpose.ORIENTATION_MEETING, dropped=False)
    found = list(meetings.select_related("milestone").order_by("sequence"))
    if not found:
        return NO_MEETING
    return "" if any(one.met_at for one in found) else NOT_ORIENTED.format(found[0].milestone.subject)


def _reviews(round: Round) -> list[str]:
    """Which cases are not reviewed to the end, by jurists and by VISO."""
    received = round.cases.filter(state__in=RECEIVED)
    if received.count() < round.needed:
        return ["Ikke alle sager er indsendt. En sag, der er trukket tilbage, skal erstattes, eller der skal gives dispensation."]
    legal = _without(received, Profession.LEGAL)
    sentences = [f"Gennemgangen af {legal} skal kvalitetssikres først."] if legal else []
    if round.viso_criteria_id is None or round.viso_count == 0:
        return sentences
    if round.viso_count is not None:
        if not VisoSelection.objects.filter(round=round, state=SelectionState.LOCKED).exists():
            return [*sentences, "VISO-udvalget skal låses, og VISO skal gøre sin gennemgang færdig."]
        received = received.filter(pk__in=VisoPick.objects.filter(selection__round=round, removed_at__isnull=True).values("case"))
    viso = _without(received, Profession.VISO)
    return [*sentences, f"VISO skal gøre gennemgangen af {viso} færdig."] if viso else sentences


def _without(cases: Any, profession: Profession) -> str:
    """Sag 03 og Sag 07: those whose review of that profession is not done; "" when all are."""
    done = Q(reviews__profession=profession, reviews__ended_at__isnull=True, reviews__state=DONE[profession])
    left = [str(case) for case in cases.exclude(pk__in=cases.filter(done).values("pk")).order_by("number")]
    return join(left) if len(left) <= MANY else f"{join([*left[: MANY - 1], 'flere'])}"
