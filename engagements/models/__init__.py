from engagements.models.change import ChangeSet, MilestoneChange
from engagements.models.document import EngagementDocument
from engagements.models.draft import TimetableDraft
from engagements.models.engagement import Engagement, TeamMember
from engagements.models.feed import CalendarFeed
from engagements.models.meeting import Meeting, MeetingParticipant
from engagements.models.milestone import Milestone, MilestonePurpose
from engagements.models.postponement import Postponement
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
from engagements.models.reminder import Assignment, Reminder, ReminderPause

__all__ = [
    "Assignment",
    "CalendarFeed",
    "ChangeSet",
    "Engagement",
    "EngagementDocument",
    "LegalBasis",
    "Meeting",
    "MeetingParticipant",
    "Milestone",
    "MilestoneChange",
    "MilestonePurpose",
    "MilestoneTemplate",
    "PlanTemplate",
    "Postponement",
    "Programme",
    "ProgrammePhase",
    "ProgrammeVersion",
    "Reminder",
    "ReminderPause",
    "ServiceArea",
    "TeamMember",
    "Theme",
    "TimetableDraft",
]
