from __future__ import annotations

import re
import string
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import cpr
from accounts.cpr import Level
from tests.cpr_numbers import FORMS, TEN, TODAY, number, replacement

MANY, FALSE = 2_000, 20_000
# Sentences with no word that tells of a person.
SENTENCES = ["{}", "Notat {}", "Mødet handlede om {}, som vi aftalte.", "({})", "{}.", "Se\t{}\nog resten", "fil_{}.pdf", '"{}";']


def levels(text: str) -> list[Level]:
    return [hit.level for hit in cpr.find(text, today=TODAY)]


def share(texts: list[str], level: Level) -> float:
    """Of so many texts, how many hold a hit of that level."""
    return sum(level in levels(text) for text in texts) / len(texts)


@pytest.mark.parametrize("check_digit", [True, False], ids=["with modulus 11", "without modulus 11"])
@pytest.mark.parametrize("form", FORMS)
def test_every_written_form_is_flagged(form, check_digit):
    random = Random(f"{form} {check_digit}")
    texts = [random.choice(SENTENCES).format(number(random, check_digit=check_digit, form=form)) for _ in range(MANY)]
    missed = [text for text in texts if len(levels(text)) != 1]
    assert missed == []
    if check_digit:
        assert share(texts, Level.HIGH) >= 0.976


@pytest.mark.parametrize("form", [form for form in FORMS if "{2}-" in FORMS[form].replace("\u2013", "-")])
def test_a_hyphen_is_sure_without_a_check_digit(form):
    random = Random(form)
    assert {level for _ in range(MANY) for level in levels(number(random, check_digit=False, form=form))} == {Level.HIGH}


@pytest.mark.parametrize("form", TEN)
def test_replacement_numbers_are_flagged_when_something_stands_between(form):
    random = Random(form)
    found = [levels(replacement(random, form=form)) for _ in range(MANY)]
    assert {tuple(one) for one in found} == ({()} if form == "bare" else {(Level.LOW,)})


@pytest.mark.parametrize("form", TEN)
def test_a_word_makes_every_form_sure(form):
    random = Random(form)
    for lead in ("CPR-nr. {}", "Personnummer: {}", "Borgeren er født {}", "{} (barnets CPR)"):
        text = lead.format(number(random, check_digit=False, form=form))
        assert levels(text) == [Level.HIGH], text
    assert levels(f"cpr {replacement(random, form=form)}") == [Level.HIGH]


def ten(random: Random) -> str:
    return "".join(random.choice(string.digits) for _ in range(10))


def phone(random: Random) -> str:
    digits = f"{random.randrange(20, 99)}{random.randrange(10**6):06}"
    spaced = " ".join(digits[place : place + 2] for place in range(0, 8, 2))
    return random.choice(["Tlf. {}", "Telefon: {}", "mobil {}", "Ring på {}", "+45 {}"]).format(random.choice([digits, spaced]))


def ean(random: Random) -> str:
    digits = f"5798{random.randrange(10**9):09}"
    return random.choice(["EAN {}", "EAN-nr. {}", "Send til EAN: {}"]).format(
        random.choice([digits, f"{digits[0]} {digits[1:7]} {digits[7:]}"])
    )


def production_unit(random: Random) -> str:
    return random.choice(["P-nummer {}", "P-nr. {}", "P-nr: {}", "Produktionsenhedsnummer {}"]).format(f"1{random.randrange(10**9):09}")


def company(random: Random) -> str:
    return random.choice(["CVR {}", "CVR-nr. {}", "SE-nr. {}"]).format(f"{random.randrange(10**8):08}")


def journal(random: Random) -> str:
    year, running = random.randrange(10, 27), random.randrange(10**6)
    digits = random.choice(
        [
            f"20{year}-{running:06}",
            f"{year}/{running:06}",
            ten(random),
            f"{ten(random)[:6]}-{ten(random)[:4]}",
            f"{year}-{ten(random)[:6]}-{ten(random)[:4]}",
            f"27.36.{year}-G01-{running % 100}-{year}",
        ]
    )
    return random.choice(
        ["Sagsnr. {}", "Sagsnummer: {}", "J.nr. {}", "Journalnr. {}", "jnr. {}", "Dok.nr. {}", "Sags-id {}", "KLE {}"]
    ).format(digits)


def account(random: Random) -> str:
    return random.choice(["reg.nr. {} konto {}", "konto {}-{}", "Kontonr. {} {}"]).format(ten(random)[:4], ten(random))


def invoice(random: Random) -> str:
    return random.choice(["Faktura {}", "Fakturanr. {}", "Ordrenr.: {}", "Kundenr. {}"]).format(ten(random))


@pytest.mark.parametrize("kind", [phone, ean, production_unit, company, journal, account, invoice], ids=lambda kind: kind.__name__)
def test_other_numbers_with_their_lead_word_are_seldom_sure(kind):
    random = Random(kind.__name__)
    assert share([kind(random) for _ in range(FALSE)], Level.HIGH) <= 0.001


