"""The words and figures of Danish dates: cleans a text and cuts it into tokens. Pure; the grammar is in `expressions`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from accounts.danish import MONTHS, WEEKDAYS


class Word(Enum):
    """What a token is."""

    NUMBER = "number"  # a number of one or two digits, with or without a dot
    YEAR = "year"
    DATE = "date"  # a date in figures: (year or None, month, day)
    DIGITS = "digits"  # the same as six or eight digits in a row, which in a sentence may be any number
    MONTH = "month"
    WEEK = "week"
    WEEK_NOTE = "week note"  # (uge 8): (first, last)
    QUARTER = "quarter"
    QUARTER_NUMBER = "quarter number"  # Q4
    SEASON = "season"
    PART = "part"
    WEEKDAY = "weekday"
    OPEN = "open"
    TIME = "time"
    RANGE = "range"
    LIST = "list"
    COMMA = "comma"
    FILLER = "filler"
    JUNK = "junk"


@dataclass(frozen=True)
class Token:
    word: Word
    value: tuple[int | None, ...]  # a word's number, and 1 when it is a weak word
    start: int
    end: int

    @property
    def number(self) -> int:
        return self.value[0] or 0


FILLERS = {"den", "d", "i", "fra", "senest", "inden", "ca", "cirka", "omkring", "af", "på", "om", "hele", "løbet", "perioden", "året", "år"}
SEASONS = {"forår": 1, "sommer": 2, "efterår": 3, "vinter": 4}
SEASON_ENDINGS = ("", "et", "en", "s")
PARTS = {"primo": 1, "medio": 2, "ultimo": 3}
SHORT_MONTHS = {name[:3]: number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}


def _vocabulary() -> dict[str, tuple[Word, int]]:
    words = dict.fromkeys(FILLERS, (Word.FILLER, 0))
    words |= {name: (Word.MONTH, number) for number, name in enumerate(MONTHS, 1)}
    words |= {name: (Word.MONTH, number) for name, number in SHORT_MONTHS.items()}
    words |= {season + ending: (Word.SEASON, number) for season, number in SEASONS.items() for ending in SEASON_ENDINGS}
    words["vinteren"] = (Word.SEASON, 4)
    words |= {name: (Word.PART, number) for name, number in PARTS.items()}
    for number, name in enumerate(WEEKDAYS, 1):
        words |= {name: (Word.WEEKDAY, number), name[:3]: (Word.WEEKDAY, number)}
    words |= dict.fromkeys(("uge", "uger", "ugerne"), (Word.WEEK, 0))
    words |= dict.fromkeys(("kvartal", "kvt"), (Word.QUARTER, 0))
    return words | {"til": (Word.RANGE, 0), "og": (Word.LIST, 0)}


VOCABULARY = _vocabulary()
# Months in short ("Jan"), which alone in a sentence may be something else.
WEAK_WORDS = SHORT_MONTHS.keys() - set(MONTHS)

# Every alternative is linear and starts at a token's first character: no text can make it slow.
_TOKEN = re.compile(
    r"""
    (?P<time>kl(?:\.|okken)?\ ?\d{1,2}(?:[.:]\d{2})?(?:\ ?(?:-|til)\ ?(?:kl\.?\ ?)?\d{1,2}(?:[.:]\d{2})?)?(?![\d./]))
  | (?P<open>(?:allerede\ |løbende\ |fortsat\ )?(?:godt\ )?i\ gang\b|løbende\b|fortløbende\b)
  | (?P<note>\(\ ?uge\ (?P<note_first>\d{1,2})(?:\ ?-\ ?(?P<note_last>\d{1,2}))?\ ?\))
  | (?P<iso>(?P<iso_year>(?:19|20)\d{2})-(?P<iso_month>\d{1,2})-(?P<iso_day>\d{1,2})(?!\d))
  | (?P<dmy>(?P<dmy_day>\d{1,2})(?:\.\ ?(?P<m1>\d{1,2})\.\ ?|-(?P<m2>\d{1,2})-|/(?P<m3>\d{1,2})[-/.])
            (?P<dmy_year>(?:19|20)\d{2}|\d{2})(?![\d/]))
  | (?P<dm>(?P<dm_day>\d{1,2})(?:/(?P<m4>\d{1,2})(?![\d/])|\.(?P<m5>\d{1,2})(?![\d/])\.?))
  | (?P<digits>(?P<d_day>\d{2})(?P<d_month>\d{2})(?P<d_year>(?:19|20)?\d{2})(?!\d))
  | (?P<year>(?:19|20)\d{2}(?!\d))
  | (?P<number>\d{1,2}(?!\d)\.?)
  | (?P<quarter>q\ ?(?P<q>[1-4])(?![\w]))
  | (?P<word>[^\W\d_]+)
  | (?P<dash>-)
  | (?P<comma>,)
  | (?P<junk>\S)
    """,
    re.VERBOSE,
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)


def clean(text: str) -> str:
    """`text` in lower case with plain hyphens and single spaces."""
    text = unicodedata.normalize("NFC", text).translate(_DASHES).translate(_INVISIBLE)
    return " ".join(text.lower().split())


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a cleaned text. Dots after words and at the end are no tokens."""
    found = []
    for match in _TOKEN.finditer(text):
        token = _token(match)
        if token is not None:
            found.append(token)
    return tuple(found)


