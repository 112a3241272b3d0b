"""manage.py seed_demo: idempotent, always in the middle of things, and only where demo mode is on."""

from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import notices
from accounts.models import AccessLog, AuditEntry, Conflict, Invitation, Membership, Notice, OutboxMail, User
from accounts.states import Role
from cases import release, seminar_words
from cases.models import Answer, Review, Round
from cases.results import fingerprint
from cases.scales import GOOD
from engagements import mailbox
from engagements.models import Engagement, Milestone, Postponement
from engagements.states import EngagementState, Phase

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def seed(*arguments: str) -> str:
    out = StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return out.getvalue().strip()


def told() -> dict[str, Engagement]:
    """Municipality and state or phase → its engagement, with what the list shows today."""
    found = Engagement.objects.with_next(date.today())
    return {f"{one.municipality.name} {one.phase if one.state == 'active' else one.state}": one for one in found}


@pytest.mark.parametrize("day", ["2026-07-15", "2027-12-24", "2028-02-29"])
def test_the_demo_is_in_the_middle_of_things_on_the_day(time_machine, day):
    time_machine.move_to(f"{day} 12:00 +0000")
    seed("--today", day)
    engagements = told()
    assert set(engagements) == {
        "Hedensted completed", "Hedensted analysis", "Aabenraa development", "Skive analysis", "Svendborg development",
        "Næstved paused", "Ærø planned",
    }  # fmt: skip
    late = engagements["Hedensted analysis"]
    assert late.overdue_count in {1, 2}
    assert late.change_sets.filter(kind="move").count() == 2  # the cases with what follows from them, and the learning seminar
    running = [one for one in engagements.values() if one.state == EngagementState.ACTIVE]
    assert all(one.next_subject and one.lead_name for one in running)
    assert [one.overdue_count for one in running if one != late] == [0, 0, 0]
    assert all(one.milestones.filter(state="met").exists() for one in running)
    assert engagements["Hedensted completed"].starts_on == date(2016, 2, 1)
    assert engagements["Ærø planned"].programme_version.programme.kind == "short"


def test_everybody_of_the_demo_is_there_and_seeding_again_changes_nothing(time_machine):
    time_machine.move_to("2026-11-23 12:00 +0000")
    assert seed() == "12 demo people, 7 new engagements."
    everybody_is_invented_and_every_role_is_there()
    the_2016_engagement_is_the_imported_timetable_all_met()
    one_review_is_half_way_and_one_released()
    nobody_is_told_what_their_settings_do_not_name()
    assert [look.by.email.partition("@")[0] for look in AccessLog.objects.order_by("pk")] == ["hanne", "katrine", "rikke"]
    tables = (User, Membership, Invitation, Conflict, Engagement, Milestone, AuditEntry, AccessLog)
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    assert seed() == "12 demo people, 0 new engagements."
    assert [list(model.objects.order_by("pk").values()) for model in tables] == before


def everybody_is_invented_and_every_role_is_there():
    people = User.objects.filter(is_demo=True)
    assert {one.role for one in Membership.objects.filter(user__in=people)} == set(Role)
    for municipality in ("Hedensted", "Aabenraa"):
        roles = set(Membership.objects.filter(organisation__name=municipality).values_list("role", flat=True))
        assert roles >= {Role.COORDINATOR, Role.LEADER}
    assert all(person.email.endswith("@demo.example") and not person.has_usable_password() for person in people)
    assert [person.full_name for person in people if Role.ADMIN in person.roles()] == ["Ane Møllegaard"]
    assert not any(person.is_superuser for person in people)
    for membership in Membership.objects.valid().filter(user__in=people):
        membership.full_clean()
    printed = StringIO()
    call_command("demo_people", stdout=printed)
    assert {line.split("  ")[1] for line in printed.getvalue().splitlines()} == {person.full_name for person in people}


