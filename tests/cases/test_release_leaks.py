"""Nothing of the review reaches the municipality before the release, by any way; after it exactly what was previewed, and never a note.

A marker of its own stands in every text that the team can write: of answers, reviews, comments, findings, submissions, seminar sheets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from django.core import mail as sent
from django.db.models import CharField, JSONField, TextField
from django.urls import reverse

from accounts import jobs, notices, outbox
from accounts.models import Job, Notice, OutboxMail, User
from accounts.states import JobState, Role
from cases import release as results
from cases import seminar_paper
from cases.actions import finding as findings
from cases.actions import releasing
from cases.models import Answer, Case, Finding, Review, ReviewComment, Round, SeminarPage, Submission
from cases.results import fingerprint
from cases.seminar_words import find
from cases.states import FindingKind, FindingState, Profession, Rating, ReviewState, RoundKind
from documents.models import StoredFile
from engagements.actions import milestones
from engagements.states import Purpose
from tests import addresses, factories, pdf_checks
from tests.addresses import World
from tests.taskforce.test_leaks import text_of

pytestmark = pytest.mark.django_db
MARK = "Zebraflok"
TERMS = ["", f"?search={MARK}&state=all", "?visning=liste"]
MODELS = (Answer, Review, ReviewComment, Finding, Submission, SeminarPage)
# Texts that nobody writes: a choice, the name of a state, a code.
CODES = {
    "Answer.rating", "Review.profession", "Review.state", "Review.overall", "Finding.kind", "Finding.state",
}  # fmt: skip
# What the release is made of; the rest never leaves the team.
TOLD = {"Answer.reason", "Answer.strength", "Answer.learning_point", "Review.overall_reason", "Finding.text"}
SHEETS = {"SeminarPage.theme", "SeminarPage.pattern", "SeminarPage.example", "SeminarPage.question"}


@dataclass
class Planted:
    """The world of all addresses, with a marker in every text of its reviewed round, and everybody of the municipality."""

    world: World
    round: Round
    consultant: User
    people: dict[str, User]
    marks: dict[str, str] = field(default_factory=dict)

    def leaks(self, text: str) -> set[str]:
        """Which planted texts are in it."""
        low = text.lower()
        return {name for name, mark in self.marks.items() if mark.lower() in low}


def mark_of(name: str) -> str:
    """A word without digits that stands nowhere else: of Answer.reason ZebraflokAnswerReason."""
    return MARK + "".join(part.capitalize() for part in re.split(r"[._]", name))


def texts_of(model: type) -> list[str]:
    """The fields of a model in which somebody writes."""
    return [one.name for one in model._meta.local_fields if isinstance(one, (TextField, CharField, JSONField))]


@pytest.fixture
def planted(db) -> Planted:
    lead = factories.person(Role.CONSULTANT, name="Katrine Konsulent")
    world = addresses.world(lead, plan=False)
    round = Round.objects.select_related("engagement__programme_version").get(engagement=world.engagement, kind=RoundKind.STATUS)
    people = {
        "coordinator": factories.person(Role.COORDINATOR, name="Hanne Koordinator"),
        "leader": factories.person(Role.LEADER, name="Lone Leder"),
        "employee": User.objects.get(pk=world.values["person"]),  # who is invited to a case
    }
    made = Planted(world, round, lead, people)
    review_everything(made)
    plant(made)
    return made


def review_everything(planted: Planted) -> None:
    """Both cases reviewed to the end, with everything that a review can have around it."""
    round, engagement = planted.round, planted.world.engagement
    jurist = User.objects.get(
        pk=Review.objects.filter(case__round=round, profession=Profession.LEGAL).values_list("reviewer", flat=True)[0]
    )
    other = factories.person(Role.LEGAL_REVIEWER, name="Amalie Tornhøj")
    viso = Review.objects.filter(case__round=round, profession=Profession.VISO).first().reviewer
    second = round.cases.get(number=2)
    factories.legal_review(second, jurist, state=ReviewState.ASSURED, assured_by=other, rating=Rating.MINOR_DEFECT)
    factories.viso_review(second, viso, state=ReviewState.FINAL, rating=Rating.SOME)
    reviews = Review.objects.filter(case__round=round)
    reviews.filter(profession=Profession.LEGAL).update(state=ReviewState.ASSURED, assured_by=other)
    reviews.filter(profession=Profession.VISO).update(state=ReviewState.FINAL)
    Case.objects.filter(round=round).update(state="assured")
    for review in reviews:
        ReviewComment.objects.create(review=review, text="-", by=other)
        Submission.objects.create(review=review, number=7, by=jurist, content={})
    for kind in FindingKind:
        Finding.objects.create(
            round=round, criterion=reviews.first().answers.first().criterion, kind=kind, text="-", state=FindingState.CLEARED
        )
    meeting = factories.milestone(engagement, on=engagement.starts_on, by=planted.consultant, purpose=Purpose.ORIENTATION_MEETING)
    milestones.meet(milestone=meeting, on=engagement.starts_on, reason="Holdt", by=planted.consultant)


def plant(planted: Planted) -> None:
    """The marker of each field in all rows of it."""
    for model in MODELS:
        for name in texts_of(model):
            key = f"{model.__name__}.{name}"
            if key in CODES:
                continue
            mark = mark_of(key)
            model.objects.update(**{name: {"tekst": mark} if isinstance(model._meta.get_field(name), JSONField) else mark})
            planted.marks[key] = mark


def ways(planted: Planted) -> list[tuple[str, str]]:
    """Every address with the world's own arguments, also those of cases for the round that is reviewed, with searches where there are lists."""
    reviewed = World(planted.world.engagement, planted.world.values | {"kind": planted.round.kind})
    found = {address.url: address.name for world in (planted.world, reviewed) for address in addresses.addresses(world)}
    lists = {"engagements", "engagement", "home", "cases", "results"}
    return [(name, url + term) for url, name in found.items() for term in (TERMS if name in lists else [""])]


