"""Who may do what with rounds, cases and their files: the policy rows, and the loads that check them.

A case's state, for the policy, is the state of its round; a file's is whether it was handed in (`Custody`).
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import grants
from accounts.access import Permission, PolicyObject, PolicyRow, Relations, require, why_not
from accounts.models import User
from accounts.states import Relation, Role
from cases.models import Case, CaseDocument, Round, reach
from cases.states import CALLED_IN, WITH_US, Custody, RoundState
from engagements import access as engagements
from engagements.models import Engagement

ROUND, CASE, FILE = "round", "case", "file"
COORDINATORS_ONLY = "Det kan kun kommunens koordinator."
TEAM_ONLY = "Det kan kun konsulenterne på forløbets team."
REVIEWERS_ONLY = "Det kan kun konsulenterne og juristerne på forløbets team."
NOT_OPEN = "Sagerne er indsendt eller ikke indkaldt endnu, så de kan ikke ændres nu."
LOCKED = "Sagerne er indsendt, så akterne kan ikke længere åbnes af kommunen. I ser stadig navn, størrelse og kvittering."

# A round of cases
LIST = Permission(ROUND, "list", "Sagerne er for forløbets team og kommunen.")
VIEW_ROUND = Permission(ROUND, "view", "Du har ikke adgang til sagerne.")
OVERVIEW = Permission(ROUND, "overview", REVIEWERS_ONLY)
CALL_IN = Permission(ROUND, "call_in", TEAM_ONLY, "Indkaldelsesbrevet er sendt, så det kan ikke ændres.")
DISPENSE = Permission(ROUND, "dispense", TEAM_ONLY, "Dispensation kan kun gives, mens der mangler sager.")
FILL = Permission(ROUND, "fill", COORDINATORS_ONLY, NOT_OPEN)
UPLOAD_LOOSE = Permission(ROUND, "upload", COORDINATORS_ONLY, NOT_OPEN)
HAND_IN = Permission(ROUND, "hand_in", COORDINATORS_ONLY, "Sagerne er allerede indsendt.")
RECEIPT = Permission(
    ROUND, "receipt", "Kvitteringen er for forløbets team og kommunen.", "Der er ingen kvittering, før sagerne er indsendt."
)
SUPPLEMENT = Permission(ROUND, "supplement", REVIEWERS_ONLY, "Der kan kun bedes om supplerende akter, når sagerne er indsendt.")

# One case
VIEW = Permission(CASE, "view", "Du har ikke adgang til sagen.")
EDIT = Permission(CASE, "edit", "Sagen udfyldes af kommunens koordinator og de medarbejdere, der er inviteret til den.", NOT_OPEN)
UPLOAD = Permission(CASE, "upload", "Akterne kommer fra kommunens koordinator og de medarbejdere, der er inviteret til sagen.", NOT_OPEN)
CONFIRM_CPR = Permission(CASE, "confirm_cpr", COORDINATORS_ONLY, NOT_OPEN)
INVITE = Permission(CASE, "invite", COORDINATORS_ONLY, NOT_OPEN)
EMPTY = Permission(CASE, "empty", COORDINATORS_ONLY, NOT_OPEN)
WITHDRAW = Permission(CASE, "withdraw", COORDINATORS_ONLY)
DECLARE_CONFLICT = Permission(
    CASE,
    "declare_conflict",
    "Kun forløbets team kan melde sig inhabil i en sag.",
    "Sagen er ikke indsendt endnu.",
)
LIFT_CONFLICT = Permission(CASE, "lift_conflict", TEAM_ONLY, "Sagen er ikke indsendt.")

# One file
VIEW_FILE = Permission(FILE, "view", "Du har ikke adgang til akten.")
READ_BYTES = Permission(FILE, "read_bytes", "Akternes indhold er kun for dem, der skal bruge det.", LOCKED)
SORT = Permission(
    FILE, "sort", "Akterne ordnes af kommunens koordinator og de medarbejdere, der er inviteret til sagen.", "Akten er indsendt."
)
WITHDRAW_FILE = Permission(FILE, "withdraw", COORDINATORS_ONLY)

_OPEN = frozenset({RoundState.OPEN})
_RECEIVING = frozenset({RoundState.OPEN, RoundState.SUPPLEMENT})
_ASKABLE = frozenset({RoundState.HANDED_IN, RoundState.SUPPLEMENT, RoundState.COMPLETE})
_DRAFT, _HANDED_IN = frozenset({Custody.DRAFT}), frozenset({Custody.HANDED_IN})
_CONSULTANT = (Role.CONSULTANT, Relation.TEAM)
_JURIST = (Role.LEGAL_REVIEWER, Relation.TEAM)
_COORDINATOR = (Role.COORDINATOR, Relation.MUNICIPALITY)
_LEADER = (Role.LEADER, Relation.MUNICIPALITY)
_INVITED = (Role.EMPLOYEE, Relation.INVITED)
_VISO_TEAM = (Role.VISO_CONSULTANT, Relation.TEAM)
_VISO = (Role.VISO_CONSULTANT, Relation.ASSIGNED)  # of the cases that were chosen for VISO, no others

OBJECTS = {
    ROUND: PolicyObject(
        label="sagsrunde",
        about="A call for cases: the slots Sag 01 … Sag N, who is missing what, and the hand-in. Until the call-in letter is sent only "
        "the consultants of the team know of it; Ankestyrelsen sees it from the hand-in.",
        actions={
            "list": "find the cases from the engagement's pages",
            "view": "see how far it is: the cases with their fields, the files by name, size and status; never what is in them",
            "overview": "see cases × kinds of documents, and what is missing",
            "call_in": "begin a round, write and send the call-in letter",
            "dispense": "accept fewer cases, with a reason",
            "fill": "paste the list of cases from Excel",
            "upload": "upload files that are put to a case later",
            "hand_in": "hand the cases in, or the supplementary files",
            "receipt": "see and fetch the receipts",
            "supplement": "ask for supplementary files, and say that nothing is missing any more",
        },
        states=RoundState,
    ),
    CASE: PolicyObject(
        label="sag",
        about="One slot of a round. An employee sees the cases that they are invited to (*inviteret*), and nothing else of the engagement. "
        "The states are those of the round.",
        actions={
            "view": "see its fields and its files by name, size and status",
            "edit": "fill in its fields, and say why a document is missing",
            "upload": "upload files for it",
            "confirm_cpr": "confirm that its files hold CPR numbers, with a reason",
            "invite": "invite a colleague to it, and take that back",
            "empty": "empty the slot before the hand-in: fields and files go",
            "withdraw": "take it back, also after the hand-in: its files are erased at once",
            "declare_conflict": "say that one is *inhabil* in it: from then on one has no relation to it at all",
            "lift_conflict": "take back what a colleague declared by mistake",
        },
        states=RoundState,
    ),
    FILE: PolicyObject(
        label="akt",
        about="A file of a case, or one that waits to be put to one. Its content is read with a fresh second factor, and every look is "
        "written in the log first.",
        actions={
            "view": "see name, size, kind, status and what was found",
            "read_bytes": "read what is in it",
            "sort": "put it to a case, say what it is, remove it before the hand-in",
            "withdraw": "take it back, also after the hand-in: it is erased at once",
        },
        states=Custody,
    ),
}
ROWS = [
    *(PolicyRow(ROUND, "list", *who) for who in (_CONSULTANT, _JURIST, _VISO_TEAM, _COORDINATOR, _LEADER)),
    *(PolicyRow(kind, "view", *_CONSULTANT) for kind in (ROUND, CASE)),
    *(PolicyRow(kind, "view", *_JURIST, WITH_US) for kind in (ROUND, CASE)),
    *(PolicyRow(kind, "view", *who, CALLED_IN) for kind in (ROUND, CASE) for who in (_COORDINATOR, _LEADER)),
    PolicyRow(CASE, "view", *_INVITED, CALLED_IN),
    PolicyRow(CASE, "view", *_VISO, WITH_US),
    PolicyRow(ROUND, "overview", *_CONSULTANT),
    PolicyRow(ROUND, "overview", *_JURIST, WITH_US),
    PolicyRow(ROUND, "call_in", *_CONSULTANT, frozenset({RoundState.PREPARING})),
    PolicyRow(ROUND, "dispense", *_CONSULTANT, _RECEIVING),
    PolicyRow(ROUND, "fill", *_COORDINATOR, _OPEN),
    PolicyRow(ROUND, "upload", *_COORDINATOR, _OPEN),
    PolicyRow(ROUND, "hand_in", *_COORDINATOR, _RECEIVING),
    *(PolicyRow(ROUND, "receipt", *who, WITH_US) for who in (_CONSULTANT, _JURIST, _COORDINATOR, _LEADER)),
    *(PolicyRow(ROUND, "supplement", *who, _ASKABLE) for who in (_CONSULTANT, _JURIST)),
    *(PolicyRow(CASE, action, *who, _RECEIVING) for action in ("edit", "upload") for who in (_COORDINATOR, _INVITED)),
    PolicyRow(CASE, "confirm_cpr", *_COORDINATOR, _RECEIVING),
    PolicyRow(CASE, "invite", *_COORDINATOR, _RECEIVING),
    PolicyRow(CASE, "empty", *_COORDINATOR, _RECEIVING),
    PolicyRow(CASE, "withdraw", *_COORDINATOR, CALLED_IN),
    *(PolicyRow(CASE, "declare_conflict", *who, WITH_US) for who in (_CONSULTANT, _JURIST, _VISO)),
    PolicyRow(CASE, "lift_conflict", *_CONSULTANT, WITH_US),
    *(PolicyRow(FILE, "view", *who) for who in (_CONSULTANT, _COORDINATOR, _LEADER, _INVITED)),
    *(PolicyRow(FILE, "view", *who, _HANDED_IN) for who in (_JURIST, _VISO)),
    *(PolicyRow(FILE, action, *who, _DRAFT) for action in ("read_bytes", "sort") for who in (_COORDINATOR, _INVITED)),
    *(PolicyRow(FILE, "read_bytes", *who, _HANDED_IN) for who in (_JURIST, _VISO)),
    PolicyRow(FILE, "withdraw", *_COORDINATOR),
]
ADDRESSES: dict[str, Permission] = {
    "rounds": LIST,
    "cases": VIEW_ROUND,
    "case-list": FILL,
    "case-list-check": FILL,
    "case-list-save": FILL,
    "case": VIEW,
    "case-fill": EDIT,
    "case-missing": EDIT,
    "case-cpr": CONFIRM_CPR,
    "case-invite": INVITE,
    "case-uninvite": INVITE,
    "case-empty": EMPTY,
    "file": VIEW_FILE,
    "file-sort": SORT,
    "file-remove": SORT,
    # Reading
    "case-file": READ_BYTES,
    "case-file-picture": READ_BYTES,
    "case-file-search": READ_BYTES,
    "case-file-download": READ_BYTES,
    # The papers
    "call-in": VIEW_ROUND,  # before it is begun the team is led to its form
    "call-in-edit": CALL_IN,
    "call-in-send": CALL_IN,
    "call-in-pdf": VIEW_ROUND,
    "call-in-make-pdf": VIEW_ROUND,
    "hand-in": HAND_IN,
    "dispensation": DISPENSE,
    "dispensation-take-back": DISPENSE,
    "round-complete": SUPPLEMENT,
    "receipt": RECEIPT,
    "receipt-pdf": RECEIPT,
    "receipt-make-pdf": RECEIPT,
    "withdrawal": VIEW_ROUND,
    "completeness": OVERVIEW,
    "completeness-xlsx": OVERVIEW,
    "supplement": VIEW,
    "supplement-ask": SUPPLEMENT,
    "supplement-take-back": SUPPLEMENT,
    "supplement-hand-in": HAND_IN,
    "case-withdraw": WITHDRAW,
    "case-conflict": DECLARE_CONFLICT,
    "case-conflict-lift": LIFT_CONFLICT,
}


# Rounds


def get_engagement(user: User, pk: int) -> Engagement:
    """The engagement, for its page of cases: 404 to everybody who is neither on its team nor of its municipality."""
    found = engagements.get_engagement(user, pk)
    if why_not_list(user, found):
        raise Http404
    return found


def require_insider(user: User, round: Round) -> None:
    """404 to everybody who is neither on the team of the round's engagement nor coordinator or leader of its municipality.

    An employee sees the cases that they are invited to; of the round itself they do not even hear that it is there.
    """
    relations = round.engagement.relations_of(user)
    if not any({Relation.TEAM, Relation.MUNICIPALITY} & set(found) for role, found in relations.items() if role != Role.EMPLOYEE):
        raise Http404


def works_for_viso(user: User, engagement: Engagement) -> bool:
    """Whether the user is of the team for VISO, and so sees single cases of a round and never the round."""
    return Relation.TEAM in engagement.relations_of(user).get(Role.VISO_CONSULTANT, ())


def why_not_list(user: User, engagement: Engagement) -> str:
    """The sentence that says why the user does not find cases on the engagement's pages, or ""."""
    return why_not(user, LIST, relations=engagement.relations_of(user))