def the_2016_engagement_is_the_imported_timetable_all_met():
    hedensted = Engagement.objects.get(state=EngagementState.COMPLETED)
    standing = hedensted.milestones.standing()
    assert (standing.count(), set(standing.values_list("state", flat=True))) == (21, {"met"})
    assert hedensted.phase == hedensted.programme_version.phase_list()[-1] != Phase.ANALYSIS


def one_review_is_half_way_and_one_released():
    """Aabenraa's and the first one of Hedensted; of the answers about three in ten are not the good one, and the seminar counts nothing."""
    half_way = Round.objects.get(engagement__municipality__name="Aabenraa")
    states = Counter(Review.objects.filter(case__round=half_way).values_list("profession", "state"))
    assert states == {
        ("legal", "assured"): 4, ("legal", "in_qa"): 2, ("legal", "returned"): 1, ("legal", "draft"): 3, ("viso", "final"): 2, ("viso", "draft"): 3,
    }  # fmt: skip
    assert half_way.selection.picks.count() == half_way.viso_count == 5
    assert release.hindrances(half_way)
    over = Round.objects.get(release__isnull=False)
    assert (over.state, over.engagement.state, over.release.sha256) == (
        "closed",
        EngagementState.COMPLETED,
        fingerprint(over.release.content),
    )
    assert [len(over.release.content["cases"]), bool(over.release.content["strengths"])] == [20, True]
    answers = Answer.objects.filter(review__case__round=over, review__profession="legal")
    assert 0.2 < answers.exclude(rating__in=GOOD).count() / answers.count() < 0.5
    texts = [text for sheet in over.seminar_pages.all() for text in (sheet.theme, sheet.pattern, sheet.example, sheet.question)]
    assert len(texts) > 20
    assert [word.text for text in texts for word in seminar_words.find(text)] == []


def nobody_is_told_what_their_settings_do_not_name():
    told = {(notice.kind, role) for notice in Notice.objects.select_related("recipient") for role in notice.recipient.roles()}
    assert {(kind, role) for kind, role in told if role not in notices.KINDS[kind].roles} == set()
    assert len({kind for kind, _ in told}) > 8


def test_a_visitor_sees_an_invitation_a_coming_role_and_somebody_who_is_inhabil(time_machine):
    time_machine.move_to("2026-11-30 12:00 +0000")
    seed()
    invitation = Invitation.objects.open().get()
    assert (str(invitation), invitation.is_open) == ("Ditte Aagaard, Kommunal medarbejder, Hedensted Kommune", True)
    assert OutboxMail.objects.get(kind="accounts.invitation").about_id == str(invitation.pk)
    coming = Membership.objects.get(valid_from__gt=date(2026, 11, 30))
    assert (str(coming.user), coming.role, coming.valid_from) == ("Emil Fjordvang", Role.COORDINATOR, date(2026, 12, 1))
    assert str(Conflict.objects.standing().get()) == "Amalie Tornhøj, inhabil i forhold til Svendborg Kommune"


def test_a_visitor_sees_wishes_for_later_dates_and_a_mail_that_waits(time_machine):
    time_machine.move_to("2026-11-30 12:00 +0000")
    seed()
    assert sorted(Postponement.objects.values_list("state", flat=True)) == ["asked", "offered"]
    held = mailbox.held_for(User.objects.active().get(full_name="Katrine Solbjerg"))
    assert "Taskforcen tilbyder" in mailbox.present(held.get(to_email="hanne@demo.example")).text


def test_the_demo_can_be_seeded_for_a_day_to_come(time_machine):
    time_machine.move_to("2026-11-23 12:00 +0000")
    assert seed("--today", "2030-12-24") == "12 demo people, 7 new engagements."
    assert not Milestone.objects.filter(met_at__gt=date(2026, 11, 23)).exists()


def test_the_demo_is_refused_where_demo_mode_is_off(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match=r"^Set DEMO=1 first: demo people can log in without a password\.$"):
        seed()
    assert not User.objects.exists()


def test_a_day_that_is_no_date_is_refused():
    with pytest.raises(CommandError, match="invalid fromisoformat value: 'i går'"):
        seed("--today", "i går")
