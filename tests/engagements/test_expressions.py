from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagements import calendar
from engagements.expressions import Expression, find, parse, write
from engagements.states import Precision

P = Precision


def days(*texts: str) -> tuple[tuple[date, date], ...]:
    """days("2016-02-01", "2016-05-09..2016-05-11") as occurrences."""
    pairs = [text.partition("..") for text in texts]
    return tuple((date.fromisoformat(start), date.fromisoformat(end or start)) for start, _, end in pairs)


UNDERSTOOD = [
    # days
    ("1. februar", P.DAY, days("2016-02-01")),
    ("den 1. februar 2026", P.DAY, days("2026-02-01")),
    ("torsdag d. 19. februar 2026 (uge 8)", P.DAY, days("2026-02-19")),
    ("Torsdag, den 19. februar, 2026", P.DAY, days("2026-02-19")),
    ("SENEST DEN 1. FEB. 2026.", P.DAY, days("2026-02-01")),
    ("1.februar", P.DAY, days("2016-02-01")),
    ("1 februar 2026", P.DAY, days("2026-02-01")),
    ("1.\u00a0februar", P.DAY, days("2016-02-01")),
    ("ca. 3. sept.", P.DAY, days("2016-09-03")),
    ("19.02.2026", P.DAY, days("2026-02-19")),
    ("19. 2. 26", P.DAY, days("2026-02-19")),
    ("19/2-26", P.DAY, days("2026-02-19")),
    ("19/2/2026", P.DAY, days("2026-02-19")),
    ("19-2-2026", P.DAY, days("2026-02-19")),
    ("19/2", P.DAY, days("2016-02-19")),
    ("19/2 2026", P.DAY, days("2026-02-19")),
    ("19.02.", P.DAY, days("2016-02-19")),
    ("190226", P.DAY, days("2026-02-19")),
    ("19022026", P.DAY, days("2026-02-19")),
    ("2026-02-19", P.DAY, days("2026-02-19")),
    ("torsdag i uge 8", P.DAY, days("2016-02-25")),
    ("uge 8, torsdag", P.DAY, days("2016-02-25")),
    ("29. februar", P.DAY, days("2016-02-29")),
    ("9.-9. maj", P.DAY, days("2016-05-09")),
    ("fredag den 15. april kl. 10.00-12.30", P.DAY, days("2016-04-15")),
    # several days
    ("6. og 8. april", P.DAYS, days("2016-04-06", "2016-04-08")),
    ("8. og 6. april", P.DAYS, days("2016-04-06", "2016-04-08")),
    ("1., 3. og 5. maj", P.DAYS, days("2016-05-01", "2016-05-03", "2016-05-05")),
    ("1., 3., og 5. maj", P.DAYS, days("2016-05-01", "2016-05-03", "2016-05-05")),
    ("9.-11. maj", P.DAYS, days("2016-05-09..2016-05-11")),
    ("9. — 11. maj 2017", P.DAYS, days("2017-05-09..2017-05-11")),
    ("mandag den 9. til onsdag den 11. maj", P.DAYS, days("2016-05-09..2016-05-11")),
    ("6.-8. april og 12. april", P.DAYS, days("2016-04-06..2016-04-08", "2016-04-12")),
    ("28. april - 2. maj", P.DAYS, days("2016-04-28..2016-05-02")),
    ("fra 1. februar til 3. marts", P.DAYS, days("2016-02-01..2016-03-03")),
    ("28. december 2026 – 3. januar 2027", P.DAYS, days("2026-12-28..2027-01-03")),
    ("28. december – 3. januar", P.DAYS, days("2016-12-28..2017-01-03")),
    ("28. december – 3. januar 2027", P.DAYS, days("2026-12-28..2027-01-03")),
    ("9/5 - 11/5-2016", P.DAYS, days("2016-05-09..2016-05-11")),
    ("9/5-11/5", P.DAYS, days("2016-05-09..2016-05-11")),
    ("1. december og 4. januar", P.DAYS, days("2016-12-01", "2017-01-04")),
    # weeks
    ("uge 8", P.WEEK, days("2016-02-22..2016-02-28")),
    ("uge8", P.WEEK, days("2016-02-22..2016-02-28")),
    ("uge 8 2027", P.WEEK, days("2027-02-22..2027-02-28")),
    ("uge 8, 2027", P.WEEK, days("2027-02-22..2027-02-28")),
    ("uge 53 2026", P.WEEK, days("2026-12-28..2027-01-03")),
    ("uge 1 2026", P.WEEK, days("2025-12-29..2026-01-04")),
    ("Uge 3-6", P.WEEKS, days("2016-01-18..2016-02-14")),
    ("i ugerne 3 til 6", P.WEEKS, days("2016-01-18..2016-02-14")),
    ("uge 3, 5 og 7", P.WEEKS, days("2016-01-18..2016-01-24", "2016-02-01..2016-02-07", "2016-02-15..2016-02-21")),
    ("uge 3-4 og 8", P.WEEKS, days("2016-01-18..2016-01-31", "2016-02-22..2016-02-28")),
    ("Uge 45 2015 – Uge 4 2017", P.WEEKS, days("2015-11-02..2017-01-29")),
    ("Uge 45 2015 –\n\n\n\n\tUge 4 2017", P.WEEKS, days("2015-11-02..2017-01-29")),
    ("uge 45 2015 - 4 2017", P.WEEKS, days("2015-11-02..2017-01-29")),
    ("uge 50-3", P.WEEKS, days("2016-12-12..2017-01-22")),
    ("uge 50-3 2027", P.WEEKS, days("2026-12-07..2027-01-24")),
    ("uge 8-10 2026 (uge 8-10)", P.WEEKS, days("2026-02-16..2026-03-08")),
    # months and longer
    ("oktober 2022", P.MONTH, days("2022-10-01..2022-10-31")),
    ("i løbet af februar", P.MONTH, days("2016-02-01..2016-02-29")),
    ("Januar-marts 2017", P.MONTHS, days("2017-01-01..2017-03-31")),
    ("november-januar", P.MONTHS, days("2016-11-01..2017-01-31")),
    ("November til januar 2017", P.MONTHS, days("2016-11-01..2017-01-31")),
    ("August – august", P.MONTHS, days("2016-08-01..2017-08-31")),
    ("oktober 2022 til december 2024", P.MONTHS, days("2022-10-01..2024-12-31")),
    ("juni og september", P.MONTHS, days("2016-06-01..2016-06-30", "2016-09-01..2016-09-30")),
    ("4. kvartal af 2022", P.QUARTER, days("2022-10-01..2022-12-31")),
    ("Q4 2022", P.QUARTER, days("2022-10-01..2022-12-31")),
    ("1.-2. kvartal", P.QUARTER, days("2016-01-01..2016-06-30")),
    ("foråret 2022", P.SEASON, days("2022-03-01..2022-05-31")),
    ("sommer 2022", P.SEASON, days("2022-06-01..2022-08-31")),
    ("efteråret", P.SEASON, days("2016-09-01..2016-11-30")),
    ("vinteren 2027", P.SEASON, days("2027-12-01..2028-02-29")),
    ("vinter-forår 2027", P.SEASON, days("2026-12-01..2027-05-31")),
    ("primo juni", P.PART_OF_MONTH, days("2016-06-01..2016-06-10")),
    ("medio juni", P.PART_OF_MONTH, days("2016-06-11..2016-06-20")),
    ("ultimo februar 2027", P.PART_OF_MONTH, days("2027-02-21..2027-02-28")),
    ("primo-medio juni", P.PART_OF_MONTH, days("2016-06-01..2016-06-20")),
    ("2023", P.YEAR, days("2023-01-01..2023-12-31")),
    ("i 2022-2024", P.YEAR, days("2022-01-01..2024-12-31")),
    # no dates
    ("løbende", P.OPEN, ()),
    ("Allerede i gang.", P.OPEN, ()),
]


