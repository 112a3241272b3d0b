"""State and phase of an engagement: the moves, the reasons, the checklist and the hooks that may veto."""

from datetime import date

import pytest

from accounts import audit
from accounts.refusal import Denied, Refused
from accounts.states import Role
from engagements.actions import lifecycle
from engagements.actions.lifecycle import Check
from engagements.models import Engagement
from engagements.states import ENGAGEMENT_MOVES, Area, EngagementState, Phase
from tests import factories

pytestmark = pytest.mark.django_db
TEAM_ONLY = "Det kan kun konsulenterne på forløbets team. Skriv til projektlederen, hvis noget skal ændres."
ACTIVE, PAUSED = EngagementState.ACTIVE, EngagementState.PAUSED
COMPLETED, ABORTED, PLANNED = EngagementState.COMPLETED, EngagementState.ABORTED, EngagementState.PLANNED
PATHS = {PLANNED: [], ACTIVE: [ACTIVE], PAUSED: [ACTIVE, PAUSED], COMPLETED: [ACTIVE, COMPLETED], ABORTED: [ABORTED]}


def in_state(by, state: EngagementState, **fields) -> Engagement:
    made = factories.engagement(by, active=False, **fields)
    for step in PATHS[state]:
        lifecycle.move(made, to=step, by=by, reason="Grund")
    return made


def refused(action, *args, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        action(*args, **kwargs)
    return str(error.value)


# State


@pytest.mark.parametrize(("start", "to"), [(start, to) for start, moves in ENGAGEMENT_MOVES.items() for to in sorted(moves)])
def test_a_move_of_the_table_is_made_and_recorded(consultant, start, to):
    engagement = in_state(consultant, start)
    lifecycle.move(engagement, to=to, by=consultant, reason="Aftalt med kommunen")
    stored = Engagement.objects.get(pk=engagement.pk)
    assert (engagement.state, stored.state, stored.state_reason) == (to, to, "Aftalt med kommunen")
    entry = audit.history(engagement.scope).first()
    assert (entry.verb, entry.changes, entry.reason) == ("engagement.state", {"status": [start, to]}, "Aftalt med kommunen")


@pytest.mark.parametrize(
    ("start", "to"), [(start, to) for start in EngagementState for to in EngagementState if to not in ENGAGEMENT_MOVES[start]]
)
def test_a_move_outside_the_table_is_refused(consultant, start, to):
    engagement = in_state(consultant, start)
    sentence = refused(lifecycle.move, engagement, to=to, by=consultant, reason="Grund")
    assert sentence == f"Forløbet er {start.label.lower()} og kan ikke blive {to.label.lower()}."
    assert Engagement.objects.get(pk=engagement.pk).state == start


@pytest.mark.parametrize(
    ("start", "to"), [(ACTIVE, PAUSED), (ACTIVE, COMPLETED), (PLANNED, ABORTED), (COMPLETED, ACTIVE), (ABORTED, ACTIVE)]
)
def test_stopping_and_reopening_need_a_reason(consultant, start, to):
    sentence = refused(lifecycle.move, in_state(consultant, start), to=to, by=consultant)
    assert sentence == "Skriv en begrundelse. Den vises i forløbets historik."


@pytest.mark.parametrize("start", [PLANNED, PAUSED])
def test_starting_and_resuming_need_none(consultant, start):
    engagement = in_state(consultant, start)
    lifecycle.move(engagement, to=ACTIVE, by=consultant)
    assert (engagement.state, engagement.state_reason) == (ACTIVE, "")


@pytest.mark.parametrize("role", Role)
def test_only_a_consultant_of_the_team_steers(consultant, role):
    engagement, person = in_state(consultant, ACTIVE), factories.person(role)
    for action in (
        lambda: lifecycle.move(engagement, to=PAUSED, by=person, reason="x"),
        lambda: lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=person),
    ):
        with pytest.raises(Denied) as denied:
            action()
        assert str(denied.value) == TEAM_ONLY


# Phase


def test_a_phase_changes_to_the_next_of_the_programme_and_starts_a_planned_engagement(consultant):
    engagement = in_state(consultant, PLANNED)
    lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant, reason="Rapporten er ude")
    stored = Engagement.objects.get(pk=engagement.pk)
    assert (stored.phase, stored.state) == (engagement.phase, engagement.state) == (Phase.PLANNING, ACTIVE)
    entry = audit.history(engagement.scope).first()
    assert (entry.verb, entry.changes, entry.reason) == ("engagement.phase", {"fase": ["analysis", "planning"]}, "Rapporten er ude")


