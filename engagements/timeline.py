"""The timeline of an engagement as plain numbers and words, ready to be printed as SVG. Pure: no database, no clock, no markup.

Units are those of the viewBox (1160 wide). A day is a stripe from `Scale.start` to `Scale.end`; a mark for a day stands in its middle.
How the marks look is in timeline_marks.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from accounts.danish import MONTHS, MONTHS_SHORT, count, join, week
from engagements.calendar import ONE_DAY, month_end
from engagements.states import Phase, Standing
from engagements.timeline_marks import LEGEND_SIZE, Bar, LegendItem, Mark, Scale, draw_mark, legend, rounded
from engagements.timeline_text import common_start, shorten, text_width

__all__ = ["LEGEND_SIZE", "Bar", "Scale", "Timeline", "Zoom", "draw", "window"]

WIDTH = 1160
LABEL_LEFT, LABEL_RIGHT = 14, 266  # what is written to the left of the plot
PLOT_LEFT, PLOT_RIGHT = 282, 1148  # room beside it for half a diamond
SEAM = 272  # where the drawing is cut in two, so that the labels stay when the plot is scrolled
ROW = 24  # height of a lane
YEAR_ROW, MONTH_ROW, WEEK_ROW, BAND_ROW, TODAY_ROW, MARGIN = 22, 18, 18, 24, 28, 6
LABEL_SIZE, SMALL_SIZE, WEEK_SIZE = 14, 12, 11.5  # font sizes; timeline.css has the same
BOLD_SIZE = 13.7  # 13, and bold letters are wider
AIR = 6  # between two week numbers
WEEK_STEPS = (1, 2, 4, 8, 13, 26)
LETTER_WIDTH = 13  # a month narrower than its letter (M is the widest) has no name


class Zoom(StrEnum):
    WHOLE = "hele"
    YEAR = "aar"


@dataclass(frozen=True, slots=True)
class Span:
    """A year, a month or a phase: a stripe of the plot with a name in the middle; the name is empty where it does not fit."""

    x: float
    width: float
    middle: float
    label: str
    title: str
    css: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """A week number under the middle of its week; only as many as there is room for."""

    x: float
    label: str
    width: float


@dataclass(frozen=True, slots=True)
class Today:
    """The dotted line and the plate it hangs from."""

    x: float
    label: str
    label_x: float
    label_left: float
    label_width: float
    top: float
    height: float
    text_y: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Lane:
    top: float
    bottom: float
    text_y: float
    label: str
    title: str
    css: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    id_prefix: str
    title: str
    summary: str
    width: int
    height: int
    seam: int
    beyond_seam: int
    row_height: float
    label_left: float
    label_right: float
    plot_left: float
    plot_width: float
    year_y: float
    month_y: float
    week_y: float
    grid_top: float  # the line above the months
    band_top: float
    band_height: float
    band_y: float
    plot_top: float
    plot_bottom: float
    plot_height: float
    years: tuple[Span, ...]
    months: tuple[Span, ...]
    weeks: tuple[Week, ...]
    bands: tuple[Span, ...]
    lanes: tuple[Lane, ...]
    today: Today | None
    legend: tuple[LegendItem, ...]


def window(bars: Sequence[Bar], today: date, zoom: Zoom = Zoom.WHOLE) -> tuple[date, date]:
    """First and last day to draw: the months of the whole engagement, or this year (the nearest one in which anything lies)."""
    spans = [span for bar in bars for span in (*bar.occurrences, *(bar.baseline if bar.occurrences else ()))]
    if zoom == Zoom.WHOLE and spans:
        return min(start for start, _ in spans).replace(day=1), month_end(max(end for _, end in spans))
    nearest = [min(max(today.year, start.year), end.year) for start, end in spans]
    year = min(nearest, key=lambda year: (abs(year - today.year), -year), default=today.year)
    return date(year, 1, 1), date(year, 12, 31)


def draw(
    bars: Sequence[Bar], *, today: date, first: date | None = None, last: date | None = None, id_prefix: str = "tidslinje"
) -> Timeline:
    """The drawing of `bars`, in their order, from `first` to `last` (else all of it). Rows without a date in the window are left out."""
    whole_first, whole_last = window(bars, today)
    first = first or whole_first
    scale = Scale(first, max(first, last or whole_last), PLOT_LEFT, PLOT_RIGHT)
    shown = [bar for bar in bars if scale.shows(bar)]
    grid_top = YEAR_ROW
    band_top = grid_top + MONTH_ROW + WEEK_ROW
    line = _today(scale, today, band_top + BAND_ROW + MARGIN / 2)
    plot_top = band_top + BAND_ROW + (TODAY_ROW if line else MARGIN)
    bands = tuple(_bands(scale, bars))
    lanes = tuple(_lanes(scale, shown, today, plot_top))
    plot_bottom = plot_top + ROW * len(lanes)
    title = f"Tidslinje fra {_month_name(scale.first)} til {_month_name(scale.last)}"
    return Timeline(
        id_prefix=id_prefix,
        title=title,
        summary=f"{title}: {_counts(shown, len(bars) - len(shown))}. De samme data findes som liste.",
        width=WIDTH,
        height=plot_bottom + 1,
        seam=SEAM,
        beyond_seam=WIDTH - SEAM,
        row_height=ROW,
        label_left=LABEL_LEFT,
        label_right=LABEL_RIGHT,
        plot_left=PLOT_LEFT,
        plot_width=PLOT_RIGHT - PLOT_LEFT,
        year_y=grid_top - 5,
        month_y=grid_top + 13,
        week_y=grid_top + MONTH_ROW + 12,
        grid_top=grid_top,
        band_top=band_top,
        band_height=BAND_ROW,
        band_y=band_top + 16,
        plot_top=plot_top,
        plot_bottom=plot_bottom,
        plot_height=plot_bottom - band_top,
        years=tuple(_years(scale)),
        months=tuple(_months(scale)),
        weeks=tuple(_weeks(scale)),
        bands=bands,
        lanes=lanes,
        today=line,
        legend=legend(shown, {band.title for band in bands if band.label}),
    )


def _month_name(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _counts(shown: Sequence[Bar], hidden: int) -> str:
    """34 milepæle, 12 opfyldt, 2 overskredet; those left out are named, because the list has them."""
    standings = [bar.standing for bar in shown]
    met = standings.count(Standing.MET) + standings.count(Standing.MET_LATE)
    overdue, dropped = standings.count(Standing.OVERDUE), standings.count(Standing.DROPPED)
    parts = [count(len(shown) - dropped, "milepæl", "milepæle"), f"{met} opfyldt", f"{overdue} overskredet"]
    parts += [f"{dropped} bortfaldet"] if dropped else []
    parts += [f"{hidden} uden dato i perioden"] if hidden else []
    return ", ".join(parts)


# Above the plot: years, months, weeks, phases, today


def _span(scale: Scale, start: date, end: date, names: Sequence[str], size: float, *, css: str = "", room: float | None = None) -> Span:
    """The stripe from `start` to `end` with the first of `names` that fits in it (or in the `room` it may take)."""
    left, right = scale.start(start), scale.end(end)
    room = right - left if room is None else room
    label = next((name for name in names if text_width(name, size) + 2 <= room), "")
    return Span(rounded(left), rounded(right - left), rounded((left + right) / 2), label, names[0], css, start.year)


def _years(scale: Scale) -> Iterator[Span]:
    if 365 * scale.per_day < LETTER_WIDTH:
        return
    for year in range(scale.first.year, scale.last.year + 1):
        start, end = max(date(year, 1, 1), scale.first), min(date(year, 12, 31), scale.last)
        room = WIDTH - scale.start(start) if end == scale.last else scale.end(end) - scale.start(start)
        yield _span(scale, start, end, (str(year), f"’{year % 100:02}"), BOLD_SIZE, room=room)


def _months(scale: Scale) -> Iterator[Span]:
    """All names of the same kind: whole, short or a letter, whichever there is room for in the longest month name."""
    narrow = 28 * scale.per_day
    if narrow < LETTER_WIDTH:
        return
    short = [name.rstrip(".") for name in MONTHS_SHORT]
    letters = [name[0].upper() for name in MONTHS]
    kinds = [names for names in (MONTHS, short, letters) if max(text_width(name, SMALL_SIZE) for name in names) + 2 <= narrow]
    start = scale.first
    while start <= scale.last:
        end = min(month_end(start), scale.last)
        month = _span(scale, start, end, [names[start.month - 1] for names in kinds], SMALL_SIZE, css="is-january" * (start.month == 1))
        yield month
        start = end + ONE_DAY


def _weeks(scale: Scale) -> Iterator[Week]:
    """Week numbers that never touch: all, or every second, fourth … by number, so that uge 52 and uge 4 stand in every year."""
    size = text_width("53", WEEK_SIZE)
    step = next((step for step in WEEK_STEPS if step * 7 * scale.per_day >= size + AIR), None)
    if step is None:
        return
    thursday = scale.first + timedelta(days=(3 - scale.first.weekday()) % 7)
    while thursday <= scale.last:
        number, middle = thursday.isocalendar().week, scale.middle(thursday)
        if number % step == 0 and scale.left <= middle - size / 2 and middle + size / 2 <= scale.right:
            yield Week(rounded(middle), str(number), rounded(size))
        thursday += timedelta(days=7)


def _bands(scale: Scale, bars: Sequence[Bar]) -> Iterator[Span]:
    """The phases side by side: one lasts until the next begins (or, where they are out of order, until its own last day)."""
    standing = [bar for bar in bars if bar.occurrences and bar.standing != Standing.DROPPED]
    periods = []
    for phase in Phase:
        spans = [span for bar in standing if bar.phase == phase for span in bar.occurrences]
        if spans:
            periods.append((phase, min(start for start, _ in spans), max(end for _, end in spans)))
    begins: date | None = None
    for (phase, start, end), following in zip(periods, [*periods[1:], None]):
        begins = max(start, begins) if begins else start
        if following and following[1] > begins:
            end = following[1] - ONE_DAY
        if end >= begins:
            if begins <= scale.last and end >= scale.first:
                css = f"phase--{phase.value}"
                yield _span(scale, max(begins, scale.first), min(end, scale.last), (str(phase.label),), BOLD_SIZE, css=css)
            begins = end + ONE_DAY


def _today(scale: Scale, today: date, top: float) -> Today | None:
    """The line of today with its label, which is kept inside the plot; None when today lies outside."""
    if not scale.first <= today <= scale.last:
        return None
    label, x = f"I dag, {week(today)}", scale.middle(today)
    width = text_width(label, BOLD_SIZE) + 16
    left = min(max(x - width / 2, scale.left), scale.right - width)
    return Today(rounded(x), label, rounded(left + width / 2), rounded(left), rounded(width), top, TODAY_ROW - 2 * MARGIN + 4, top + 14.5)


# The plot


def _lanes(scale: Scale, shown: Sequence[Bar], today: date, top: float) -> Iterator[Lane]:
    rows: dict[str, list[Bar]] = {}
    for bar in shown:
        rows.setdefault(bar.lane, []).append(bar)
    for number, row in enumerate(rows.values()):
        y = top + number * ROW
        name = row[0].subject if len(row) == 1 else f"{common_start([bar.subject for bar in row]) or row[0].lane} ({len(row)})"
        css = f"phase--{row[0].phase.value}" + " is-dropped" * all(bar.standing == Standing.DROPPED for bar in row)
        yield Lane(
            top=y,
            bottom=y + ROW,
            text_y=y + ROW / 2 + 5,
            label=shorten(name, LABEL_RIGHT - LABEL_LEFT, LABEL_SIZE),
            title=name if len(row) == 1 else f"{name}: {join([bar.subject for bar in row])}",
            css=css,
            marks=tuple(draw_mark(scale, bar, today, y + ROW / 2, alone=len(row) == 1) for bar in row),
        )
