"""Inhabilitet beats every other right: pages, lists, counters, files and jobs of the municipality are gone at the next click."""

import uuid

import pytest
from django.urls import reverse

from accounts.actions import conflicts
from accounts.models import Conflict, User
from accounts.refusal import Denied, Refused
from accounts.states import JobState, Role
from documents import actions as files
from engagements import access
from engagements.actions import lifecycle, team
from engagements.models import Engagement
from engagements.states import Area, EngagementState
from tests import addresses, factories

pytestmark = pytest.mark.django_db
MARK = "Planlagt hemmelighed"


@pytest.fixture
def planted(consultant) -> Engagement:
    """An engagement of Hedensted with something to leak."""
    made = factories.engagement(consultant, plan=True)
    factories.milestone(made, on=made.starts_on, subject=MARK, by=consultant)
    return made


@pytest.fixture
def mikkel(db):
    return factories.person(Role.CONSULTANT, name="Mikkel Engholm")


def job_of(engagement, by):
    stored = files.store(content=b"%PDF", name="plan.pdf", content_type="application/pdf", scope=engagement.scope, by=by)
    return factories.job(engagement, by, state=JobState.DONE, finished_at=engagement.created_at, result_id=stored.pk, title=MARK)


@pytest.mark.parametrize("who", ["consultant", "coordinator"])
def test_lists_and_counters_forget_the_municipality(log_in, request, who, planted):
    user = request.getfixturevalue(who)
    client = log_in(user)
    assert MARK in client.get("/").text
    assert client.get("/forloeb/?state=all").context["page"].paginator.count == 1
    factories.conflict(user)
    assert MARK not in client.get("/").text
    listed = client.get("/forloeb/?state=all")
    assert (listed.context["page"].paginator.count, listed.context["rows"]) == (0, [])
    assert MARK not in listed.text


def test_every_page_of_the_engagement_is_like_one_that_does_not_exist(log_in, consultant):
    world = addresses.world(consultant)
    client = log_in(consultant)
    urls = [address for address in addresses.addresses(world) if address.route.startswith(("forloeb/<int:pk>", "job/"))]
    before = {address.name: client.get(address.url).status_code for address in urls}
    open_pages = {name for name, status in before.items() if status == 200}
    assert len(open_pages) > 12
    factories.conflict(consultant)
    after = {address.name: client.get(address.url) for address in urls if address.name in open_pages}
    assert {name: response.status_code for name, response in after.items()} == dict.fromkeys(open_pages, 404)
    assert not any("Hedensted" in response.text for response in after.values())


def test_jobs_and_downloads_that_were_ordered_before_are_gone(log_in, consultant, planted):
    job, client = job_of(planted, consultant), log_in(consultant)
    show, download = reverse("job", args=[job.pk]), reverse("job-download", args=[job.pk])
    assert (client.get(show).status_code, client.get(download).status_code) == (200, 200)
    factories.conflict(consultant)
    assert (client.get(show).status_code, client.get(download).status_code) == (404, 404)
    assert MARK not in client.get("/").text
    assert client.post(reverse("job-again", args=[job.pk])).status_code == 404
    assert client.get(reverse("job", args=[uuid.UUID(int=0)])).text.count("Hedensted") == 0


def test_actions_deny_what_the_pages_hide(consultant, planted):
    factories.conflict(consultant)
    consultant = User.objects.get_queryset().get(pk=consultant.pk)  # the next request
    assert planted.relations_of(consultant) == {}
    for permission in (access.VIEW, access.PLAN, access.STAFF, access.STEER):
        with pytest.raises(Denied):
            access.require_engagement(consultant, permission, planted)
    with pytest.raises(Denied):
        lifecycle.move(planted, to=EngagementState.PAUSED, by=consultant, reason="x")


def test_other_municipalities_are_untouched_and_lifting_brings_everything_back(log_in, consultant, planted):
    other = factories.engagement(consultant, of="Skive")
    conflict, client = factories.conflict(consultant), log_in(consultant)
    assert client.get(other.get_absolute_url()).status_code == 200
    assert client.get(planted.get_absolute_url()).status_code == 404
    conflicts.lift(conflict=conflict, by=factories.person(Role.ADMIN))
    assert client.get(planted.get_absolute_url()).status_code == 200


# Teams


def test_the_team_page_marks_who_has_become_inhabil(log_in, consultant, mikkel, planted):
    team.join(engagement=planted, user=mikkel, role=Role.CONSULTANT, by=consultant)
    page = reverse("engagement-team", args=[planted.pk])
    client = log_in(consultant)
    assert "Inhabil" not in client.get(page).text
    factories.conflict(mikkel, reason=MARK)
    text = client.get(page).text
    assert text.count("Inhabil – har ikke adgang") == 1
    assert text.count(MARK) == 0


def test_an_inhabil_person_is_no_choice_for_the_team_and_is_refused(log_in, consultant, mikkel, planted):
    page, client = reverse("engagement-team", args=[planted.pk]), log_in(consultant)
    assert "Mikkel Engholm" in client.get(page).text
    factories.conflict(mikkel)
    assert "Mikkel Engholm" not in client.get(page).text
    assert client.post(page, {"member": f"consultant:{mikkel.pk}"}).status_code == 422
    with pytest.raises(Refused) as refused:
        team.join(engagement=planted, user=mikkel, role=Role.CONSULTANT, by=consultant)
    assert str(refused.value) == "Mikkel Engholm er inhabil i forhold til Hedensted Kommune og kan ikke være på teamet. Vælg en anden."


def test_an_inhabil_member_does_not_become_the_lead(consultant, mikkel, planted):
    member = team.join(engagement=planted, user=mikkel, role=Role.CONSULTANT, by=consultant)
    factories.conflict(mikkel)
    with pytest.raises(Refused, match="er inhabil i forhold til Hedensted Kommune"):
        team.lead(member=member, by=consultant)


def test_no_engagement_is_opened_with_an_inhabil_team_or_by_one(log_in, consultant, mikkel):
    factories.conflict(mikkel)
    for by, people in ((consultant, [(mikkel, Role.CONSULTANT)]), (mikkel, [])):
        with pytest.raises(Refused, match="Mikkel Engholm er inhabil i forhold til Hedensted Kommune"):
            factories.engagement(by, team=people)
    version = factories.version()
    values = {
        "municipality": factories.municipality().pk,
        "programme": version.programme_id,
        "area": Area(version.programme.areas[0]),
        "starts_on": "01.02.2028",
        "consultant": mikkel.pk,
    }
    response = log_in(consultant).get("/forloeb/opret/", values)
    page = log_in(consultant).get(reverse("engagement-preview"), values)
    assert response.status_code == 200
    assert page.status_code == 422
    assert "Mikkel Engholm er inhabil i forhold til Hedensted Kommune. Vælg en anden." in page.text
    assert not Engagement.objects.exists()
    assert Conflict.objects.standing().count() == 1
