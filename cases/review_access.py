"""Who may do what with the reviews and what comes of them: the policy rows, and the loads that check them.

A review's state, for the policy, is its `Sight`: its own state, or SHARED when both professions are done with the case. A result's is
whether the municipality was shown it (`Disclosure`).
"""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import Permission, PolicyObject, PolicyRow, Relations, require, why_not
from accounts.models import User
from accounts.refusal import Refused
from accounts.states import Relation, Role
from cases import access
from cases.models import Finding, Review, Round, VisoSelection
from cases.models.review_reach import OBJECTS as KINDS
from cases.states import (
    CALLED_IN,
    WITH_US,
    Disclosure,
    FindingState,
    LegalSight,
    Profession,
    ReviewingState,
    RoundState,
    SelectionState,
    Sight,
    VisoSight,
)

LEGAL, VISO = KINDS[Profession.LEGAL], KINDS[Profession.VISO]
REVIEWING, SELECTION, RESULT, FINDING = "reviewing", "selection", "result", "finding"
OWN_CASES = "own_cases"
REVIEWERS_ONLY = "Det kan kun juristerne på forløbets team."
VISO_ONLY = "Det kan kun VISO-konsulenterne på forløbets team."
CONSULTANTS_ONLY = "Det kan kun konsulenterne på forløbets team."
TASK_FORCE_ONLY = "Det kan kun konsulenterne og juristerne på forløbets team."
AUTHOR_ONLY = "Gennemgangen skrives af den, som har sagen."
NOT_WRITING = "Gennemgangen er sendt videre, så den kan ikke ændres nu. Træk den tilbage til kladde, eller bed om at få den sendt tilbage."
OWN_REVIEW = "Du har selv skrevet i gennemgangen. En anden jurist på forløbets team skal kvalitetssikre den."
NOT_READY = "Gennemgangen er ikke klar til at blive læst af andre endnu."
NOT_RELEASED = "Resultaterne er ikke frigivet endnu."
RELEASED = "Resultaterne er frigivet."

MY_CASES = Permission(OWN_CASES, "view", "Mine sager er for jurister og VISO-konsulenter.")
# The review of a round as a whole
ASSIGN = Permission(REVIEWING, "assign", TASK_FORCE_ONLY, "Sagerne kan først fordeles, når de er indsendt.")
SEND = Permission(REVIEWING, "send", REVIEWERS_ONLY, "Sagerne er ikke indsendt endnu.")
MATRIX = Permission(REVIEWING, "matrix", TASK_FORCE_ONLY, "Sagsmatrixen er der, når sagerne er indsendt.")
SYMBOLS = Permission(REVIEWING, "matrix", CONSULTANTS_ONLY, field="symbols")
CLOSE = Permission(REVIEWING, "close", CONSULTANTS_ONLY, "Runden kan lukkes én gang, når sagerne er komplette.")
# One review
VIEW_LEGAL = Permission(
    LEGAL, "view", "Du har ikke adgang til gennemgangen.", "Gennemgangen er ikke klar til at blive læst af andre endnu."
)
WRITE_LEGAL = Permission(LEGAL, "write", AUTHOR_ONLY, NOT_WRITING)
TAKE_BACK_LEGAL = Permission(LEGAL, "take_back", AUTHOR_ONLY, "Gennemgangen kan kun trækkes tilbage, mens den venter på kvalitetssikring.")
DISCUSS = Permission(LEGAL, "discuss", REVIEWERS_ONLY, "Gennemgangen er ikke sendt til kvalitetssikring endnu.")
ASSURE = Permission(LEGAL, "assure", REVIEWERS_ONLY, "Gennemgangen venter ikke på kvalitetssikring.")
REOPEN = Permission(LEGAL, "reopen", REVIEWERS_ONLY, "Kun en kvalitetssikret gennemgang kan åbnes igen.")
VIEW_VISO = Permission(VISO, "view", "Du har ikke adgang til gennemgangen.", NOT_READY)
WRITE_VISO = Permission(VISO, "write", AUTHOR_ONLY, NOT_WRITING)
TAKE_BACK_VISO = Permission(VISO, "take_back", AUTHOR_ONLY, "Kun en færdig gennemgang kan åbnes igen.")
# VISO's choice of cases
VIEW_SELECTION = Permission(SELECTION, "view", "VISO-udvalget er for forløbets team.")
PROPOSE = Permission(SELECTION, "propose", VISO_ONLY, "Udvalget er låst. Bed juristen om at ændre det.")
LOCK = Permission(SELECTION, "lock", REVIEWERS_ONLY, "Udvalget er låst.")
CHANGE_SELECTION = Permission(SELECTION, "change", REVIEWERS_ONLY, "Udvalget er ikke låst endnu.")
# What comes of it
VIEW_RESULT = Permission(RESULT, "view", NOT_RELEASED, NOT_RELEASED)
PREVIEW = Permission(RESULT, "preview", CONSULTANTS_ONLY, RELEASED)
RELEASE = Permission(RESULT, "release", CONSULTANTS_ONLY, RELEASED)
VIEW_SEMINAR = Permission(RESULT, "seminar", NOT_RELEASED, NOT_RELEASED)
EDIT_SEMINAR = Permission(RESULT, "edit_seminar", TASK_FORCE_ONLY)
VIEW_FINDING = Permission(FINDING, "view", TASK_FORCE_ONLY)
CLEAR = Permission(FINDING, "clear", REVIEWERS_ONLY, "Fundet er allerede behandlet.")
WITHDRAW_FINDING = Permission(FINDING, "withdraw", REVIEWERS_ONLY, "Fundet er allerede trukket tilbage.")
TAKE_UP = Permission(FINDING, "take_up", REVIEWERS_ONLY, "Kun et fund, der er trukket tilbage, kan tages op igen.")

