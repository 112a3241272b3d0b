"""The history: what is written, and for whom it is read."""

from datetime import date, datetime

import pytest
import structlog
from celery.schedules import crontab
from django.db import DatabaseError, transaction

from accounts import audit, tasks
from accounts.history import lines
from accounts.models import AccessLog, AuditEntry, Membership
from accounts.states import ReadAction, Role
from engagements.models import Engagement
from taskforce.celery import app as celery
from tests import factories
from tests.ledgers import closed

pytestmark = pytest.mark.django_db


def test_an_entry_keeps_who_what_on_which_and_why(consultant):
    engagement = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    with structlog.contextvars.bound_contextvars(request_id="abc-1"):
        entry = audit.record(
            by=consultant, verb="test.did", target=engagement, scope=engagement.scope, changes={"start": [None, "x"]}, reason="Fordi"
        )
    entry.refresh_from_db()
    assert (entry.by, entry.verb, entry.scope, entry.target_id) == (consultant, "test.did", engagement.scope, str(engagement.pk))
    assert (entry.target_name, entry.changes, entry.reason) == (str(engagement), {"start": [None, "x"]}, "Fordi")
    assert (entry.request_id, str(entry)) == ("abc-1", f"test.did {engagement}")
    assert entry.target_type.model_class() is type(engagement)


def test_the_system_itself_can_do_something(consultant):
    engagement = factories.engagement(consultant)
    entry = audit.record(by=None, verb="test.swept", target=engagement, scope=None)
    assert (entry.by, entry.changes, entry.request_id) == (None, {}, "")


def test_the_history_of_a_scope_is_its_own_newest_first(consultant):
    mine, other = factories.engagement(consultant, active=False), factories.engagement(consultant, of="Aabenraa")
    audit.record(by=consultant, verb="test.last", target=mine, scope=mine.scope)
    audit.record(by=consultant, verb="test.other", target=other, scope=other.scope)
    assert [entry.verb for entry in audit.history(mine.scope)] == ["test.last", "engagement.open"]


def test_a_kind_of_thing_can_be_what_it_was_done_to(consultant):
    entry = audit.record(by=None, verb="test.swept", target=AuditEntry, scope=None)
    assert (entry.target_type.model_class(), entry.target_id, entry.target_name) == (AuditEntry, "", "historik")


# Looks


def test_a_look_keeps_who_in_which_roles_what_and_why(consultant):
    here = factories.municipality()
    Membership.objects.create(user=consultant, organisation=here, role=Role.LEADER, valid_from="2020-01-01", valid_to="2020-12-31")
    Membership.objects.create(user=consultant, organisation=here, role=Role.COORDINATOR, valid_from="2020-01-01")
    engagement = factories.engagement(consultant)
    with structlog.contextvars.bound_contextvars(request_id="abc-1"):
        look = audit.look(by=consultant, action=ReadAction.EXPORT, purpose="Til mødet", target=engagement, scope=engagement.scope)
    look.refresh_from_db()
    assert (look.by, look.roles, look.action) == (consultant, "Kommunal koordinator, Konsulent", ReadAction.EXPORT)
    assert (look.purpose, look.scope, look.request_id) == ("Til mødet", engagement.scope, "abc-1")
    assert (look.target_type.model_class(), look.target_id, look.target_name) == (Engagement, str(engagement.pk), str(engagement))
    assert str(look) == f"Eksporteret {engagement}"


def test_a_look_at_no_single_thing_has_a_name(consultant):
    look = audit.look(by=consultant, action=ReadAction.VIEW, purpose="x" * 400, name="Loggen " * 60)
    assert (look.target_type, look.target_id, look.scope, look.request_id) == (None, "", None, "")
    assert (len(look.target_name), len(look.purpose)) == (300, 300)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_a_look_is_never_part_of_a_transaction_that_may_be_taken_back():
    person = factories.person(Role.CONSULTANT)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        audit.look(by=person, action=ReadAction.VIEW, purpose="Tilsyn", target=person)
    assert not AccessLog.objects.exists()


# Retention


def test_rows_are_kept_for_two_years_to_the_day(consultant, time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100", tick=False)
    old, old_look = write(consultant)
    time_machine.move_to("2026-03-10 12:00:01 +0100", tick=False)
    young, young_look = write(consultant)
    time_machine.move_to("2028-03-10 12:00:01 +0100", tick=False)
    tasks.delete_expired_logs()
    assert not AuditEntry.objects.filter(pk=old.pk).exists() and not AccessLog.objects.filter(pk=old_look.pk).exists()
    assert AuditEntry.objects.filter(pk=young.pk).exists() and AccessLog.objects.filter(pk=young_look.pk).exists()


def write(person) -> tuple[AuditEntry, AccessLog]:
    entry = audit.record(by=person, verb="session.start", target=person, scope=None)
    return entry, audit.look(by=person, action=ReadAction.VIEW, purpose="Tilsyn", target=person)


def test_each_batch_says_what_it_deleted_and_a_second_run_has_nothing_to_say(consultant, time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100", tick=False)
    for _ in range(5):
        write(consultant)
    audit.record(by=consultant, verb="session.end", target=consultant, scope=None)
    time_machine.move_to("2028-04-10 12:00 +0200", tick=False)
    assert audit.delete_expired(batch=4) == {"historik": 6, "opslag": 5}
    assert audit.delete_expired(batch=4) == {"historik": 0, "opslag": 0}
    entries = AuditEntry.objects.order_by("pk")
    assert [(entry.by, entry.verb, entry.scope) for entry in entries] == [(None, "log.expire", None)] * 2
    assert [entry.changes for entry in entries] == [
        {"ældre end": [None, "2026-04-10"], "historik": [4, 0], "opslag": [4, 0]},
        {"ældre end": [None, "2026-04-10"], "historik": [2, 0], "opslag": [1, 0]},
    ]
    assert sorted(lines(entries)[0].changes) == [("historik", "4", "0"), ("opslag", "4", "0"), ("ældre end", "", "10. april 2026")]


def test_what_is_deleted_and_what_is_written_about_it_stand_or_fall_together(consultant, time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100", tick=False)
    write(consultant)
    time_machine.move_to("2028-04-10 12:00 +0200", tick=False)
    with closed("accounts_auditentry"), pytest.raises(DatabaseError, match="the ledger is closed"):
        audit.delete_expired()
    assert (AuditEntry.objects.count(), AccessLog.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [("2028-02-29", 24, "2026-02-28"), ("2028-02-29", 48, "2024-02-29"), ("2026-01-31", 2, "2025-11-30"), ("2026-12-31", 12, "2025-12-31")],
)
def test_months_are_counted_back_to_a_day_that_exists(day, months, earlier):
    assert audit.months_before(datetime.fromisoformat(day), months) == datetime.fromisoformat(earlier)


def test_the_clock_runs_the_deletion_every_day():
    line = celery.conf.beat_schedule["expired log rows"]
    assert (line["task"], line["schedule"]) == (tasks.delete_expired_logs.name, crontab(hour=3, minute=40))
