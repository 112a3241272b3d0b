"""Begin a round: its slots Sag 01 … Sag N, what is asked for. The municipality sees it when the call-in letter is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases import access
from cases.models import Case, Round
from cases.states import RoundKind
from engagements.models import Engagement, ServiceArea

NO_CASES = "Programmet har ingen sagsgennemgang, så der skal ikke indkaldes sager."
ALREADY = "Der er allerede begyndt en indkaldelse i forløbet. Genindlæs siden."


@transaction.atomic
def prepare(
    *, engagement: Engagement, areas: Iterable[ServiceArea], decided_from: date, decided_to: date, by: User,
    kind: RoundKind = RoundKind.MAIN, mix: str = "", note: str = "",
) -> Round:  # fmt: skip
    """A round with as many empty slots as the programme version says; Refused when there is one of this kind already."""
    access.get_engagement(by, engagement.pk, access.PREPARE)
    count = engagement.programme_version.case_count
    if not count:
        raise Refused(NO_CASES)
    try:
        with transaction.atomic():
            made = Round.objects.create(
                engagement=engagement, kind=kind, case_count=count, decided_from=decided_from, decided_to=decided_to,
                mix=mix, note=note, created_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(ALREADY) from error
    made.areas.set(areas)
    Case.objects.bulk_create(Case(round=made, number=number) for number in range(1, count + 1))
    audit.record(by=by, verb="round.prepare", target=made, scope=engagement.scope, changes={"antal sager": [None, count]})
    return made
