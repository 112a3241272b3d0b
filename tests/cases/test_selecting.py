"""Foreslå spredning: the same cases give the same answer, each step takes the case that adds most, and says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import selecting
from cases.selecting import Candidate
from cases.states import AgeGroup, Outcome

AREAS = ["", "Anbringelse", "Merudgifter", "Åbne tilbud", "Ændring af støtte"]
facts = st.tuples(st.sampled_from(AREAS), st.sampled_from(["", *AgeGroup.values]), st.sampled_from(["", *Outcome.values]))
rounds = st.dictionaries(st.integers(1, 40), facts, max_size=20).map(lambda found: [Candidate(number, *of) for number, of in found.items()])
sizes = st.integers(0, 7)


def told(one: Candidate) -> set[tuple[str, str]]:
    """What a case counts for, worked out here once more."""
    return {pair for pair in (("area", one.area), ("age", one.age), ("outcome", one.outcome)) if pair[1]}


def added(candidates: list[Candidate], numbers: list[int]) -> list[int]:
    """How much each of the chosen adds to those before it."""
    by_number, seen, found = {one.number: one for one in candidates}, set(), []
    for number in numbers:
        new = told(by_number[number]) - seen
        seen |= new
        found.append(len(new))
    return found


def numbers_of(candidates: list[Candidate], size: int) -> list[int]:
    return [choice.number for choice in selecting.suggest(candidates, size)]


@given(rounds, sizes, st.randoms(use_true_random=False))
def test_the_order_in_which_the_cases_come_changes_nothing(candidates, size, random):
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert selecting.suggest(shuffled, size) == selecting.suggest(candidates, size)


@given(rounds, sizes)
def test_so_many_are_suggested_as_are_wanted_and_there_each_once(candidates, size):
    chosen = numbers_of(candidates, size)
    assert len(chosen) == min(size, len(candidates))
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= {one.number for one in candidates}


@given(rounds, sizes)
def test_at_each_step_no_other_case_would_add_more_nor_as_much_with_less_of_it_there_or_a_lower_number(candidates, size):
    by_number, seen = {one.number: one for one in candidates}, []
    for number in numbers_of(candidates, size):
        known = {pair for one in seen for pair in told(one)}

        def merit(one: Candidate, known: set = known) -> tuple[int, int, int]:
            alike = sum(1 for other in seen for pair in told(one) if pair in told(other))
            return (-len(told(one) - known), alike, one.number)

        left = [one for one in candidates if one not in seen]
        assert merit(by_number[number]) == min(map(merit, left))
        seen.append(by_number[number])


@given(rounds, sizes)
def test_a_smaller_choice_is_the_beginning_of_a_larger_one(candidates, size):
    assert numbers_of(candidates, size + 1)[:size] == numbers_of(candidates, size)


@given(rounds, sizes)
def test_what_a_step_adds_never_grows(candidates, size):
    gains = added(candidates, numbers_of(candidates, size))
    assert gains == sorted(gains, reverse=True)


@given(rounds, sizes)
def test_each_reason_names_exactly_what_the_case_adds(candidates, size):
    by_number, seen = {one.number: one for one in candidates}, set()
    for choice in selecting.suggest(candidates, size):
        one = by_number[choice.number]
        new = told(one) - seen
        assert (f"»{one.area}«" in choice.why) == (("area", one.area) in new)
        assert ("aldersgruppen" in choice.why) == (("age", one.age) in new)
        assert ("udfaldet" in choice.why) == (("outcome", one.outcome) in new)
        assert (choice.why == selecting.NOTHING_NEW) == (not new)
        assert len(choice.why) <= 300 and choice.why.endswith(".")
        seen |= new


@given(rounds, st.sets(st.integers(1, 40)))
def test_the_spread_counts_every_case_and_every_chosen_one(candidates, chosen):
    for measure in selecting.spread(candidates, chosen):
        values = [dict(told(one)).get(measure.key) for one in candidates]
        own = [dict(told(one)).get(measure.key) for one in candidates if one.number in chosen]
        assert {bar.key: (bar.among, bar.chosen) for bar in measure.bars} == {
            value: (values.count(value), own.count(value)) for value in set(values) - {None}
        }
        assert measure.covered == len(set(own) - {None})
        assert measure.text.endswith(f" af {len(set(values) - {None})}")


def candidates() -> list[Candidate]:
    """Cases 1 and 2 are alike; 4 adds an area and an outcome, 5 an age group."""
    return [
        Candidate(1, "Merudgifter", AgeGroup.CHILD_7_12, Outcome.GRANTED),
        Candidate(2, "Merudgifter", AgeGroup.CHILD_7_12, Outcome.GRANTED),
        Candidate(3, "Merudgifter", AgeGroup.CHILD_13_17, Outcome.GRANTED),
        Candidate(4, "Åbne tilbud", AgeGroup.CHILD_7_12, Outcome.REFUSED),
        Candidate(5, "Ændring", AgeGroup.CHILD_0_6, Outcome.GRANTED),
    ]


def test_the_suggestion_explains_itself():
    assert [(choice.number, choice.why) for choice in selecting.suggest(candidates(), 5)] == [
        (1, "Dækker ydelsesområdet »Merudgifter«, aldersgruppen 7–12 år og udfaldet bevilling."),
        (4, "Tilføjer ydelsesområdet »Åbne tilbud« og udfaldet afslag."),
        (5, "Tilføjer ydelsesområdet »Ændring« og aldersgruppen 0–6 år."),
        (3, "Tilføjer aldersgruppen 13–17 år."),
        (2, "Alt er dækket. Sagen er med, fordi den ligner de andre valgte mindst."),
    ]


def test_the_spread_in_words_and_bars_in_the_order_of_the_alphabet_and_of_age():
    areas, ages, outcomes = selecting.spread(candidates(), [1, 4, 5])
    assert (areas.text, ages.text, outcomes.text) == ("3 ydelsesområder af 3", "2 aldersgrupper af 3", "2 udfald af 2")
    assert [(bar.label, bar.chosen, bar.among) for bar in areas.bars] == [("Merudgifter", 1, 3), ("Ændring", 1, 1), ("Åbne tilbud", 1, 1)]
    assert [bar.label for bar in ages.bars] == ["0–6 år", "7–12 år", "13–17 år"]
    assert selecting.spread(candidates(), [2])[0].text == "1 ydelsesområde af 3"


@pytest.mark.parametrize(
    ("chosen", "size", "propose", "lock"),
    [
        (4, 5, "", "Vælg 5 sager. Du har valgt 4."),
        (5, 5, "", ""),
        (6, 5, "Vælg højst 5 sager. Du har valgt 6.", "Vælg 5 sager. Du har valgt 6."),
        (0, 1, "", "Vælg 1 sag. Du har valgt 0."),
    ],
)
def test_how_many_can_be_proposed_and_locked(chosen, size, propose, lock):
    assert (selecting.why_not_propose(chosen, size), selecting.why_not_lock(chosen, size)) == (propose, lock)