VIEW = {LEGAL: VIEW_LEGAL, VISO: VIEW_VISO}
WRITE = {LEGAL: WRITE_LEGAL, VISO: WRITE_VISO}
TAKE_BACK = {LEGAL: TAKE_BACK_LEGAL, VISO: TAKE_BACK_VISO}
_CONSULTANT = (Role.CONSULTANT, Relation.TEAM)
_JURIST = (Role.LEGAL_REVIEWER, Relation.TEAM)
_AUTHOR_JURIST = (Role.LEGAL_REVIEWER, Relation.AUTHOR)
_VISO_TEAM = (Role.VISO_CONSULTANT, Relation.TEAM)
_VISO_ASSIGNED = (Role.VISO_CONSULTANT, Relation.ASSIGNED)
_AUTHOR_VISO = (Role.VISO_CONSULTANT, Relation.AUTHOR)
_COORDINATOR = (Role.COORDINATOR, Relation.MUNICIPALITY)
_LEADER = (Role.LEADER, Relation.MUNICIPALITY)
_DRAFT = frozenset({Sight.DRAFT})
_READABLE = frozenset({Sight.ASSURED, Sight.SHARED})
_OPEN_SELECTION, _LOCKED = frozenset({SelectionState.OPEN}), frozenset({SelectionState.LOCKED})
_INTERNAL, _RELEASED = frozenset({Disclosure.INTERNAL}), frozenset({Disclosure.RELEASED})

