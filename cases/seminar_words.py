"""What the pages of the learning seminar may not say: numbers, shares, percentages, and whose case it was (domain rule 30). Pure.

The seminar is about learning, not about how often something happened. Digits may stand in a reference to law alone: § 32 a, stk. 3, nr. 2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is wrong with a word, and so what to write instead."""

    CASE = "case"
    PERCENT = "percent"
    SHARE = "share"
    NUMBER = "number"
    DIGIT = "digit"
    NAME = "name"


ADVICE = {
    Kind.CASE: "peger på en bestemt sag. Skriv fx »i en sag«.",
    Kind.PERCENT: "er en procent. Skriv om mønstret uden tal, fx »ofte«.",
    Kind.SHARE: "er en andel. Skriv fx »ofte« eller »flere steder«.",
    Kind.NUMBER: "er et talord. Skriv fx »flere« eller »nogle«.",
    Kind.DIGIT: "er et tal. Skriv om mønstret uden tal, fx »flere steder«. Er det en lov, så skriv § foran, fx »§ 32, stk. 1«.",
    Kind.NAME: "er et navn. Skriv fx »sagsbehandleren« eller »kommunen«.",
}


@dataclass(frozen=True)
class Word:
    """A word that may not stand there, as it was written."""

    text: str
    kind: Kind

    @property
    def sentence(self) -> str:
        """»tre« er et talord. Skriv fx »flere« eller »nogle«."""
        return f"»{self.text}« {ADVICE[self.kind]}"


# A reference to law, whose numbers are no counts: a chain that begins with § or stk. Numbers in a row want a § each.
_NUMBER = r"\d{1,3}(?:\s?[a-zæøå])?(?![\w.,]*\d)(?!\w)"
_SPAN = rf"{_NUMBER}(?:\s?[-–]\s?{_NUMBER})?"
_LAW = re.compile(rf"(?:§{{1,2}}\s?{_SPAN}|\bstk\.?\s?{_SPAN})(?:,?\s(?:stk|nr|pkt)\.?\s?{_SPAN})*", re.I)

_UNITS = "to|tre|fire|fem|seks|syv|otte|ni"
_TEENS = "ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten"
_TENS = (
    "tyve|tredive|fyrre|fyrretyve|halvtreds|halvtredsindstyve|tres|tresindstyve|halvfjerds|halvfjerdsindstyve|firs|firsindstyve|"
    "halvfems|halvfemsindstyve"
)
_LARGE = "hundrede|hundreder|hundred|tusind|tusinde|tusinder|million|millioner|milliard|milliarder|dusin|snes"
_CARDINAL = rf"(?:nul|{_UNITS}|{_TEENS}|(?:(?:en|et|{_UNITS})og)?(?:{_TENS})|(?:{_UNITS}|et)?(?:{_LARGE}))"
# What a number is grown together with: treårig, fireugersfrist, toogtyve.
_GROWN = r"(?:års?|årige?t?|måneder?|månedlige?|ugers?|uges|ugentlig|dages?|timers?|gange|personers|børns|sagers|delte?|dobbelte?|fold)\w*"
_ORDINAL = (
    r"tredj|fjerd|femt|sjett|syvend|ottend|niend|tiend|ellevt|ellevtend|tolvt|trettend|fjortend|femtend|sekstend|syttend|attend|nittend|"
    r"tyvend|tredivt|fyrretyvend|halvtredsindstyvend|tresindstyvend|halvfjerdsindstyvend|firsindstyvend|halvfemsindstyvend"
)
_CASES = r"(?:enkeltsag|sag|afgørelse|akt|borger|barn|børn|familie|forløb)(?:en|et|er|erne|rne|ne|n|s)?"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.CASE, re.compile(r"\b(?:sags?|journal)(?:en|er|erne)?(?:\s?-\s?)?(?:nummer|nr)?[.:]?\s?(?:nr\.?|nummer|#)?\s?#?\d+\b", re.I)),
    (Kind.CASE, re.compile(rf"\b(?:sag|sagen|sager)\s(?:nr\.?\s|nummer\s)?{_CARDINAL}\b", re.I)),
    (Kind.CASE, re.compile(r"\b[Ss]ag(?:en)?\s(?:(?:nr\.?|nummer)\s)?(?:[IVXLC]{2,}|[A-HJ-ZÆØÅ])\b")),  # I is a pronoun too
    (Kind.PERCENT, re.compile(r"[\d.,]*\s?(?:%|‰)|\b(?:\d[\d.,]*\s?)?(?:procent|promille|pct)\w*\b\.?", re.I)),
    (Kind.SHARE, re.compile(r"\b(?:halvdel|halvpart|halver|fordobl|firdobl|flerdobl)\w*\b|\bhalv(?:e|t|anden|andet)?\b", re.I)),
    (Kind.SHARE, re.compile(rf"\b(?:{_ORDINAL})ede?l\w*\b|\bkvart(?:er)?\b|\b(?:dobbelt|tredobbelt|firedobbelt)\w*\b", re.I)),
    (Kind.SHARE, re.compile(r"\b(?:flertal|mindretal|hovedpart|størstedel|størstepart|brøkdel)\w*\b|\bde (?:aller)?fleste\b", re.I)),
    (Kind.SHARE, re.compile(rf"\bhver(?:t)?\s(?:anden|andet|(?:{_ORDINAL})e)\b|\b(?:begge|samtlige)\s{_CASES}\b", re.I)),
    (Kind.NUMBER, re.compile(r"\b[Éé](?:n|t)\b|\bet par\b|\b(?:en|et|den|det)\s(?:enkelt|eneste)\s" + _CASES + r"\b", re.I)),
    (Kind.NUMBER, re.compile(rf"\b{_CARDINAL}(?:{_GROWN})?\b|\b(?:{_ORDINAL})e\b", re.I)),
    (Kind.DIGIT, re.compile(r"\d(?:[\d.,:/-]*\d)?")),
)  # fmt: skip
_STRANGE = {"No", "Nl"}  # categories of characters that are numbers without being digits
_INVISIBLE = {ord(char): None for char in "\u00ad\u200b\u200c\u200d\u2060\ufeff"}