def mails_to(person: User) -> str:
    """All that the person is told, in *Beskeder* and by the mails that are sent."""
    notices.gather()
    while outbox.send_next():
        pass
    told = "".join(f"{notice.title} {notice.url}" for notice in Notice.objects.filter(recipient=person))
    rows = "".join(str(row) for row in OutboxMail.objects.filter(recipient=person).values())
    return told + rows + "".join(f"{mail.subject} {mail.message()}{mail.body}" for mail in sent.outbox if person.email in mail.to)


def test_every_text_has_a_marker_and_the_team_reads_it(planted, log_in):
    """The test of the tests: markers are planted everywhere, and pages of the team show some of each model that they show."""
    wanted = {f"{model.__name__}.{name}" for model in MODELS for name in texts_of(model)} - CODES
    assert set(planted.marks) == wanted >= TOLD | SHEETS | {"Answer.internal_note", "Review.internal_note", "ReviewComment.text"}
    client = log_in(planted.consultant)
    kind = planted.round.kind
    shown = {
        name: planted.leaks(client.get(reverse(name, args=[planted.world.engagement.pk, kind])).text)
        for name in ("release", "findings", "seminar", "seminar-edit")
    }
    assert shown["release"] == TOLD
    assert "Finding.text" in shown["findings"]
    assert shown["seminar"] == SHEETS


@pytest.mark.parametrize("who", ["coordinator", "leader", "employee"])
def test_before_the_release_no_address_shows_a_byte_of_it(planted, log_in, who):
    client = log_in(planted.people[who])
    asked = 0
    for name, url in ways(planted):
        response = client.get(url)
        assert (name, url, planted.leaks(text_of(response))) == (name, url, set())
        asked += response.status_code == 200
    assert asked > (10 if who == "employee" else 30)


@pytest.mark.parametrize("who", ["coordinator", "leader", "employee"])
def test_before_the_release_no_post_answers_with_a_byte_of_it(planted, log_in, who):
    client = log_in(planted.people[who])
    for name, url in ways(planted):
        if "/sager/" in url and "?" not in url:
            assert (name, planted.leaks(text_of(client.post(url, {"seen": "", "text": MARK})))) == (name, set())


