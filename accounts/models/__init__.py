from accounts.models.audit import AuditEntry
from accounts.models.job import Job
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation, OrganisationRegion
from accounts.models.scope import Scope
from accounts.models.sweep import SweepRun
from accounts.models.user import User

__all__ = ["AuditEntry", "Job", "Membership", "Organisation", "OrganisationRegion", "Scope", "SweepRun", "User"]