def get_round(user: User, pk: int, kind: str, permission: Permission = VIEW_ROUND) -> Round:
    """The round `kind` of engagement `pk`, when the user may do `permission` with it.

    Outside the user's scope it is 404, like one that does not exist, and so is a page that only shows; inside it but not allowed it
    raises Denied (403).
    """
    visible = Round.objects.visible_to(user).select_related(*_WITH_ENGAGEMENT, "called_in_by", "letter")
    found = get_object_or_404(visible, engagement=pk, kind=kind)
    require_round(user, permission, found)
    return found


def why_not_round(user: User, permission: Permission, round: Round) -> str:
    """The sentence that says why the user may not do `permission` with the round, or ""."""
    return why_not(user, permission, relations=round.engagement.relations_of(user), state=round.state)


def require_round(user: User, permission: Permission, round: Round) -> None:
    """Raise Denied when the user may not do `permission` with the round."""
    require(user, permission, relations=round.engagement.relations_of(user), state=round.state)


# Cases


def get_case(user: User, pk: int, kind: str, number: int, permission: Permission = VIEW) -> Case:
    """Case `number` of the round `kind` of engagement `pk`, when the user may do `permission` with it; else 404 or Denied as above."""
    visible = Case.objects.visible_to(user).select_related("service_area", "cpr_confirmed_by", *_of_round("round"))
    found = get_object_or_404(visible, round__engagement=pk, round__kind=kind, number=number)
    require_case(user, permission, found)
    return found


