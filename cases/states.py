"""Vocabulary of the cases: how far an intake round, a case and its review are, and what a case is about (decisions 16 and 18)."""

from __future__ import annotations

from django.db.models import TextChoices


class RoundKind(TextChoices):
    """Which round of cases it is; the value stands in its address."""

    MAIN = "hovedgennemgang", "Hovedgennemgang"
    STATUS = "statusmaaling", "Statusmåling"


# Which of several milestones with the same purpose are the round's.
SEQUENCE = {RoundKind.MAIN: 1, RoundKind.STATUS: 2}


class RoundState(TextChoices):
    PREPARING = "preparing", "Forberedes"  # the call-in letter is not sent: only the Task Force sees it
    OPEN = "open", "Åben"
    HANDED_IN = "handed_in", "Indsendt"
    SUPPLEMENT = "supplement", "Supplerende akter udbedt"
    COMPLETE = "complete", "Komplet"
    CLOSED = "closed", "Afsluttet"


ROUND_MOVES: dict[RoundState, set[RoundState]] = {
    RoundState.PREPARING: {RoundState.OPEN},
    RoundState.OPEN: {RoundState.HANDED_IN},
    RoundState.HANDED_IN: {RoundState.SUPPLEMENT, RoundState.COMPLETE},
    RoundState.SUPPLEMENT: {RoundState.HANDED_IN, RoundState.COMPLETE},
    RoundState.COMPLETE: {RoundState.SUPPLEMENT, RoundState.CLOSED},
    RoundState.CLOSED: set(),
}
CALLED_IN = frozenset(set(RoundState) - {RoundState.PREPARING})  # what the municipality sees
RECEIVING = frozenset({RoundState.OPEN, RoundState.SUPPLEMENT})  # files come in
WITH_US = frozenset({RoundState.HANDED_IN, RoundState.SUPPLEMENT, RoundState.COMPLETE, RoundState.CLOSED})  # handed in at least once


class CaseState(TextChoices):
    DRAFT = "draft", "Kladde"
    SUBMITTED = "submitted", "Indsendt"
    IN_REVIEW = "in_review", "Under gennemgang"
    REVIEWED = "reviewed", "Gennemgået"
    ASSURED = "assured", "Kvalitetssikret"
    WITHDRAWN = "withdrawn", "Trukket tilbage"
    ERASED = "erased", "Slettet"


CASE_MOVES: dict[CaseState, set[CaseState]] = {
    CaseState.DRAFT: {CaseState.SUBMITTED, CaseState.WITHDRAWN},
    CaseState.SUBMITTED: {CaseState.IN_REVIEW, CaseState.WITHDRAWN, CaseState.ERASED},
    CaseState.IN_REVIEW: {CaseState.REVIEWED, CaseState.SUBMITTED, CaseState.WITHDRAWN},
    CaseState.REVIEWED: {CaseState.ASSURED, CaseState.IN_REVIEW, CaseState.WITHDRAWN},
    CaseState.ASSURED: {CaseState.IN_REVIEW, CaseState.WITHDRAWN, CaseState.ERASED},
    CaseState.WITHDRAWN: {CaseState.DRAFT, CaseState.ERASED},
    CaseState.ERASED: set(),
}
RECEIVED = frozenset({CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.REVIEWED, CaseState.ASSURED})  # handed in and not taken back


class Custody(TextChoices):
    """Whose hands a file is in: before the hand-in its own municipality reads it, afterwards Ankestyrelsen does."""

    DRAFT = "draft", "Ikke indsendt"
    HANDED_IN = "handed_in", "Indsendt"


class Readiness(TextChoices):
    """How a case in intake stands; derived from its fields and documents, never stored."""

    MISSING = "missing", "Mangler"
    UPLOADING = "uploading", "Uploader"
    CHECKING = "checking", "Kontrolleres"
    REFUSED = "refused", "Afvist"
    DECIDE = "decide", "Kræver stillingtagen"
    READY = "ready", "Klar"


class Outcome(TextChoices):
    GRANTED = "granted", "Bevilling"
    PARTLY = "partly", "Delvis bevilling"
    REFUSED = "refused", "Afslag"
    CEASED = "ceased", "Ophør eller nedsættelse"


class AgeGroup(TextChoices):
    CHILD_0_6 = "child_0_6", "0–6 år"
    CHILD_7_12 = "child_7_12", "7–12 år"
    CHILD_13_17 = "child_13_17", "13–17 år"
    ADULT_18_29 = "adult_18_29", "18–29 år"
    ADULT_30_49 = "adult_30_49", "30–49 år"
    ADULT_50_66 = "adult_50_66", "50–66 år"
    ADULT_67 = "adult_67", "67 år eller mere"


CHILDREN = (AgeGroup.CHILD_0_6, AgeGroup.CHILD_7_12, AgeGroup.CHILD_13_17)
ADULTS = (AgeGroup.ADULT_18_29, AgeGroup.ADULT_30_49, AgeGroup.ADULT_50_66, AgeGroup.ADULT_67)


# The review


class Profession(TextChoices):
    """Whose review it is: two professions look at the same case."""

    LEGAL = "legal", "Juridisk gennemgang"
    VISO = "viso", "Socialfaglig gennemgang"


class CriterionGroup(TextChoices):
    LEGAL_DEFECT = "legal_defect", "Retlige mangler"
    PROCEDURE = "procedure", "Andre sagsbehandlingsregler"
    VISO_FOCUS = "viso_focus", "VISO-fokus"
    QUALITY_MARKER = "quality_marker", "Pejlemærker"


