"""The list of cases as copied from Excel: which column holds what, and each row as values or as what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from accounts.danish import plain_date
from cases.states import ADULTS, CHILDREN, AgeGroup, Outcome
from engagements.expressions import parse
from engagements.pasted import cells
from engagements.states import Area, Precision

LONGEST = 200
AGE_GROUPS: dict[str, tuple[AgeGroup, ...]] = {
    Area.CHILD: CHILDREN,
    Area.ADULT: ADULTS,
    Area.VULNERABLE: (*CHILDREN, AgeGroup.ADULT_18_29),
}
# What a heading says, by the beginning of its words; in this order where there is no row of headings.
HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("sag", "nr", "nummer", "sagsnummer"),
    "service_area": ("ydelse", "ydelsesområde", "område", "paragraf", "hjemmel", "bestemmelse", "§"),
    "decided_on": ("dato", "afgørelsesdato", "afgørelsens dato", "afgjort", "dato for afgørelse"),
    "outcome": ("udfald", "resultat", "afgørelse"),
    "age_group": ("alder", "aldersgruppe"),
    "description": ("beskrivelse", "kort beskrivelse", "bemærkning", "emne", "tekst"),
}
ORDER = tuple(HEADERS)
OUTCOMES: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
    (Outcome.PARTLY, ("delvis", "delvist", "delvis bevilling", "delvist bevilget", "delvist imødekommet")),
    (Outcome.CEASED, ("ophør", "nedsættelse", "frakendelse", "ophør eller nedsættelse", "stoppet")),
    (Outcome.REFUSED, ("afslag", "afslået", "afvist", "ikke imødekommet")),
    (Outcome.GRANTED, ("bevilling", "bevilget", "imødekommet", "ja")),
)
AGES: tuple[tuple[AgeGroup, int, int], ...] = (
    (AgeGroup.CHILD_0_6, 0, 6),
    (AgeGroup.CHILD_7_12, 7, 12),
    (AgeGroup.CHILD_13_17, 13, 17),
    (AgeGroup.ADULT_18_29, 18, 29),
    (AgeGroup.ADULT_30_49, 30, 49),
    (AgeGroup.ADULT_50_66, 50, 66),
    (AgeGroup.ADULT_67, 67, 120),
)


class LawRow(Protocol):
    """A service area as this room needs it (engagements.models.ServiceArea, with its paragraphs by `paragraph`)."""

    name: str
    valid_from: date | None
    valid_to: date | None


@dataclass
class Line:
    """One row of the list: the case's number, its values, what was written, and what is wrong."""

    number: int | None
    values: dict[str, Any] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CaseList:
    """The list as read; `error` when no table could be found at all."""

    lines: tuple[Line, ...] = ()
    error: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it may be saved: something is there, and nothing is wrong."""
        return bool(self.lines) and not any(line.errors for line in self.lines)


NO_TABLE = "Der er ingen tabel i teksten. Markér rækkerne i Excel, kopiér dem, og sæt dem ind igen."


def read(text: str, *, areas: Mapping[str, Sequence[LawRow]], groups: Sequence[AgeGroup], numbers: Sequence[int], today: date) -> CaseList:
    """Every row of the pasted text. `areas` is paragraph or name → the service areas called so; `numbers` the slots of the round.

    Raises pasted.Unreadable when the text is too long. Rows without a number take the slots in order.
    """
    table = [row for row in cells(text) if any(row)]
    header = next((index for index, row in enumerate(table[:5]) if len(_named(row)) >= 2), None)
    columns = _named(table[header]) if header is not None else {name: index for index, name in enumerate(ORDER)}
    body = table[header + 1 :] if header is not None else table
    if header is None and body and not _is_numbered(body):
        columns = {name: index for index, name in enumerate(ORDER[1:])}
    if not any(len(row) > 1 for row in body):
        return CaseList(error=NO_TABLE)
    lines = [_line(row, columns, place, areas, groups, today) for place, row in enumerate(body, 1)]
    _check_numbers(lines, numbers)
    return CaseList(tuple(lines))


def _named(row: Sequence[str]) -> dict[str, int]:
    """What each cell names if it is a heading's: a cell of a list that begins with the same word, such as a number, names nothing."""
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        word = " ".join(cell.lower().split()).strip("#*:. ")
        for name, words in HEADERS.items():
            if name not in found and (word in words or any(word.startswith(f"{one} ") for one in words)) and not re.search(r"\d", word):
                found[name] = column
                break
    return found


def _is_numbered(body: Sequence[Sequence[str]]) -> bool:
    return all(_number(row[0]) is not None for row in body if row and row[0])


