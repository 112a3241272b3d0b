"""Fields that are saved while somebody writes: nobody overwrites unseen, and the history stays short."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import drafts
from accounts.drafts import Conflict, Saved
from accounts.models import AuditEntry
from accounts.states import Role
from cases.models import Answer, Review, Round
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 32, tzinfo=timezone.get_fixed_timezone(60))


@pytest.fixture
def jurist():
    return factories.person(Role.LEGAL_REVIEWER, name="Jens Jurist")


@pytest.fixture
def review(consultant, jurist) -> Review:
    round = factories.reviewable_round(factories.engagement(consultant), cases=1)
    return factories.legal_review(round.cases.get(), jurist, answered=False)


def answer(review: Review) -> Answer:
    return Answer(review=review, criterion=review.criteria.criteria.first())


def test_a_field_that_nobody_touched_is_saved_and_signed(review, jurist):
    new = answer(review)
    with time_machine.travel(NOW, tick=False):
        outcome = drafts.save_field(new, "reason", "Der mangler en hjemmel", base=drafts.fingerprint(""), by=jurist)
    assert outcome == Saved(drafts.fingerprint("Der mangler en hjemmel"), is_changed=True)
    stored = Answer.objects.get()
    assert (stored.reason, stored.changed_by, stored.changed_at) == ("Der mangler en hjemmel", jurist, NOW)


def test_what_another_saved_is_never_overwritten_unseen(review, jurist):
    other = factories.person(Role.LEGAL_REVIEWER, name="Maja Holm")
    stored = answer(review)
    first = drafts.fingerprint(stored.reason)
    with time_machine.travel(NOW, tick=False):
        drafts.save_field(stored, "reason", "Majas", base=first, by=other)
    outcome = drafts.save_field(stored, "reason", "Jens'", base=first, by=jurist)
    assert outcome == Conflict("Majas", "Jens'", drafts.fingerprint("Majas"), other, NOW)
    assert Answer.objects.get().reason == "Majas"
    chosen = drafts.save_field(stored, "reason", "Jens'", base=outcome.fingerprint, by=jurist)
    assert (chosen, Answer.objects.get().reason) == (Saved(drafts.fingerprint("Jens'"), is_changed=True), "Jens'")


def test_a_save_that_is_sent_twice_because_its_answer_was_lost_is_no_conflict(review, jurist):
    stored, first = answer(review), drafts.fingerprint("")
    drafts.save_field(stored, "reason", "Sendt", base=first, by=jurist)
    signed = Answer.objects.get().changed_at
    assert drafts.save_field(stored, "reason", "Sendt", base=first, by=jurist) == Saved(drafts.fingerprint("Sendt"), is_changed=False)
    assert Answer.objects.get().changed_at == signed


def test_one_field_that_changed_leaves_the_others_free(review, jurist):
    stored, first = answer(review), drafts.fingerprint("")
    drafts.save_field(stored, "reason", "Den ene", base=first, by=jurist)
    drafts.save_field(stored, "learning_point", "Den anden", base=first, by=jurist)
    assert Answer.objects.values_list("reason", "learning_point").get() == ("Den ene", "Den anden")


@pytest.mark.parametrize(("one", "other"), [(None, ""), ([], []), ("ø", "ø"), (["a", "b"], ["a", "b"]), (3, 3)])
def test_the_same_value_has_the_same_fingerprint(one, other):
    assert drafts.fingerprint(one) == drafts.fingerprint(other)


def test_different_values_have_different_fingerprints():
    values = ["", "a", "A", "a ", False, True, 0, 1, "1", [], ["a"], ["a", "b"]]
    assert len({drafts.fingerprint(value) for value in values}) == len(values)


def test_a_row_that_keeps_no_names_is_told_who_wrote(review, consultant, jurist):
    round = Round.objects.get()
    drafts.save_field(round, "note", "Ny", base=drafts.fingerprint(""), by=consultant)
    assert Round.objects.get().note == "Ny"
    late = drafts.save_field(round, "note", "For sent", base=drafts.fingerprint(""), by=jurist, author=consultant)
    assert late == Conflict("Ny", "For sent", drafts.fingerprint("Ny"), consultant, None)


def test_the_reference_to_another_row_is_saved_by_its_key(review, jurist, coordinator):
    file = factories.case_document(review.case, coordinator)
    drafts.save_field(answer(review), "document", file.pk, base=drafts.fingerprint(None), by=jurist)
    assert Answer.objects.get().document == file


def test_the_history_gets_one_row_for_each_person_thing_and_hour(review, jurist):
    other, scope = factories.person(Role.LEGAL_REVIEWER), review.case.round.engagement.scope
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            drafts.note(by=jurist, verb="review.write", target=review, scope=scope)
            clock.shift(timedelta(minutes=5))
        assert AuditEntry.objects.filter(verb="review.write").count() == 1  # 14.32 to 14.52
        drafts.note(by=other, verb="review.write", target=review, scope=scope)
        clock.shift(timedelta(minutes=5))  # 15.02
        drafts.note(by=jurist, verb="review.write", target=review, scope=scope)
    rows = AuditEntry.objects.filter(verb="review.write").order_by("pk")
    assert [(row.by, row.target_id, row.changes) for row in rows] == [(one, str(review.pk), {}) for one in (jurist, other, jurist)]
