"""The status measurement: a second round after the first is closed, with a letter of its own and the same criteria (domain rule 51)."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.refusal import Refused
from accounts.states import Role
from cases import criteria
from cases.actions import calling_in, closing, versioning
from cases.models import CriteriaVersion, Round
from cases.states import Profession, ReviewState, RoundKind, RoundState
from engagements.actions import lifecycle
from engagements.models import Engagement, ProgrammeVersion
from engagements.states import Phase, Purpose
from tests import factories
from tests.factories.cases import DECIDED_FROM, DECIDED_TO

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(consultant) -> Engagement:
    """An engagement of a programme with a status measurement, its main round closed."""
    ProgrammeVersion.objects.filter(programme__slug="handicap-boern").update(uses_status_measurement=True)
    made = factories.engagement(consultant, plan=True)
    factories.reviewable_round(made, cases=2)
    Round.objects.filter(engagement=made).update(state=RoundState.CLOSED)
    return made


def begin(engagement: Engagement, by: User) -> Round:
    return calling_in.prepare(
        engagement=engagement, areas=[], decided_from=DECIDED_FROM, decided_to=DECIDED_TO, by=by, kind=RoundKind.STATUS
    )


def test_a_second_round_asks_by_the_versions_of_the_first(measured, consultant):
    main = measured.rounds.get()
    newer = CriteriaVersion.objects.get(pk=main.legal_criteria_id)
    versioning.publish(version=versioning.copy(version=newer, by=(admin := factories.person(Role.ADMIN))), by=admin)
    made = begin(measured, consultant)
    assert criteria.current(made, Profession.LEGAL) != main.legal_criteria
    assert (made.legal_criteria, made.viso_criteria) == (main.legal_criteria, main.viso_criteria)


def test_the_second_round_begins_when_the_first_is_closed_and_the_programme_has_one(measured, consultant):
    measured.rounds.update(state=RoundState.COMPLETE)
    with pytest.raises(Refused) as refused:
        begin(measured, consultant)
    assert str(refused.value) == calling_in.TOO_EARLY
    ProgrammeVersion.objects.update(uses_status_measurement=False)
    with pytest.raises(Refused) as refused:
        begin(Engagement.objects.get(pk=measured.pk), consultant)
    assert str(refused.value) == calling_in.NO_MEASUREMENT


def test_the_second_round_has_a_letter_of_its_own(log_in, measured, consultant, coordinator):
    client, main = log_in(consultant), measured.rounds.get()
    start = f"/forloeb/{measured.pk}/sager/indkaldelse/"
    assert f"{start}?runde=statusmaaling" in client.get(main.get_absolute_url()).text
    assert client.get(f"{start}?runde=statusmaaling")["Location"] == f"{start}ret/?runde=statusmaaling"
    posted = {"decided_from": "01.01.2025", "decided_to": "31.12.2025", "areas": [factories.service_areas(measured)[0].pk]}
    response = client.post(f"{start}ret/?runde=statusmaaling", posted)
    assert response["Location"] == f"{start}?runde=statusmaaling"
    assert client.post(f"{start}send/?runde=statusmaaling")["Location"] == f"{start}?runde=statusmaaling"
    made = measured.rounds.get(kind=RoundKind.STATUS)
    assert (made.state, made.cases.count()) == (RoundState.OPEN, 20)
    assert measured.rounds.get(kind=RoundKind.MAIN).state == RoundState.CLOSED
    deadline = measured.milestones.get(purposes__purpose=Purpose.CALL_IN_LETTER)
    assert deadline.state == "open"  # that was of the first round
    assert "Begynd statusmåling" not in client.get(main.get_absolute_url()).text
    assert log_in(coordinator).get(f"/forloeb/{measured.pk}/sager/").text.count("task-list-link") == 2


def test_closing_the_second_round_meets_the_milestone_of_the_measurement(measured, consultant, jurist):
    measured.team_members.create(user=jurist, role=Role.LEGAL_REVIEWER)
    milestone = measured.milestones.get(purposes__purpose=Purpose.STATUS_MEASUREMENT)
    second = factories.reviewable_round(measured, cases=1, kind=RoundKind.STATUS)
    factories.legal_review(second.cases.get(), jurist, state=ReviewState.ASSURED)
    made = closing.close_round(round=second, by=consultant)
    milestone.refresh_from_db()
    assert (milestone.state, made.content["round"]["kind"]) == ("met", "statusmaaling")


def test_the_closing_phase_is_not_left_while_the_second_round_is_open(consultant):
    engagement = factories.engagement(consultant, version=factories.version("udsatte-boern"))
    second = factories.reviewable_round(engagement, cases=1, kind=RoundKind.STATUS)
    Engagement.objects.filter(pk=engagement.pk).update(phase=Phase.CLOSING)
    engagement = Engagement.objects.get(pk=engagement.pk)
    with pytest.raises(Refused, match="Statusmåling af sager er ikke lukket"):
        lifecycle.change_phase(engagement=engagement, to=Phase.FOLLOW_UP, by=consultant)
    assert closing.next_phase(Round.objects.get(pk=second.pk)) == Phase.FOLLOW_UP


def test_after_the_last_phase_of_a_programme_there_is_none_to_change_to(measured):
    second = factories.reviewable_round(measured, cases=1, kind=RoundKind.STATUS)
    Engagement.objects.filter(pk=measured.pk).update(phase=Phase.CLOSING)
    assert closing.next_phase(Round.objects.get(pk=second.pk)) is None
