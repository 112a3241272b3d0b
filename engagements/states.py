"""Vocabulary of engagements: states with their moves, parties, kinds, purposes. Danish labels as in docs/glossary.md."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices

from accounts.states import Role


class Area(TextChoices):
    CHILD = "child", "Børnehandicap"
    ADULT = "adult", "Voksenhandicap"
    VULNERABLE = "vulnerable", "Udsatte børn og unge"


class EngagementKind(TextChoices):
    LONG = "long", "Langt forløb"
    SHORT = "short", "Kort forløb"


class Phase(TextChoices):
    """An engagement never has phase APPLICATION: that is the application's life."""

    APPLICATION = "application", "Ansøgning"
    ANALYSIS = "analysis", "Analyse"
    PLANNING = "planning", "Udviklingsplan"
    DEVELOPMENT = "development", "Udvikling"
    CLOSING = "closing", "Afslutning"
    FOLLOW_UP = "follow_up", "Opfølgning"


class EngagementState(TextChoices):
    PLANNED = "planned", "Planlagt"
    ACTIVE = "active", "I gang"
    PAUSED = "paused", "Sat på pause"
    COMPLETED = "completed", "Afsluttet"
    ABORTED = "aborted", "Afbrudt"


ENGAGEMENT_MOVES: dict[EngagementState, set[EngagementState]] = {
    EngagementState.PLANNED: {EngagementState.ACTIVE, EngagementState.ABORTED},
    EngagementState.ACTIVE: {EngagementState.PAUSED, EngagementState.COMPLETED, EngagementState.ABORTED},
    EngagementState.PAUSED: {EngagementState.ACTIVE, EngagementState.ABORTED},
    EngagementState.COMPLETED: {EngagementState.ACTIVE},
    EngagementState.ABORTED: {EngagementState.ACTIVE},
}
# States in which the timetable can be changed.
PLANNABLE = {EngagementState.PLANNED, EngagementState.ACTIVE, EngagementState.PAUSED}


class MailHold(IntegerChoices):
    """How many hours a mail to the municipality waits for the consultant before it goes by itself."""

    NONE = 0, "Send med det samme"
    FOUR = 4, "Vent på mig i 4 timer, og send så selv"
    DAY = 24, "Vent på mig i 1 døgn, og send så selv"
    THREE_DAYS = 72, "Vent på mig i 3 døgn, og send så selv"


class MilestoneState(TextChoices):
    OPEN = "open", "Åben"
    MET = "met", "Opfyldt"
    DROPPED = "dropped", "Bortfaldet"


MILESTONE_MOVES: dict[MilestoneState, set[MilestoneState]] = {
    MilestoneState.OPEN: {MilestoneState.MET, MilestoneState.DROPPED},
    MilestoneState.MET: {MilestoneState.OPEN},
    MilestoneState.DROPPED: {MilestoneState.OPEN},
}


class Standing(TextChoices):
    """How a milestone stands today: derived from its state and the clock, never stored."""

    UPCOMING = "upcoming", "Kommende"
    ONGOING = "ongoing", "I gang"
    DUE_TODAY = "due_today", "Frist i dag"
    OVERDUE = "overdue", "Overskredet"
    MET = "met", "Opfyldt"
    MET_LATE = "met_late", "Opfyldt for sent"
    DROPPED = "dropped", "Bortfaldet"
    PAST_OPTIONAL = "past_optional", "Dato passeret"


class Party(TextChoices):
    """Who owes a milestone."""

    TASK_FORCE = "task_force", "Taskforcen"
    ANKESTYRELSEN = "ankestyrelsen", "Ankestyrelsen"
    VISO = "viso", "VISO"
    MUNICIPALITY = "municipality", "Kommunen"
    BOTH = "both", "Begge parter"
    UNKNOWN = "unknown", "Ikke angivet"


# Which roles answer for a party.
PARTY_ROLES: dict[Party, set[Role]] = {
    Party.TASK_FORCE: {Role.CONSULTANT},
    Party.ANKESTYRELSEN: {Role.LEGAL_REVIEWER},
    Party.VISO: {Role.VISO_CONSULTANT},
    Party.MUNICIPALITY: {Role.COORDINATOR, Role.LEADER},
    Party.BOTH: {Role.CONSULTANT, Role.COORDINATOR, Role.LEADER},
    Party.UNKNOWN: {Role.CONSULTANT},
}