OBJECTS = {
    OWN_CASES: PolicyObject(
        label="mine sager",
        about="The cases that one was given to review, and what waits for one's assurance, across all engagements.",
        actions={"view": "see them; each line only while the policy gives the case"},
    ),
    REVIEWING: PolicyObject(
        label="gennemgang af en runde",
        about="The review of all cases of a round: who has which case, the matrix of cases and criteria, and the end of it. The states are "
        "those of the round.",
        actions={
            "assign": "give cases to reviewers and second readers, set the date by which they are done",
            "send": "send all of one's own finished reviews to assurance at once",
            "matrix": "see cases × criteria with the answers, as page and Excel; a jurist sees the answers of reviews that they may read",
            "close": "close the round, which freezes its results",
        },
        fields={"symbols": "the answers of a jurist's review while it runs, as symbols without texts"},
        states=ReviewingState,
    ),
    LEGAL: PolicyObject(
        label="juridisk gennemgang",
        about="A jurist's review of a case. Its draft is its author's alone; the consultants see answers in the matrix meanwhile, and "
        "texts when it is assured. VISO sees it when both professions are done with the case.",
        actions={
            "view": "read it: answers, reasons, notes",
            "write": "answer, save, send to assurance",
            "take_back": "take it back to draft before somebody assures it",
            "discuss": "see what was changed since it was last sent, and what its author and the other jurists write about it; write there",
            "assure": "send it back, approve it; never one's own",
            "reopen": "send back an approved one",
        },
        states=LegalSight,
    ),
    VISO: PolicyObject(
        label="socialfaglig gennemgang",
        about="VISO's review of one of its cases. Its draft is its author's alone; the jurists see it when both professions are done.",
        actions={"view": "read it", "write": "answer, save, finish", "take_back": "open a finished one again"},
        states=VisoSight,
    ),
    SELECTION: PolicyObject(
        label="VISO-udvalg",
        about="Which of the cases VISO reviews too. Until it is locked VISO sees number, area, age group and outcome of all cases and "
        "nothing else; afterwards its own alone.",
        actions={
            "view": "see it",
            "propose": "choose cases, with a reason",
            "lock": "choose cases, and lock the selection",
            "change": "put another case in the place of one, with a reason",
        },
        states=SelectionState,
    ),
    RESULT: PolicyObject(
        label="resultat af gennemgangen",
        about="What the municipality is shown of the review, frozen as it was previewed, and the pages of the learning seminar.",
        actions={
            "view": "read what was released",
            "preview": "see exactly what the municipality will see",
            "release": "release it, after the orientation meeting",
            "seminar": "show the pages of the seminar, fetch them as PDF",
            "edit_seminar": "write the pages of the seminar",
        },
        states=Disclosure,
    ),
    FINDING: PolicyObject(
        label="fund",
        about="Something learned, in words that name nobody; it is cleared for publication one by one.",
        actions={"view": "read it", "clear": "change its words and clear it", "withdraw": "withdraw it", "take_up": "take it up again"},
        states=FindingState,
    ),
}
ROWS = [
    *(PolicyRow(OWN_CASES, "view", role, Relation.NONE) for role in (Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT)),
    *(PolicyRow(REVIEWING, action, *who, WITH_US) for action in ("assign", "matrix") for who in (_CONSULTANT, _JURIST)),
    PolicyRow(REVIEWING, "matrix", *_CONSULTANT, WITH_US, field="symbols"),
    PolicyRow(REVIEWING, "send", *_JURIST, WITH_US),
    PolicyRow(REVIEWING, "close", *_CONSULTANT, frozenset({RoundState.COMPLETE})),
    PolicyRow(LEGAL, "view", *_AUTHOR_JURIST, _DRAFT),
    PolicyRow(LEGAL, "view", *_JURIST, frozenset({Sight.IN_QA, Sight.RETURNED}) | _READABLE),
    PolicyRow(LEGAL, "view", *_CONSULTANT, _READABLE),
    PolicyRow(LEGAL, "view", *_VISO_ASSIGNED, frozenset({Sight.SHARED})),
    PolicyRow(LEGAL, "write", *_AUTHOR_JURIST, frozenset({Sight.DRAFT, Sight.RETURNED})),
    PolicyRow(LEGAL, "take_back", *_AUTHOR_JURIST, frozenset({Sight.IN_QA})),
    PolicyRow(LEGAL, "discuss", *_JURIST, frozenset({Sight.IN_QA, Sight.RETURNED}) | _READABLE),
    PolicyRow(LEGAL, "assure", *_JURIST, frozenset({Sight.IN_QA})),
    PolicyRow(LEGAL, "reopen", *_JURIST, _READABLE),
    PolicyRow(VISO, "view", *_AUTHOR_VISO, _DRAFT),
    PolicyRow(VISO, "view", *_VISO_ASSIGNED, frozenset({Sight.FINAL, Sight.SHARED})),
    PolicyRow(VISO, "view", *_CONSULTANT, frozenset({Sight.FINAL, Sight.SHARED})),
    PolicyRow(VISO, "view", *_JURIST, frozenset({Sight.SHARED})),
    PolicyRow(VISO, "write", *_AUTHOR_VISO, _DRAFT),
    PolicyRow(VISO, "take_back", *_AUTHOR_VISO, frozenset({Sight.FINAL})),
    *(PolicyRow(SELECTION, "view", *who) for who in (_CONSULTANT, _JURIST, _VISO_TEAM)),
    PolicyRow(SELECTION, "propose", *_VISO_TEAM, _OPEN_SELECTION),
    PolicyRow(SELECTION, "lock", *_JURIST, _OPEN_SELECTION),
    PolicyRow(SELECTION, "change", *_JURIST, _LOCKED),
    *(PolicyRow(RESULT, "view", *who, _RELEASED) for who in (_CONSULTANT, _JURIST, _VISO_TEAM, _COORDINATOR, _LEADER)),
    *(PolicyRow(RESULT, action, *_CONSULTANT, _INTERNAL) for action in ("preview", "release")),
    *(PolicyRow(RESULT, "seminar", *who) for who in (_CONSULTANT, _JURIST)),
    # Its pages are made of what the jurists found: VISO, like the municipality, sees them when all reviews are done and released.
    *(PolicyRow(RESULT, "seminar", *who, _RELEASED) for who in (_VISO_TEAM, _COORDINATOR, _LEADER)),
    *(PolicyRow(RESULT, "edit_seminar", *who) for who in (_CONSULTANT, _JURIST)),
    *(PolicyRow(FINDING, "view", *who) for who in (_CONSULTANT, _JURIST)),
    PolicyRow(FINDING, "clear", *_JURIST, frozenset({FindingState.DRAFT})),
    PolicyRow(FINDING, "withdraw", *_JURIST, frozenset({FindingState.DRAFT, FindingState.CLEARED})),
    PolicyRow(FINDING, "take_up", *_JURIST, frozenset({FindingState.WITHDRAWN})),
]
ADDRESSES: dict[str, Permission] = {
    "my-cases": MY_CASES,
    "reviews-send": SEND,
    "review-assign": ASSIGN,
    "review-assure": DISCUSS,
    "review-comment": DISCUSS,
    "review-return": ASSURE,
    "review-approve": ASSURE,
    "review-reopen": REOPEN,
    # The matrix and the findings
    "matrix": MATRIX,
    "matrix-xlsx": MATRIX,
    "matrix-criterion": MATRIX,
    "matrix-cell": MATRIX,
    "findings": VIEW_FINDING,
    "finding": VIEW_FINDING,
    "finding-save": CLEAR,
    "finding-clear": CLEAR,
    "finding-withdraw": WITHDRAW_FINDING,
    "finding-take-up": TAKE_UP,
    # What the municipality is shown
    "release": PREVIEW,
    "release-now": RELEASE,
    "results": VIEW_RESULT,
    "seminar": VIEW_SEMINAR,
    "seminar-pdf": VIEW_SEMINAR,
    **{f"seminar-{name}": EDIT_SEMINAR for name in ("edit", "draft", "add", "sheet", "move", "remove")},
    "round-close": CLOSE,
    # VISO's choice of cases
    "viso-selection": VIEW_SELECTION,
    "viso-selection-propose": PROPOSE,
    "viso-selection-lock": LOCK,
    "viso-selection-change": CHANGE_SELECTION,
    "review": VIEW_LEGAL,
    **{f"review-{name}": WRITE_LEGAL for name in ("field", "save", "submit")},
    "review-take-back": TAKE_BACK_LEGAL,
    "viso-review": VIEW_VISO,
    **{f"viso-review-{name}": WRITE_VISO for name in ("field", "save", "submit")},
    "viso-review-take-back": TAKE_BACK_VISO,
}
_WITH_ENGAGEMENT = ("engagement__municipality", "engagement__programme_version__programme", "engagement__scope")


