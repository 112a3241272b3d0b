"""What no sheet of the seminar may say: every number, share and case is found, law and plain words are let through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.seminar_words import ADVICE, Kind, complaint, find

UNITS = ["nul", "", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni"]
TEENS = ["ti", "elleve", "tolv", "tretten", "fjorten", "femten", "seksten", "sytten", "atten", "nitten"]
TENS = ["", "", "tyve", "tredive", "fyrre", "halvtreds", "tres", "halvfjerds", "firs", "halvfems"]


def spelled(number: int) -> str:
    """A number as a Dane writes it with letters; not 1, whose word is the article too."""
    if number >= 1000:
        head, rest = divmod(number, 1000)
        return f"{'et' if head == 1 else spelled(head)} tusind" + (f" og {spelled(rest)}" if rest > 1 else " og en" if rest else "")
    if number >= 100:
        head, rest = divmod(number, 100)
        return f"{'et' if head == 1 else UNITS[head]} hundrede" + (f" og {spelled(rest)}" if rest > 1 else " og en" if rest else "")
    if number < 10:
        return UNITS[number]
    if number < 20:
        return TEENS[number - 10]
    unit = "en" if number % 10 == 1 else UNITS[number % 10]
    return f"{unit}og{TENS[number // 10]}" if number % 10 else TENS[number // 10]


# Danish words that look like numbers and are none, and what a sheet is made of.
PLAIN = [
    "en", "et", "den", "begrundelsen", "borgeren", "tonen", "toget", "nitter", "tilbud", "tider", "firkantet", "otter", "femininum", "tredje­part",
    "anden", "første", "flere", "nogle", "ofte", "mange", "afgørelsen", "sagen", "sagerne", "sagsbehandleren", "inddragelse", "opfølgning",
    "syvsover", "tilladelse", "sekretær", "trekant", "et", "i", "og", "fremtiden", "hundredvis", "tusindvis",
]  # fmt: skip
PLAIN = [word for word in PLAIN if word not in {"tredje­part", "hundredvis", "tusindvis", "syvsover"}]
AROUND = st.sampled_from(PLAIN)
LAW = [
    "§ 32",
    "§ 5, stk. 3",
    "§ 5, stk. 3, nr. 2",
    "§§ 22-24",
    "§ 32 a",
    "stk. 2",
    "§ 46 og § 47",
    "§§ 19–20",
    "§ 85-sager",
    "stk. 2, nr. 4",
    "§ 32",
]


@given(st.integers(2, 999_999), AROUND, AROUND)
def test_every_number_is_found_in_letters(number, before, after):
    words = find(f"{before} {spelled(number)} {after}")
    assert words and {word.kind for word in words} <= {Kind.NUMBER, Kind.CASE, Kind.SHARE}


@given(
    st.integers(0, 10**9), AROUND, AROUND, st.sampled_from(["{}", "{}.", "({})", "{}%", "ca. {}", "nr. {}", "kl. {}", "{}-årig", "nr.{}"])
)
def test_every_number_is_found_in_digits(number, before, after, written):
    assert find(f"{before} {written.format(number)} {after}")


@given(st.lists(st.sampled_from(PLAIN + LAW), min_size=1, max_size=12))
def test_plain_words_and_law_are_let_through(words):
    assert find(". ".join(words)) == []


@given(st.text(max_size=200))
def test_no_text_is_too_strange_and_no_digit_slips_through(text):
    """What is not said to be wrong holds digits only behind § and stk."""
    found = find(text)
    assert all(word.text for word in found)
    if not found and "§" not in text and "stk" not in text.casefold():
        assert not [char for char in text if unicodedata.category(char) in {"Nd", "No", "Nl"}]


@given(st.text(max_size=80), st.integers(2, 99))
def test_what_is_wrong_stays_wrong_in_capitals_and_with_other_spaces(text, number):
    assert find(f"{text} {spelled(number).upper()} {text}")
    assert find(f"{text}\u00a0{spelled(number).capitalize()}\n{text}")


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("i tre sager", "tre", Kind.NUMBER),
        ("i 20 sager", "20", Kind.DIGIT),
        ("halvdelen af sagerne", "halvdelen", Kind.SHARE),
        ("en tredjedel", "tredjedel", Kind.SHARE),
        ("dobbelt så ofte", "dobbelt", Kind.SHARE),
        ("hver anden gang", "hver anden", Kind.SHARE),
        ("i de fleste sager", "de fleste", Kind.SHARE),
        ("i begge sager", "begge sager", Kind.SHARE),
        ("i 30 % af sagerne", "30 %", Kind.PERCENT),
        ("ti procent", "procent", Kind.PERCENT),
        ("§ 50 %", "%", Kind.PERCENT),
        ("se Sag 07", "Sag 07", Kind.CASE),
        ("i sag nr. 7", "sag nr. 7", Kind.CASE),
        ("sag syv", "sag syv", Kind.CASE),
        ("Sag B", "Sag B", Kind.CASE),
        ("Sag IV", "Sag IV", Kind.CASE),
        ("i én sag", "én", Kind.NUMBER),
        ("inden for en fireugersfrist", "fireugersfrist", Kind.NUMBER),
        ("et treårigt barn", "treårigt", Kind.NUMBER),
        ("toogtyve", "toogtyve", Kind.NUMBER),
        ("den tredje gang", "tredje", Kind.NUMBER),
        ("et par gange", "et par", Kind.NUMBER),
        ("tr\u00ade", "tre", Kind.NUMBER),
        ("２０ sager", "20", Kind.DIGIT),
        ("½ af dem", "½", Kind.DIGIT),
        ("Ⅷ", "Ⅷ", Kind.DIGIT),
        ("§ 1234", "1234", Kind.DIGIT),
        ("§ 32 og 20 sager", "20", Kind.DIGIT),
        ("nr. 7", "7", Kind.DIGIT),
    ],
)
def test_the_word_is_named_with_what_it_is(text, word, kind):
    assert (word, kind) in [(one.text, one.kind) for one in find(text)]


def test_a_pronoun_is_no_number_of_a_case():
    assert find("I den sag I har sendt, og i sagen I nævner") == []


def test_names_are_found_whole_and_in_any_case():
    names = ["Hanne Birkelund", "Bo", ""]
    assert [(one.text, one.kind) for one in find("Spørg hanne birkelund og Bo.", names)] == [
        ("hanne birkelund", Kind.NAME),
        ("Bo", Kind.NAME),
    ]
    assert find("Borgeren bor i en bolig hos Hanne", names) == []


def test_the_complaint_names_each_word_once_and_says_what_to_write_instead():
    assert complaint("Begrundelsen kan følges") == ""
    text = complaint("I tre af 20 sager, og tre gange")
    assert text == f"»tre« {ADVICE[Kind.NUMBER]} »20« {ADVICE[Kind.DIGIT]}"
    assert all("Skriv" in advice for advice in ADVICE.values())
