"""What VISO's choice of cases tells people, whose task it is, and how many queries it takes."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import notices
from accounts.models import Notice, OutboxMail
from accounts.states import Role
from cases import viso_obligations, viso_told
from cases.actions import selecting
from tests import factories
from tests.cases import viso_world
from tests.cases.viso_world import CHOSEN, Viso, again, owed

pytestmark = pytest.mark.django_db


@pytest.fixture
def quick(consultant) -> Viso:
    """Twenty cases without files."""
    return viso_world.build(consultant, cases=20, files=False)


def test_the_choice_is_a_task_of_viso_and_then_of_the_jurists(quick):
    assert [(one.verb, one.url, one.is_own) for one in owed(quick.viso, "viso-")] == [("Vælg 5 sager til VISO", quick.url(), True)]
    assert owed(quick.jurist, "viso-") == owed(quick.consultant, "viso-") == []
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    assert owed(quick.viso, "viso-") == []
    assert [one.verb for one in owed(quick.jurist, "viso-")] == ["Lås VISO-udvalget"]
    selecting.lock(round=quick.round, picks=CHOSEN, by=quick.jurist)
    assert owed(quick.viso, "viso-") == owed(quick.jurist, "viso-") == []


def test_viso_is_told_when_the_cases_are_in(log_in, consultant):
    coordinator = factories.person(Role.COORDINATOR)
    engagement = factories.engagement(consultant, plan=True)
    viso = viso_world.joined(engagement, Role.VISO_CONSULTANT, "Vibe Viso")
    round = factories.round(engagement, cases=5)
    for case in round.cases.all():
        factories.ready_case(case, coordinator)
    from_browser = log_in(coordinator).post(f"/forloeb/{engagement.pk}/sager/{round.kind}/indsend/")
    assert from_browser.status_code == 302
    notice = Notice.objects.get(recipient=viso, kind="cases.viso_choose")
    assert notice.title == "Sagerne er indsendt, og du kan vælge 5 sager til VISO – Hedensted Kommune"
    assert notice.url == f"/forloeb/{engagement.pk}/sager/{round.kind}/viso-udvalg/"


def test_mails_say_what_is_still_true_and_nothing_of_a_case(quick):
    viso_told.of_round(quick.round)
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    assert lines_for(quick.viso) == []  # VISO has chosen
    [line] = lines_for(quick.jurist)
    assert (line.subject, line.text) == (
        "Lås VISO-udvalget – Hedensted Kommune", "Hedensted Kommune: VISO har foreslået 5 sager. En jurist på teamet låser udvalget."
    )  # fmt: skip
    selecting.lock(round=quick.round, picks=CHOSEN, by=quick.jurist)
    assert lines_for(quick.jurist) == []
    [line] = lines_for(quick.viso)
    assert line.subject == "VISO-udvalget er låst – Hedensted Kommune"
    factories.conflict(quick.viso)
    assert lines_for(quick.viso) == []
    notices.gather()
    told = [*Notice.objects.values_list("title", flat=True), *OutboxMail.objects.values_list("subject", flat=True)]
    assert len(told) >= 3 and not [one for one in told if re.search(r"Sag \d|Ung|Sjælden", one)]


def lines_for(user) -> list[notices.Line]:
    found = []
    for kind in ("cases.viso_choose", "cases.viso_proposed", "cases.viso_chosen"):
        given = list(Notice.objects.filter(recipient=user, kind=kind).select_related("recipient"))
        for one in given:
            one.recipient = again(user)
        found += notices.KINDS[kind].describe(given) if given else []
    return found


# How much it costs


@pytest.mark.parametrize("who", ["viso", "jurist", "consultant"])
@pytest.mark.parametrize("is_locked", [False, True])
def test_the_page_takes_the_same_number_of_queries_at_five_and_twenty_cases(log_in, consultant, who, is_locked):
    found = set()
    for cases in (6, 20):
        world = viso_world.build(consultant, cases=cases, files=False)
        if is_locked:
            world.locked()
        client = log_in(getattr(world, who))
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(world.url()).status_code == 200
        found.add(len(seen))
    assert len(found) == 1 and max(found) < 45, found


def test_the_tasks_take_the_same_number_of_queries_at_one_and_three_rounds(consultant):
    found, viso = set(), factories.person(Role.VISO_CONSULTANT)
    for number in (1, 2, 3):
        world = viso_world.build(consultant, cases=6, files=False)
        world.engagement.team_members.create(user=viso, role=Role.VISO_CONSULTANT)
        user = again(viso)
        with CaptureQueriesContext(connection) as seen:
            assert len(viso_obligations.find(user, timezone.localdate())) == number
        found.add(len(seen))
    assert len(found) == 1, found
