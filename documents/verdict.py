"""What becomes of a file after its check: pure rules over what the scanner and the child process said (decisions 17 and 27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from documents import reasons
from documents.sandbox import Checked, Found
from documents.scanning import Scan
from documents.states import CprLevel, CprMode, CprPlace, DocumentState, ScanState


@dataclass(frozen=True)
class Verdict:
    """The state that a document gets, and why: codes of documents/reasons.py."""

    state: DocumentState
    reasons: tuple[str, ...]


def of(checked: Checked, scan: Scan, *, cpr_mode: str, scan_required: bool) -> Verdict:
    """A reason to refuse beats one to take a stand on; the rest is told.

    With REFUSE, sure numbers refuse the file and possible ones are for a person to judge; with WARN both are. A name that holds one is
    refused in any case, because names stand in lists, logs and receipts.
    """
    codes = [*_of_the_scan(scan, scan_required), *([checked.refused] if checked.refused else []), *_of_cpr(checked.found, cpr_mode)]
    if not checked.refused:
        codes += ["pages_without_text"] if checked.pages_without_text else []
        codes += checked.notes
    state = DocumentState.READY
    if reasons.refuses(codes):
        state = DocumentState.REFUSED
    elif reasons.flags(codes):
        state = DocumentState.FLAGGED
    return Verdict(state, tuple(dict.fromkeys(codes)))


def _of_the_scan(scan: Scan, required: bool) -> list[str]:
    """A file that could not be scanned because it is too long; where there is no scanner, the state of the scan alone tells."""
    if scan.state is ScanState.INFECTED:
        return ["infected"]
    if scan.is_too_large:
        return ["not_scanned_too_large" if required else "not_scanned"]
    return []


def _of_cpr(found: Sequence[Found], mode: str) -> list[str]:
    named = [one for one in found if one.place == CprPlace.FILE_NAME and one.level == CprLevel.HIGH]
    inside = [one for one in found if one not in named]
    codes = ["cpr_in_name"] if named else []
    if mode == CprMode.REFUSE and any(one.level == CprLevel.HIGH for one in inside):
        return [*codes, "cpr_refused"]
    return [*codes, "cpr_found"] if inside else codes


def pages_of(code: str, checked: Checked) -> list[int]:
    """The pages that a reason is about; none when it is about the file as a whole."""
    if code == "pages_without_text":
        return list(checked.pages_without_text)
    levels = {"cpr_refused": {CprLevel.HIGH}, "cpr_found": set(CprLevel)}.get(code, set())
    return sorted({one.page for one in checked.found if one.page is not None and one.level in levels})
