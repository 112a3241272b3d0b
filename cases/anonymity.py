"""What in a text may tell who it is about. Pure: it points, a person decides. Names are guessed from capital letters and may be wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Words with a capital letter inside a sentence that are nobody's name.
_KNOWN_WORDS = """
ankestyrelsen ankestyrelsens viso visos viso's socialstyrelsen social- boligstyrelsen bolig- task force danmark danmarks folketinget
cpr bpa stu ppr ppv icf vum dubu kl eu adhd asf kommunen kommunens i de dem deres jeres
"""
KNOWN = frozenset(_KNOWN_WORDS.split())
_MONTHS = "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december"
_LETTER = "A-Za-zÆØÅæøåÉéÜüÖöÄä"
_LAW = re.compile(r"(?:§{1,2}|\bstk\.|\bnr\.|\blitra|\bkap(?:itel|\.))\s*\d+(?:\s*(?:[-–,]|og|eller)\s*\d+)*\s*[a-z]?\b", re.IGNORECASE)
_AGE = re.compile(
    r"\b\w+[- ]?årig\w*|\b\d{1,3}\s+(?:år|måneder)\b(?:\s+gam\w+)?"
    r"|\b(?:en|et|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv)\s+(?:år|måneder)\s+gam\w+",
    re.IGNORECASE,
)
_DATE = re.compile(rf"\b\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}\b|\b\d{{1,2}}\.\s?(?:{_MONTHS})\b(?:\s+\d{{4}})?", re.IGNORECASE)
_CASE = re.compile(r"\b(?:sag|sags(?:nummer|nr\.?)|journal\w*)\s*(?:nr\.?\s*)?\d[\d-]*", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_INITIALS = re.compile(rf"(?<![{_LETTER}.])(?:[A-ZÆØÅ]\.\s?){{2,}}")
_PLACE = re.compile(rf"\b[A-ZÆØÅ][{_LETTER}]*(?:vej|gade|allé|stræde|skole|skolen|børnehave|vuggestue|hospital|sygehus)\b")
_CAPITAL = re.compile(rf"(?<![{_LETTER}-])[A-ZÆØÅ][{_LETTER}'’-]*(?:\s+[A-ZÆØÅ][{_LETTER}'’-]*)*")
_OPENS = re.compile(r"(?:^|[.!?:»\"(\n•–-])\s*$")
_PATTERNS = (
    ("case", _CASE), ("date", _DATE), ("age", _AGE), ("initials", _INITIALS), ("digits", _DIGITS), ("place", _PLACE), ("name", _CAPITAL)
)  # fmt: skip
SAID = {
    "case": "nævner en sag",
    "date": "er en dato",
    "age": "kan være en alder",
    "digits": "er et tal",
    "initials": "ligner initialer",
    "place": "ligner et sted eller en skole",
    "name": "ligner et navn",
}


@dataclass(frozen=True)
class Remark:
    """Words that may give somebody away, and why."""

    words: str
    why: str

    def __str__(self) -> str:
        return f"»{self.words}« {self.why}"


def remarks(text: str) -> list[Remark]:
    """What to look at again before the text is cleared, in the order of the text and once each; laws may have their numbers."""
    found: list[tuple[int, int, str]] = [(one.start(), one.end(), "") for one in _LAW.finditer(text)]
    for why, pattern in _PATTERNS:
        found += [(start, end, why) for start, end in _places(pattern, text, why) if not _is_taken(start, end, found)]
    told = [Remark(" ".join(text[start:end].split()), SAID[why]) for start, end, why in sorted(found) if why]
    return list(dict.fromkeys(told))


def _places(pattern: re.Pattern[str], text: str, why: str) -> list[tuple[int, int]]:
    if why != "name":
        return [one.span() for one in pattern.finditer(text)]
    return [span for one in pattern.finditer(text) if (span := _name_in(one.group(), one.start(), text))]


def _name_in(words: str, start: int, text: str) -> tuple[int, int] | None:
    """Where the name stands in words with capital letters: the first word of a sentence is none by itself, nor is one that is known."""
    first, *rest = words.split()
    is_known = first.casefold() in KNOWN
    unknown = [one for one in rest if one.casefold() not in KNOWN]
    if not unknown and (is_known or _OPENS.search(text[:start])):
        return None
    return (text.index(unknown[0], start) if is_known else start), start + len(words)


def _is_taken(start: int, end: int, found: list[tuple[int, int, str]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end, _ in found)
