"""Opening an engagement: scope, team, plan, and the second click on *Opret*."""

import uuid
from datetime import date

import pytest

from accounts import audit
from accounts.models import Organisation, Scope
from accounts.refusal import Denied, Refused
from accounts.states import OrganisationKind, Role
from engagements.actions import opening
from engagements.models import Engagement, Milestone, MilestoneTemplate, PlanTemplate
from engagements.states import Area, ChangeKind, Phase, Purpose
from tests import factories
from tests.races import at_once

START = date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def open_one(by, **changed) -> Engagement:
    values = {
        "municipality": factories.municipality(),
        "version": factories.version(),
        "area": Area.CHILD,
        "starts_on": START,
        "template": factories.template(),
        "team": [(by, Role.CONSULTANT)],
        "by": by,
    }
    return opening.open_engagement(**values | changed)


def refused(by, **changed) -> str:
    with pytest.raises(Refused) as error:
        open_one(by, **changed)
    assert not Engagement.objects.exists() and not Scope.objects.exists()
    return str(error.value)


def test_an_engagement_is_planned_in_its_first_phase_with_a_scope_of_its_own(consultant):
    made = open_one(consultant)
    assert (made.state, made.phase, made.starts_on, made.created_by) == ("planned", Phase.ANALYSIS, START, consultant)
    assert (made.scope.organisation, made.plan_template) == (made.municipality, factories.template())
    assert (str(made), made.get_absolute_url()) == ("Hedensted Kommune, børnehandicap 2026", f"/forloeb/{made.pk}/")
    assert str(made.scope) == f"Hedensted Kommune {made.scope.pk}"


def test_the_plan_is_the_template_s_on_the_start_date(consultant):
    made = open_one(consultant)
    planned = opening.planned(factories.template(), START)
    rows = list(made.milestones.order_by("position").prefetch_related("purposes"))
    assert [(row.subject, row.occurrences) for row in rows] == [(one.subject, [list(pair) for pair in one.occurrences]) for one in planned]
    assert all(row.baseline == row.occurrences for row in rows)
    assert [[(one.purpose, one.sequence) for one in row.purposes.all()] for row in rows] == [
        [(purpose.value, number) for purpose, number in one.purposes] for one in planned
    ]
    kinds = [(one.kind, one.summary) for one in made.change_sets.all()]
    assert kinds == [(ChangeKind.CREATE, f"Tidsplan oprettet fra »{factories.template().name}«")]


def test_rows_follow_each_other_as_in_the_template(consultant):
    made = open_one(consultant)
    orientation = made.milestones.get(purposes__purpose=Purpose.ORIENTATION_MEETING)
    assert orientation.anchor == made.milestones.get(purposes__purpose=Purpose.CASES_DUE)
    assert made.milestones.filter(anchor__isnull=False).exclude(anchor__engagement=made).count() == 0


def test_without_a_template_the_plan_is_empty(consultant):
    made = open_one(consultant, template=None)
    assert (made.milestones.count(), made.change_sets.count(), made.plan_number) == (0, 0, 0)


def test_the_first_consultant_leads(consultant):
    second, jurist = factories.person(Role.CONSULTANT), factories.person(Role.LEGAL_REVIEWER)
    made = open_one(consultant, team=[(jurist, Role.LEGAL_REVIEWER), (consultant, Role.CONSULTANT), (second, Role.CONSULTANT)])
    assert [(member.user, member.is_lead) for member in made.team()] == [(consultant, True), (second, False), (jurist, False)]
    assert str(made.team()[0]) == "Katrine Konsulent (Konsulent)"


def test_the_history_begins_with_the_opening(consultant):
    made = open_one(consultant)
    assert [(one.verb, one.by, one.changes.get("start")) for one in audit.history(made.scope)][-1] == (
        "engagement.open", consultant, [None, "2026-03-02"],
    )  # fmt: skip


def test_later_edits_of_the_template_never_touch_it(consultant):
    made = open_one(consultant)
    before = list(Milestone.objects.filter(engagement=made).values())
    MilestoneTemplate.objects.update(subject="Noget andet", offset=99)
    PlanTemplate.objects.filter(pk=made.plan_template_id).delete()
    made.refresh_from_db()
    assert made.plan_template is None
    assert list(Milestone.objects.filter(engagement=made).values()) == before


def test_a_second_click_finds_the_first_one_s_engagement(consultant):
    key = uuid.uuid4()
    assert open_one(consultant, key=key) == open_one(consultant, key=key)
    assert Engagement.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"municipality": OrganisationKind.VISO}, "Et forløb hører til en kommune."),
        (
            {"area": Area.VULNERABLE},
            "Taskforcen på handicapområdet – børn dækker ikke området Udsatte børn og unge.",
        ),
        ({"template": "handicap-voksne"}, "Skabelonen hører til et andet program."),
        ({"team": []}, "Vælg mindst én konsulent til teamet."),
    ],
)
def test_what_does_not_fit_together_is_refused(consultant, changed, sentence):
    made = {
        OrganisationKind.VISO: lambda: Organisation.objects.get(kind=OrganisationKind.VISO),
        "handicap-voksne": lambda: factories.template("handicap-voksne"),
    }
    values = {name: made[value]() if not isinstance(value, list) and value in made else value for name, value in changed.items()}
    assert refused(consultant, **values) == sentence


def test_somebody_joins_the_team_only_in_a_role_they_hold(consultant):
    other = factories.person(Role.LEGAL_REVIEWER, name="Jonas Ravnkilde")
    assert refused(consultant, team=[(consultant, Role.CONSULTANT), (other, Role.VISO_CONSULTANT)]) == (
        "Jonas Ravnkilde har ikke rollen VISO-konsulent."
    )


def test_a_team_of_reviewers_alone_is_refused(consultant):
    jurist = factories.person(Role.LEGAL_REVIEWER)
    assert refused(consultant, team=[(jurist, Role.LEGAL_REVIEWER)]) == "Vælg mindst én konsulent til teamet."


def test_a_template_that_goes_in_a_circle_is_refused_with_the_rows_named(consultant):
    template = factories.template()
    first, second = template.rows.all()[:2]
    MilestoneTemplate.objects.filter(pk=first.pk).update(anchor=second.key)
    MilestoneTemplate.objects.filter(pk=second.pk).update(anchor=first.key)
    assert refused(consultant, template=template) == (
        f"»{first.subject}« og »{second.subject}« regnes fra hinanden i ring. Vælg en anden række at regne fra for en af dem."
    )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CONSULTANT] + [None])
def test_only_consultants_open_engagements(consultant, role):
    with pytest.raises(Denied) as denied:
        open_one(factories.person(role), team=[(consultant, Role.CONSULTANT)])
    assert str(denied.value) == "Kun taskforcens konsulenter kan oprette forløb."


@pytest.mark.usefixtures("catalogue")
def test_clicks_at_the_same_time_open_one_engagement():
    consultant, key = factories.person(Role.CONSULTANT), uuid.uuid4()
    assert set(at_once(*[lambda: open_one(consultant, key=key)] * 3)) == {Engagement.objects.get()}
