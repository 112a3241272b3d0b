from datetime import date

import pytest

from accounts import danish


def test_dates_are_written_short_plain_and_long():
    day = date(2026, 2, 19)
    assert danish.short_date(day) == "19.02.2026"
    assert danish.plain_date(day) == "19. februar 2026"
    assert danish.long_date(day) == "torsdag d. 19. februar 2026 (uge 8)"


def test_a_date_near_new_year_is_written_with_its_iso_week():
    assert danish.long_date(date(2027, 1, 1)) == "fredag d. 1. januar 2027 (uge 53)"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 2, 16), date(2026, 2, 22), "uge 8"),
        (date(2016, 1, 18), date(2016, 2, 14), "uge 3-6"),
        (date(2015, 11, 2), date(2017, 1, 29), "uge 45 2015 – uge 4 2017"),
        (date(2026, 12, 28), date(2027, 1, 3), "uge 53"),
    ],
)
def test_week_ranges(start, end, text):
    assert danish.week_range(start, end) == text


def test_counts_take_singular_and_plural():
    assert danish.count(1, "milepæl", "milepæle") == "1 milepæl"
    assert danish.count(0, "milepæl", "milepæle") == "0 milepæle"
    assert danish.count(3, "milepæl", "milepæle") == "3 milepæle"


@pytest.mark.parametrize(("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a og b"), (["a", "b", "c"], "a, b og c")])
def test_join(parts, text):
    assert danish.join(parts) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "i dag"), (1, "om 1 arbejdsdag"), (3, "om 3 arbejdsdage"), (-1, "for 1 arbejdsdag siden"), (-2, "for 2 arbejdsdage siden")],
)
def test_relative_days(days, text):
    assert danish.relative_days(days) == text


def test_a_paragraph_is_never_parted_from_its_number():
    assert danish.unbroken("barnets lov § 91 og §§ 22-24") == "barnets lov §\u00a091 og §§\u00a022-24"
