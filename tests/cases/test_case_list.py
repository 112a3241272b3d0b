"""The list of cases from Excel: columns by their headings or their order, law by date, errors per row, all or nothing."""

from datetime import date
from html import unescape

import pytest

from cases import case_list, law
from cases.actions import filling
from cases.models import Case
from tests import factories

pytestmark = pytest.mark.django_db
HEADINGS = "Sag\tYdelsesområde\tAfgørelsens dato\tUdfald\tAlder\tBeskrivelse\n"
GOOD = HEADINGS + "1\tMerudgifter\t2.6.2025\tAfslag\t9\tKost ved diæt\n2\t§ 42\t01.11.2023\tbevilling\t0–6 år\tTabt løn\n"


@pytest.fixture
def read(engagement):
    def run(text: str, numbers=(1, 2, 3)):
        areas = law.by_words(law.areas_of(engagement.area))
        groups = case_list.AGE_GROUPS[engagement.area]
        return case_list.read(text, areas=areas, groups=groups, numbers=numbers, today=date(2026, 1, 5))

    return run


def test_columns_are_found_by_their_headings_whatever_their_order(read):
    found = read("Udfald\tDato\tSagsnr\tParagraf\nafslag\t2.6.2025\t3\tbarnets lov § 86\n".replace("Sagsnr", "Sag"))
    assert [(line.number, line.values["outcome"], line.values["service_area"].name, line.errors) for line in found.lines] == [
        (3, "refused", "Merudgifter", [])
    ]


def test_without_headings_the_order_counts_with_or_without_numbers(read):
    row = "Merudgifter\t2.6.2025\tafslag\t9\tKost"
    assert [line.number for line in read(f"{row}\n{row}").lines] == [1, 2]
    assert [line.number for line in read(f"Sag 02\t{row}\n3\t{row}").lines] == [2, 3]


def test_a_paragraph_follows_the_law_of_the_day(read):
    found = read(HEADINGS + "1\tMerudgifter\t31.12.2023\tafslag\t9\tx\n2\tMerudgifter\t1.1.2024\tafslag\t9\tx\n")
    assert [law.paragraph_of(line.values["service_area"]) for line in found.lines] == ["serviceloven § 41", "barnets lov § 86"]
    late = read(HEADINGS + "1\tserviceloven § 41\t1.1.2024\tafslag\t9\tx\n")
    assert late.lines[0].errors == ["»serviceloven § 41« var ikke gældende ret den 1. januar 2024."]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("9\tMerudgifter\t2.6.2025\tafslag\t9\tx", "Der er ingen sag 9. Runden har 3 sager."),
        ("x\tMerudgifter\t2.6.2025\tafslag\t9\tx", "»x« er ikke et sagsnummer."),
        ("1\tBryggeri\t2.6.2025\tafslag\t9\tx", "»Bryggeri« er ikke et ydelsesområde i forløbet."),
        ("1\tMerudgifter\tforleden\tafslag\t9\tx", "»forleden« er ikke en dato. Skriv den som dd.mm.åååå."),
        ("1\tMerudgifter\t2.6.2031\tafslag\t9\tx", "Afgørelsens dato ligger i fremtiden."),
        ("1\tMerudgifter\t\tafslag\t9\tx", "Afgørelsens dato mangler, så vi ved ikke, hvilken lov der gjaldt."),
        (
            "1\tMerudgifter\t2.6.2025\tmåske\t9\tx",
            "»måske« er ikke et kendt udfald. Skriv bevilling, delvis bevilling, afslag eller ophør.",
        ),
        ("1\tMerudgifter\t2.6.2025\tafslag\t44\tx", "»44« er ikke en kendt aldersgruppe. Skriv alderen eller 0–6 år, 7–12 år, 13–17 år."),
        (f"1\tMerudgifter\t2.6.2025\tafslag\t9\t{'x' * 201}", "Beskrivelsen er på 201 tegn. Der er plads til 200."),
    ],
)
def test_each_row_says_what_is_wrong_with_it(read, row, error):
    found = read(f"{HEADINGS}{row}\n2\tMerudgifter\t2.6.2025\tafslag\t9\tx\n")
    assert (found.lines[0].errors, found.lines[1].errors, found.is_good) == ([error], [], False)


def test_a_case_that_stands_twice_is_an_error(read):
    found = read(HEADINGS + "1\tMerudgifter\t2.6.2025\tafslag\t9\tx\n1\tMerudgifter\t2.6.2025\tafslag\t9\tx\n")
    assert found.lines[1].errors == ["Sag 01 står der to gange."]


def test_text_without_a_table_is_refused(read):
    assert read("Kære alle\nher er ingen liste").error == case_list.NO_TABLE


def test_the_list_is_shown_before_it_is_saved_and_then_saved_whole(log_in, coordinator, round):
    client, url = log_in(coordinator), f"{round.get_absolute_url()}indsaet/"
    shown = client.post(f"{url}kontrol/", {"text": GOOD})
    assert (shown.status_code, Case.objects.filter(round=round, version__gt=0).count()) == (200, 0)
    assert "serviceloven § 42" in unescape(shown.content.decode())
    saved = client.post(f"{url}gem/", {"text": GOOD, "seen": shown.context["accept"]["seen"].value()})
    assert saved.status_code == 302
    assert list(round.cases.order_by("number").values_list("number", "outcome", "description")) == [
        (1, "refused", "Kost ved diæt"),
        (2, "granted", "Tabt løn"),
        (3, "", ""),
    ]


def test_a_list_with_an_error_saves_nothing(log_in, coordinator, round):
    client, url = log_in(coordinator), f"{round.get_absolute_url()}indsaet/"
    bad = GOOD + "3\tBryggeri\t2.6.2025\tafslag\t9\tx\n"
    assert client.post(f"{url}kontrol/", {"text": bad}).status_code == 422
    assert client.post(f"{url}gem/", {"text": bad, "seen": 0}).status_code == 409
    assert not Case.objects.filter(round=round, version__gt=0).exists()


def test_a_list_is_refused_when_a_case_was_saved_since_it_was_looked_through(log_in, coordinator, round):
    client = log_in(coordinator)
    seen = filling.seen_of(round)
    filling.fill(case=round.cases.get(number=3), values={"description": "Kollegaens"}, version=0, by=coordinator)
    answer = client.post(f"{round.get_absolute_url()}indsaet/gem/", {"text": GOOD, "seen": seen})
    assert answer.status_code == 409 and "En kollega har gemt en sag" in answer.content.decode()
    assert not Case.objects.filter(round=round, description="Kost ved diæt").exists()


def test_a_programme_with_other_law_reads_its_own_catalogue(consultant):
    other = factories.engagement(consultant, version=factories.version("udsatte-boern"))
    areas = law.by_words(law.areas_of(other.area))
    text = HEADINGS + "1\tAnbringelse\t1.6.2022\tbevilling\t14\tx\n"
    found = case_list.read(text, areas=areas, groups=case_list.AGE_GROUPS[other.area], numbers=[1], today=date(2026, 1, 5))
    assert law.paragraph_of(found.lines[0].values["service_area"]) == "serviceloven § 52 og serviceloven § 58"
