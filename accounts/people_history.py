"""The history of a person: who gave and took roles, access and conflicts, in words."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from accounts.models import AuditEntry, Organisation, User
from accounts.states import Role

VERBS = {
    "role.add": "gav en rolle",
    "role.accept": "tog imod en rolle",
    "role.end": "lod en rolle ophøre",
    "role.hand_over": "overdrog en rolle",
    "role.take_over": "gav en rolle ved overdragelse",
    "person.bar": "spærrede adgangen",
    "person.unbar": "åbnede adgangen igen",
    "person.factor_reset": "nulstillede totrinsbekræftelsen",
    "conflict.declare": "meldte inhabilitet",
    "conflict.lift": "ophævede inhabilitet",
    "invitation.send": "sendte en invitation",
    "invitation.again": "sendte en invitation igen",
    "invitation.withdraw": "trak en invitation tilbage",
    "invitation.accept": "tog imod en invitation",
}
LABELS = dict(Role.choices)
SHOWN = [verb for verb in VERBS if not verb.startswith("invitation.")]


def of_person(person: User, seen_by: User) -> QuerySet[AuditEntry]:
    """What happened to the person's roles and access, newest first; a leader sees what concerns the own municipality.

    Log-ins stand in the log, where only administrators and auditors look.
    """
    target = ContentType.objects.get_for_model(User)
    entries = AuditEntry.objects.filter(target_type=target, target_id=str(person.pk), verb__in=SHOWN).select_related("by")
    if Role.ADMIN in seen_by.roles():
        return entries
    own = Q(pk__in=[])
    for place in Organisation.objects.filter(pk__in=seen_by.organisation_ids(Role.LEADER)):
        ending = f", {place.display_name}"  # of "Kommunal leder, Hedensted Kommune"
        own |= Q(changes__rolle__0__endswith=ending) | Q(changes__rolle__1__endswith=ending)
    return entries.filter(own)
