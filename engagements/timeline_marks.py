"""The marks of the timeline as path data: bars for periods, diamonds for days, ghosts where a moved date stood before. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from engagements.states import Phase, Standing
from engagements.timeline_text import text_width, when, when_in_full

HALF = 6.0  # half the height of a bar
RADIUS = 8.0  # of a diamond
CORE = 3.0  # of the small diamond in one that is under way
TIP = 5.0  # the arrow of a bar that goes on outside the plot
NARROWEST = 6.0  # of a bar
ROOM_FOR_SYMBOL = 14.0
SYMBOL = 5.0  # half the width of a tick with some air
NOTE_SIZE, NOTE_GAP = 12, 5
LEGEND_SIZE = 24

# What a standing looks like: the class of the mark.
LOOKS = {
    Standing.UPCOMING: "is-open",
    Standing.ONGOING: "is-active",
    Standing.DUE_TODAY: "is-active",
    Standing.OVERDUE: "is-overdue",
    Standing.MET: "is-met",
    Standing.MET_LATE: "is-met",
    Standing.DROPPED: "is-dropped",
    Standing.PAST_OPTIONAL: "is-past",
}
LEGEND_TEXTS = {
    "is-open": "Kommende",
    "is-active": "I gang eller frist i dag",
    "is-overdue": "Overskredet",
    "is-met": "Opfyldt",
    "is-dropped": "Bortfaldet",
}

Occurrences = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the plan: diamonds for days (`is_exact`), bars for weeks and longer. Rows with the same `lane` share a line."""

    subject: str
    phase: Phase
    occurrences: Occurrences
    baseline: Occurrences
    is_exact: bool
    standing: Standing
    optional: bool
    lane: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a day lies on the line from `left` (first day begins) to `right` (last day ends)."""

    first: date
    last: date
    left: float
    right: float

    @property
    def per_day(self) -> float:
        return (self.right - self.left) / ((self.last - self.first).days + 1)

    def start(self, day: date) -> float:
        return self.left + (day - self.first).days * self.per_day

    def middle(self, day: date) -> float:
        return self.start(day) + self.per_day / 2

    def end(self, day: date) -> float:
        return self.start(day) + self.per_day

    def holds(self, start: date, end: date) -> bool:
        """Whether any day from `start` to `end` lies on the line."""
        return start <= self.last and end >= self.first

    def shows(self, bar: Bar) -> bool:
        """Whether anything of the row is to be seen; a row without dates is not, wherever it may have stood before."""
        return bool(bar.occurrences) and any(self.holds(*span) for span in (*bar.occurrences, *bar.baseline))


@dataclass(frozen=True, slots=True)
class Shape:
    """One occurrence: its outline, the part that is under way, and the sign that says how it stands (inside, or beside a narrow bar)."""

    outline: str
    core: str = ""
    symbol: str = ""
    symbol_css: str = "is-inside"


@dataclass(frozen=True, slots=True)
class Ghost:
    """Where a moved date stood before, joined by a line to where it is now; the note is written where there is room."""

    outline: str
    title: str
    line: str
    note: str
    note_x: float
    note_y: float
    note_anchor: str


@dataclass(frozen=True, slots=True)
class Mark:
    css: str
    title: str
    shapes: tuple[Shape, ...]
    ghosts: tuple[Ghost, ...]


@dataclass(frozen=True, slots=True)
class LegendItem:
    css: str
    label: str
    shapes: tuple[Shape, ...] = ()
    ghost: str = ""
    band: bool = False


def rounded(number: float) -> float:
    """One decimal, and none where it is zero: less to send."""
    value = round(number, 1)
    return int(value) if value == int(value) else value


def draw_mark(scale: Scale, bar: Bar, today: date, y: float, *, alone: bool) -> Mark:
    """The mark of a row on the line at height `y`; `alone`: no other row is there, so that a note has room."""
    shapes = tuple(_shape(scale, bar, span, today, y) for span in bar.occurrences if scale.holds(*span))
    ghosts = tuple(_ghosts(scale, bar, y, alone=alone and len(bar.occurrences) == 1))
    css = f"phase--{bar.phase.value} {LOOKS[bar.standing]}" + " is-optional" * bar.optional
    return Mark(css, _title(bar), shapes, ghosts)


def _title(bar: Bar) -> str:
    """Læringsseminar: torsdag d. 28. april 2016 (uge 17). Opfyldt. Eventuel. Før: 26. april 2016."""
    sentences = [f"{bar.subject}: {when_in_full(bar.occurrences, bar.is_exact)}", str(bar.standing.label)]
    sentences += ["Eventuel"] if bar.optional else []
    sentences += [_before(bar, bar.baseline)] if _moved(bar) else []
    return ". ".join(sentences) + "."


def _moved(bar: Bar) -> bool:
    return bool(bar.baseline) and bar.baseline != bar.occurrences


def _before(bar: Bar, spans: Occurrences, *, with_year: bool = True) -> str:
    return f"Før: {when(spans, bar.is_exact, with_year=with_year)}"


# Shapes


def _points(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{rounded(x)} {rounded(y)}" for x, y in points)


def _diamond(left: float, right: float, y: float, radius: float = RADIUS) -> str:
    """A diamond, drawn out to the right for several days in a row."""
    across = [] if right == left else [(right, y - radius)]
    back = [] if right == left else [(right, y + radius)]
    return _points((left - radius, y), (left, y - radius), *across, (right + radius, y), *back, (left, y + radius)) + "Z"


def _bar(left: float, right: float, y: float, *, comes: bool = False, goes: bool = False) -> str:
    """A bar; with an arrow where it comes from, or goes on to, outside the plot."""
    start = [(left + TIP, y + HALF), (left, y), (left + TIP, y - HALF)] if comes else [(left, y + HALF), (left, y - HALF)]
    end = [(right - TIP, y - HALF), (right, y), (right - TIP, y + HALF)] if goes else [(right, y - HALF), (right, y + HALF)]
    return _points(*start, *end) + "Z"


def _tick(x: float, y: float) -> str:
    return _points((x - 3.2, y + 0.2), (x - 0.9, y + 2.6), (x + 3.4, y - 2.4))


def _exclamation(x: float, y: float) -> str:
    return _points((x, y - 4), (x, y + 0.8)) + _points((x, y + 3.6), (x, y + 3.7))


def _cross(x: float, y: float) -> str:
    return _points((x - 3, y - 3), (x + 3, y + 3)) + _points((x - 3, y + 3), (x + 3, y - 3))


SYMBOLS = {"is-met": _tick, "is-overdue": _exclamation, "is-dropped": _cross}


def _ends(scale: Scale, start: date, end: date) -> tuple[float, float]:
    """Left and right of a bar, kept inside the plot and wide enough to be seen."""
    left, right = max(scale.start(start), scale.left), min(scale.end(end), scale.right)
    if right - left < NARROWEST:
        left = min(left, scale.right - NARROWEST)
        right = left + NARROWEST
    return left, right


def _days(scale: Scale, start: date, end: date) -> tuple[float, float]:
    return scale.middle(max(start, scale.first)), scale.middle(min(end, scale.last))


def _outline(scale: Scale, bar: Bar, span: tuple[date, date], y: float) -> str:
    if bar.is_exact:
        return _diamond(*_days(scale, *span), y)
    return _bar(*_ends(scale, *span), y, comes=span[0] < scale.first, goes=span[1] > scale.last)


def _shape(scale: Scale, bar: Bar, span: tuple[date, date], today: date, y: float) -> Shape:
    outline, look = _outline(scale, bar, span, y), LOOKS[bar.standing]
    left, right = _days(scale, *span) if bar.is_exact else _ends(scale, *span)
    middle = (left + right) / 2
    if look in SYMBOLS:
        if bar.is_exact or right - left >= ROOM_FOR_SYMBOL:
            return Shape(outline, symbol=SYMBOLS[look](middle, y))
        beside = right + SYMBOL + 1 if right + 2 * SYMBOL <= scale.right else left - SYMBOL - 1
        return Shape(outline, symbol=SYMBOLS[look](beside, y), symbol_css="is-beside")
    if look != "is-active":
        return Shape(outline)
    if bar.is_exact:
        return Shape(outline, core=_diamond(left, right, y, CORE))
    elapsed = min(scale.end(today), right - CORE)
    return Shape(outline, core=_points((left + CORE, y), (elapsed, y)) if elapsed > left + CORE else "")


# Ghosts


def _ghosts(scale: Scale, bar: Bar, y: float, *, alone: bool) -> Iterator[Ghost]:
    if not _moved(bar):
        return
    for old, new in zip_longest(bar.baseline, bar.occurrences[: len(bar.baseline)], fillvalue=bar.occurrences[-1]):
        if old != new and scale.holds(*old):
            yield _ghost(scale, bar, old, new, y, alone=alone)


def _ghost(scale: Scale, bar: Bar, old: tuple[date, date], new: tuple[date, date], y: float, *, alone: bool) -> Ghost:
    left, right = _reach(scale, bar, old)
    middle, target = (left + right) / 2, sum(_reach(scale, bar, new)) / 2
    note, note_x, anchor = _note(scale, bar, old, new) if alone else ("", 0.0, "start")
    line = _points((middle, y), (min(max(target, scale.left), scale.right), y))
    title = f"{bar.subject}. {_before(bar, (old,))}."
    return Ghost(_outline(scale, bar, old, y), title, line, note, rounded(note_x), rounded(y + 4), anchor)


def _note(scale: Scale, bar: Bar, old: tuple[date, date], new: tuple[date, date]) -> tuple[str, float, str]:
    """Før: 16. juni, written outside the two marks: beside the old date, else beside the new one, else not at all."""
    text = _before(bar, (old,), with_year=old[0].year != new[0].year)
    width = text_width(text, NOTE_SIZE)
    ends = [_reach(scale, bar, span) for span in (old, new) if scale.holds(*span)]
    left, right = min(left for left, _ in ends) - NOTE_GAP, max(right for _, right in ends) + NOTE_GAP
    places = [("end", left)] * (left - width >= scale.left) + [("start", right)] * (right + width <= scale.right)
    if not places:
        return "", 0.0, "start"
    anchor, x = places[-1] if new < old else places[0]
    return text, x, anchor


def _reach(scale: Scale, bar: Bar, span: tuple[date, date]) -> tuple[float, float]:
    """Left and right of a mark with its points."""
    if not bar.is_exact:
        return _ends(scale, *span)
    left, right = _days(scale, *span)
    return left - RADIUS, right + RADIUS


# Legend


def legend(bars: Sequence[Bar], named: Collection[str]) -> tuple[LegendItem, ...]:
    """What the signs mean: those that are to be seen in the drawing, no others. `named` are the phases that stand in it by name."""
    middle = LEGEND_SIZE / 2
    diamond, looks = _diamond(middle, middle, middle), {LOOKS[bar.standing] for bar in bars}
    items = []
    for look, text in LEGEND_TEXTS.items():
        if look in looks:
            symbol = SYMBOLS[look](middle, middle) if look in SYMBOLS else ""
            core = _diamond(middle, middle, middle, CORE) if look == "is-active" else ""
            items.append(LegendItem(look, text, (Shape(diamond, core, symbol),)))
    if any(bar.optional for bar in bars):
        items.append(LegendItem("is-open is-optional", "Eventuel", (Shape(diamond),)))
    if any(not bar.is_exact for bar in bars):
        items.append(LegendItem("is-open", "Periode", (Shape(_bar(2, LEGEND_SIZE - 2, middle)),)))
    if any(_moved(bar) for bar in bars):
        items.append(LegendItem("is-open", "Tidligere dato", ghost=diamond))
    phases = [phase for phase in Phase if phase.label not in named and any(bar.phase == phase for bar in bars)]
    items += [LegendItem(f"phase--{phase.value}", str(phase.label), band=True) for phase in phases]
    return tuple(items)