# Rounds, for their review


def get_round(user: User, pk: int, kind: str, permission: Permission) -> Round:
    """The round `kind` of engagement `pk`, when the user may do `permission` with its review, its results or its selection.

    404 to somebody who is neither on the engagement's team nor of its municipality, and while the cases are not handed in; else Denied.
    """
    rounds = Round.objects.filter(state__in=WITH_US).select_related(*_WITH_ENGAGEMENT)
    found = get_object_or_404(rounds, engagement=pk, kind=kind)
    access.require_insider(user, found)
    require_round(user, permission, found)
    return found


def get_selection_round(user: User, pk: int, kind: str, permission: Permission) -> Round:
    """The round whose cases VISO chooses among, when the user may do `permission` with the choice.

    As above, but also before the cases are handed in; 404 where the programme has no such choice, or the cases are not called in.
    """
    rounds = Round.objects.filter(state__in=CALLED_IN, engagement__programme_version__viso_count__gt=0)
    found = get_object_or_404(rounds.select_related(*_WITH_ENGAGEMENT), engagement=pk, kind=kind)
    access.require_insider(user, found)
    require_round(user, permission, found)
    return found


def why_not_round(user: User, permission: Permission, round: Round) -> str:
    """The sentence that says why the user may not do `permission` with the review of the round or what comes of it, or ""."""
    return why_not(user, permission, relations=round.engagement.relations_of(user), state=_state_for(permission, round))


def require_round(user: User, permission: Permission, round: Round) -> None:
    """Raise Denied when the user may not do `permission` with the review of the round or what comes of it."""
    require(user, permission, relations=round.engagement.relations_of(user), state=_state_for(permission, round))


def _state_for(permission: Permission, round: Round) -> str:
    if permission.object == RESULT:
        return round.disclosure
    if permission.object == SELECTION:
        found = VisoSelection.objects.filter(round=round).first()
        return found.state if found else SelectionState.OPEN
    return round.state


