from accounts.models.access_log import AccessLog
from accounts.models.audit import AuditEntry
from accounts.models.conflict import Conflict
from accounts.models.invitation import Invitation
from accounts.models.job import Job
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation, OrganisationRegion
from accounts.models.outbox import OutboxMail
from accounts.models.scope import Scope
from accounts.models.sweep import SweepRun
from accounts.models.user import User

__all__ = [
    "AccessLog",
    "AuditEntry",
    "Conflict",
    "Invitation",
    "Job",
    "Membership",
    "Organisation",
    "OrganisationRegion",
    "OutboxMail",
    "Scope",
    "SweepRun",
    "User",
]
