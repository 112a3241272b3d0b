from accounts.models.absence import Absence
from accounts.models.access_log import AccessLog
from accounts.models.audit import AuditEntry
from accounts.models.conflict import Conflict
from accounts.models.grant import Grant
from accounts.models.invitation import Invitation
from accounts.models.job import Job
from accounts.models.membership import Membership
from accounts.models.notice import MailChoice, Notice
from accounts.models.organisation import Organisation, OrganisationRegion
from accounts.models.outbox import OutboxMail
from accounts.models.scope import Scope
from accounts.models.sweep import SweepRun
from accounts.models.user import User

__all__ = [
    "Absence",
    "AccessLog",
    "AuditEntry",
    "Conflict",
    "Grant",
    "Invitation",
    "Job",
    "MailChoice",
    "Membership",
    "Notice",
    "Organisation",
    "OrganisationRegion",
    "OutboxMail",
    "Scope",
    "SweepRun",
    "User",
]
