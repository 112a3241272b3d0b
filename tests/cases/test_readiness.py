"""How a case stands and why: the pure room, case by case, and the line about all of them."""

from datetime import date
from itertools import combinations_with_replacement, product

import pytest

from cases import readiness
from cases.readiness import Alike, Facts, File, Sending
from cases.states import Readiness
from documents.states import BEING_CHECKED, DocumentState

MUST = {"afgoerelse": "Afgørelse", "journalnotater": "Journalnotater"}
BOTH = (File("a.pdf", DocumentState.READY, "afgoerelse"), File("b.pdf", DocumentState.READY, "journalnotater"))
WAITING = File("c.pdf", DocumentState.WAITING, "afgoerelse")


def stand(**facts):
    return readiness.standing_of(Facts(number=7, **facts), MUST)


def whys(**facts):
    return [one.why for one in stand(**facts).hindrances]


def test_a_case_with_all_its_fields_and_checked_files_is_ready():
    assert (stand(files=BOTH).status, stand(files=BOTH).hindrances) == (Readiness.READY, ())


def test_empty_fields_are_named():
    assert whys(files=BOTH, unfilled=["Ydelsesområde", "Udfald"]) == ["Der mangler ydelsesområde og udfald."]


def test_a_mandatory_kind_is_missed_until_it_is_there_or_its_absence_explained():
    assert whys(files=BOTH[:1]) == ["Der mangler journalnotater."]
    assert stand(files=BOTH[:1], explained=frozenset({"journalnotater"})).is_ready


def test_a_file_that_is_still_checked_is_not_missed_but_waited_for():
    found = stand(files=[WAITING, BOTH[1]])
    assert (found.status, [one.why for one in found.hindrances]) == (Readiness.CHECKING, ["1 akt kontrolleres."])


def test_a_refused_file_comes_first_with_its_way_out():
    refused = File("låst.pdf", DocumentState.REFUSED, "afgoerelse")
    found = stand(files=[refused, BOTH[1], WAITING], unfilled=["Udfald"])
    assert (found.status, found.hindrances[0].why) == (Readiness.REFUSED, "»låst.pdf« er afvist.")
    assert found.hindrances[0].way_out == "Se hvorfor, og erstat eller fjern den."


def test_flagged_files_want_a_decision_until_the_case_is_confirmed():
    flagged = [File("a.pdf", DocumentState.FLAGGED, "afgoerelse"), BOTH[1]]
    assert stand(files=flagged).status == Readiness.DECIDE
    assert stand(files=flagged, cpr_confirmed=True).is_ready


def test_a_file_without_a_kind_is_asked_about():
    assert whys(files=[*BOTH, File("x.pdf", DocumentState.READY)]) == ["Der mangler akttype på »x.pdf«."]


@pytest.mark.parametrize(
    ("sending", "label"),
    [([(63, 100)], "Uploader 63 %"), ([(100, 100)], "Uploader 99 %"), ([(0, 10), (10, 10)], "Uploader 50 %"), ([(0, 0)], "Uploader 0 %")],
)
def test_a_case_on_its_way_says_how_far(sending, label):
    assert stand(files=BOTH, sending=[Sending(*pair) for pair in sending]).label == label


STATES = [state for state in DocumentState if state != DocumentState.ERASED]
EVERY = [File("f.pdf", state, kind) for state, kind in product(STATES, ["", *MUST, "andet"])]
PILES = [pile for number in range(4) for pile in combinations_with_replacement(EVERY, number)]


@pytest.mark.parametrize(("unfilled", "confirmed"), list(product([(), ("Udfald",)], [True, False])))
def test_ready_is_exactly_when_nothing_is_in_the_way(unfilled, confirmed):
    """Every pile of up to three files in every state and of every kind."""
    for files in PILES:
        found = stand(files=files, unfilled=unfilled, cpr_confirmed=confirmed)
        fine = (
            not unfilled
            and all(file.kind for file in files)
            and {file.kind for file in files} >= MUST.keys()
            and not any(file.state in BEING_CHECKED or file.state == DocumentState.REFUSED for file in files)
            and (confirmed or not any(file.state == DocumentState.FLAGGED for file in files))
        )
        assert (files, found.is_ready, not found.hindrances) == (files, fine, fine)
        assert all(one.why.endswith(".") and one.way_out.endswith(".") for one in found.hindrances)


def test_the_line_about_all_cases():
    today = date(2026, 1, 5)
    assert readiness.summary(14, 20, date(2026, 2, 19), today) == "14 af 20 sager klar · frist torsdag d. 19. februar (uge 8)"
    assert readiness.summary(0, 12, date(2027, 2, 19), today) == "0 af 12 sager klar · frist fredag d. 19. februar 2027 (uge 7)"
    assert readiness.summary(1, 1, None, today) == "1 af 1 sag klar"


def test_all_refusals_and_one_paragraph_are_warned_about_once_enough_is_filled_in():
    refused, granted = Alike("refused", "barnets lov § 86"), Alike("granted", "barnets lov § 87")
    assert readiness.warnings([refused] * 2, paragraphs_asked=3) == []
    told = readiness.warnings([refused] * 3 + [Alike("", "")], paragraphs_asked=3)
    assert [text.split(".")[0] for text in told] == [
        "Alle de sager, I har udfyldt, er afslag",
        "Alle de sager, I har udfyldt, er efter barnets lov § 86",
    ]
    assert readiness.warnings([refused] * 3 + [granted], paragraphs_asked=3) == []
    assert len(readiness.warnings([refused] * 3, paragraphs_asked=1)) == 1
