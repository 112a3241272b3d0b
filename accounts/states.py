"""Vocabulary of people and organisations: roles, kinds of organisation, states of long jobs."""

from __future__ import annotations

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    MUNICIPALITY = "municipality", "Kommune"
    SBST = "sbst", "Social- og Boligstyrelsen"
    VISO = "viso", "VISO"
    ANKESTYRELSEN = "ankestyrelsen", "Ankestyrelsen"


class Role(TextChoices):
    CONSULTANT = "consultant", "Konsulent"
    LEGAL_REVIEWER = "legal_reviewer", "Jurist"
    VISO_CONSULTANT = "viso_consultant", "VISO-konsulent"
    COORDINATOR = "coordinator", "Kommunal koordinator"
    LEADER = "leader", "Kommunal leder"
    EMPLOYEE = "employee", "Kommunal medarbejder"
    AUDITOR = "auditor", "Revisor"
    ADMIN = "admin", "Administrator"


# A role can only be held in an organisation of these kinds.
ROLE_KINDS: dict[Role, set[OrganisationKind]] = {
    Role.CONSULTANT: {OrganisationKind.SBST},
    Role.LEGAL_REVIEWER: {OrganisationKind.ANKESTYRELSEN},
    Role.VISO_CONSULTANT: {OrganisationKind.VISO},
    Role.COORDINATOR: {OrganisationKind.MUNICIPALITY},
    Role.LEADER: {OrganisationKind.MUNICIPALITY},
    Role.EMPLOYEE: {OrganisationKind.MUNICIPALITY},
    Role.AUDITOR: {OrganisationKind.SBST, OrganisationKind.ANKESTYRELSEN},
    Role.ADMIN: {OrganisationKind.SBST, OrganisationKind.ANKESTYRELSEN},
}
# Whose holders may stand in for the holder of a role who is away; of the others only those with the same role.
DEPUTY_ROLES: dict[Role, set[Role]] = {
    Role.COORDINATOR: {Role.COORDINATOR, Role.LEADER},  # many a municipality has one coordinator
    Role.LEADER: {Role.LEADER, Role.COORDINATOR},
}
TEAM_ROLES = (Role.CONSULTANT, Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT)
MUNICIPAL_ROLES = (Role.COORDINATOR, Role.LEADER, Role.EMPLOYEE)


class Relation(TextChoices):
    """How a person stands to an object; the policy tables say what each relation may do."""

    NONE = "none", "ingen tilknytning"
    TEAM = "team", "medlem af forløbets team"
    MUNICIPALITY = "municipality", "ansat i forløbets kommune"
    ASSIGNED = "assigned", "tildelt opgaven"
    AUTHOR = "author", "forfatter"
    INVITED = "invited", "inviteret"
    SELF = "self", "personen selv"


class JobState(TextChoices):
    WAITING = "waiting", "Venter"
    RUNNING = "running", "I gang"
    DONE = "done", "Færdig"
    FAILED = "failed", "Fejlet"


JOB_MOVES: dict[JobState, set[JobState]] = {
    JobState.WAITING: {JobState.RUNNING},
    JobState.RUNNING: {JobState.DONE, JobState.FAILED, JobState.WAITING},
    JobState.FAILED: {JobState.WAITING},
    JobState.DONE: set(),
}


class MailState(TextChoices):
    WAITING = "waiting", "Afventer"
    HELD = "held", "Holdt tilbage"
    SENDING = "sending", "Sendes"
    SENT = "sent", "Sendt"
    FAILED = "failed", "Fejlet"
    CANCELLED = "cancelled", "Annulleret"


MAIL_MOVES: dict[MailState, set[MailState]] = {
    MailState.WAITING: {MailState.SENDING, MailState.HELD, MailState.CANCELLED},
    MailState.HELD: {MailState.WAITING, MailState.CANCELLED},
    MailState.SENDING: {MailState.SENT, MailState.WAITING, MailState.FAILED, MailState.CANCELLED},
    MailState.FAILED: {MailState.WAITING},
    MailState.SENT: set(),
    MailState.CANCELLED: set(),
}


class Delivery(TextChoices):
    """When a person wants the mail about a kind of event; in *Beskeder* it stands at once in any case."""

    AT_ONCE = "at_once", "Mail straks"
    DAILY = "daily", "Daglig samling"
    WEEKLY = "weekly", "Ugentlig (mandag kl. 7)"
    IN_SYSTEM = "in_system", "Kun i systemet"


class ReadAction(TextChoices):
    """What somebody did who only looked."""

    VIEW = "view", "Set"
    DOWNLOAD = "download", "Hentet"
    EXPORT = "export", "Eksporteret"