@pytest.mark.parametrize(("text", "precision", "occurrences"), UNDERSTOOD, ids=[case[0] for case in UNDERSTOOD])
def test_what_is_understood(text, precision, occurrences):
    expression = parse(text, 2016)
    assert (expression.precision, expression.occurrences, expression.understood) == (precision, occurrences, True)
    assert expression.source_text == text
    assert not expression.needs_year


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("30. februar", "30. februar findes ikke."),
        ("32. maj 2026", "32. maj findes ikke."),
        ("19.13.2026", "19. i måned 13 findes ikke."),
        ("29. februar 2027", "29. februar findes ikke i 2027."),
        ("uge 53", "Uge 53 findes ikke i 2016, som har 52 uger."),
        ("uge 54", "Uge 54 findes ikke."),
        ("uge 0", "Uge 0 findes ikke."),
        ("5. kvartal 2022", "5. kvartal findes ikke."),
        ("11.-9. maj", "Slutningen ligger før begyndelsen."),
        ("2. maj – 28. april", "Slutningen ligger før begyndelsen."),
        ("maj 2027 – april 2026", "Slutningen ligger før begyndelsen."),
        ("1. maj - 3. maj - 5. maj", "En periode har kun én begyndelse og én slutning."),
        ("uge 3 og 8. april", "Datoen blander fx dage og uger."),
        ("x" * 300, "Teksten er for lang til at være en dato."),
        ("x" * 3000, "Teksten er for lang til at være en dato."),
    ],
)
def test_the_impossible_is_not_understood_and_the_note_says_why(text, note):
    assert parse(text, 2016) == Expression(text, notes=(note,))


