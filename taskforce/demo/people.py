"""The demo people. All names are invented; any likeness is by chance. Nobody of the customer's documents is here."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.states import OrganisationKind, Role


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    role: Role
    kind: OrganisationKind
    municipality: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"


SBST, AST, VISO, MUNICIPALITY = (
    OrganisationKind.SBST,
    OrganisationKind.ANKESTYRELSEN,
    OrganisationKind.VISO,
    OrganisationKind.MUNICIPALITY,
)
PEOPLE = (
    Person("katrine", "Katrine Solbjerg", Role.CONSULTANT, SBST),
    Person("mikkel", "Mikkel Engholm", Role.CONSULTANT, SBST),
    Person("jonas", "Jonas Ravnkilde", Role.LEGAL_REVIEWER, AST),
    Person("amalie", "Amalie Tornhøj", Role.LEGAL_REVIEWER, AST),
    Person("vibeke", "Vibeke Lindsted", Role.VISO_CONSULTANT, VISO),
    Person("hanne", "Hanne Birkelund", Role.COORDINATOR, MUNICIPALITY, "Hedensted"),
    Person("lars", "Lars Overmark", Role.LEADER, MUNICIPALITY, "Hedensted"),
    Person("sofie", "Sofie Åkjær", Role.COORDINATOR, MUNICIPALITY, "Aabenraa"),
    Person("torben", "Torben Vestergård", Role.LEADER, MUNICIPALITY, "Aabenraa"),
    Person("emil", "Emil Fjordvang", Role.EMPLOYEE, MUNICIPALITY, "Hedensted"),
    Person("rikke", "Rikke Hjortshøj", Role.AUDITOR, SBST),
    Person("admin", "Ane Møllegaard", Role.ADMIN, SBST),
)
