"""Who may do what with set-up and jobs, and the addresses of this app with what each takes."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import ANY_PERSON, ANYBODY, Permission, PolicyObject, PolicyRow, require, why_not
from accounts.models import Job, User
from accounts.states import JobState, Relation, Role
from engagements.models import Engagement

SETUP = Permission("setup", "edit", "Opsætningen er kun for administratorer. Skriv til support, hvis du mangler adgang.")
OWN_JOB = Permission("job", "view")  # whoever ordered it, while they see what it is about; everybody else meets a 404
RESULT = Permission("job", "view", field="result")
LOG_ONLY = "Loggen er kun for revisorer og administratorer. Skriv til support, hvis du mangler adgang."
VIEW_LOG = Permission("log", "view", LOG_ONLY)
EXPORT_LOG = Permission("log", "export", LOG_ONLY)
OPERATIONS_ONLY = "Driften er kun for administratorer. Skriv til support, hvis noget ikke virker."
VIEW_OPERATIONS = Permission("operations", "view", OPERATIONS_ONLY)
RUN_AGAIN = Permission("operations", "run_again", OPERATIONS_ONLY)
TEST_MAIL = Permission("operations", "test_mail", OPERATIONS_ONLY)
VIEW_MAILS = Permission("operations", "view", OPERATIONS_ONLY, field="mails")

LOG_READERS = (Role.AUDITOR, Role.ADMIN)
ORDERERS = (Role.CONSULTANT, Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT, Role.COORDINATOR, Role.LEADER)
OBJECTS = {
    "setup": PolicyObject(
        label="opsætning",
        about="Django admin: organisations, programmes, templates, service areas, footer pages. No people, no content of engagements.",
        actions={"edit": "see and change it"},
    ),
    "job": PolicyObject(
        label="job",
        about="Long work that a person ordered, such as a PDF. Only that person has it (*forfatter*), and only while they see the "
        "engagement that it is about.",
        actions={"view": "see how far it is, try it again when it failed"},
        fields={"result": "the file that came out of it; deleted after seven days"},
        states=JobState,
    ),
    "log": PolicyObject(
        label="log",
        about="Who changed, saw and took what, across all engagements and people; nothing of what an engagement holds. Whoever reads it "
        "is written in it too.",
        actions={"view": "see and search it", "export": "take it to Excel, for a purpose that is written down"},
    ),
    "operations": PolicyObject(
        label="drift",
        about="How the product is: clock, worker, queue, database, mail, reminders, jobs, room for files. No content: of failed mails and "
        "jobs kind, time, person and error.",
        actions={
            "view": "see it",
            "run_again": "let a failed mail or job run once more",
            "test_mail": "send a test mail to oneself",
        },
        fields={"mails": "the log of all mails: recipient, kind, subject, time, error, never the text; whoever reads it is logged"},
    ),
}
ROWS = [
    PolicyRow("setup", "edit", Role.ADMIN, Relation.NONE),
    *(PolicyRow("job", "view", role, Relation.AUTHOR) for role in ORDERERS),
    *(PolicyRow("job", "view", role, Relation.AUTHOR, frozenset({JobState.DONE}), field="result") for role in ORDERERS),
    *(PolicyRow("log", action, role, Relation.NONE) for role in LOG_READERS for action in ("view", "export")),
    *(PolicyRow("operations", action, Role.ADMIN, Relation.NONE) for action in ("view", "run_again", "test_mail")),
    PolicyRow("operations", "view", Role.ADMIN, Relation.NONE, field="mails"),
]

ADDRESSES = {
    "home": ANY_PERSON,
    "job": OWN_JOB,
    "job-again": OWN_JOB,
    "job-download": RESULT,
    "log": VIEW_LOG,
    "log-export": EXPORT_LOG,
    "operations": VIEW_OPERATIONS,
    "operations-mails": VIEW_MAILS,
    "operations-mail-again": RUN_AGAIN,
    "operations-job-again": RUN_AGAIN,
    "operations-test-mail": TEST_MAIL,
    "demo": ANYBODY,  # a 404 but in demo mode
    "demo-enter": ANYBODY,
    "logged-off": ANYBODY,
    "security-txt": ANYBODY,
    "robots": ANYBODY,
    "support": ANYBODY,
    "accessibility": ANYBODY,
    "privacy": ANYBODY,
    "health": ANYBODY,
    "ready": ANYBODY,
    "admin:": SETUP,  # every address of Django admin
}


def get_job(user: User, pk: UUID, permission: Permission = OWN_JOB) -> Job:
    """The user's own job, while they may still see the engagement that it is about; else 404."""
    job = get_object_or_404(Job.objects.visible_to(user), pk=pk)
    get_object_or_404(Engagement.objects.visible_to(user), scope=job.scope_id)
    if why_not(user, permission, relations={Relation.AUTHOR}, state=job.state):
        raise Http404
    return job


def why_not_log(user: User, permission: Permission = VIEW_LOG) -> str:
    """The sentence that says why the user may not read (or take) the log, or ""."""
    return why_not(user, permission, relations={Relation.NONE})


def require_log(user: User, permission: Permission) -> None:
    """Raise Denied unless the user may do `permission` with the log."""
    require(user, permission, relations={Relation.NONE})


def why_not_operations(user: User, permission: Permission = VIEW_OPERATIONS) -> str:
    """The sentence that says why the user may not see (or do something on) *Drift*, or ""."""
    return why_not(user, permission, relations={Relation.NONE})


def require_operations(user: User, permission: Permission) -> None:
    """Raise Denied unless the user may do `permission` on *Drift*."""
    require(user, permission, relations={Relation.NONE})
