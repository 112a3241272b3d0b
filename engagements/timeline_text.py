"""The words of the timeline: how wide they are, how they are shortened, and what a mark says when one points at it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import accumulate, takewhile

from accounts.danish import long_date, week_range
from engagements.calendar import month_end
from engagements.date_text import atom_on, short_text
from engagements.states import Precision

ELLIPSIS = "…"
WELL_FILLED = 0.8  # of the room, by whole words
# Advance widths of IBM Plex Sans, in em; everything else counts as a middling letter.
WIDTHS = {
    char: width
    for width, chars in {0.27: " ijl.,:;'", 0.36: "frt()/I-", 0.5: "csvxyzJLkag", 0.66: "ABCDGHKNOQRUØÅ", 0.86: "mwæMWÆ…"}.items()
    for char in chars
}
MIDDLING = 0.6
# Words that say nothing at the end of a shortened line.
FILLERS = {"af", "at", "den", "det", "de", "en", "et", "for", "fra", "i", "med", "og", "om", "på", "til", "ved", "vedr."}


def text_width(text: str, size: float) -> float:
    """About how wide `text` is when set in `size`."""
    return size * sum(WIDTHS.get(char, MIDDLING) for char in text)


def shorten(text: str, width: float, size: float) -> str:
    """`text`, or as much of it as there is room for: whole words, unless that would leave much of the room empty."""
    if text_width(text, size) <= width:
        return text
    room = width - text_width(ELLIPSIS, size)
    widths = accumulate(text_width(char, size) for char in text)
    cut = text[: sum(1 for _ in takewhile(lambda used: used <= room, widths))]
    words = text[: len(cut) + 1].split(" ")[:-1]
    while words and words[-1].lower() in FILLERS:
        words.pop()
    whole = " ".join(words).rstrip(" ,.;:-–")
    return (whole if len(whole) >= len(cut) * WELL_FILLED else cut.rstrip()) + ELLIPSIS


def common_start(texts: Sequence[str]) -> str:
    """The words that all of `texts` begin with: "Statusmøde 1" and "Statusmøde 2" are both "Statusmøde"."""
    columns = zip(*(text.split() for text in texts))
    return " ".join(words[0] for words in takewhile(lambda words: len(set(words)) == 1, columns))


def grain(occurrences: Sequence[tuple[date, date]], is_exact: bool) -> Precision:
    """The unit in which the dates are best written: whole weeks, whole months, else days."""
    if not is_exact and all(start.weekday() == 0 and end.weekday() == 6 for start, end in occurrences):
        return Precision.WEEK
    if not is_exact and all(start.day == 1 and end == month_end(end) for start, end in occurrences):
        return Precision.MONTH
    return Precision.DAY


def when(occurrences: Sequence[tuple[date, date]], is_exact: bool, *, with_year: bool = True) -> str:
    """6. og 8. april 2016, uge 3-6 2016, januar-marts 2017."""
    unit = grain(occurrences, is_exact)
    return short_text([(atom_on(start, unit), atom_on(end, unit)) for start, end in occurrences], with_year)


def when_in_full(occurrences: Sequence[tuple[date, date]], is_exact: bool) -> str:
    """The same with the weekday of a single day, and with what the reader may miss: the weeks of days, the days of weeks."""
    first, last = occurrences[0][0], occurrences[-1][1]
    if first == last:
        return long_date(first)
    if is_exact:
        return f"{when(occurrences, is_exact)} ({week_range(first, last)})"
    if len(occurrences) == 1 and grain(occurrences, is_exact) == Precision.WEEK:
        return f"{when(occurrences, is_exact)} ({short_text([(atom_on(first, Precision.DAY), atom_on(last, Precision.DAY))], True)})"
    return when(occurrences, is_exact)
