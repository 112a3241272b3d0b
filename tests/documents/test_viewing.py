from __future__ import annotations

import pytest

from accounts import sealing
from accounts.models import AccessLog
from accounts.refusal import Refused
from accounts.states import ReadAction
from documents import viewing
from documents.models import Document
from documents.states import DocumentState, FileClass
from tests import factories, paper

pytestmark = pytest.mark.django_db
TEXTS = [
    "Ansøgning om merudgifter\r\nModtaget 2. juni 2025",
    "Kommunen har  truffet\r\nafgørelse. Afgørelsen begrundes.",
    "",
    "AFGØRELSE om " + "hjælp " * 40 + "og afgørelse igen.",
]


@pytest.fixture
def document(consultant) -> Document:
    scope = factories.engagement(consultant).scope
    made = Document.objects.create(
        scope=scope, name="akt.pdf", size=10, sha256="0" * 64, file_class=FileClass.CASE, state=DocumentState.READY, uploaded_by=consultant,
        pages_without_text=[3],
    )  # fmt: skip
    return paper.readable(made, TEXTS)


ADDRESSES = viewing.Addresses(page="/akt/", picture="/akt/billede/{}/".format, search="/akt/soeg/", download="/akt/hent/")


def look(document, by, asked="", words=""):
    sealed = viewing.sealed(words, by=by)
    return viewing.viewer(document, by=by, asked=asked, sealed_words=sealed, addresses=ADDRESSES)


@pytest.mark.parametrize(
    ("asked", "number"),
    [("", 1), ("1", 1), ("3", 3), (" 4 ", 4), ("5", 4), ("999999999999", 1), ("0", 1), ("-2", 1), ("to", 1), ("٣", 1), ("\x00", 1)],
)
def test_the_page_that_is_asked_for_or_the_nearest(document, consultant, asked, number):
    assert look(document, consultant, asked).number == number


def test_a_page_has_its_picture_its_text_and_its_neighbours(document, consultant):
    first, third = look(document, consultant), look(document, consultant, "3")
    assert (first.total, first.picture_url, first.previous_url, first.next_url) == (4, "/akt/billede/1/", "", "/akt/?side=2")
    assert (first.text, first.has_text, first.lacks_text) == ([(TEXTS[0], False)], True, False)
    assert (third.previous_url, third.next_url, third.has_text, third.lacks_text) == ("/akt/?side=2", "/akt/?side=4", False, True)
    assert look(document, consultant, "4").next_url == ""


def test_words_are_found_on_every_page_whatever_their_case_and_line_breaks(document, consultant):
    found = look(document, consultant, "2", "truffet AFGØRELSE")
    assert [(place.number, place.count) for place in found.places] == [(2, 1)]
    assert found.text == [("Kommunen har  ", False), ("truffet\r\nafgørelse", True), (". Afgørelsen begrundes.", False)]
    found = look(document, consultant, "1", "afgørelse")
    assert ([(place.number, place.count) for place in found.places], found.found) == ([(2, 2), (4, 2)], 4)
    assert found.text == [(TEXTS[0], False)]


def test_what_is_found_is_shown_with_whole_words_around_it(document, consultant):
    [second, fourth] = look(document, consultant, "1", "afgørelse").places
    assert second.excerpt == [("Kommunen har truffet ", False), ("afgørelse", True), (". Afgørelsen begrundes.", False)]
    assert fourth.excerpt == [("", False), ("AFGØRELSE", True), (" om hjælp hjælp hjælp hjælp hjælp hjælp …", False)]


def test_signs_of_patterns_are_only_signs(document, consultant):
    assert look(document, consultant, "1", ".*").places == []
    assert look(document, consultant, "1", "2. juni").found == 1


def test_the_first_place_is_sought_from_the_page_one_is_at(document):
    assert [viewing.first_place(document, "afgørelse", from_page=page) for page in (1, 2, 3, 4)] == [2, 2, 4, 4]
    assert viewing.first_place(document, "merudgifter", from_page=3) == 1
    assert viewing.first_place(document, "findes ikke", from_page=3) == 3
    assert viewing.first_place(document, " ", from_page=3) == 3