class Kind(TextChoices):
    DEADLINE = "deadline", "Frist"
    DELIVERY = "delivery", "Levering"
    NOTICE = "notice", "Brev eller bestilling"
    MEETING = "meeting", "Møde"
    INTERVIEW = "interview", "Interview"
    SEMINAR = "seminar", "Seminar"
    WORKSHOP = "workshop", "Workshop"
    PRESENTATION = "presentation", "Forelæggelse"
    PUBLICATION = "publication", "Offentliggørelse"
    COORDINATION = "coordination", "Koordinering"
    PERIOD = "period", "Periode"


# Deadlines give way to an earlier working day, events to a later one; periods stay.
DEADLINE_KINDS = {Kind.DEADLINE, Kind.DELIVERY, Kind.NOTICE, Kind.PUBLICATION}
EVENT_KINDS = {Kind.MEETING, Kind.INTERVIEW, Kind.SEMINAR, Kind.WORKSHOP, Kind.PRESENTATION}
PERIOD_KINDS = {Kind.COORDINATION, Kind.PERIOD}


class Precision(TextChoices):
    """How exactly a date was written."""

    DAY = "day", "dag"
    DAYS = "days", "flere dage"
    WEEK = "week", "uge"
    WEEKS = "weeks", "uger"
    MONTH = "month", "måned"
    MONTHS = "months", "måneder"
    QUARTER = "quarter", "kvartal"
    SEASON = "season", "årstid"
    PART_OF_MONTH = "part_of_month", "del af måned"
    YEAR = "year", "år"
    OPEN = "open", "løbende"
    UNKNOWN = "unknown", "ikke forstået"


DAY_PRECISIONS = {Precision.DAY, Precision.DAYS}


class Purpose(TextChoices):
    """Which milestone it is, so that a later app can meet it."""

    CALL_IN_LETTER = "call_in_letter", "Indkaldelsesbrev"
    MATERIALS_ORDER = "materials_order", "Bestilling af materialer og selvevaluering"
    CASES_DUE = "cases_due", "Indsendelse af sager"
    MATERIALS_DUE = "materials_due", "Materialesamling"
    SELF_EVALUATION_DUE = "self_evaluation_due", "Selvevaluering"
    INTERVIEW_LIST_DUE = "interview_list_due", "Oversigt over borgere til interviews"
    CITIZEN_INTERVIEWS = "citizen_interviews", "Borgerinterviews"
    ORIENTATION_MEETING = "orientation_meeting", "Orientering om sagsgennemgang"
    LEARNING_SEMINAR = "learning_seminar", "Læringsseminar"
    STAFF_INTERVIEWS = "staff_interviews", "Interviews i kommunen"
    FOLLOW_UP_INTERVIEWS = "follow_up_interviews", "Opfølgende interviews"
    KICK_OFF = "kick_off", "Opstartsmøde"
    THEME_DAY = "theme_day", "Temadag"
    REPORT_PRESENTED = "report_presented", "Forelæggelse af analyserapport"
    CORRECTIONS_DUE = "corrections_due", "Faktuelle rettelser"
    POLITICAL_PRESENTATION = "political_presentation", "Oplæg for det politiske niveau"
    PUBLICATION = "publication", "Offentliggørelse af rapporten"
    STAFF_PRESENTATION = "staff_presentation", "Oplæg for medarbejderne"
    DEVELOPMENT_WORKSHOP = "development_workshop", "Udviklingsworkshop"
    PLAN_INITIAL = "plan_initial", "Indledende udviklingsplan"
    COOPERATION_AGREEMENT = "cooperation_agreement", "Samarbejdsaftale"
    PLAN_FINAL = "plan_final", "Endelig udviklingsplan"
    DEVELOPMENT = "development", "Udviklingsforløb"
    STATUS_MEETING = "status_meeting", "Statusmøde"
    MIDTERM = "midterm", "Midtvejsstatus"
    FINAL_SELF_EVALUATION = "final_self_evaluation", "Afsluttende selvevaluering og redegørelse"
    STATUS_MEASUREMENT = "status_measurement", "Statusmåling"
    STATUS_REPORT = "status_report", "Statusrapport"
    FOLLOW_UP_MEETING = "follow_up_meeting", "Opfølgende møde"
    OTHER = "other", "Andet"


# Purposes that must not swap places (domain rule 14 and 41): the first comes before the second.
PRECEDENCE: tuple[tuple[Purpose, Purpose], ...] = (
    (Purpose.CALL_IN_LETTER, Purpose.CASES_DUE),
    (Purpose.CASES_DUE, Purpose.ORIENTATION_MEETING),
    (Purpose.ORIENTATION_MEETING, Purpose.LEARNING_SEMINAR),
    (Purpose.INTERVIEW_LIST_DUE, Purpose.CITIZEN_INTERVIEWS),
    (Purpose.STAFF_INTERVIEWS, Purpose.REPORT_PRESENTED),
    (Purpose.REPORT_PRESENTED, Purpose.CORRECTIONS_DUE),
    (Purpose.CORRECTIONS_DUE, Purpose.POLITICAL_PRESENTATION),
    (Purpose.CORRECTIONS_DUE, Purpose.PUBLICATION),
    (Purpose.DEVELOPMENT_WORKSHOP, Purpose.PLAN_FINAL),
    (Purpose.PLAN_INITIAL, Purpose.PLAN_FINAL),
    (Purpose.FINAL_SELF_EVALUATION, Purpose.STATUS_REPORT),
    (Purpose.STATUS_REPORT, Purpose.FOLLOW_UP_MEETING),
)


