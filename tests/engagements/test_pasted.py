import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.reading import JUNK, MEGABYTE
from engagements import pasted
from engagements.pasted import Unreadable, cells, decode


def test_utf8_with_and_without_mark_and_cp1252_are_decoded():
    text = "Møde\tæøå – 1. maj"
    assert decode(text.encode()) == text
    assert decode(text.encode("utf-8-sig")) == text
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"a\x00b", b"\x81\x8d\xff", "Møde".encode("utf-16")])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(Unreadable, match="Filen er ikke tekst"):
        decode(data)


def test_more_than_a_megabyte_is_refused():
    with pytest.raises(Unreadable, match="1 MB"):
        decode(b"x" * (MEGABYTE + 1))
    with pytest.raises(Unreadable, match="1 MB"):
        cells("x" * (MEGABYTE + 1))


def test_plain_text_with_tabs_keeps_prose_headings_and_rows_apart():
    text = "## Titel\n\nProsa om planen.\n\nEmne\tDato\n<b>Udvikling</b>\t\nMøde\t<i>1. maj</i>\r\nA &amp; B\t\u00a02. maj\n"
    assert cells(text) == [["## Titel"], ["Prosa om planen."], ["Emne", "Dato"], ["Udvikling", ""], ["Møde", "1. maj"], ["A & B", "2. maj"]]


@pytest.mark.parametrize("dash", ["-", "–", "—"])
def test_a_date_that_ends_in_a_dash_goes_on_in_a_later_line(dash):
    assert cells(f"Emne\tDato\nForløb\tUge 45 2015 {dash}\n\n\n\n\tUge 4 2017\nNæste\t1. maj") == [
        ["Emne", "Dato"],
        ["Forløb", f"Uge 45 2015 {dash} Uge 4 2017"],
        ["Næste", "1. maj"],
    ]


def test_a_date_that_ends_in_til_goes_on_in_a_line_of_its_own():
    assert cells("Forløb\tUge 45 2015 til\nUge 4 2017\tx") == [["Forløb", "Uge 45 2015 til"], ["Uge 4 2017", "x"]]
    assert cells("Forløb\tUge 45 2015 til\nUge 4 2017") == [["Forløb", "Uge 45 2015 til Uge 4 2017"]]


def test_prose_that_ends_in_a_dash_swallows_nothing():
    assert cells("Prosa –\n\t1. maj") == [["Prosa –"], ["", "1. maj"]]


def test_excel_quotes_around_cells_with_line_breaks():
    text = 'Emne\tDato\n"Møde\nmed ""alle"""\t"Uge 45 2015 –\nUge 4 2017"\n"Citat" først\t1. maj\n"'
    assert cells(text) == [["Emne", "Dato"], ['Møde med "alle"', "Uge 45 2015 – Uge 4 2017"], ['"Citat" først', "1. maj"], ['"']]


def test_markdown_tables_and_columns_of_spaces():
    assert cells("| Emne | Dato |\n|---|:-:|\n| Møde | 1. maj |") == [["Emne", "Dato"], ["Møde", "1. maj"]]
    assert cells("Emne | Dato\nMøde | 1. maj") == [["Emne", "Dato"], ["Møde", "1. maj"]]
    assert cells("Emne     Dato\nMøde her  1. maj") == [["Emne", "Dato"], ["Møde her", "1. maj"]]


def test_html_of_word():
    text = """<html><head><style><!-- td {color:red} --></style><style>p {x}</style></head><body><p class=MsoNormal>Prosa</p>
    <table class="MsoTable"><tr style='height:1pt'><td width=100><p class=MsoNormal><b>Emne<o:p></o:p></b></p></td><td>Dato</td></tr>
    <TR><TD colspan="2"><b>Udviklingsplan</b></TD></TR>
    <tr><td><p>Møde med <span lang=DA>leder</span>ne</p><p>hos os</p></td><td>6. og<br/>8. april&nbsp;</td></tr></table><script>var x = "<td>";</script>"""
    assert cells(text) == [["Emne", "Dato"], ["Udviklingsplan", ""], ["Møde med lederne hos os", "6. og 8. april"]]


def test_cells_that_span_rows_are_repeated():
    text = "<table><tr><td>A<td rowspan=3>1. maj<tr><td>B<tr><td>C<tr><td>D<td>2. maj</table>"
    assert cells(text) == [["A", "1. maj"], ["B", "1. maj"], ["C", "1. maj"], ["D", "2. maj"]]
    assert cells('<table><tr><td rowspan="2">A</td><td>1. maj</td></tr><tr><td>2. maj</td></tr></table>') == [
        ["A", "1. maj"],
        ["A", "2. maj"],
    ]


def test_tables_inside_tables_are_layout():
    text = "<table><tr><td>Menu<table><tr><td>Møde</td><td>1. maj</td></tr></table></td></tr></table>"
    assert cells(text) == [["Møde", "1. maj"]]


def test_ends_that_are_not_written_and_cells_without_a_row():
    assert cells("<table><tr><td>A<td>1. maj<tr><th>B<td>2. maj") == [["A", "1. maj"], ["B", "2. maj"]]
    assert cells("<table><td>A</td><td>1. maj</td></table></td></tr>") == [["A", "1. maj"]]
    assert cells("<table><tr><td>A</td><td colspan=0 rowspan=999>1. maj</td></tr></table>") == [["A", "1. maj"]]


def test_too_many_rows_are_refused():
    with pytest.raises(Unreadable, match="mere end 2000 linjer"):
        cells("a\tb\n" * (pasted.MAX_ROWS + 1))
    assert len(cells("a\tb\n" * pasted.MAX_ROWS)) == pasted.MAX_ROWS


def test_reading_stops_where_there_are_too_many_rows():
    endless = "<table>" + "<tr><td>x" * (pasted.MAX_ROWS + 1) + "<tr><td>y" * 1000
    rows = pasted._html_rows(endless)
    read = [next(rows) for _ in range(pasted.MAX_ROWS + 1)]
    assert ["y"] not in read
    assert next(rows) == ["y"]


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_a_megabyte_of_junk_is_read_or_refused_in_a_sentence(junk):
    """How long each takes is measured by `bin/bench reading`."""
    try:
        rows = cells(junk[:MEGABYTE])
    except Unreadable as refusal:
        assert str(refusal).endswith(".")
    else:
        assert len(rows) <= pasted.MAX_ROWS


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(["<table>", "<tr>", "</td>", "<td colspan=3>", '"', "\t", "\n", "|", "1. maj –", "x"])).map("".join),
    )
)
def test_no_text_crashes(text):
    try:
        rows = cells(text)
    except Unreadable:
        return
    assert all(row and all("\n" not in cell and "\t" not in cell for cell in row) for row in rows)


@given(st.binary())
def test_no_bytes_crash(data):
    try:
        assert isinstance(decode(data), str)
    except Unreadable as problem:
        assert str(problem)
