"""History and access log are append-only: the database refuses every change, and only the retention run deletes."""

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts import audit
from accounts.models import AccessLog, AuditEntry
from accounts.states import ReadAction
from tests import factories

LEDGERS = (AuditEntry, AccessLog)
pytestmark = pytest.mark.parametrize("ledger", LEDGERS, ids=lambda model: model.__name__)
RETENTION = "SET LOCAL taskforce.retention_run = 'on'"


def write(ledger):
    """One row of the ledger."""
    person = factories.person(None)
    if ledger is AuditEntry:
        return audit.record(by=person, verb="session.start", target=person, scope=None)
    return audit.look(by=person, action=ReadAction.VIEW, purpose="Tilsyn", target=person)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def raw(ledger, sql: str):
    return lambda row: run(sql.format(table=ledger._meta.db_table, pk=row.pk))


def truncated(table: str):
    """Django's foreign keys are checked at the end of a transaction; a table that still waits for that cannot be emptied anyway."""
    return lambda row: run(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")


def changed(row) -> None:
    row.target_name = "En anden"
    row.save()


def refused(do, row, *, beneath: str = "") -> str:
    """What the database says to `do(row)`; `beneath` is run first in the same transaction."""
    before = list(type(row).objects.values())
    with pytest.raises(ProgrammingError) as error, transaction.atomic():
        if beneath:
            run(beneath)
        do(row)
    assert list(type(row).objects.values()) == before
    return str(error.value).splitlines()[0]


@pytest.mark.django_db
def test_nothing_that_is_written_can_be_changed(ledger):
    row, table = write(ledger), ledger._meta.db_table
    for update in (changed, lambda row: ledger.objects.update(request_id="x"), raw(ledger, "UPDATE {table} SET request_id = 'x'")):
        assert refused(update, row) == f"{table} is append-only: UPDATE is refused"


@pytest.mark.django_db
def test_nothing_that_is_written_can_be_deleted(ledger):
    row, table = write(ledger), ledger._meta.db_table
    for delete in (lambda row: row.delete(), lambda row: ledger.objects.all().delete(), raw(ledger, "DELETE FROM {table} WHERE id = {pk}")):
        assert refused(delete, row) == f"{table} is append-only: DELETE is refused"


@pytest.mark.django_db
def test_the_whole_cannot_be_emptied(ledger):
    table = ledger._meta.db_table
    assert refused(truncated(table), write(ledger)) == f"{table} is append-only: TRUNCATE is refused"
    assert refused(truncated("accounts_user"), write(ledger)).endswith("is append-only: TRUNCATE is refused")


@pytest.mark.django_db
def test_the_retention_run_may_neither_change_nor_empty(ledger):
    row, table = write(ledger), ledger._meta.db_table
    assert refused(changed, row, beneath=RETENTION) == f"{table} is append-only: UPDATE is refused"
    assert refused(truncated(table), row, beneath=RETENTION) == f"{table} is append-only: TRUNCATE is refused"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_only_a_transaction_with_the_setting_deletes_and_the_setting_ends_with_it(ledger):
    first, second = write(ledger), write(ledger)
    with transaction.atomic():
        run(RETENTION)
        first.delete()
    assert list(ledger.objects.all()) == [second]
    assert refused(lambda row: row.delete(), second) == f"{ledger._meta.db_table} is append-only: DELETE is refused"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_the_setting_ends_with_a_transaction_that_fails(ledger):
    row = write(ledger)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        run(RETENTION)
        row.delete()
        raise ZeroDivisionError
    row = ledger.objects.get()
    assert refused(lambda row: row.delete(), row) == f"{ledger._meta.db_table} is append-only: DELETE is refused"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_a_retention_run_leaves_nothing_open_behind_it(ledger, time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")
    row = write(ledger)
    audit.delete_expired()
    assert refused(lambda row: row.delete(), row) == f"{ledger._meta.db_table} is append-only: DELETE is refused"
    time_machine.move_to("2028-03-11 12:00 +0100")
    audit.delete_expired()
    assert not ledger.objects.filter(pk=row.pk).exists()
    assert refused(lambda row: row.delete(), write(ledger)) == f"{ledger._meta.db_table} is append-only: DELETE is refused"