def test_the_phases_within_reach_are_the_next_and_the_one_before(consultant):
    engagement = in_state(consultant, ACTIVE)
    assert lifecycle.phases_to(engagement) == [Phase.PLANNING]
    lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant)
    assert lifecycle.phases_to(engagement) == [Phase.DEVELOPMENT, Phase.ANALYSIS]


def test_the_last_phase_leads_nowhere_on(consultant):
    engagement = in_state(consultant, ACTIVE)
    chain = engagement.programme_version.phase_list()
    for phase in chain[1:]:
        lifecycle.change_phase(engagement=engagement, to=phase, by=consultant)
    assert lifecycle.phases_to(engagement) == [chain[-2]]


def test_a_theme_day_has_fewer_phases(consultant):
    engagement = in_state(consultant, ACTIVE, version=factories.version("temadag"), area=Area.ADULT)
    assert lifecycle.phases_to(engagement) == [Phase.CLOSING]
    assert refused(lifecycle.change_phase, engagement=engagement, to=Phase.PLANNING, by=consultant) == (
        "Forløbet er i fasen Udvikling og kan ikke skifte til Udviklingsplan."
    )


def test_a_phase_is_not_skipped(consultant):
    sentence = refused(lifecycle.change_phase, engagement=in_state(consultant, ACTIVE), to=Phase.DEVELOPMENT, by=consultant)
    assert sentence == "Forløbet er i fasen Analyse og kan ikke skifte til Udvikling."


def test_going_back_needs_a_reason(consultant):
    engagement = in_state(consultant, ACTIVE)
    lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant)
    sentence = refused(lifecycle.change_phase, engagement=engagement, to=Phase.ANALYSIS, by=consultant)
    assert sentence == "Skriv, hvorfor forløbet går en fase tilbage."
    lifecycle.change_phase(engagement=engagement, to=Phase.ANALYSIS, by=consultant, reason="Nye oplysninger")
    assert engagement.phase == Phase.ANALYSIS


@pytest.mark.parametrize("state", [PAUSED, COMPLETED, ABORTED])
def test_a_phase_changes_only_while_the_engagement_runs(consultant, state):
    with pytest.raises(Denied) as denied:
        lifecycle.change_phase(engagement=in_state(consultant, state), to=Phase.PLANNING, by=consultant)
    assert str(denied.value) == "Fasen kan kun skiftes, mens forløbet er i gang."


# The checklist


@pytest.fixture
def hooks(monkeypatch):
    monkeypatch.setattr(lifecycle, "PHASE_HOOKS", [])
    return lifecycle.register_phase_hook


def test_open_milestones_of_the_phase_are_told_but_stop_nobody(consultant):
    engagement = in_state(consultant, ACTIVE)
    assert lifecycle.checklist(engagement, Phase.PLANNING) == [Check("Alle milepæle i fasen er opfyldt", is_met=True)]
    factories.milestone(engagement, on=date(2026, 3, 2))
    factories.milestone(engagement, on=date(2026, 3, 2), optional=True)
    factories.milestone(engagement, on=date(2026, 3, 2), phase=Phase.PLANNING)
    assert lifecycle.checklist(engagement, Phase.PLANNING) == [
        Check("1 milepæl i fasen er stadig åben. Den bliver stående i tidsplanen.", is_met=False)
    ]
    factories.milestone(engagement, on=date(2026, 3, 3))
    assert [check.sentence for check in lifecycle.checklist(engagement, Phase.PLANNING)] == [
        "2 milepæle i fasen er stadig åbne. De bliver stående i tidsplanen."
    ]
    lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant)
    assert engagement.phase == Phase.PLANNING


def test_a_hook_of_a_higher_app_may_veto_with_a_sentence(consultant, hooks):
    engagement, asked = in_state(consultant, ACTIVE), []

    def hook(which: Engagement, to: Phase) -> list[Check]:
        asked.append((which, to))
        return [Check("Sagsrunden er lukket", is_met=True, veto=True), Check("Sagsrunden er ikke frigivet.", is_met=False, veto=True)]

    hooks(hook)
    assert refused(lifecycle.change_phase, engagement=engagement, to=Phase.PLANNING, by=consultant) == "Sagsrunden er ikke frigivet."
    assert (asked, Engagement.objects.get(pk=engagement.pk).phase) == ([(engagement, Phase.PLANNING)], Phase.ANALYSIS)


def test_a_hook_that_only_tells_stops_nobody(consultant, hooks):
    engagement = in_state(consultant, ACTIVE)
    hooks(lambda which, to: [Check("Husk selvevalueringen", is_met=False)])
    lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant)
    assert engagement.phase == Phase.PLANNING