def test_bare_ten_digits_are_seldom_sure(record_property):
    random = Random(10)
    texts = [f"Nummer {ten(random)} står i listen" for _ in range(FALSE)]
    high, low = share(texts, Level.HIGH), share(texts, Level.LOW)
    record_property("ten digits: high", high)
    record_property("ten digits: low", low)
    print(f"ten digits: HIGH {high:.2%}, LOW {low:.2%}")
    assert high <= 0.05
    assert low <= 0.05


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mødet d. 010124 1030", ["low"]),
        ("Perioden 01.01.24-2025", ["low"]),
        ("Perioden 01.01.2024-2025", []),  # that number would belong to somebody born in 1924
        ("Borgeren kom til mødet 010124 1030", ["low"]),
        ("cpr 010124 1030", ["high"]),
        ("320190-1234", []),  # no such day
        ("300290-1234", []),  # nor such a date
        ("011390-1234", []),
        ("000090-1234", []),
        ("231126-5234", []),  # born tomorrow
        ("221126-5234", ["high"]),
        ("010137-9234", ["high"]),  # 1937, not 2037
        ("010136-9234", []),  # 2036
        ("010190-12345", []),
        ("1010190-1234", []),
        ("5010190-1234", []),
        ("1.2.90-1234", ["high"]),
        ("1 2 90 1234", []),
        ("01.0290-1234", []),  # not the same between its parts
        ("01.02.1990-1234", ["high"]),
        ("01021990-1234", ["high"]),
        ("01.02.1990-5234", []),  # the seventh digit says another century
        ("010219901234", []),
        ("kr. 0101901234,50", []),
        ("3,0101901234", []),
        ("17,0101901234,Nr. 3", ["low"]),
        ("0101901234,0201901234,0301901234", ["low", "low", "low"]),
        ("a0101901234f", ["low"]),
        ("1-2-010190-1234", ["high"]),
        ("Sag 3 010190-1234", ["high"]),
        ("2024-010190-1234.pdf", ["high"]),
        ("010190-1234 og 020290-1234", ["high", "high"]),
        ("+45 0101901234", []),
        ("\uff10\uff11\uff10\uff11\uff19\uff10\uff0d\uff11\uff12\uff13\uff14", ["high"]),
        ("\u0660\u0661\u0660\u0661\u0669\u0660-1234", ["high"]),
        ("0101\u200b90-12\u206034", ["high"]),
        ("010190-1234\u00b2", ["high"]),  # with a note
        ("010190\u2013\n1234", ["high"]),
        ("610190-1234", ["low"]),
        ("610190 1234", ["low"]),
        ("6101901234", []),
        ("920190-1234", []),
        ("Tlf. 010190-1234", []),
        ("Borgerens sagsnr. 010190-1234", ["low"]),
    ],
)  # fmt: skip
def test_what_is_found_and_how_sure_it_is(text, expected):
    assert levels(text) == expected


def test_the_places_are_those_of_the_text_that_was_given():
    text = "Om \u200bborgeren\u200b: 0101\u200b90-\r\n 1234, som\u2026"
    [hit] = cpr.find(text, today=TODAY)
    assert text[hit.start : hit.end] == "0101\u200b90-\r\n 1234"
    assert cpr.masked(text) == "Om \u200bborgeren\u200b: ••••\u200b••-\r\n ••••, som\u2026"


def test_masking_leaves_what_is_no_number():
    assert cpr.masked("Sag 7 fra 2024: 010190-1234, 24 sider") == "Sag 7 fra 2024: ••••••-••••, 24 sider"
    assert cpr.masked("Ingen") == "Ingen"


def test_only_sure_ones_hold_a_number():
    assert cpr.holds_cpr("Notat om 010190-1234")
    assert not cpr.holds_cpr("Notat om 0101901234")
    assert not cpr.holds_cpr("")


@given(st.text(alphabet=st.one_of(st.sampled_from("0123456789-./_ \u2013\n\r\u200bcprtlf"), st.characters()), max_size=200))
def test_no_text_crashes_it_and_each_place_is_at_digits(text):
    hits = cpr.find(text, today=TODAY)
    for hit in hits:
        number = text[hit.start : hit.end]
        assert number[0].isdecimal()
        assert number[-1].isdecimal()
        assert sum(one.isdecimal() for one in number) in range(8, 13)
    assert all(first.end <= second.start for first, second in pairwise(hits))
    masked = cpr.masked(text, today=TODAY)
    assert len(masked) == len(text)
    assert not any(one.isdecimal() for hit in hits for one in masked[hit.start : hit.end])


@given(st.text(max_size=60), st.text(max_size=60), st.dates(date(1930, 1, 1), date(1999, 12, 31)))
def test_a_number_is_found_in_any_text_around_it(before, after, born):
    """Unless the text begins or ends in digits of its own, or says directly before it that it is another number."""
    before, after = before + " Notat ", " " + after
    text = f"{before}{born:%d%m%y}-1234{after}"
    around = [hit for hit in cpr.find(text, today=TODAY) if hit.start <= len(before) < hit.end]
    assert [text[hit.start : hit.end] for hit in around] == [f"{born:%d%m%y}-1234"]


def test_the_work_grows_with_the_text_alone():
    """Every pattern has a greatest width, and what is read around a number is cut to size: no text is slow."""
    patterns = [value for value in vars(cpr).values() if isinstance(value, re.Pattern)]
    widest = [re._parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE).getwidth()[1] for pattern in patterns]
    assert len(widest) == 8
    assert max(widest) <= 60


@pytest.mark.parametrize("unit", ["1", "010190-1234 ", "01 ", "1.", "12 10 ", "01.01.90-123", "-\n", "konto 1234-", "+45 ", "\u200b0"])
def test_a_large_text_is_read_to_its_end(unit):
    text = unit * (1_200_000 // len(unit)) + " slut 010190-1234"
    last = cpr.find(text, today=TODAY)[-1]
    assert text[last.start : last.end] == "010190-1234"