class RuleClass(TextChoices):
    """A breach of a guarantee rule presumes the decision invalid; a breach of an order rule does not."""

    GUARANTEE = "guarantee", "Garantiforskrift"
    ORDER = "order", "Ordensforskrift"


class Scale(TextChoices):
    DEFECT = "defect", "Mangel"
    RULE = "rule", "Regel"
    FOCUS = "focus", "Grad"


class Rating(TextChoices):
    """An answer; which of them belong to which scale, and in what order, stands in cases/scales.py."""

    NO_DEFECT = "no_defect", "Ingen mangel"
    MINOR_DEFECT = "minor_defect", "Mangel uden væsentlig betydning"
    MATERIAL_DEFECT = "material_defect", "Mangel med væsentlig betydning"
    KEPT = "kept", "Overholdt"
    PARTLY_KEPT = "partly_kept", "Delvist overholdt"
    NOT_KEPT = "not_kept", "Ikke overholdt"
    HIGH = "high", "I høj grad"
    SOME = "some", "I nogen grad"
    LESS = "less", "I mindre grad"
    NOT_AT_ALL = "not_at_all", "Slet ikke"
    NOT_RELEVANT = "not_relevant", "Ikke relevant"
    CANNOT_JUDGE = "cannot_judge", "Kan ikke vurderes"
    NOT_SHOWN = "not_shown", "Fremgår ikke af sagen"


class Overall(TextChoices):
    AGREE = "agree", "Enig"
    WRONG = "wrong", "Uenig – afgørelsen er materielt forkert"
    UNINFORMED = "uninformed", "Uenig – oplysningsgrundlaget er utilstrækkeligt"


class ReviewState(TextChoices):
    DRAFT = "draft", "Kladde"
    IN_QA = "in_qa", "Til kvalitetssikring"
    RETURNED = "returned", "Sendt tilbage"
    ASSURED = "assured", "Kvalitetssikret"
    FINAL = "final", "Færdig"  # of VISO, which has no assurance


REVIEW_MOVES: dict[ReviewState, set[ReviewState]] = {
    ReviewState.DRAFT: {ReviewState.IN_QA, ReviewState.FINAL},
    ReviewState.IN_QA: {ReviewState.DRAFT, ReviewState.RETURNED, ReviewState.ASSURED},
    ReviewState.RETURNED: {ReviewState.IN_QA},
    ReviewState.ASSURED: {ReviewState.RETURNED},
    ReviewState.FINAL: {ReviewState.DRAFT},
}
WRITING = frozenset({ReviewState.DRAFT, ReviewState.RETURNED})  # its author works on it


class Sight(TextChoices):
    """What the policy asks about a review: its own state, and whether the other profession is done with the case too."""

    DRAFT = "draft", "Kladde"
    IN_QA = "in_qa", "Til kvalitetssikring"
    RETURNED = "returned", "Sendt tilbage"
    ASSURED = "assured", "Kvalitetssikret"
    FINAL = "final", "Færdig"
    SHARED = "shared", "Begge fagligheder færdige"


class ReviewingState(TextChoices):
    """The states of a round in which its cases can be reviewed: handed in at least once."""

    HANDED_IN = RoundState.HANDED_IN.value, RoundState.HANDED_IN.label
    SUPPLEMENT = RoundState.SUPPLEMENT.value, RoundState.SUPPLEMENT.label
    COMPLETE = RoundState.COMPLETE.value, RoundState.COMPLETE.label
    CLOSED = RoundState.CLOSED.value, RoundState.CLOSED.label


class LegalSight(TextChoices):
    """Those of them that a jurist's review goes through."""

    DRAFT = Sight.DRAFT.value, Sight.DRAFT.label
    IN_QA = Sight.IN_QA.value, Sight.IN_QA.label
    RETURNED = Sight.RETURNED.value, Sight.RETURNED.label
    ASSURED = Sight.ASSURED.value, Sight.ASSURED.label
    SHARED = Sight.SHARED.value, Sight.SHARED.label


class VisoSight(TextChoices):
    """Those of them that a review of VISO goes through."""

    DRAFT = Sight.DRAFT.value, Sight.DRAFT.label
    FINAL = Sight.FINAL.value, Sight.FINAL.label
    SHARED = Sight.SHARED.value, Sight.SHARED.label


class SelectionState(TextChoices):
    """How far the choice of the cases is that VISO reviews too."""

    OPEN = "open", "Ikke låst"
    LOCKED = "locked", "Låst"


SELECTION_MOVES: dict[SelectionState, set[SelectionState]] = {SelectionState.OPEN: {SelectionState.LOCKED}, SelectionState.LOCKED: set()}


class FindingKind(TextChoices):
    WEAKNESS = "weakness", "Udfordring"
    STRENGTH = "strength", "Styrke"
    LEARNING = "learning", "Læringspunkt"


class FindingState(TextChoices):
    DRAFT = "draft", "Kladde"
    CLEARED = "cleared", "Godkendt til offentliggørelse"
    WITHDRAWN = "withdrawn", "Trukket tilbage"


FINDING_MOVES: dict[FindingState, set[FindingState]] = {
    FindingState.DRAFT: {FindingState.CLEARED, FindingState.WITHDRAWN},
    FindingState.CLEARED: {FindingState.WITHDRAWN},
    FindingState.WITHDRAWN: {FindingState.DRAFT},
}


class Disclosure(TextChoices):
    """Whether the municipality sees what the review found: the state that the policy asks about the results of a round."""

    INTERNAL = "internal", "Internt"
    RELEASED = "released", "Frigivet"
