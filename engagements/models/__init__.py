from engagements.models.change import ChangeSet, MilestoneChange
from engagements.models.draft import TimetableDraft
from engagements.models.engagement import Engagement, TeamMember
from engagements.models.milestone import Milestone, MilestonePurpose
from engagements.models.programme import (
    LegalBasis,
    MilestoneTemplate,
    PlanTemplate,
    Programme,
    ProgrammePhase,
    ProgrammeVersion,
    ServiceArea,
    Theme,
)

__all__ = [
    "ChangeSet",
    "Engagement",
    "LegalBasis",
    "Milestone",
    "MilestoneChange",
    "MilestonePurpose",
    "MilestoneTemplate",
    "PlanTemplate",
    "Programme",
    "ProgrammePhase",
    "ProgrammeVersion",
    "ServiceArea",
    "TeamMember",
    "Theme",
    "TimetableDraft",
]