@pytest.mark.parametrize(
    "text",
    """|12|uge|i|den|, og|mandag|kl. 10|maj maj|snarest muligt|hver anden uge|1. februar snarest|2026 uge 8|uge 8 (torsdag)|mandag i februar
    |inden udgangen af juni|primo|medio og juni|kvartal|6. april og 8.|1. februar -|- 1. februar|1.000|3 dage|19.02.9999|fra 1. maj og frem|1. februar?
    |i dag|i morgen|1/2/3/4|uge 8 uge|løbende fra maj""".replace("\n    ", "").split("|"),
)
def test_what_cannot_be_explained_is_not_understood(text):
    assert parse(text, 2016) == Expression(text, notes=("Datoen er ikke forstået.",))


def test_without_any_year_the_precision_is_known_and_a_year_is_needed():
    assert parse("6. og 8. april", None) == Expression("6. og 8. april", P.DAYS, understood=True, needs_year=True)
    assert parse("29. februar", None).needs_year
    assert not parse("30. februar", None).understood
    assert not parse("løbende", None).needs_year


def test_written_years_are_those_in_the_text():
    assert parse("Uge 45 2015 – Uge 4 2017", 2016).written_years == (2015, 2017)
    assert parse("19/2-26", 2016).written_years == (2026,)
    assert parse("19/2", 2016).written_years == ()


def test_relative_days_are_understood_only_with_a_today():
    today = date(2026, 12, 31)
    assert parse("I morgen", None, today=today) == Expression("I morgen", P.DAY, days("2027-01-01"), understood=True)
    assert parse("i dag", None, today=today).occurrences == days("2026-12-31")
    assert parse("i overmorgen", None, today=today).occurrences == days("2027-01-02")
    assert parse("1. maj", 2027, today=today).occurrences == days("2027-05-01")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("fredag den 19. februar 2026", "19. februar 2026 er en torsdag, ikke en fredag."),
        ("19. februar 2026 (uge 9)", "Datoen ligger i uge 8, ikke i uge 9."),
    ],
)
def test_a_wrong_weekday_or_week_is_noted(text, note):
    expression = parse(text, None)
    assert (expression.occurrences, expression.notes, expression.mismatch) == (days("2026-02-19"), (note,), True)


def test_what_is_left_out_or_assumed_is_noted():
    assert parse("1. maj kl. 9-12", None).notes == ("Klokkeslættet er ikke læst med.",)
    assert parse("uge 50-3", 2026).notes == ("Perioden løber hen over nytår.",)
    assert parse("uge 50 2026 - uge 3 2027", None).notes == ()


@pytest.mark.parametrize("year", [0, -1, 9999, 10**9])
def test_a_year_outside_the_calendar_is_not_understood(year):
    assert not parse("uge 53", year).understood
    assert not parse("vinteren", year).understood


