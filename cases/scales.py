"""The scales of the review: which answers there are, in which order, and how each is shown (domain reference, 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cases.states import Rating, Scale


class Tone(StrEnum):
    """How an answer is shown, always with its symbol and its words as well: never by colour alone."""

    GOOD = "good"
    PARTLY = "partly"
    WEAK = "weak"
    NONE = "none"  # says nothing about the case's quality


@dataclass(frozen=True)
class Choice:
    """One answer of a scale; its key on the keyboard is its place in the scale, from 1."""

    rating: Rating
    symbol: str
    tone: Tone

    @property
    def label(self) -> str:
        return self.rating.label


NOT_RATED = "·"  # the symbol of a criterion without an answer
SCALES: dict[Scale, tuple[Choice, ...]] = {
    Scale.DEFECT: (
        Choice(Rating.NO_DEFECT, "●", Tone.GOOD),
        Choice(Rating.MINOR_DEFECT, "◐", Tone.PARTLY),
        Choice(Rating.MATERIAL_DEFECT, "■", Tone.WEAK),
        Choice(Rating.NOT_RELEVANT, "–", Tone.NONE),
        Choice(Rating.CANNOT_JUDGE, "?", Tone.NONE),
    ),
    Scale.RULE: (
        Choice(Rating.KEPT, "●", Tone.GOOD),
        Choice(Rating.PARTLY_KEPT, "◐", Tone.PARTLY),
        Choice(Rating.NOT_KEPT, "■", Tone.WEAK),
        Choice(Rating.NOT_RELEVANT, "–", Tone.NONE),
        Choice(Rating.NOT_SHOWN, "?", Tone.NONE),
    ),
    Scale.FOCUS: (
        Choice(Rating.HIGH, "●", Tone.GOOD),
        Choice(Rating.SOME, "◐", Tone.PARTLY),
        Choice(Rating.LESS, "◔", Tone.PARTLY),
        Choice(Rating.NOT_AT_ALL, "■", Tone.WEAK),
        Choice(Rating.CANNOT_JUDGE, "?", Tone.NONE),
    ),
}
GOOD = frozenset(choice.rating for scale in SCALES.values() for choice in scale if choice.tone == Tone.GOOD)
WEAK = frozenset(choice.rating for scale in SCALES.values() for choice in scale if choice.tone in {Tone.PARTLY, Tone.WEAK})


def choice(scale: Scale | str, rating: Rating | str) -> Choice | None:
    """The answer of this scale, or None where it has no such answer."""
    return next((one for one in SCALES[Scale(scale)] if one.rating == rating), None)


def needs_reason(rating: Rating | str) -> bool:
    """Whether the answer must be explained: every one but the good one (domain rule 28)."""
    return bool(rating) and rating not in GOOD


def is_material(rating: Rating | str, *, marked: bool) -> bool:
    """Whether it was of material significance for the decision: the defect scale says it itself, of a rule the jurist marks it."""
    return rating == Rating.MATERIAL_DEFECT or (marked and rating in {Rating.PARTLY_KEPT, Rating.NOT_KEPT})