# One's own cases


def why_not_my_cases(user: User) -> str:
    """The sentence that says why the user has no page of cases to review, or ""."""
    return why_not(user, MY_CASES, relations={Relation.NONE})


def require_my_cases(user: User) -> None:
    """Raise Denied unless the user reviews cases."""
    require(user, MY_CASES, relations={Relation.NONE})


# Reviews


def get_review(user: User, pk: int, kind: str, number: int, profession: Profession, *, to: str = "view") -> Review:
    """The standing review of case `number`, when the user may do `to` ("view", "write", "take_back", "assure", "reopen") with it.

    404 when they may not even read it, or the case is not theirs; else Denied.
    """
    visible = (
        Review.objects.standing()
        .visible_to(user)
        .select_related(
            "reviewer",
            "second_reader",
            "criteria__criteria_set",
            "case__service_area",
            *(f"case__round__{rest}" for rest in _WITH_ENGAGEMENT),
        )
    )
    wanted = {"case__round__engagement": pk, "case__round__kind": kind, "case__number": number, "profession": profession}
    found = visible.filter(**wanted).first()
    if found is None:
        raise Http404
    require_review(user, to, found)
    return found


def sight_of(review: Review) -> Sight:
    """The state that the policy asks about the review, as it stands in the database now."""
    return Sight(Review.objects.annotate_sight().values_list("sight", flat=True).get(pk=review.pk))  # type: ignore[misc]


def relations_to_review(user: User, review: Review) -> Relations:
    """As to its case, and whether the user is its author."""
    relations = access.relations_to_case(user, review.case)
    for role in (Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT):
        if review.reviewer_id == user.pk and Relation.TEAM in relations.get(role, ()):  # type: ignore[union-attr]
            relations[role].add(Relation.AUTHOR)  # type: ignore[index, union-attr]
    return relations


def why_not_review(user: User, action: str, review: Review) -> str:
    """The sentence that says why the user may not do `action` ("view", "write", "assure" …) with the review, or ""."""
    permission = PERMISSIONS[KINDS[Profession(review.profession)], action]
    return why_not(user, permission, relations=relations_to_review(user, review), state=sight_of(review))


def require_review(user: User, action: str, review: Review) -> None:
    """Raise Denied when the user may not do `action` with the review."""
    permission = PERMISSIONS[KINDS[Profession(review.profession)], action]
    require(user, permission, relations=relations_to_review(user, review), state=sight_of(review))


PERMISSIONS = {
    (one.object, one.action): one
    for one in (VIEW_LEGAL, WRITE_LEGAL, TAKE_BACK_LEGAL, DISCUSS, ASSURE, REOPEN, VIEW_VISO, WRITE_VISO, TAKE_BACK_VISO)
}


def why_not_assure(user: User, review: Review) -> str:
    """The sentence that says why the user may not send the review back or approve it, or ""; never one that they wrote in."""
    return why_not_review(user, "assure", review) or (OWN_REVIEW if user.pk in review.writers() else "")


def require_assurance(user: User, review: Review) -> None:
    """Raise Denied when the user may not send the review back or approve it, Refused when they wrote in it (domain rule 25)."""
    require_review(user, "assure", review)
    if user.pk in review.writers():
        raise Refused(OWN_REVIEW)


# Findings


def get_finding(user: User, pk: int, kind: str, finding: int, permission: Permission = VIEW_FINDING) -> Finding:
    """The finding of the round `kind` of engagement `pk`, when the user may do `permission` with it; 404 when they may not read it."""
    visible = Finding.objects.visible_to(user).filter(round__engagement=pk, round__kind=kind, round__state__in=WITH_US)
    with_all = visible.select_related(
        "criterion", "service_area", "cleared_by", "source__review__case", *(f"round__{rest}" for rest in _WITH_ENGAGEMENT)
    )
    found = get_object_or_404(with_all, pk=finding)
    require_finding(user, permission, found)
    return found


def why_not_finding(user: User, permission: Permission, finding: Finding) -> str:
    """The sentence that says why the user may not do `permission` with the finding, or ""."""
    return why_not(user, permission, relations=finding.round.engagement.relations_of(user), state=finding.state)


def require_finding(user: User, permission: Permission, finding: Finding) -> None:
    """Raise Denied when the user may not do `permission` with the finding."""
    require(user, permission, relations=finding.round.engagement.relations_of(user), state=finding.state)