# Inside a sentence


@pytest.mark.parametrize(
    ("text", "precision", "occurrences"),
    [
        ("Tiltaget begynder i oktober 2022", P.MONTH, days("2022-10-01..2022-10-31")),
        ("Det falder på plads i 4. kvartal af 2022.", P.QUARTER, days("2022-10-01..2022-12-31")),
        ("Det gælder oktober 2022 til december 2024. Formålet er", P.MONTHS, days("2022-10-01..2024-12-31")),
        ("Der er, i 2023, 11 møder", P.YEAR, days("2023-01-01..2023-12-31")),
        ("Jan kommer den 3. maj", P.DAY, days("2016-05-03")),
        ("Det sker i maj", P.MONTH, days("2016-05-01..2016-05-31")),
        ("Vi ses 19.02.2026, og igen 19. februar 2026", P.DAY, days("2026-02-19")),
        ("Arbejdet er allerede i gang hos os", P.OPEN, ()),
        ("Q4 er travlt", P.QUARTER, days("2016-10-01..2016-12-31")),
    ],
)
def test_one_expression_is_found_in_a_sentence(text, precision, occurrences):
    expression = find(text, 2016)
    assert expression is not None
    assert (expression.precision, expression.occurrences, expression.source_text) == (precision, occurrences, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ingen dato her",
        "inden for 1 uge",
        "§ 41/42 hver anden uge",
        "sag 190226",
        "Jan kommer",
        "20 sager",
        "8 uger, 3 dage og 2 timer",
    ],
)
def test_a_sentence_without_a_date_gives_none(text):
    assert find(text, 2016) is None


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("allerede i gang og fortsætter i 2023", "Der står flere forskellige datoer."),
        ("a) i 4. kvartal af 2022. b) i foråret 2022.", "Der står flere forskellige datoer."),
        ("vi ses den 30. februar 2022 hos os", "30. februar findes ikke."),
    ],
)
def test_a_sentence_with_several_or_impossible_dates_is_not_understood(text, note):
    assert find(text, 2016) == Expression(text, notes=(note,))


def test_two_dates_without_a_year_are_still_two():
    assert find("i maj, måske i juni", None) == Expression("i maj, måske i juni", notes=("Der står flere forskellige datoer.",))


# Writing


@pytest.mark.parametrize(
    ("occurrences", "precision", "text", "short"),
    [
        (days("2026-02-19"), P.DAY, "19. februar 2026", "19. februar"),
        (days("2016-04-06", "2016-04-08"), P.DAYS, "6. og 8. april 2016", "6. og 8. april"),
        (days("2016-05-09..2016-05-11"), P.DAYS, "9.-11. maj 2016", "9.-11. maj"),
        (days("2016-04-28..2016-05-02"), P.DAYS, "28. april – 2. maj 2016", "28. april – 2. maj"),
        (days("2026-12-28..2027-01-03"), P.DAYS, "28. december 2026 – 3. januar 2027", "28. december – 3. januar"),
        (days("2016-02-22..2016-02-28"), P.WEEK, "uge 8 2016", "uge 8"),
        (days("2016-01-18..2016-02-14"), P.WEEKS, "uge 3-6 2016", "uge 3-6"),
        (days("2015-11-02..2017-01-29"), P.WEEKS, "uge 45 2015 – uge 4 2017", "uge 45 2015 – uge 4 2017"),
        (days("2016-01-18..2016-01-31", "2016-02-22..2016-02-28"), P.WEEKS, "uge 3-4 og 8 2016", "uge 3-4 og 8"),
        (days("2017-01-01..2017-03-31"), P.MONTHS, "januar-marts 2017", "januar-marts"),
        (days("2016-11-01..2017-01-31"), P.MONTHS, "november 2016 – januar 2017", "november-januar"),
        (days("2022-10-01..2022-12-31"), P.QUARTER, "4. kvartal 2022", "4. kvartal"),
        (days("2022-01-01..2022-06-30"), P.QUARTER, "1.-2. kvartal 2022", "1.-2. kvartal"),
        (days("2027-12-01..2028-02-29"), P.SEASON, "vinteren 2027", "vinteren"),
        (days("2016-06-11..2016-06-20"), P.PART_OF_MONTH, "medio juni 2016", "medio juni"),
        (days("2023-01-01..2023-12-31"), P.YEAR, "2023", "2023"),
        (days("2016-02-23..2016-02-29"), P.WEEK, "23.-29. februar 2016", "23.-29. februar"),  # a moved week is written as days
        (days("2025-03-01", "2026-03-01"), P.DAYS, "1. marts 2025 og 1. marts 2026", "1. marts 2025 og 1. marts 2026"),
        ((), P.OPEN, "løbende", "løbende"),
        ((), P.UNKNOWN, "", ""),
    ],
)
def test_canonical_text(occurrences, precision, text, short):
    assert write(occurrences, precision) == text
    assert write(occurrences, precision, with_year=False) == short