def find(text: str, names: Collection[str] = ()) -> list[Word]:
    """Every word that may not stand there, in the order in which they stand; `names` are of people who may not be named."""
    plain = _plain(text)
    taken = [False] * len(plain)
    found: list[tuple[int, Word]] = [*_names(plain, names, taken), *_strange_numbers(plain)]
    masked = _LAW.sub(lambda law: "\u2022" * len(law.group()), plain)
    for kind, pattern in _PATTERNS:
        # Whose case it is counts also where it looks like law: sag nr. 7.
        for hit in pattern.finditer(plain if kind == Kind.CASE else masked):
            word = hit.group().strip(" ,")
            if word and not any(taken[hit.start() : hit.end()]):
                taken[hit.start() : hit.end()] = [True] * len(hit.group())
                found.append((hit.start(), Word(word, kind)))
    return [word for _, word in sorted(found, key=lambda one: one[0])]


def complaint(text: str, names: Collection[str] = ()) -> str:
    """A sentence for each word that may not stand there, the same word once; "" when the text can be shown."""
    return " ".join(dict.fromkeys(word.sentence for word in find(text, names)))


def _plain(text: str) -> str:
    """One kind of space, no invisible characters, and letters and digits that only look different as what they are."""
    seen = text.translate(_INVISIBLE)
    same = "".join(char if unicodedata.category(char) in _STRANGE else unicodedata.normalize("NFKC", char) for char in seen)
    return "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", same))


def _strange_numbers(text: str) -> Iterator[tuple[int, Word]]:
    """½ ² Ⅷ: numbers that are no digits."""
    return ((at, Word(char, Kind.DIGIT)) for at, char in enumerate(text) if unicodedata.category(char) in _STRANGE)


def _names(text: str, names: Collection[str], taken: list[bool]) -> Iterator[tuple[int, Word]]:
    for name in names:
        if not name.strip():
            continue
        for hit in re.finditer(rf"\b{re.escape(_plain(name.strip()))}(?!\w)", text, re.I):
            taken[hit.start() : hit.end()] = [True] * len(hit.group())
            yield hit.start(), Word(hit.group(), Kind.NAME)
