"""Why a file is refused or looked at again, in words that say what to do. Pure data: also read by the child process that finds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

MOST_PAGES_NAMED = 20


class Weight(Enum):
    """What a reason does to a file."""

    REFUSES = "refuses"
    FLAGS = "flags"  # somebody must take a stand
    NOTES = "notes"  # is told, and that is all


@dataclass(frozen=True)
class Reason:
    """`message` says what is the matter, `way_out` what to do about it ("" when nothing need be done). `{pages}` are page numbers."""

    message: str
    way_out: str
    weight: Weight = Weight.REFUSES


PRINT_IT = "Åbn den hos jer, gem eller udskriv den som PDF, og upload PDF-filen."
SPLIT_IT = "Del den i flere filer, og upload dem hver for sig."

REASONS: dict[str, Reason] = {
    # What it is
    "empty": Reason("Filen er tom.", "Find filen igen, hvor den kommer fra, og upload den, når den har et indhold."),
    "too_large": Reason("Filen er for stor.", SPLIT_IT),
    "type_not_taken": Reason("Filtypen kan ikke modtages her.", PRINT_IT),
    "wrong_extension": Reason(
        "Filens navn siger en anden type, end filen er.",
        "Gem filen igen fra det program, den er lavet i, så de to passer sammen.",
    ),
    "executable": Reason("Filen er et program og ikke et dokument.", "Upload selve dokumentet."),
    "markup": Reason("Filen er en webside eller en tegning (HTML eller SVG).", PRINT_IT),
    "archive": Reason("Filen er en pakket mappe (zip).", "Pak den ud, og upload filerne enkeltvis. I kan vælge mange på én gang."),
    "old_office": Reason("Filen er i et gammelt Office-format.", PRINT_IT),
    "mixed": Reason("Filen er sat sammen af flere slags filer.", PRINT_IT),
    "trailing_data": Reason("Der ligger noget efter dokumentets slutning, som ikke hører til det.", PRINT_IT),
    # Whether it can be read
    "encrypted": Reason(
        "Filen er beskyttet med adgangskode.", "Fjern adgangskoden, og upload filen igen. Den bliver krypteret, når vi har den."
    ),
    "truncated": Reason("Filen mangler sin slutning.", "Den er nok ikke hentet eller skannet færdig. Hent den igen, og upload den."),
    "damaged": Reason("Filen er beskadiget og kan ikke læses.", "Åbn den hos jer for at se, om den er hel, og gem den igen som PDF."),
    "no_pages": Reason("Dokumentet har ingen sider.", "Gem det igen fra det program, det er lavet i."),
    "dynamic_form": Reason("Filen er en formular, der kun kan vises i Adobe Reader.", "Udskriv den til PDF derfra, og upload PDF-filen."),
    "portfolio": Reason("Filen er en portefølje: en PDF med flere filer i.", "Gem filerne hver for sig, og upload dem."),
    # How much it holds
    "too_many_pages": Reason("Dokumentet har for mange sider.", SPLIT_IT),
    "too_many_pixels": Reason("Et billede er for stort til at blive vist.", "Gem det med færre billedpunkter, fx 300 dpi."),
    "too_much_unpacked": Reason("Filen bliver alt for stor, når den pakkes ud.", PRINT_IT),
    "too_demanding": Reason("Filen kræver for meget hukommelse at læse.", PRINT_IT),
    "too_slow": Reason("Filen tager for lang tid at læse.", PRINT_IT),
    "interrupted": Reason("Kontrollen blev afbrudt tre gange.", "Prøv igen: fjern filen, og upload den på ny."),
    # What must not be in it
    "macros": Reason("Filen indeholder makroer.", PRINT_IT),
    "embedded": Reason("Filen har andre filer indlejret i sig.", PRINT_IT),
    "external": Reason("Filen henter indhold andre steder fra, fx en skabelon eller et billede på et netværksdrev.", PRINT_IT),
    "not_cleanable": Reason("Filen indeholder noget aktivt, som ikke kan fjernes.", PRINT_IT),
    "infected": Reason("Virusscanneren fandt noget skadeligt i filen.", "Upload den ikke igen. Tal med jeres it-afdeling om den."),
    "not_scanned_too_large": Reason("Filen er for stor til at blive scannet for virus.", SPLIT_IT),
    # CPR
    "cpr_refused": Reason("Der står CPR-numre {pages}.", "Fjern numrene i dokumentet, gem det, og upload det igen."),
    "cpr_in_name": Reason("Filens navn indeholder et CPR-nummer.", "Giv filen et andet navn, og upload den igen."),
    "cpr_found": Reason("Der står noget, der ligner CPR-numre, {pages}.", "Bekræft, at de hører til sagen.", Weight.FLAGS),
    "pages_without_text": Reason("{pages} har ingen tekst og er ikke kontrolleret for CPR.", "Se dem efter.", Weight.FLAGS),
    # What was done to it, and what was not
    "active_removed": Reason("Aktivt indhold (fx scripts) er fjernet.", "", Weight.NOTES),
    "attachments_removed": Reason("Vedhæftede filer er fjernet.", "Hører de til sagen, så upload dem hver for sig.", Weight.NOTES),
    "not_scanned": Reason("Ikke scannet for virus.", "", Weight.NOTES),
}


def refuses(codes: Iterable[str]) -> bool:
    """Whether one of them refuses the file."""
    return any(REASONS[code].weight is Weight.REFUSES for code in codes)


def flags(codes: Iterable[str]) -> bool:
    """Whether somebody must take a stand on one of them."""
    return any(REASONS[code].weight is Weight.FLAGS for code in codes)


def message(code: str, *, pages: Sequence[int] = ()) -> str:
    """What is the matter. `pages` are the pages that it is about; without any it is about the file as a whole."""
    reason = REASONS[code]
    if code == "pages_without_text":
        named = in_words(pages) if pages else "filen"
        return reason.message.format(pages=named[:1].upper() + named[1:])
    return reason.message.format(pages=f"på {in_words(pages)}" if pages else "i filen")


def way_out(code: str) -> str:
    """What to do about it; "" when nothing need be done."""
    return REASONS[code].way_out


def in_words(pages: Sequence[int]) -> str:
    """ "side 3, 7–9 og 12": page numbers as a person would write them, the first of them when they are many."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    named = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs[:MOST_PAGES_NAMED]]
    if len(runs) > MOST_PAGES_NAMED:
        return f"side {', '.join(named)} og flere"
    return f"side {named[0]}" if len(named) == 1 else f"side {', '.join(named[:-1])} og {named[-1]}"
