"""Who may do what with an engagement and its timetable: the policy rows, and the loads that check them."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import history
from accounts.access import ANY_PERSON, ANY_STATE, ANYBODY, Permission, PolicyObject, PolicyRow, require, why_not
from accounts.models import User
from accounts.states import Relation, Role
from engagements.models import Engagement, Milestone
from engagements.states import PLANNABLE, EngagementState

ENGAGEMENT = "engagement"
TASK = "task"
TEAM_ONLY = "Det kan kun konsulenterne på forløbets team. Skriv til projektlederen, hvis noget skal ændres."

VIEW = Permission(ENGAGEMENT, "view", "Du har ikke adgang til forløbet.")
# Parts of it that a consultant outside the team does not read (decision 13).
HISTORY = Permission(ENGAGEMENT, "view", "Historikken er for forløbets team og kommunen.", field="history")
NOTES = Permission(ENGAGEMENT, "view", "Bemærkninger og begrundelser er for forløbets team og kommunen.", field="notes")
REMINDERS = Permission(ENGAGEMENT, "view", "Påmindelserne er for forløbets team og kommunen.", field="reminders")
CREATE = Permission(ENGAGEMENT, "create", "Kun taskforcens konsulenter kan oprette forløb.")
PLAN = Permission(
    ENGAGEMENT,
    "plan",
    TEAM_ONLY,
    "Forløbet er afsluttet eller afbrudt, så tidsplanen kan ikke ændres. Genåbn forløbet først.",
)
STAFF = Permission(ENGAGEMENT, "staff", TEAM_ONLY)
STEER = Permission(ENGAGEMENT, "steer", TEAM_ONLY)
CHANGE_PHASE = Permission(ENGAGEMENT, "change_phase", TEAM_ONLY, "Fasen kan kun skiftes, mens forløbet er i gang.")
DELEGATE = Permission(
    ENGAGEMENT,
    "delegate",
    "Opgaver uddelegeres af forløbets team og af kommunens koordinatorer og ledere.",
    "Opgaver kan kun uddelegeres, mens forløbet er planlagt eller i gang.",
)
# A task that was delegated to an employee of the municipality; everything else of the engagement is a 404 to them (decision 12).
VIEW_TASK = Permission(TASK, "view")

ASK = Permission(
    ENGAGEMENT,
    "ask",
    "Kun kommunens koordinator og leder kan bede om udsættelse. Er du på forløbets team, kan du selv flytte datoen.",
    "I kan kun bede om udsættelse, mens forløbet er planlagt eller i gang.",
)
MAILS = Permission(ENGAGEMENT, "mails", TEAM_ONLY)
DOCUMENTS = Permission(ENGAGEMENT, "view", "Dokumenterne er for forløbets team og kommunen.", field="documents")
UPLOADERS = "Dokumenter uploades og slettes af forløbets konsulenter og kommunens koordinatorer. Skriv til en af dem."
UPLOAD = Permission(ENGAGEMENT, "upload", UPLOADERS, "Forløbet er afsluttet eller afbrudt, så der kan ikke komme flere dokumenter til.")
ERASE_DOCUMENT = Permission(ENGAGEMENT, "erase_document", UPLOADERS)

_PLANNABLE = frozenset(PLANNABLE)
_RUNNING = frozenset({EngagementState.PLANNED, EngagementState.ACTIVE})
_ASKABLE = frozenset({EngagementState.PLANNED, EngagementState.ACTIVE})
INSIDERS = (
    (Role.CONSULTANT, Relation.TEAM),
    (Role.LEGAL_REVIEWER, Relation.TEAM),
    (Role.VISO_CONSULTANT, Relation.TEAM),
    (Role.COORDINATOR, Relation.MUNICIPALITY),
    (Role.LEADER, Relation.MUNICIPALITY),
)
SENDERS = ((Role.CONSULTANT, Relation.TEAM), (Role.COORDINATOR, Relation.MUNICIPALITY))
OBJECTS = {
    ENGAGEMENT: PolicyObject(
        label="forløb",
        about="An engagement: about two years of work with one municipality, with its team and its timetable of milestones.",
        actions={
            "view": "see it: municipality, programme, area, phase, status, team with contact data, milestones; as page, PDF and Excel",
            "create": "open a new one",
            "plan": "change the timetable: add, change, move, meet, drop, reopen and delete milestones; paste a timetable (the draft of it "
            "is seen by its author alone); undo the last change, whoever of the team made it; answer the municipality's wishes for later "
            "dates; pause the reminders of a milestone",
            "staff": "change the team",
            "steer": "change its status: start, pause, complete, abort, reopen",
            "change_phase": "change its phase",
            "ask": "ask for a later date of what the municipality owes, withdraw that, take what is offered instead",
            "mails": "see the mails that the system writes about it and how they went; let those to the municipality wait, change them, "
            "send or cancel them",
            "upload": "put documents to it: minutes, agreements; say what kind they are",
            "erase_document": "erase a document that one's own side put there",
            "delegate": "name a colleague who answers for a milestone that one's own party owes, and take that back",
        },
        fields={
            "history": "who did what and when, and how a milestone came to be as it is",
            "documents": "its documents: the list, and the files themselves, each look logged, with a fresh second factor",
            "reminders": "who is reminded of a milestone and when, what was sent, and what was agreed on the phone",
            "notes": "notes and reasons: of milestones, of moves, of the status; dates as somebody wrote them",
        },
        states=EngagementState,
    ),
    TASK: PolicyObject(
        label="uddelegeret opgave",
        about="A milestone that was delegated to an employee of the municipality: what, when and whom to ask. No notes, nothing else of "
        "the engagement; gone the day the delegation or the role ends. The states are those of the engagement.",
        actions={"view": "see the task"},
        states=EngagementState,
    ),
}
ROWS = [
    PolicyRow(ENGAGEMENT, "view", Role.CONSULTANT, Relation.NONE),
    PolicyRow(ENGAGEMENT, "view", Role.LEGAL_REVIEWER, Relation.TEAM),
    PolicyRow(ENGAGEMENT, "view", Role.VISO_CONSULTANT, Relation.TEAM),
    PolicyRow(ENGAGEMENT, "view", Role.COORDINATOR, Relation.MUNICIPALITY),
    PolicyRow(ENGAGEMENT, "view", Role.LEADER, Relation.MUNICIPALITY),
    *(PolicyRow(ENGAGEMENT, "view", role, relation, field="history") for role, relation in INSIDERS),
    *(PolicyRow(ENGAGEMENT, "view", role, relation, field="notes") for role, relation in INSIDERS),
    *(PolicyRow(ENGAGEMENT, "view", role, relation, field="reminders") for role, relation in INSIDERS),
    *(PolicyRow(ENGAGEMENT, "view", role, relation, field="documents") for role, relation in INSIDERS),
    *(PolicyRow(ENGAGEMENT, "upload", role, relation, _PLANNABLE) for role, relation in SENDERS),
    *(PolicyRow(ENGAGEMENT, "erase_document", role, relation) for role, relation in SENDERS),
    PolicyRow(ENGAGEMENT, "create", Role.CONSULTANT, Relation.NONE),
    PolicyRow(ENGAGEMENT, "plan", Role.CONSULTANT, Relation.TEAM, _PLANNABLE),
    PolicyRow(ENGAGEMENT, "staff", Role.CONSULTANT, Relation.TEAM, ANY_STATE),
    PolicyRow(ENGAGEMENT, "steer", Role.CONSULTANT, Relation.TEAM, ANY_STATE),
    *(PolicyRow(ENGAGEMENT, "ask", role, Relation.MUNICIPALITY, _ASKABLE) for role in (Role.COORDINATOR, Role.LEADER)),
    PolicyRow(ENGAGEMENT, "mails", Role.CONSULTANT, Relation.TEAM),
    PolicyRow(ENGAGEMENT, "change_phase", Role.CONSULTANT, Relation.TEAM, _RUNNING),
    *(PolicyRow(ENGAGEMENT, "delegate", role, relation, _RUNNING) for role, relation in INSIDERS),
    PolicyRow(TASK, "view", Role.EMPLOYEE, Relation.ASSIGNED, _RUNNING),
]
ADDRESSES = {
    "engagements": ANY_PERSON,  # the list holds what the person may see
    "understood-date": ANY_PERSON,
    "engagement-open": CREATE,
    "engagement-preview": CREATE,
    "engagement-create": CREATE,
    "engagement": VIEW,
    "engagement-team": VIEW,  # and STAFF to put somebody on it
    "team-lead": STAFF,
    "team-leave": STAFF,
    "engagement-state": STEER,
    "engagement-phase": CHANGE_PHASE,
    "engagement-history": HISTORY,
    "engagement-documents": DOCUMENTS,  # and UPLOAD to put one there
    "engagement-document": DOCUMENTS,
    "engagement-document-picture": DOCUMENTS,
    "engagement-document-search": DOCUMENTS,
    "engagement-document-download": DOCUMENTS,
    "engagement-document-kind": UPLOAD,
    "engagement-document-erase": ERASE_DOCUMENT,
    "timetable": PLAN,
    "timetable-paste": PLAN,
    "timetable-check": PLAN,
    "timetable-import": PLAN,
    "timetable-pdf": VIEW,
    "timetable-xlsx": VIEW,
    "milestone-add": PLAN,
    "milestone": VIEW,
    "milestone-edit": PLAN,
    "milestone-move": PLAN,
    "milestone-move-accept": PLAN,
    "milestone-meet": PLAN,
    "milestone-drop": PLAN,
    "milestone-reopen": PLAN,
    "milestone-delete": PLAN,
    "reminders-pause": PLAN,
    "reminders-resume": PLAN,
    "milestone-ics": VIEW,
    "milestone-meeting": PLAN,
    "meeting-invite": PLAN,
    "meeting-cancel": PLAN,
    "milestone-delegate": DELEGATE,
    "milestone-take-back": DELEGATE,
    "engagement-missing": VIEW,
    "task": VIEW_TASK,
    "postponement-ask": ASK,
    "postponement-withdraw": ASK,
    "postponement-take": ASK,
    "postponement": PLAN,
    "postponement-decline": PLAN,
    "postponement-offer": PLAN,
    "outgoing": MAILS,
    "engagement-mails": MAILS,
    "mail-hold": MAILS,
    "mail-send-all": MAILS,
    "mail": MAILS,
    "mail-send": MAILS,
    "mail-edit": MAILS,
    "mail-postpone": MAILS,
    "mail-cancel": MAILS,
    "mail-again": MAILS,
    "change-undo": PLAN,
    "calendar": ANYBODY,  # whoever holds the secret address; it is a 404 when its person may not log in
    "calendar-feeds": ANY_PERSON,  # one's own
    "calendar-feed-revoke": ANY_PERSON,
    "calendar-feed-renew": ANY_PERSON,
}


def get_engagement(user: User, pk: int, permission: Permission = VIEW) -> Engagement:
    """The engagement, when the user may do `permission` with it.

    Outside the user's scope it is 404, like an id that does not exist, and so is a part that the user may not see; inside it but
    not allowed it raises Denied (403).
    """
    visible = Engagement.objects.visible_to(user).select_related("municipality", "programme_version__programme", "scope")
    found = get_object_or_404(visible, pk=pk)
    if permission.action == VIEW.action and why_not_engagement(user, permission, found):
        raise Http404
    require_engagement(user, permission, found)
    return found


def why_not_engagement(user: User, permission: Permission, engagement: Engagement) -> str:
    """The sentence that says why the user may not do `permission`, or ""."""
    return why_not(user, permission, relations=engagement.relations_of(user), state=engagement.state)


def require_engagement(user: User, permission: Permission, engagement: Engagement) -> None:
    """Raise Denied when the user may not do `permission` with the engagement."""
    require(user, permission, relations=engagement.relations_of(user), state=engagement.state)


def unheard(user: User, engagement: Engagement) -> frozenset[str]:
    """The verbs of its history that are not for the user: to the municipality the team's inner work, to VISO what is about single cases."""
    roles = {role for role, found in engagement.relations_of(user).items() if Relation.TEAM in found}
    if not roles:
        return frozenset(history.INTERNAL)
    return frozenset(history.INTERNAL | history.OF_CASES) if roles == {Role.VISO_CONSULTANT} else frozenset()


def require_create(user: User) -> None:
    """Raise Denied unless the user may open engagements."""
    require(user, CREATE, relations={Relation.NONE})


def why_not_create(user: User) -> str:
    """The sentence that says why the user may not open engagements, or ""."""
    return why_not(user, CREATE, relations={Relation.NONE})


def get_task(user: User, pk: int) -> Milestone:
    """The milestone that was delegated to the user, an employee; 404 for everything else, also when the delegation or role has ended."""
    found = Milestone.objects.handed_to(user).select_related("engagement__municipality", "assignment__by").prefetch_related("purposes")
    return get_object_or_404(found, pk=pk)