def relations_to_case(user: User, case: Case) -> Relations:
    """How the user stands to the case in each role: as to its engagement, and whether they are invited to it, or VISO is.

    *Inhabil* in the case is to have no relation to it at all.
    """
    if case.pk in reach.conflicted_cases(user):
        return {}
    relations = case.round.engagement.relations_of(user)
    if Relation.TEAM in relations.get(Role.VISO_CONSULTANT, ()) and is_of_viso(case):
        relations[Role.VISO_CONSULTANT].add(Relation.ASSIGNED)
    if Role.EMPLOYEE in relations and grants.is_invited(user, Role.EMPLOYEE, case):
        relations[Role.EMPLOYEE].add(Relation.INVITED)
    return relations


def hidden_cases(user: User) -> frozenset[int]:
    """The cases that no list shows the user, because they are *inhabil* in them."""
    return reach.conflicted_cases(user)


def is_of_viso(case: Case) -> bool:
    """Whether VISO reviews the case: it stands in the locked selection, or the programme has none."""
    return Case.objects.filter(reach.of_viso("round__engagement", "pk"), pk=case.pk).exists()


def why_not_case(user: User, permission: Permission, case: Case) -> str:
    """The sentence that says why the user may not do `permission` with the case, or ""."""
    return why_not(user, permission, relations=relations_to_case(user, case), state=case.round.state)


