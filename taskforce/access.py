"""The addresses of this app, and what each takes."""

from __future__ import annotations

from accounts.access import ANY_PERSON, ANYBODY, Permission, PolicyRow
from accounts.states import Relation, Role

SETUP = Permission("setup", "edit", "Opsætningen er kun for administratorer. Skriv til support, hvis du mangler adgang.")
OWN_JOB = Permission("job", "view")  # whoever ordered it, while they see what it is about; everybody else meets a 404

ROWS = [
    PolicyRow("setup", "edit", Role.ADMIN, Relation.NONE),
    *(PolicyRow("job", "view", role, Relation.AUTHOR) for role in Role if role not in {Role.EMPLOYEE, Role.AUDITOR, Role.ADMIN}),
]

ADDRESSES = {
    "home": ANY_PERSON,
    "job": OWN_JOB,
    "job-again": OWN_JOB,
    "job-download": OWN_JOB,
    "demo": ANYBODY,  # a 404 but in demo mode
    "demo-enter": ANYBODY,
    "support": ANYBODY,
    "accessibility": ANYBODY,
    "privacy": ANYBODY,
    "health": ANYBODY,
    "ready": ANYBODY,
    "admin:": SETUP,  # every address of Django admin
}
