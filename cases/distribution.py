"""*Fordel ligeligt*: who could have which case, so that everybody has about as many. Pure: the same cases give the same answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Slot:
    """A case as it is given out: ids of who has it and who reads it as the second (None = nobody), and of who is *inhabil* in it."""

    case: int
    reviewer: int | None = None
    second_reader: int | None = None
    barred: frozenset[int] = frozenset()


def spread(slots: Sequence[Slot], people: Sequence[int], *, with_second: bool = True) -> list[Slot]:
    """The slots with their empty places filled; what is filled stays.

    In the order of the slots each goes to whoever has fewest, of several to the first in `people`. The second reader is who reads fewest,
    of several the one who stands next after the reviewer. A case in which all are *inhabil* stays empty.
    """
    writing: Counter[int | None] = Counter(slot.reviewer for slot in slots if slot.reviewer is not None)
    reading: Counter[int | None] = Counter(slot.second_reader for slot in slots if slot.second_reader is not None)
    filled = []
    for slot in slots:
        if slot.reviewer is None:
            free = [person for person in people if person not in slot.barred | {slot.second_reader}]
            chosen = min(free, key=lambda person: (writing[person], people.index(person)), default=None)
            slot = replace(slot, reviewer=chosen)
            writing[chosen] += 1
        if with_second and slot.second_reader is None and slot.reviewer is not None:
            others = [person for person in people if person not in slot.barred | {slot.reviewer}]
            after = people.index(slot.reviewer) if slot.reviewer in people else 0
            chosen = min(others, key=lambda person: (reading[person], (people.index(person) - after) % len(people)), default=None)
            slot = replace(slot, second_reader=chosen)
            reading[chosen] += 1
        filled.append(slot)
    return filled
