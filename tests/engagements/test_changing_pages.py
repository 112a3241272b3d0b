"""What the consultant of the team does on the pages of an engagement: each form right, wrong, and sent twice."""

from datetime import date

import pytest

from accounts.states import Role
from engagements.actions import milestones
from engagements.models import ChangeSet, Engagement, Milestone, TeamMember
from engagements.states import MilestoneState, Mode, Phase, Purpose
from tests import factories
from tests.engagements.reading import page, sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]
SOMEBODY_ELSE = "Tidsplanen er ændret af en anden, siden du åbnede siden. Se den nye tidsplan igennem, og prøv igen."


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    """Three milestones: one that follows another, and one without a date."""
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    first = factories.milestone(made, on=date(2026, 3, 9), subject="Frist for sager", purpose=Purpose.CASES_DUE)
    factories.milestone(made, on=date(2026, 3, 23), subject="Orientering", kind="meeting", mode=Mode.RELATIVE, anchor=first)
    factories.milestone(made, subject="Uden dato", phase=Phase.PLANNING)
    return made


@pytest.fixture
def cases(engagement):
    return engagement.milestones.get(subject="Frist for sager")


# The plan


def form_values(**changed):
    values = {
        "subject": "Nyt møde", "dates": "17. marts 2026", "phase": "analysis", "kind": "meeting", "party": "both", "purpose": "kick_off",
        "mode": "fixed",
    }  # fmt: skip
    return values | changed


def test_a_milestone_is_added_and_the_plan_shown(log_in, consultant, engagement):
    response = log_in(consultant).post(page(engagement, "milepaele/tilfoej/"), form_values(), follow=True)
    assert response.redirect_chain == [(page(engagement, "tidsplan/"), 302)]
    made = Milestone.objects.get(subject="Nyt møde")
    assert (made.occurrences, made.source_text, made.purposes.get().purpose) == ([[date(2026, 3, 17)] * 2], "17. marts 2026", "kick_off")
    assert "Milepælen »Nyt møde« er tilføjet." in response.text


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"subject": ""}, "subject", "Udfyld »Emne«."),
        ({"dates": "når vi når det"}, "dates", "Skriv datoen som dd.mm.åååå, fx 19.02.2027, eller som periode, fx uge 8-10 2027."),
        ({"phase": "application"}, "phase", None),
        ({"expected_count": "0"}, "expected_count", None),
        ({"subject": "x" * 301}, "subject", None),
        ({"subject": "nul\x00"}, "subject", None),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_written(log_in, consultant, engagement, changed, field, message):
    before = Milestone.objects.count()
    response = log_in(consultant).post(page(engagement, "milepaele/tilfoej/"), form_values(**changed))
    assert (response.status_code, Milestone.objects.count()) == (422, before)
    errors = response.context["form"].errors[field]
    assert list(response.context["form"].errors) == [field]
    assert message is None or errors[-1].endswith(message)
    assert "<title>Fejl: " in response.text


def test_a_milestone_is_edited(log_in, consultant, engagement, cases):
    client = log_in(consultant)
    shown = client.get(page(engagement, f"milepaele/{cases.pk}/ret/"))
    values = {name: field.value() for name, field in ((f.name, f) for f in shown.context["form"])}
    posted = {name: value for name, value in values.items() if value not in (None, False)} | {
        "subject": "Ny frist",
        "plan_number": engagement.plan_number,
    }
    response = client.post(page(engagement, f"milepaele/{cases.pk}/ret/"), posted)
    assert response["Location"] == cases.get_absolute_url()
    before, cases = cases, Milestone.objects.get(pk=cases.pk)
    assert (cases.subject, cases.occurrences, cases.purposes.get().purpose) == ("Ny frist", before.occurrences, "cases_due")


def test_an_edit_of_the_words_keeps_what_the_date_follows_even_when_that_was_dropped(log_in, consultant, engagement, cases):
    follower = engagement.milestones.get(subject="Orientering")
    milestones.drop(milestone=cases, reason="Aftalt", by=consultant)
    client, url = log_in(consultant), page(engagement, f"milepaele/{follower.pk}/ret/")
    values = {field.name: field.value() for field in client.get(url).context["form"]}
    posted = {name: value for name, value in values.items() if value not in (None, False)} | {"subject": "Møde om sager"}
    assert client.post(url, posted).status_code == 302
    follower.refresh_from_db()
    assert (follower.subject, follower.anchor, follower.offset) == ("Møde om sager", cases, 14)


def test_an_edit_of_an_older_plan_is_refused_with_the_sentence(log_in, consultant, engagement, cases):
    posted = form_values(subject="Sent", plan_number=engagement.plan_number - 1)
    response = log_in(consultant).post(page(engagement, f"milepaele/{cases.pk}/ret/"), posted)
    assert (response.status_code, sentence(response)) == (409, SOMEBODY_ELSE)
    assert not Milestone.objects.filter(subject="Sent").exists()


