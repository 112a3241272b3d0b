"""What becomes of a file: the rules, without a file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from documents import verdict
from documents.sandbox import Checked, Found
from documents.scanning import Scan
from documents.states import CprLevel, CprMode, CprPlace, DocumentState, ScanState

CLEAN = Checked(file_type="pdf", pages=3, pages_without_text=(), refused="", notes=(), found=())
HIGH = Found(2, CprPlace.TEXT, CprLevel.HIGH, 1)
LOW = Found(3, CprPlace.ANNOTATION, CprLevel.LOW, 4)
IN_NAME = Found(None, CprPlace.FILE_NAME, CprLevel.HIGH, 1)
SCANNED = Scan(ScanState.CLEAN)
READY, FLAGGED, REFUSED = DocumentState.READY, DocumentState.FLAGGED, DocumentState.REFUSED


@pytest.mark.parametrize(
    ("found", "mode", "state", "reasons"),
    [
        ((), CprMode.WARN, READY, ()),
        ((HIGH,), CprMode.WARN, FLAGGED, ("cpr_found",)),
        ((LOW,), CprMode.WARN, FLAGGED, ("cpr_found",)),
        ((HIGH, LOW), CprMode.REFUSE, REFUSED, ("cpr_refused",)),
        ((LOW,), CprMode.REFUSE, FLAGGED, ("cpr_found",)),
        ((IN_NAME,), CprMode.WARN, REFUSED, ("cpr_in_name",)),
        ((replace(IN_NAME, level=CprLevel.LOW),), CprMode.WARN, FLAGGED, ("cpr_found",)),
    ],
)
def test_the_mode_says_what_a_number_does(found, mode, state, reasons):
    given = verdict.of(replace(CLEAN, found=found), SCANNED, cpr_mode=mode, scan_required=True)
    assert (given.state, given.reasons) == (state, reasons)


@pytest.mark.parametrize("mode", CprMode)
def test_pages_without_text_are_for_a_person_to_look_at(mode):
    given = verdict.of(replace(CLEAN, pages_without_text=(1,)), SCANNED, cpr_mode=mode, scan_required=True)
    assert (given.state, given.reasons) == (FLAGGED, ("pages_without_text",))


def test_what_was_removed_is_told_and_no_more():
    given = verdict.of(replace(CLEAN, notes=("active_removed",)), SCANNED, cpr_mode=CprMode.WARN, scan_required=True)
    assert (given.state, given.reasons) == (READY, ("active_removed",))


@pytest.mark.parametrize(
    ("scan", "required", "state", "reasons"),
    [
        (Scan(ScanState.INFECTED), False, REFUSED, ("infected",)),
        (Scan(ScanState.NOT_SCANNED), False, READY, ()),
        (Scan(ScanState.NOT_SCANNED, is_too_large=True), False, READY, ("not_scanned",)),
        (Scan(ScanState.NOT_SCANNED, is_too_large=True), True, REFUSED, ("not_scanned_too_large",)),
    ],
)
def test_the_scanner_is_heard(scan, required, state, reasons):
    given = verdict.of(CLEAN, scan, cpr_mode=CprMode.WARN, scan_required=required)
    assert (given.state, given.reasons) == (state, reasons)


def test_a_file_that_is_refused_says_all_that_is_the_matter_with_it():
    checked = replace(CLEAN, refused="macros", found=(HIGH,), pages_without_text=(1,), notes=("active_removed",))
    given = verdict.of(checked, SCANNED, cpr_mode=CprMode.REFUSE, scan_required=False)
    assert (given.state, given.reasons) == (REFUSED, ("macros", "cpr_refused"))


def test_reasons_know_their_pages():
    checked = replace(CLEAN, found=(HIGH, LOW, IN_NAME), pages_without_text=(1, 3))
    assert [verdict.pages_of(code, checked) for code in ("cpr_refused", "cpr_found", "pages_without_text", "macros")] == [
        [2],
        [2, 3],
        [1, 3],
        [],
    ]
