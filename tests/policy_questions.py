"""What the product asks of the policy while it answers a request; and whether other rows would have told it anything else.

The product reads the policy by two pure functions, `rows_of` and `verdict` of accounts/access.py. A request that got the same answers
from other rows, in the same world, is answered in the same way: so only those that would not have are asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import pytest

from accounts import access as policy
from accounts.access import Permission, PolicyRow
from accounts.states import Relation

ROWS = tuple(policy.POLICY)
ROWS_OF, VERDICT = policy.rows_of, policy.verdict


class Question(NamedTuple):
    """Somebody with these roles, standing in these relations in each, to something in a state; without a permission: what rows there are."""

    about: tuple[str, str, str]
    roles: frozenset[str]
    permission: Permission | None = None
    relations: frozenset[tuple[str, Relation]] = frozenset()
    state: str = ""

    def answer(self) -> Any:
        """What the rows that stand now say to it."""
        if self.permission is None:
            return tuple(ROWS_OF(self.roles, *self.about))
        standing = {role: {relation for other, relation in self.relations if other == role} for role in self.roles}
        return VERDICT(self.roles, self.permission, standing, self.state)


first_answer = cache(Question.answer)


@contextmanager
def noted() -> Iterator[set[Question]]:
    """All that is asked inside. Noted beside the answers, which are the product's own."""
    asked: set[Question] = set()

    def rows_of(roles: Any, kind: str, action: str, field: str) -> Any:
        asked.add(Question((kind, action, field), frozenset(roles)))
        return ROWS_OF(roles, kind, action, field)

    def verdict(roles: Any, permission: Permission, relations: Any, state: str) -> str:
        by_role = relations if isinstance(relations, Mapping) else dict.fromkeys(roles, relations)
        pairs = frozenset((str(role), relation) for role, found in by_role.items() for relation in found)
        about = (permission.object, permission.action, permission.field)
        asked.add(Question(about, frozenset(roles), permission, pairs, state))
        return VERDICT(roles, permission, relations, state)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "rows_of", rows_of)
        patch.setattr(policy, "verdict", verdict)
        yield asked


@contextmanager
def table(rows: list[PolicyRow]) -> Iterator[None]:
    """The product with other rows."""
    policy.POLICY[:] = rows
    try:
        yield
    finally:
        policy.POLICY[:] = ROWS


class Change:
    """Other rows instead of those of the product, and what that makes of a question."""

    def __init__(self, rows: list[PolicyRow]) -> None:
        self.rows = rows
        self.changed = set(rows) ^ set(ROWS)
        self.about = {(row.object, row.action, row.field) for row in self.changed}
        self.roles = {row.role for row in self.changed}
        self.known: dict[Question, bool] = {}

    def tells(self, questions: frozenset[Question]) -> bool:
        """Whether one of the questions is answered otherwise."""
        return any(self._is_new(one) for one in questions if one.about in self.about and not self.roles.isdisjoint(one.roles))

    def _is_new(self, question: Question) -> bool:
        if question not in self.known:
            before = first_answer(question)
            with table(self.rows):
                self.known[question] = question.answer() != before
        return self.known[question]