def test_a_move_is_previewed_accepted_and_undone(log_in, consultant, engagement, cases):
    client, url = log_in(consultant), page(engagement, f"milepaele/{cases.pk}/flyt/")
    preview = client.get(url, {"dates": "10. marts 2026"})
    assert [(row["subject"], row["after"]) for row in preview.context["rows"]] == [
        ("Frist for sager", "tirsdag d. 10. marts 2026"), ("Orientering", "tirsdag d. 24. marts 2026"),
    ]  # fmt: skip
    hidden = {field.name: field.value() for field in preview.context["accept"]}
    response = client.post(f"{url}gem/", hidden | {"reason": "Ferie"}, follow=True)
    assert "2 datoer er flyttet." in response.text
    change_set = ChangeSet.objects.get(kind="move")
    assert f'action="/forloeb/{engagement.pk}/aendringer/{change_set.pk}/fortryd/"' in response.text
    undone = client.post(page(engagement, f"aendringer/{change_set.pk}/fortryd/"), follow=True)
    assert "Tidsplanen er, som den var før." in undone.text
    assert engagement.milestones.get(pk=cases.pk).starts_on == date(2026, 3, 9)
    again = client.post(page(engagement, f"aendringer/{change_set.pk}/fortryd/"))
    assert (again.status_code, sentence(again)) == (409, "Ændringen er allerede fortrudt.")


def test_only_this_is_moved_when_chosen(log_in, consultant, engagement, cases):
    posted = {"dates": "10. marts 2026", "plan_number": engagement.plan_number, "followers": "only"}
    response = log_in(consultant).post(page(engagement, f"milepaele/{cases.pk}/flyt/gem/"), posted, follow=True)
    assert "1 dato er flyttet." in response.text
    assert engagement.milestones.get(subject="Orientering").starts_on == date(2026, 3, 23)


def test_the_second_acceptance_of_the_same_preview_is_refused(log_in, consultant, engagement, cases):
    client, url = log_in(consultant), page(engagement, f"milepaele/{cases.pk}/flyt/gem/")
    posted = {"dates": "10. marts 2026", "plan_number": engagement.plan_number, "followers": "all"}
    assert client.post(url, posted).status_code == 302
    second = client.post(url, posted)
    assert (second.status_code, sentence(second)) == (409, SOMEBODY_ELSE)
    assert ChangeSet.objects.filter(kind="move").count() == 1


@pytest.mark.parametrize("dates", ["", "hvad som helst", "løbende", "32. marts 2026"])
def test_a_move_to_what_is_no_date_is_asked_again(log_in, consultant, engagement, cases, dates):
    response = log_in(consultant).get(page(engagement, f"milepaele/{cases.pk}/flyt/"), {"dates": dates})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["dates"]


def test_an_acceptance_without_its_preview_goes_back_to_the_question(log_in, consultant, engagement, cases):
    url = page(engagement, f"milepaele/{cases.pk}/flyt/")
    response = log_in(consultant).post(f"{url}gem/", {"dates": "10. marts 2026"})
    assert (response.status_code, response["Location"]) == (302, url)


def test_an_acceptance_of_no_date_is_refused(log_in, consultant, engagement, cases):
    posted = {"dates": "løbende", "plan_number": engagement.plan_number, "followers": "all"}
    response = log_in(consultant).post(page(engagement, f"milepaele/{cases.pk}/flyt/gem/"), posted)
    assert (response.status_code, sentence(response)) == (409, "Skriv en dato eller en periode. »Løbende« kan ikke flyttes til.")


@pytest.mark.parametrize(
    ("verb", "posted", "state"),
    [("opfyldt", {"on": "9. marts 2026", "reason": "Kom"}, "met"), ("bortfald", {"reason": "Aftalt"}, "dropped")],
)
def test_a_milestone_is_met_or_dropped_and_reopened(log_in, consultant, engagement, cases, verb, posted, state):
    client, url = log_in(consultant), page(engagement, f"milepaele/{cases.pk}/")
    assert client.post(f"{url}{verb}/", posted)["Location"] == page(engagement, "tidsplan/")
    assert Milestone.objects.get(pk=cases.pk).state == state
    second = client.post(f"{url}{verb}/", posted)
    assert (second.status_code, sentence(second)) == (409, f"Milepælen er allerede {MilestoneState(state).label.lower()}.")
    assert client.post(f"{url}genaabn/", {"reason": "Fejl"}).status_code == 302
    assert Milestone.objects.get(pk=cases.pk).state == MilestoneState.OPEN


@pytest.mark.parametrize("verb", ["opfyldt", "bortfald", "genaabn"])
def test_a_verb_without_its_reason_is_asked_again(log_in, consultant, engagement, cases, verb):
    response = log_in(consultant).post(page(engagement, f"milepaele/{cases.pk}/{verb}/"), {"on": "9. marts 2026", "reason": " "})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])


def test_a_day_in_the_future_is_refused(log_in, consultant, engagement, cases):
    response = log_in(consultant).post(page(engagement, f"milepaele/{cases.pk}/opfyldt/"), {"on": "11. marts 2026", "reason": "Kom"})
    assert (response.status_code, sentence(response)) == (
        409, "Datoen ligger i fremtiden. En milepæl kan først være opfyldt, når den er det.",
    )  # fmt: skip