def test_what_is_searched_for_cannot_be_read_in_the_address_nor_used_by_another(document, consultant, coordinator):
    found = look(document, consultant, "4", "Merudgifter")
    assert "erudgifter" not in found.places[0].url + found.previous_url + found.clear_url
    words = viewing.sealed("Merudgifter", by=consultant)
    assert viewing.unsealed(words, by=consultant) == "Merudgifter"
    assert viewing.unsealed(words, by=coordinator) == ""
    assert viewing.unsealed("noget andet", by=consultant) == ""
    assert look(document, consultant, "4").sealed_words == ""
    theirs = viewing.viewer(document, by=coordinator, asked="", sealed_words=words, addresses=ADDRESSES)
    assert (theirs.words, theirs.sealed_words, theirs.places) == ("", "", [])


def test_a_search_is_no_key_to_other_sealed_things(consultant):
    secret = sealing.seal("hemmelighed", owner=consultant.pk)
    assert viewing.unsealed(secret, by=consultant) == ""


def test_the_pages_keep_the_search(document, consultant):
    found = look(document, consultant, "2", "afgørelse")
    assert all(f"soegning={found.sealed_words[:4]}" in url.replace("%3A", ":") for url in (found.next_url, found.places[1].url))
    assert found.clear_url == "/akt/?side=2"


def test_a_long_search_is_cut_and_an_empty_one_is_none(consultant):
    assert len(viewing.unsealed(viewing.sealed("x" * 500, by=consultant), by=consultant)) == viewing.LONGEST_WORDS
    assert viewing.sealed("  ", by=consultant) == ""


def test_a_document_without_pages_is_read_as_text(document, consultant):
    paper.readable(document, ["Hele teksten"])
    Document.objects.filter(pk=document.pk).update(pages=None)
    shown = look(Document.objects.get(pk=document.pk), consultant)
    assert (shown.has_pages, shown.total, shown.text) == (False, 1, [("Hele teksten", False)])


def test_a_document_without_a_text_file_has_empty_pages(document, consultant):
    document.text = None
    assert (look(document, consultant, "2").text, look(document, consultant, "2", "afgørelse").places) == ([("", False)], [])


def test_an_opening_has_one_row_however_many_pages_are_seen(document, consultant, coordinator, time_machine):
    time_machine.move_to("2026-11-23 09:00 +0100", tick=False)
    opened = [viewing.open_for(document, by=consultant, purpose="Akt i Sag 07", name="Sag 07") for _ in range(3)]
    assert (opened, AccessLog.objects.count()) == ([True, False, False], 1)
    assert viewing.open_for(document, by=coordinator, purpose="Akt i Sag 07", name="Sag 07")
    time_machine.move_to("2026-11-23 09:31 +0100", tick=False)
    assert viewing.open_for(document, by=consultant, purpose="Akt i Sag 07", name="Sag 07")
    row = AccessLog.objects.order_by("pk").first()
    assert (row.by, row.action, row.purpose, row.target_name, row.target_id) == (
        consultant, ReadAction.VIEW, "Akt i Sag 07", "Sag 07", str(document.pk),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (DocumentState.WAITING, "Filen kontrolleres stadig. Den kan åbnes om lidt."),
        (DocumentState.CHECKING, "Filen kontrolleres stadig. Den kan åbnes om lidt."),
        (DocumentState.REFUSED, "Filen blev afvist ved kontrollen, så den kan ikke åbnes."),
        (DocumentState.ERASED, "Filen er slettet."),
    ],
)
def test_what_is_not_checked_is_not_read(document, state, sentence):
    with pytest.raises(Refused) as refused:
        viewing.require_readable(Document(state=state))
    assert str(refused.value) == sentence
    viewing.require_readable(document)
    viewing.require_readable(Document(state=DocumentState.FLAGGED))


def test_a_text_that_was_changed_on_the_disk_is_refused(document, consultant):
    with document.text.file.storage.open(document.text.file.name, "r+b") as file:
        file.seek(-3, 2)
        file.write(b"xyz")
    with pytest.raises(Refused, match="beskadiget"):
        look(document, consultant)
