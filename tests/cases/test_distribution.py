"""*Fordel ligeligt*: the same cases give the same answer, nobody has two more than another, and nobody reads their own."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cases.distribution import Slot, spread

PEOPLE = [7, 3, 5]


def empty(number: int) -> list[Slot]:
    return [Slot(case) for case in range(1, number + 1)]


def test_cases_go_around_in_the_order_of_the_people():
    assert [(slot.reviewer, slot.second_reader) for slot in spread(empty(4), PEOPLE)] == [(7, 3), (3, 5), (5, 7), (7, 3)]


def test_what_somebody_has_stays_and_counts():
    slots = [Slot(1, reviewer=3, second_reader=5), Slot(2, reviewer=3), *empty(4)[2:]]
    assert [slot.reviewer for slot in spread(slots, PEOPLE)] == [3, 3, 7, 5]
    assert spread(slots, PEOPLE)[0] == slots[0]


def test_nobody_gets_a_case_that_they_are_inhabil_in():
    slots = [Slot(case, barred=frozenset({7, 3})) for case in (1, 2)]
    assert [(slot.reviewer, slot.second_reader) for slot in spread(slots, PEOPLE)] == [(5, None), (5, None)]
    assert spread([Slot(1, barred=frozenset(PEOPLE))], PEOPLE) == [Slot(1, barred=frozenset(PEOPLE))]


def test_without_people_everything_stays_empty():
    assert spread(empty(2), []) == empty(2)


def test_visos_cases_get_no_second_reader():
    assert [slot.second_reader for slot in spread(empty(3), PEOPLE, with_second=False)] == [None, None, None]


@given(number=st.integers(0, 30), people=st.lists(st.integers(1, 50), unique=True, min_size=1, max_size=6))
def test_everybody_has_about_as_many(number, people):
    filled = spread(empty(number), people)
    for role in ("reviewer", "second_reader"):
        loads = Counter(dict.fromkeys(people, 0))
        loads.update(getattr(slot, role) for slot in filled if getattr(slot, role) is not None)
        assert max(loads.values()) - min(loads.values()) <= (1 if role == "reviewer" else 2)
    assert all(slot.reviewer != slot.second_reader for slot in filled)
    assert all(slot.reviewer is not None for slot in filled)
    assert filled == spread(empty(number), people)