def test_a_milestone_is_deleted_with_its_followers_named(log_in, consultant, engagement, cases):
    client, url = log_in(consultant), page(engagement, f"milepaele/{cases.pk}/slet/")
    assert [row.subject for row in client.get(url).context["followers"]] == ["Orientering"]
    response = client.post(url, {"reason": ""}, follow=True)
    assert "»Frist for sager« er slettet." in response.text
    assert client.get(cases.get_absolute_url()).status_code == 404


# Team, state and phase


def test_somebody_joins_leads_and_leaves(log_in, consultant, engagement):
    mikkel, client = factories.person(Role.CONSULTANT, name="Mikkel Engholm"), log_in(consultant)
    joined = client.post(page(engagement, "team/"), {"member": f"consultant:{mikkel.pk}"}, follow=True)
    assert "Mikkel Engholm er nu på teamet." in joined.text
    member, own = engagement.team_members.get(user=mikkel), engagement.team_members.get(user=consultant)
    refused = client.post(page(engagement, f"team/{own.pk}/afslut/"))
    assert sentence(refused) == "Vælg en ny projektleder, før den nuværende forlader teamet."
    assert client.post(page(engagement, f"team/{member.pk}/projektleder/")).status_code == 302
    left = client.post(page(engagement, f"team/{own.pk}/afslut/"))
    assert left["Location"] == engagement.get_absolute_url()
    assert client.post(page(engagement, f"team/{member.pk}/afslut/")).status_code == 403


def test_somebody_who_leaves_is_told_of(log_in, consultant, engagement):
    jurist = factories.person(Role.LEGAL_REVIEWER, name="Jonas Ravnkilde")
    member = TeamMember.objects.create(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER)
    client = log_in(consultant)
    assert client.post(page(engagement, f"team/{member.pk}/projektleder/")).status_code == 404
    response = client.post(page(engagement, f"team/{member.pk}/afslut/"), follow=True)
    assert "Jonas Ravnkilde er ikke længere på teamet." in response.text


@pytest.mark.parametrize("member", ["", "consultant:0", "admin:1", "x"])
def test_a_person_who_cannot_join_is_not_a_choice(log_in, consultant, engagement, member):
    response = log_in(consultant).post(page(engagement, "team/"), {"member": member})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["member"])


def test_the_state_is_changed_with_a_reason(log_in, consultant, engagement):
    client = log_in(consultant)
    refused = client.post(page(engagement, "status/"), {"to": "paused", "reason": ""})
    assert sentence(refused) == "Skriv en begrundelse. Den vises i forløbets historik."
    response = client.post(page(engagement, "status/"), {"to": "paused", "reason": "Ny ledelse"}, follow=True)
    assert "Forløbet er nu sat på pause." in response.text
    assert client.post(page(engagement, "status/"), {"to": "completed", "reason": "x"}).status_code == 422


def test_the_phase_is_changed_after_its_checklist(log_in, consultant, engagement):
    client = log_in(consultant)
    shown = client.get(page(engagement, "fase/"))
    assert (shown.context["to"], [check.is_met for check in shown.context["checks"]]) == ("planning", [False])
    response = client.post(page(engagement, "fase/"), {"to": "planning", "reason": ""}, follow=True)
    assert "Forløbet er nu i fasen Udviklingsplan." in response.text
    back = client.get(page(engagement, "fase/?til=analysis"))
    assert (back.context["to"], back.context["is_back"]) == ("analysis", True)
    refused = client.post(page(engagement, "fase/"), {"to": "analysis", "reason": ""})
    assert sentence(refused) == "Skriv, hvorfor forløbet går en fase tilbage."


def test_a_second_click_does_not_change_the_phase_twice(log_in, consultant, engagement):
    client = log_in(consultant)
    assert client.post(page(engagement, "fase/"), {"to": "planning"}).status_code == 302
    second = client.post(page(engagement, "fase/"), {"to": "planning"})
    assert (second.status_code, sentence(second)) == (409, "Forløbet er i fasen Udviklingsplan og kan ikke skifte til Udviklingsplan.")
    assert Engagement.objects.get(pk=engagement.pk).phase == Phase.PLANNING


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("", "Vælg den fase, som forløbet skal skifte til."),
        ("nowhere", "Vælg den fase, som forløbet skal skifte til."),
        ("application", "Forløbet er i fasen Analyse og kan ikke skifte til Ansøgning."),
        ("development", "Forløbet er i fasen Analyse og kan ikke skifte til Udvikling."),
    ],
)
def test_a_phase_out_of_reach_is_refused(log_in, consultant, engagement, to, told):
    response = log_in(consultant).post(page(engagement, "fase/"), {"to": to})
    assert (response.status_code, sentence(response)) == (409, told)
    assert Engagement.objects.get(pk=engagement.pk).phase == Phase.ANALYSIS


def test_a_remark_that_is_too_long_is_asked_again_about_the_same_phase(log_in, consultant, engagement):
    response = log_in(consultant).post(page(engagement, "fase/"), {"to": "planning", "reason": "x" * 501})
    assert (response.status_code, response.context["to"]) == (422, "planning")