@pytest.mark.parametrize("who", ["coordinator", "leader", "employee"])
def test_before_the_release_no_job_makes_a_file_of_it(planted, log_in, who):
    person, before = planted.people[who], set(StoredFile.objects.values_list("pk", flat=True))
    kinds = [kind for kind in jobs.RUNNERS if kind.startswith("cases.")]
    assert seminar_paper.SEMINAR_PDF in kinds
    made = [factories.job(planted.world.engagement, person, kind=kind, object_id=planted.round.pk) for kind in kinds]
    while jobs.run_next():
        pass
    client = log_in(person)
    for job in Job.objects.filter(pk__in=[one.pk for one in made]):
        assert (job.kind, planted.leaks(job.error + job.step + job.title)) == (job.kind, set())
        if job.state == JobState.DONE:
            assert (job.kind, planted.leaks(text_of(client.get(f"/job/{job.pk}/hent/")))) == (job.kind, set())
    assert not StoredFile.objects.exclude(pk__in=before).filter(name__startswith="Laeringsseminar").exists()


def test_no_notice_and_no_mail_holds_a_byte_of_it(planted):
    for finding in Finding.objects.filter(state=FindingState.CLEARED):
        findings.withdraw(finding=finding, by=planted_jurist(planted))
    before = {who: planted.leaks(mails_to(person)) for who, person in planted.people.items()}
    assert before == {who: set() for who in planted.people}
    release(planted)
    told = {who: mails_to(person) for who, person in planted.people.items()}
    assert {who: planted.leaks(text) for who, text in told.items()} == {who: set() for who in planted.people}
    assert {who: "Resultatet af sagsgennemgangen" in text for who, text in told.items()} == {
        "coordinator": True,
        "leader": True,
        "employee": False,
    }


def planted_jurist(planted: Planted) -> User:
    return Review.objects.filter(case__round=planted.round, profession=Profession.LEGAL).first().reviewer


def release(planted: Planted) -> None:
    content = results.content_of(planted.round)
    releasing.release(round=planted.round, seen=fingerprint(content), by=planted.consultant)


@pytest.mark.parametrize("who", ["coordinator", "leader", "employee"])
def test_after_the_release_only_what_was_previewed_is_shown(planted, log_in, who):
    """On the page of the results the words of the release, in the seminar its sheets, and nothing anywhere else."""
    release(planted)
    client = log_in(planted.people[who])
    seen = {}
    for name, url in ways(planted):
        if found := planted.leaks(text_of(client.get(url))):
            seen.setdefault(name, set()).update(found)
    assert seen == ({} if who == "employee" else {"results": TOLD, "seminar": SHEETS})


def test_the_municipality_reads_the_very_bytes_of_the_preview(planted, log_in):
    where = [planted.world.engagement.pk, planted.round.kind]

    def part(text: str) -> str:
        return re.search(r'<article class="result">.*?</article>', text, re.S).group()

    previewed = part(log_in(planted.consultant).get(reverse("release", args=where)).text)
    release(planted)
    for who in ("coordinator", "leader"):
        assert part(log_in(planted.people[who]).get(reverse("results", args=where)).text) == previewed
    for hidden in ("internal_note", "ReviewComment", "Submission", "ended_reason"):
        assert planted.leaks(previewed) & {name for name in planted.marks if hidden in name} == set()
    for person in User.objects.all():
        assert person.full_name not in previewed


def test_the_seminar_counts_nothing_and_names_nobody_on_screen_or_paper(planted, log_in):
    release(planted)
    client = log_in(planted.people["coordinator"])
    where = [planted.world.engagement.pk, planted.round.kind]
    client.post(reverse("seminar-pdf", args=where))
    while jobs.run_next():
        pass
    job = Job.objects.get(kind=seminar_paper.SEMINAR_PDF)
    printed = pdf_checks.text(b"".join(client.get(f"/job/{job.pk}/hent/").streaming_content))
    page = client.get(reverse("seminar", args=where)).text
    shown = re.sub(r"<[^>]+>", " ", re.sub(r"<head>.*?</head>", " ", page, flags=re.S))
    names = list(User.objects.values_list("full_name", flat=True))
    for text in (printed, shown):
        assert planted.leaks(text) == SHEETS
        assert [word.text for word in find(re.sub(r"Side \d+ af \d+|\d+\. \w+ \d{4}", " ", text), names)] == []