def _token(match: re.Match[str]) -> Token | None:
    word, value = _meaning(match)
    if word is Word.JUNK and match.group() == "." and _closes_a_word(match):
        return None
    return Token(word, value, match.start(), match.end())


def _closes_a_word(match: re.Match[str]) -> bool:
    """A dot that ends an abbreviation (feb.) or the whole text."""
    before = match.string[: match.start()].rstrip()
    return bool(before) and (before[-1].isalpha() or match.end() == len(match.string))


def _meaning(match: re.Match[str]) -> tuple[Word, tuple[int | None, ...]]:
    """Kind and value of a match: the named group tells which alternative it was."""
    kind, text = _alternative(match), match.group()
    if kind == "word":
        word, number = VOCABULARY.get(text, (Word.JUNK, 0))
        return word, (number, int(text in WEAK_WORDS))
    if kind in _FIGURES:
        return Word.DIGITS if kind == "digits" else Word.DATE, _figures(match, *_FIGURES[kind])
    if kind == "note":
        return Word.WEEK_NOTE, (int(match["note_first"]), int(match["note_last"] or match["note_first"]))
    if kind in _NUMBERS:
        return _NUMBERS[kind], (int(text.lstrip("q ").rstrip(".")),)
    return _SIGNS[kind], ()


_SIGNS = {"time": Word.TIME, "open": Word.OPEN, "dash": Word.RANGE, "comma": Word.COMMA, "junk": Word.JUNK}
_NUMBERS = {"year": Word.YEAR, "number": Word.NUMBER, "quarter": Word.QUARTER_NUMBER}
# Which groups hold year, month and day.
_FIGURES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "iso": ("iso_year", ("iso_month",), "iso_day"),
    "dmy": ("dmy_year", ("m1", "m2", "m3"), "dmy_day"),
    "dm": ("", ("m4", "m5"), "dm_day"),
    "digits": ("d_year", ("d_month",), "d_day"),
}
_ALTERNATIVES = (*_SIGNS, *_NUMBERS, *_FIGURES, "note", "word")


def _alternative(match: re.Match[str]) -> str:
    return next(name for name in _ALTERNATIVES if match[name] is not None)


def _figures(match: re.Match[str], year: str, months: tuple[str, ...], day: str) -> tuple[int | None, int, int]:
    month = next(int(match[name]) for name in months if match[name])
    written = int(match[year]) if year else None
    if written is not None and written < 100:
        written += 2000
    return written, month, int(match[day])