class Mode(TextChoices):
    """How a milestone's date hangs together with the rest of the plan."""

    FIXED = "fixed", "Fast dato"
    RELATIVE = "relative", "Følger en anden dato"
    NOT_BEFORE = "not_before", "Tidligst på datoen"


class Unit(TextChoices):
    DAYS = "days", "dage"
    WORKING_DAYS = "working_days", "arbejdsdage"
    WEEKS = "weeks", "uger"
    MONTHS = "months", "måneder"
    MONTH_START = "month_start", "måneder, regnet fra den 1."


class Edge(TextChoices):
    """Which end of the anchor an offset counts from."""

    START = "start", "begyndelsen"
    END = "end", "slutningen"


class ReminderState(TextChoices):
    """How far a reminder is. Once it is dispatched, its mail says how it went (docs/adr/0012-reminders.md)."""

    WAITING = "waiting", "Afventer"
    DISPATCHED = "dispatched", "Afsendt"
    CANCELLED = "cancelled", "Annulleret"


REMINDER_MOVES: dict[ReminderState, set[ReminderState]] = {
    ReminderState.WAITING: {ReminderState.DISPATCHED, ReminderState.CANCELLED},
    ReminderState.CANCELLED: {ReminderState.WAITING},
    ReminderState.DISPATCHED: set(),
}


class PostponementState(TextChoices):
    """*Bed om udsættelse*: from the municipality's wish to the consultant's answer."""

    ASKED = "asked", "Afventer svar"
    OFFERED = "offered", "Anden dato tilbudt"
    GRANTED = "granted", "Imødekommet"
    DECLINED = "declined", "Afslået"
    WITHDRAWN = "withdrawn", "Trukket tilbage"


POSTPONEMENT_MOVES: dict[PostponementState, set[PostponementState]] = {
    PostponementState.ASKED: {
        PostponementState.GRANTED,
        PostponementState.OFFERED,
        PostponementState.DECLINED,
        PostponementState.WITHDRAWN,
    },
    PostponementState.OFFERED: {PostponementState.GRANTED, PostponementState.WITHDRAWN},
    PostponementState.GRANTED: {PostponementState.ASKED},  # its move was undone: it waits for an answer again
    PostponementState.DECLINED: set(),
    PostponementState.WITHDRAWN: set(),
}


class MeetingState(TextChoices):
    DRAFT = "draft", "Kladde"
    INVITED = "invited", "Indkaldt"
    CANCELLED = "cancelled", "Aflyst"


MEETING_MOVES: dict[MeetingState, set[MeetingState]] = {
    MeetingState.DRAFT: {MeetingState.INVITED},
    MeetingState.INVITED: {MeetingState.CANCELLED},
    MeetingState.CANCELLED: {MeetingState.INVITED},
}


class DocumentKind(TextChoices):
    """What a document of the engagement as a whole is."""

    AGREEMENT = "agreement", "Aftale"
    MINUTES = "minutes", "Referat"
    OTHER = "other", "Andet"


class WarningCode(TextChoices):
    WEEKEND = "weekend", "Weekend"
    HOLIDAY = "holiday", "Helligdag"
    SOFT_HOLIDAY = "soft_holiday", "Ferieuge"
    ORDER = "order", "Rækkefølge"
    OVERLAP = "overlap", "Overlap"
    YEAR_MISMATCH = "year_mismatch", "Årstal"
    BUNDLED = "bundled", "Flere begivenheder"
    NOT_UNDERSTOOD = "not_understood", "Ikke forstået"


class ChangeKind(TextChoices):
    CREATE = "create", "Tidsplan oprettet"
    ADD = "add", "Milepæl tilføjet"
    EDIT = "edit", "Milepæl ændret"
    MOVE = "move", "Dato flyttet"
    MEET = "meet", "Milepæl opfyldt"
    DROP = "drop", "Milepæl bortfaldet"
    REOPEN = "reopen", "Milepæl genåbnet"
    DELETE = "delete", "Milepæl slettet"
    IMPORT = "import", "Tidsplan indlæst"