def why_not_lift(user: User, round: Round) -> str:
    """The sentence that says why the user may not lift what colleagues declared in cases of the round, or ""."""
    return why_not(user, LIFT_CONFLICT, relations=round.engagement.relations_of(user), state=round.state)


def require_case(user: User, permission: Permission, case: Case) -> None:
    """Raise Denied when the user may not do `permission` with the case."""
    require(user, permission, relations=relations_to_case(user, case), state=case.round.state)


# Files


def get_file(user: User, document: UUID, permission: Permission = VIEW_FILE, *, within: tuple[int, str] | None = None) -> CaseDocument:
    """The file of the document with this id (in the round `within`: engagement and kind), when the user may do `permission` with it.

    404 outside the user's scope and for one that is erased, Denied inside it. Who reads bytes needs a fresh factor besides.
    """
    visible = CaseDocument.objects.visible_to(user).kept().select_related("document", "document_type", "case", *_of_round("round"))
    if within is not None:
        visible = visible.filter(round__engagement=within[0], round__kind=within[1])
    found = get_object_or_404(visible, document=document)
    require_file(user, permission, found)
    return found


def relations_to_file(user: User, file: CaseDocument) -> Relations:
    """As to its case; a file without a case is nobody's by invitation."""
    if file.case is None:
        return file.round.engagement.relations_of(user)
    file.case.round = file.round
    return relations_to_case(user, file.case)


def why_not_file(user: User, permission: Permission, file: CaseDocument) -> str:
    """The sentence that says why the user may not do `permission` with the file, or ""."""
    return why_not(user, permission, relations=relations_to_file(user, file), state=file.custody_now)


def require_file(user: User, permission: Permission, file: CaseDocument) -> None:
    """Raise Denied when the user may not do `permission` with the file."""
    require(user, permission, relations=relations_to_file(user, file), state=file.custody_now)


_WITH_ENGAGEMENT = ("engagement__municipality", "engagement__programme_version__programme", "engagement__scope")


def _of_round(path: str) -> list[str]:
    return [f"{path}__{rest}" for rest in _WITH_ENGAGEMENT]
