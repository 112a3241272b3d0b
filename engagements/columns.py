"""Which column of a pasted table holds what: by the words of its header row, else by what its cells look like. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from engagements.expressions import find, parse
from engagements.pasted import Unreadable

NO_TABLE = "Der er ingen tabel i teksten. Kopiér hele tabellen fra Word, Excel eller en hjemmeside, og sæt den ind."
NO_DATES = "Ingen række har en dato, som kan læses. Sæt en tabel ind med en kolonne med emner og en kolonne med datoer."
MAX_COLUMNS = 30
SAMPLE = 200  # rows that are looked at to find the column of dates
HEADERS = {
    "date": {"dato", "datoer", "tid", "tidspunkt", "hvornår", "periode", "tidsperspektiv", "tidsplan", "uge", "frist", "deadline", "måned"},
    "subject": {
        "emne",
        "aktivitet",
        "aktiviteter",
        "hvad",
        "indhold",
        "milepæl",
        "opgave",
        "tiltag",
        "konkrete tiltag",
        "begivenhed",
        "trin",
    },
    "party": {"ansvarlig", "ansvarlige", "ansvar", "hvem", "part", "udføres af"},
    "place": {"sted", "hvor", "lokation", "mødested"},
}


@dataclass(frozen=True)
class Columns:
    """Indexes of the columns; `header`: the row that names them, if any; `first`: where the table begins."""

    subject: int
    date: int
    party: int | None
    place: int | None
    header: int | None
    first: int

    def cell(self, row: list[str], column: int | None) -> str:
        """The text in a column; empty when the table has none such or the row is short."""
        return row[column] if column is not None and column < len(row) else ""


def find_columns(table: list[list[str]]) -> Columns:
    """Where subjects and dates stand; Unreadable when the text is no table or has no dates."""
    wide = [row for row in table if len(row) > 1]
    if not wide:
        raise Unreadable(NO_TABLE)
    for index, row in enumerate(table):
        named = _named_columns(row)
        if "date" in named and len(row) > 1:
            subject = named.get("subject", 1 if named["date"] == 0 else 0)
            return Columns(subject, named["date"], named.get("party"), named.get("place"), index, index + 1)
    date = _likely_dates(wide)
    lengths: Counter[int] = Counter()
    for row in wide:
        lengths.update({column: len(cell) for column, cell in enumerate(row[:MAX_COLUMNS]) if column != date})
    return Columns(max(lengths, key=lambda column: lengths[column]), date, None, None, None, table.index(wide[0]))


def _named_columns(row: list[str]) -> dict[str, int]:
    """What each cell names if it is a header's; of two equal names the first counts."""
    named: dict[str, int] = {}
    for column, cell in enumerate(row[:MAX_COLUMNS]):
        word = cell.lower().strip("#*:. ")
        for role, words in HEADERS.items():
            if word in words:
                named.setdefault(role, column)
    return named


def _is_date(cell: str) -> bool:
    return parse(cell, None).understood


def _holds_date(cell: str) -> bool:
    return find(cell, None) is not None


def _likely_dates(rows: list[list[str]]) -> int:
    """The column in which most cells are dates, or else hold one in a sentence."""
    rows = rows[:SAMPLE]
    for reads in (_is_date, _holds_date):
        counts = Counter(column for row in rows for column, cell in enumerate(row[:MAX_COLUMNS]) if cell and reads(cell))
        if counts:
            return max(counts, key=lambda column: (counts[column], -column))
    raise Unreadable(NO_DATES)
