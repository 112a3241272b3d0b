"""What hangs on a role, for the handing-over of it: a higher app registers how to find it and how to move it to a colleague."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from accounts.models import Membership, User


@dataclass(frozen=True)
class Belonging:
    """One thing that would be handed over, in words; `refusal` is the sentence that stands in its way, or ""."""

    text: str
    refusal: str = ""


# `find(membership, to)` lists what would be handed over; `move(membership, to, from_day, by)` does it, with audit, inside the
# transaction of the whole handing-over.
Finder = Callable[[Membership, User], list[Belonging]]
Mover = Callable[[Membership, User, date, User], None]
HOOKS: list[tuple[Finder, Mover]] = []


def register(find: Finder, move: Mover) -> None:
    """Add what an app keeps for the holder of a role; called once in an AppConfig.ready."""
    if (find, move) not in HOOKS:
        HOOKS.append((find, move))


def belongings(membership: Membership, to: User) -> list[Belonging]:
    """Everything that hangs on the role, as it would go to `to`."""
    return [found for find, _ in HOOKS for found in find(membership, to)]
