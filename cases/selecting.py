"""Which cases VISO could choose so that they spread, and how a choice spreads (domain rule 20). Pure: the same cases, the same answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from accounts.danish import count, join
from cases.states import AgeGroup, Outcome

NOTHING_NEW = "Alt er dækket. Sagen er med, fordi den ligner de andre valgte mindst."
FIRST = "Dækker {}."
MORE = "Tilføjer {}."
_DANISH = str.maketrans("æøå", "{|}")  # after z, in the order of the alphabet


@dataclass(frozen=True)
class Candidate:
    """A case by the four facts that are known of it: its number, service area, age group and outcome; "" = not told."""

    number: int
    area: str
    age: str  # an AgeGroup
    outcome: str  # an Outcome


@dataclass(frozen=True)
class Choice:
    """A case that is suggested, and why, as a Danish sentence."""

    number: int
    why: str


@dataclass(frozen=True)
class Bar:
    """One service area, age group or outcome: how many of the round's cases have it, and how many of the chosen ones."""

    key: str
    label: str
    chosen: int
    among: int


@dataclass(frozen=True)
class Spread:
    """How many of the service areas, age groups or outcomes of a round the chosen cases cover."""

    key: str
    singular: str
    plural: str
    bars: tuple[Bar, ...]

    @property
    def covered(self) -> int:
        return sum(1 for bar in self.bars if bar.chosen)

    @property
    def text(self) -> str:
        """3 ydelsesområder af 4"""
        return f"{self.covered} {self.singular if self.covered == 1 else self.plural} af {len(self.bars)}"


@dataclass(frozen=True)
class Measure:
    """Something that the chosen cases shall spread over: where a case tells it, in which order, and how its values are said."""

    key: str
    singular: str
    plural: str
    value: Callable[[Candidate], str]
    order: tuple[str, ...]  # of the values; () = by their own words
    words: dict[str, str]
    phrase: str

    def say(self, value: str) -> str:
        """7–12 år, as people read it."""
        return self.words.get(value, value)


AGES, OUTCOMES = tuple(AgeGroup.values), tuple(Outcome.values)
MEASURES = (
    Measure("area", "ydelsesområde", "ydelsesområder", lambda one: one.area, (), {}, "ydelsesområdet »{}«"),
    Measure("age", "aldersgruppe", "aldersgrupper", lambda one: one.age, AGES, dict(AgeGroup.choices), "aldersgruppen {}"),
    Measure("outcome", "udfald", "udfald", lambda one: one.outcome, OUTCOMES, dict(Outcome.choices), "udfaldet {}"),
)


def suggest(candidates: Iterable[Candidate], size: int) -> list[Choice]:
    """`size` of the cases (or all, where there are fewer), in the order in which they were found.

    Each time the case that adds most service areas, age groups and outcomes to those already covered; among equals the one of which
    least is there already, and then the one with the lowest number.
    """
    left = sorted(candidates, key=lambda one: one.number)
    chosen: list[Choice] = []
    seen: Counter[tuple[str, str]] = Counter()
    while left and len(chosen) < size:
        best = min(left, key=lambda one: (-len(_new(one, seen)), sum(seen[tie] for tie in _ties(one)), one.number))
        chosen.append(Choice(best.number, _why(best, seen, is_first=not chosen)))
        seen.update(_ties(best))
        left.remove(best)
    return chosen


def spread(candidates: Sequence[Candidate], chosen: Collection[int]) -> list[Spread]:
    """How the chosen numbers spread over the service areas, age groups and outcomes that the candidates have."""
    return [_measured(measure, candidates, chosen) for measure in MEASURES]


def why_not_lock(chosen: int, size: int) -> str:
    """The sentence that says why so many cases cannot be locked, or ""."""
    return "" if chosen == size else f"Vælg {count(size, 'sag', 'sager')}. Du har valgt {chosen}."


def why_not_propose(chosen: int, size: int) -> str:
    """The sentence that says why so many cases cannot be proposed, or ""; fewer can be saved, and gone on with."""
    return "" if chosen <= size else f"Vælg højst {count(size, 'sag', 'sager')}. Du har valgt {chosen}."


def _ties(one: Candidate) -> list[tuple[str, str]]:
    """What the case counts for, where it is told."""
    return [(measure.key, value) for measure in MEASURES if (value := measure.value(one))]


def _new(one: Candidate, seen: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    return [tie for tie in _ties(one) if not seen[tie]]


def _why(one: Candidate, seen: Counter[tuple[str, str]], *, is_first: bool) -> str:
    new = dict(_new(one, seen))
    parts = [measure.phrase.format(_small(measure, new[measure.key])) for measure in MEASURES if measure.key in new]
    return (FIRST if is_first else MORE).format(join(parts)) if parts else NOTHING_NEW


def _small(measure: Measure, value: str) -> str:
    """As it stands inside a sentence: an outcome begins with a small letter, a service area is a name."""
    return measure.say(value).lower() if measure.key == "outcome" else measure.say(value)


def _measured(measure: Measure, candidates: Sequence[Candidate], chosen: Collection[int]) -> Spread:
    among = Counter(value for one in candidates if (value := measure.value(one)))
    taken = Counter(value for one in candidates if one.number in chosen and (value := measure.value(one)))
    places = {value: place for place, value in enumerate(measure.order)}
    values = sorted(among, key=lambda value: (places.get(value, len(places)), measure.say(value).lower().translate(_DANISH)))
    bars = tuple(Bar(value, measure.say(value), taken[value], among[value]) for value in values)
    return Spread(measure.key, measure.singular, measure.plural, bars)
