"""Audit rows as lines that people read."""

from datetime import date

import pytest

from accounts import audit
from accounts.history import Line, lines
from accounts.states import Role
from engagements.actions import lifecycle, milestones
from engagements.models import Engagement
from engagements.states import ChangeKind, EngagementState
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100", tick=False)


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


def newest(engagement) -> Line:
    return next(iter(lines(audit.history(engagement.scope))))


def write(engagement, **fields) -> Line:
    entry = {"by": None, "verb": "timetable.move", "changes": {}, **fields}
    audit.record(target=engagement, scope=engagement.scope, **entry)
    return newest(engagement)


def test_a_change_of_state_is_told_in_words(engagement, consultant):
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Ny ledelse")
    line = newest(engagement)
    assert (line.who, line.did, line.reason) == ("Katrine Konsulent", "ændrede forløbets status", "Ny ledelse")
    assert line.changes == [("status", "I gang", "Sat på pause")]


def test_a_new_milestone_and_a_met_one_are_told_with_dates_and_states(engagement, consultant):
    milestone = factories.milestone(engagement, on=date(2026, 3, 9), subject="Frist")
    assert sorted(newest(engagement).changes) == [("Frist", "", "9. marts 2026"), ("Frist", "", "Åben")]
    milestones.meet(milestone=milestone, on=date(2026, 3, 9), reason="x", by=consultant)
    assert newest(engagement).changes == [("Frist", "Åben", "Opfyldt")]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([["2026-05-09", "2026-05-11"], ["2026-05-14", "2026-05-14"]], "9. maj 2026 – 11. maj 2026 og 14. maj 2026"),
        ("2026-05-09", "9. maj 2026"),
        ("Hanne Birkelund (Jurist)", "Hanne Birkelund (Jurist)"),
        ("analysis", "Analyse"),
        ([], ""),
        (None, ""),
        ("", ""),
    ],
)
def test_values_are_told_as_people_say_them(engagement, value, words):
    assert write(engagement, changes={"felt": [None, value]}).changes == [("felt", "", words)]


def test_a_long_change_shows_its_first_lines_and_says_how_many_are_left(engagement):
    line = write(engagement, changes={f"Milepæl {number}": [None, "2026-05-09"] for number in range(10)})
    assert (len(line.changes), line.more) == (8, 2)
    assert write(engagement, changes={"Milepæl": [None, "x"]}).more == 0


def test_what_nobody_did_was_done_by_the_system(engagement):
    assert write(engagement).who == "Systemet"


def test_an_unknown_verb_is_shown_as_it_is(engagement):
    assert write(engagement, verb="something.new").did == "something.new"


@pytest.mark.parametrize("kind", ChangeKind)
def test_every_kind_of_change_has_words(engagement, kind):
    assert write(engagement, verb=f"timetable.{kind}").did not in {"", f"timetable.{kind}"}


def test_every_verb_that_the_code_writes_has_words(engagement, consultant):
    factories.engagement(consultant, plan=True)
    written = {entry.verb for one in Engagement.objects.all() for entry in audit.history(one.scope)}
    assert written == {"engagement.open", "engagement.state", "timetable.create"}
    assert all(line.did != entry.verb for one in Engagement.objects.all() for entry in audit.history(one.scope) for line in lines([entry]))


def test_the_teams_inner_work_is_in_no_history_that_the_municipality_reads(log_in, engagement, consultant, coordinator):
    write(engagement, verb="review.assign", changes={"gennemgås af": [None, "Jens Jurist"]})
    write(engagement, verb="team.join", changes={"person": [None, "Vibe Viso"]})
    ours, theirs = (log_in(user).get(f"/forloeb/{engagement.pk}/historik/").text for user in (consultant, coordinator))
    assert ("Jens Jurist" in ours, "Vibe Viso" in ours) == (True, True)
    assert ("Jens Jurist" in theirs, "Vibe Viso" in theirs) == (False, True)


def test_viso_hears_nothing_of_single_cases(log_in, engagement):
    viso = factories.person(Role.VISO_CONSULTANT)
    engagement.team_members.create(user=viso, role=Role.VISO_CONSULTANT)
    write(engagement, verb="case.fill", changes={"udfald": [None, "Afslag på flextur"]})
    write(engagement, verb="review.state", changes={"status": [None, "Returneret"]}, reason="Kaldes tilbage")
    write(engagement, verb="team.join", changes={"person": [None, "Vibe Viso"]})
    page = log_in(viso).get(f"/forloeb/{engagement.pk}/historik/").text
    assert [text in page for text in ("Afslag på flextur", "Returneret", "Kaldes tilbage", "Vibe Viso")] == [False, False, False, True]
