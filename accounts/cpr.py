"""Finds what is written like a CPR number in any text. Pure: standard library only, no database (decision 32).

Recall comes first: a number is never turned down for its check digit (numbers given out since 2007 need not fulfil it, cpr.dk), and
replacement numbers (day + 60) count too. What stands around it only says how sure we are. Source of the rules: the century table and the
replacement numbers of cpr.dk. The number itself is never handed out: callers get where it stands and how sure it is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MASK = "•"
SURE, POSSIBLE = 2, 0  # the score from which a hit is HIGH, and LOW
WORD, DASH, SEPARATOR, CHECK_DIGIT, OTHER_NUMBER = 3, 2, 1, 2, -4
BEFORE, AFTER = 48, 24  # how many characters around a number are read for words
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)

_DASHES = "\u00ad\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63"
_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_FULL_WIDTH = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
_DIGITS = {code: str(unicodedata.decimal(chr(code))) for code in range(128, 0x20000) if chr(code).isdecimal()}
# One character for one, so that places stay; what takes no room is cut out below.
_PLAIN = _FULL_WIDTH | _DIGITS | dict.fromkeys(map(ord, _DASHES), "-") | dict.fromkeys(map(ord, _SPACES), " ") | {0x2024: ".", 0x2044: "/"}
_LINE_BREAK = r"(?:\r\n|[\n\r\v\f\x85\u2028\u2029])"
_CUT = re.compile(
    rf"(?<=-) {{0,3}}{_LINE_BREAK} {{0,3}}"  # a number that is broken behind its hyphen
    r"|[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u20d0-\u20ff\ufe00-\ufe0f\ufeff]"
)
# Looks ahead, so that one that begins inside another is seen too. Every part has a greatest width: no text makes it slow.
_NUMBER = re.compile(
    r"(?<![0-9])(?=(?P<all>"
    r"(?P<day>[0-9]{1,2})(?:(?P<inner>[-./_ ]) ?)?(?P<month>[0-9]{1,2})(?(inner)(?P=inner) ?)"
    r"(?P<century>18|19|20)?(?P<year>[0-9]{2})"
    r"(?P<sep> {0,3}[-./_] {0,3}| {1,3}|)(?P<serial>[0-9]{4})(?![0-9])))"
)
_CERTAIN_WORD = re.compile(r"cpr|person[ -]?n(?:umme)?r|pers\. ?nr|fødselsn(?:umme)?r")
_WORD = re.compile(
    r"født|fødsels|\b(?:borger|barn|børn|moder|fader|datter|forælder|forældre|ægtefælle|patient|klient|ansøger|plejebarn|værge)"
    r"|\b(?:mor|far|søn|søster|bror)\b"
)
# What says that the number directly behind it is another kind of number, perhaps as the end of a longer one: konto 1234-0101901234.
_NUMBER_WORD = r"[ .-]{0,2}(?:nr|no|nummer|numre|id)"
_OTHER_KIND = re.compile(
    r"(?:(?<![a-zæøå])(?:"
    rf"(?:konto|bankkonto|iban|ean|gln|isbn|cvr|faktura|ordre|tlf|telefon|mobil|fax|kle|acadre)s?(?:{_NUMBER_WORD})?"
    r"|(?:p|se|j|jour|journal|sag|sags|dok|dokument|løbe|ref|reference|reg|registrerings|kunde|medlem|medlems|kvitterings|bilags"
    rf"|rekvisitions|produktionsenheds){_NUMBER_WORD}"
    r")|\+[0-9]{0,3})[ .:#=]{0,4}(?:[0-9a-zæøå]{1,8}[-/._]){0,3}$"
)
_ACCOUNT = re.compile(rf"konto(?:{_NUMBER_WORD})?[ .:]{{0,3}}[0-9]{{4}} $")
_DECIMALS_BEFORE, _DECIMALS_AFTER = re.compile(r"(?<![0-9.,])[0-9]{1,3}[.,]$"), re.compile(r"[.,][0-9]{1,2}(?![0-9])")


class Level(StrEnum):
    """How sure: HIGH is refused in free text, LOW is told."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True)
class Hit:
    """Where a number stands in the text that was given: `start` at its first digit, `end` behind its last."""

    start: int
    end: int
    level: Level
    score: int = 0


def find(text: str, *, today: date) -> list[Hit]:
    """What may be CPR numbers, in order and without overlap; nobody is born after `today`."""
    plain, places = _plain(text)
    hits: list[Hit] = []
    for begin, end, score in _scored(plain, today):
        start, stop = places(begin), places(end - 1) + 1
        hit = Hit(start, stop, Level.HIGH if score >= SURE else Level.LOW, score)
        if hits and hits[-1].end > hit.start:
            hits[-1] = max(hits[-1], hit, key=lambda one: one.score)
        else:
            hits.append(hit)
    return hits


def sure(text: str, *, today: date | None = None) -> list[Hit]:
    """The hits that are refused in free text."""
    return [hit for hit in find(text, today=today or date.today()) if hit.level == Level.HIGH]