def _number(cell: str) -> int | None:
    found = re.fullmatch(r"(?:sag|nr\.?)?\s*0*(\d{1,3})\.?", cell.strip().lower())
    return int(found[1]) if found else None


def _line(
    row: Sequence[str],
    columns: Mapping[str, int],
    place: int,
    areas: Mapping[str, Sequence[LawRow]],
    groups: Sequence[AgeGroup],
    today: date,
) -> Line:
    written = {name: row[columns[name]].strip() if columns.get(name, len(row)) < len(row) else "" for name in ORDER}
    line = Line(number=place, written=written)
    if written["number"]:
        line.number = _number(written["number"])
        if line.number is None:
            line.errors.append(f"»{written['number']}« er ikke et sagsnummer.")
    _read_day(line, today)
    _read_area(line, areas)
    _read_choice(line, "outcome", _outcome(written.get("outcome", "")), "udfald. Skriv bevilling, delvis bevilling, afslag eller ophør.")
    group = _group(written.get("age_group", ""), groups)
    _read_choice(line, "age_group", group, f"aldersgruppe. Skriv alderen eller {', '.join(one.label for one in groups)}.")
    _read_description(line)
    return line


def _read_day(line: Line, today: date) -> None:
    text = line.written.get("decided_on", "")
    if not text:
        return
    found = parse(text, None, today=today)
    if not found.understood or found.needs_year or found.precision != Precision.DAY:
        line.errors.append(f"»{text}« er ikke en dato. Skriv den som dd.mm.åååå.")
    elif found.occurrences[0][0] > today:
        line.errors.append("Afgørelsens dato ligger i fremtiden.")
    else:
        line.values["decided_on"] = found.occurrences[0][0]


def _read_area(line: Line, areas: Mapping[str, Sequence[LawRow]]) -> None:
    text = line.written.get("service_area", "")
    if not text:
        return
    known = areas.get(plain(text), ())
    if not known:
        line.errors.append(f"»{text}« er ikke et ydelsesområde i forløbet.")
        return
    day = line.values.get("decided_on")
    if day is None:
        if not line.written.get("decided_on"):
            line.errors.append("Afgørelsens dato mangler, så vi ved ikke, hvilken lov der gjaldt.")
        return
    valid = [area for area in known if (area.valid_from or day) <= day <= (area.valid_to or day)]
    if len(valid) == 1:
        line.values["service_area"] = valid[0]
    elif valid:
        line.errors.append(f"»{text}« kan være flere ydelsesområder. Skriv også loven, fx »barnets lov § 86«.")
    else:
        line.errors.append(f"»{text}« var ikke gældende ret den {plain_date(day)}.")


def plain(text: str) -> str:
    """A name or paragraph as it is compared: small letters, single spaces, »§86« as »§ 86«, without »lov om« and full stops."""
    return re.sub(r"\s+", " ", re.sub(r"(§+)\s*", r"\1 ", text.lower().replace("\xa0", " ").replace(".", " "))).strip()


def _read_choice(line: Line, name: str, value: str, help_text: str) -> None:
    text = line.written.get(name, "")
    if text and value:
        line.values[name] = value
    elif text:
        line.errors.append(f"»{text}« er ikke et kendt {help_text}" if name == "outcome" else f"»{text}« er ikke en kendt {help_text}")


def _outcome(text: str) -> str:
    word = " ".join(text.lower().split()).strip(". ")
    return next((outcome.value for outcome, words in OUTCOMES if word in words), "")


def _group(text: str, groups: Sequence[AgeGroup]) -> str:
    """A group by its label or by an age in years, if cases of the area have it."""
    word = text.lower().replace("-", "–").replace("år", "").replace(" ", "")
    by_label = next((group for group in groups if str(group.label).lower().replace("år", "").replace(" ", "") == word), None)
    if by_label is None and word.isdecimal() and len(word) < 4:
        by_label = next((group for group, first, last in AGES if first <= int(word) <= last and group in groups), None)
    return by_label.value if by_label else ""


def _read_description(line: Line) -> None:
    text = line.written.get("description", "")
    if len(text) > LONGEST:
        line.errors.append(f"Beskrivelsen er på {len(text)} tegn. Der er plads til {LONGEST}.")
    elif text:
        line.values["description"] = text


def _check_numbers(lines: Sequence[Line], numbers: Sequence[int]) -> None:
    seen: set[int] = set()
    for line in lines:
        if line.number is None:
            continue
        if line.number not in numbers:
            line.errors.append(f"Der er ingen sag {line.number}. Runden har {len(numbers)} sager.")
        elif line.number in seen:
            line.errors.append(f"Sag {line.number:02} står der to gange.")
        seen.add(line.number)
