"""File names as people, phones and attackers send them."""

import pytest

from documents.names import LONGEST, NAMELESS, clean, extension


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Afgørelse æøå ÆØÅ.pdf", "Afgørelse æøå ÆØÅ.pdf"),
        ("Afgo\u0308relse a\u030a.pdf", "Afgörelse å.pdf"),  # as a Mac writes them
        ("../../etc/passwd", "passwd"),
        ("C:\\Sager\\2026\\sag.pdf", "sag.pdf"),
        ("/absolut/sti/", NAMELESS),
        ("faktura\u202efdp.exe", "fakturafdp.exe"),  # a sign that turns the direction would show fakturaexe.pdf
        ("usynlig\u200b\u2066\ufeff.pdf", "usynlig.pdf"),
        ("linje\r\nSet-Cookie: x.pdf", "linjeSet-Cookie_ x.pdf"),
        ("nul\x00.pdf", "_nul.pdf"),
        ('<b>"hej"|?*.pdf', "_b__hej____.pdf"),
        ("  mange   mellemrum .pdf", "mange mellemrum .pdf"),
        ("punktum...", "punktum"),
        (".", NAMELESS),
        ("", NAMELESS),
        ("CON", "_CON"),
        ("com1.pdf", "_com1.pdf"),
        ("konto.pdf", "konto.pdf"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(raw, name):
    assert clean(raw) == name


@pytest.mark.parametrize("last", ["pdf", "xlsx"])
def test_a_long_name_keeps_its_extension(last):
    name = clean("ø" * 400 + f".{last}")
    assert len(name) == LONGEST
    assert name.endswith(f"….{last}")


def test_a_long_name_without_a_real_extension_is_cut():
    assert clean("x" * 400) == "x" * LONGEST
    assert len(clean("x." + "y" * 400)) == LONGEST


def test_what_is_clean_stays_as_it_is():
    for raw in ("a" * 400 + ".pdf", "../x", "Sag 7 – bilag 3 (kopi).pdf"):
        assert clean(clean(raw)) == clean(raw)


@pytest.mark.parametrize(("name", "last"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".pdf", ""), ("a.", "")])
def test_the_extension_is_what_stands_last(name, last):
    assert extension(name) == last