def holds_cpr(text: str, *, today: date | None = None) -> bool:
    """Whether something in the text is surely written like a CPR number."""
    return bool(sure(text, today=today))


def masked(text: str, *, today: date | None = None) -> str:
    """The text with the digits of everything that may be a CPR number as dots; as long as it was."""
    pieces, at = [], 0
    for hit in find(text, today=today or date.today()):
        dots = "".join(MASK if one.isdecimal() else one for one in text[hit.start : hit.end])
        pieces += [text[at : hit.start], dots]
        at = hit.end
    return "".join([*pieces, text[at:]])


def _plain(text: str) -> tuple[str, Callable[[int], int]]:
    """The text in plain digits, hyphens and spaces, and where each of its characters stood."""
    straight = text.translate(_PLAIN)
    cuts = [(cut.start(), cut.end()) for cut in _CUT.finditer(straight)]
    if not cuts:
        return straight, lambda place: place
    pieces, starts, shifts, at, gone = [], [0], [0], 0, 0
    for begin, end in cuts:
        pieces.append(straight[at:begin])
        at, gone = end, gone + end - begin
        starts.append(end - gone)
        shifts.append(gone)
    pieces.append(straight[at:])
    return "".join(pieces), lambda place: place + shifts[bisect_right(starts, place) - 1]


def _scored(plain: str, today: date) -> Iterator[tuple[int, int, int]]:
    """Each number with a real date: where it begins and ends, and its score; those below POSSIBLE are left out."""
    for match in _NUMBER.finditer(plain):
        day, month, inner, separator = match["day"], match["month"], match["inner"] or "", match["sep"].strip() or match["sep"]
        if (len(day) == 1 or len(month) == 1) and inner in ("", " "):
            continue
        if match["century"] and not separator:
            continue
        replacement = int(day) > 60
        year = _year(int(match["year"]), int(match["serial"][0]))
        if match["century"] and str(year)[:2] != match["century"]:
            continue
        if not _is_day(int(day) - 60 if replacement else int(day), int(month), year, today):
            continue
        begin, end = match.span("all")
        written = _Written(day.zfill(2) + month.zfill(2) + match["year"] + match["serial"], inner, separator, replacement)
        score = _score(written, plain[max(0, begin - BEFORE) : begin].lower(), plain[end : end + AFTER].lower(), today)
        if score >= POSSIBLE:
            yield begin, end, score


@dataclass(frozen=True)
class _Written:
    digits: str
    inner: str
    separator: str
    is_replacement: bool

    @property
    def is_bare(self) -> bool:
        return not self.inner and not self.separator


def _score(number: _Written, before: str, after: str, today: date) -> int:
    """How sure: what stands around it, how it is written, its check digit."""
    certain = _CERTAIN_WORD.search(before) is not None or _CERTAIN_WORD.search(after) is not None
    word = certain or _WORD.search(before) is not None or _WORD.search(after) is not None
    score = WORD if word else 0
    score += DASH if number.separator == "-" else SEPARATOR if not number.is_bare else 0
    score += CHECK_DIGIT if sum(int(one) * weight for one, weight in zip(number.digits, WEIGHTS)) % 11 == 0 else 0
    if _OTHER_KIND.search(before) or _ACCOUNT.search(before):
        return score + OTHER_NUMBER
    if number.is_bare and not word and (number.is_replacement or _is_decimal(before, after)):
        return POSSIBLE - 1
    glued = before[-1:].isalpha() or after[:1].isalpha()
    if (not word and (number.is_replacement or glued)) or (not certain and _is_moment(number, today)):
        return min(score, SURE - 1)
    return score


def _year(year: int, seventh: int) -> int:
    """The year of birth: the seventh digit tells the century (cpr.dk)."""
    if seventh <= 3:
        return 1900 + year
    if seventh in (4, 9):
        return (2000 if year <= 36 else 1900) + year
    return (2000 if year <= 57 else 1800) + year


def _is_day(day: int, month: int, year: int, today: date) -> bool:
    try:
        return date(year, month, day) <= today
    except ValueError:
        return False


def _is_decimal(before: str, after: str) -> bool:
    """Part of an amount; not a field between commas."""
    in_a_row = before.endswith((",", ";")) and after.startswith((",", ";"))
    return not in_a_row and (_DECIMALS_BEFORE.search(before) is not None or _DECIMALS_AFTER.match(after) is not None)


def _is_moment(number: _Written, today: date) -> bool:
    """A date of our days with a clock (010124 1030) or a year (01.01.24-2025): nobody who is a hundred has such a number by chance."""
    recent, serial = int(number.digits[4:6]) <= (today + timedelta(days=3 * 366)).year % 100, number.digits[6:]
    if number.separator.isspace():
        return recent and serial[:2] < "24" and serial[2:] < "60"
    return recent and not number.is_bare and 1990 <= int(serial) <= today.year + 20
