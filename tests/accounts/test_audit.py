"""The history: what is written, and for whom it is read."""

from datetime import date

import pytest
import structlog

from accounts import audit
from tests import factories

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