def test_years_that_cannot_be_read_are_written_out():
    assert write(days("2150-05-09..2150-05-11"), P.DAYS) == "9. maj 2150 – 11. maj 2150"


DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
PERIODS = st.tuples(DAYS, st.integers(0, 500)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1])))


def _weeks(pair):
    start = pair[0] - timedelta(days=pair[0].weekday())
    return start, start + timedelta(days=7 * (pair[1] // 7) + 6)


def _months(pair):
    start = pair[0].replace(day=1)
    return start, calendar.month_end(calendar.add_months(start, pair[1] // 30))


def _quarters(pair):
    start = date(pair[0].year, 3 * ((pair[0].month - 1) // 3) + 1, 1)
    return start, calendar.month_end(calendar.add_months(start, 3 * (pair[1] // 90) + 2))


SPANS = st.tuples(DAYS, st.integers(0, 500))


def _disjoint(periods):
    """Sorted, with later overlapping ones left out."""
    kept = []
    for start, end in sorted(periods):
        if not kept or start > kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


@given(
    st.one_of(*(st.lists(SPANS.map(shape), min_size=1, max_size=4).map(lambda p: _disjoint(p)) for shape in (_weeks, _months, _quarters)))
)
def test_what_is_written_is_read_back_in_weeks_months_and_quarters(occurrences):
    for precision in (P.WEEKS, P.MONTHS, P.QUARTER):
        assert parse(write(occurrences, precision), None).occurrences == occurrences


@given(st.lists(PERIODS, min_size=1, max_size=4).map(_disjoint))
def test_what_is_written_is_read_back_in_days(occurrences):
    expression = parse(write(occurrences, P.DAYS), None)
    assert (expression.occurrences, expression.understood) == (occurrences, True)


@given(st.sampled_from(UNDERSTOOD), st.booleans())
def test_every_form_survives_writing_and_reading(case, with_year):
    read = parse(case[0], 2016)
    again = parse(
        write(read.occurrences, read.precision, with_year), read.occurrences[0][1].year if with_year and read.occurrences else None
    )
    assert again.precision == read.precision
    assert not with_year or again.occurrences == read.occurrences


@given(st.text(max_size=300), st.one_of(st.none(), st.integers(-5, 12000)))
def test_no_text_crashes(text, year):
    for expression in (parse(text, year), find(text, year)):
        assert expression is None or expression.understood or expression.precision == P.UNKNOWN


WORDS = st.sampled_from(
    [
        "1.",
        "6.",
        "31",
        "53",
        "uge",
        "maj",
        "august",
        "og",
        "-",
        "til",
        ",",
        "2016",
        "2026",
        "kvartal",
        "q4",
        "foråret",
        "primo",
        "ultimo",
        "mandag",
        "den",
        "19/2",
        "1.2.26",
        "(uge",
        "løbende",
        "i",
        "kl.",
        "/",
    ]
)


@given(st.lists(WORDS, max_size=9).map(" ".join), st.one_of(st.none(), st.integers(1990, 2090)))
def test_no_heap_of_date_words_crashes_and_what_is_understood_can_be_written(text, year):
    expression = parse(text, year)
    if expression.occurrences:
        assert parse(write(expression.occurrences, expression.precision), None).occurrences == expression.occurrences
    find(text, year)
