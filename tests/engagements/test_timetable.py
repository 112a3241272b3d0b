"""Reading whole timetables. The real document is compared only where it lies beside the project (see `real_documents`)."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagements.pasted import Unreadable, decode
from engagements.states import Kind, Party, Phase, Precision, Purpose
from engagements.timetable import Timetable, read, to_json
from engagements.wording import guess, heading_phase
from tests.engagements.real_documents import REAL_TIMETABLES

TODAY = date(2026, 11, 21)
FIXTURE = Path(__file__).parent / "fixtures" / "hedensted_2016.txt"
TF, MUNICIPALITY, BOTH = "task_force", "municipality", "both"

# Number, occurrences, precision, phase, party, kind, purposes, optional, codes of the warnings: by hand.
HEDENSTED = [
    (1, "2016-02-01", "day", "analysis", TF, "notice", "call_in_letter", False, ""),
    (2, "2016-02-01", "day", "analysis", TF, "notice", "materials_order", False, ""),
    (3, "2016-01-18..2016-02-14", "weeks", "analysis", BOTH, "coordination", "other", False, "order"),
    (4, "2016-01-18..2016-02-14", "weeks", "analysis", BOTH, "coordination", "other", False, ""),
    (5, "2016-02-19", "day", "analysis", MUNICIPALITY, "deadline", "cases_due", False, "soft_holiday"),
    (6, "2016-02-23", "day", "analysis", MUNICIPALITY, "delivery", "materials_due self_evaluation_due", False, "soft_holiday"),
    (7, "2016-03-09", "day", "analysis", MUNICIPALITY, "deadline", "interview_list_due", False, ""),
    (8, "2016-04-06 2016-04-08", "days", "analysis", TF, "interview", "citizen_interviews", False, ""),
    (9, "2016-04-15", "day", "analysis", BOTH, "meeting", "orientation_meeting", False, ""),
    (10, "2016-04-28", "day", "analysis", BOTH, "seminar", "learning_seminar", False, ""),
    (11, "2016-05-09..2016-05-11", "days", "analysis", TF, "interview", "staff_interviews", False, ""),
    (12, "2016-05-19", "day", "analysis", TF, "interview", "follow_up_interviews", True, ""),
    (13, "2016-06-16", "day", "analysis", TF, "presentation", "report_presented", False, "bundled"),
    (14, "2016-06-24", "day", "analysis", MUNICIPALITY, "deadline", "corrections_due", False, ""),
    (15, "2016-06-27", "day", "analysis", TF, "presentation", "political_presentation", True, ""),
    (16, "2016-06-29", "day", "analysis", MUNICIPALITY, "publication", "publication", False, ""),
    (17, "2016-08-10", "day", "analysis", TF, "presentation", "staff_presentation", True, ""),
    (18, "2016-08-08..2016-09-18", "weeks", "planning", BOTH, "period", "plan_initial cooperation_agreement", False, "bundled"),
    (19, "2016-09-19..2016-11-13", "weeks", "planning", MUNICIPALITY, "delivery", "plan_final", False, "bundled"),
    (20, "2015-11-02..2017-01-29", "weeks", "development", BOTH, "period", "development", False, "order overlap year_mismatch"),
    (21, "2017-01-01..2017-03-31", "months", "closing", TF, "presentation", "status_measurement status_report", False, "overlap bundled"),
]


def as_written(row):
    """A row as in the table above."""
    spans = [f"{start}" if start == end else f"{start}..{end}" for start, end in row.occurrences]
    codes = " ".join(remark.code.value for remark in row.warnings)
    purposes = " ".join(purpose.value for purpose in row.purposes)
    fields = (row.precision.value, row.phase.value, row.party.value, row.kind.value, purposes, row.optional)
    return (row.number, " ".join(spans), *fields, codes)


def table(*rows: str, header: str = "Emne\tDato") -> str:
    return "\n".join([header, *rows])


def understood(*rows: str, year: int | None = 2026) -> Timetable:
    return read(table(*rows), year=year, today=TODAY)


def codes(timetable: Timetable) -> list[list[str]]:
    return [[remark.code.value for remark in row.warnings] for row in timetable.rows]


def messages(timetable: Timetable) -> list[str]:
    return [remark.message for row in timetable.rows for remark in row.warnings]


# The real plan


@pytest.mark.parametrize("path", [FIXTURE, *REAL_TIMETABLES], ids=lambda path: path.name[:9])
def test_the_hedensted_plan_gives_21_rows_and_exactly_these_warnings(path):
    timetable = read(decode(path.read_bytes()), year=None, today=TODAY)
    assert [as_written(row) for row in timetable.rows] == HEDENSTED
    assert timetable.warnings == ()
    assert timetable.year == 2016
    assert timetable.year_reason == (
        "2016: ingen datoer falder på weekend eller helligdag; 2014: 8 gør; 2015: 5 gør; 2017: 4 gør; 2018: 7 gør."
    )
    eighth, ninth = timetable.rows[7:9]
    assert (eighth.expected_count, ninth.place) == (5, "Ankestyrelsen")
    assert timetable.rows[19].source_text == "Uge 45 2015 – Uge 4 2017"


@pytest.mark.parametrize("path", [FIXTURE, *REAL_TIMETABLES], ids=lambda path: path.name[:9])
def test_the_hedensted_plan_read_as_2015_falls_on_weekends_and_holidays(path):
    timetable = read(decode(path.read_bytes()), year=2015, today=TODAY)
    assert timetable.year_reason == "2015: 5 datoer falder på weekend eller helligdag; året er angivet."
    found = codes(timetable)
    assert [number for number, row in enumerate(found, 1) if "weekend" in row] == [1, 2, 11, 15]
    assert [number for number, row in enumerate(found, 1) if "holiday" in row] == [8]


def as_html(text: str) -> str:
    rows = ["".join(f"<td><p class=x>{cell}</p></td>" for cell in line.split("\t")) for line in text.split("\n") if "\t" in line]
    return f"<p>Prosa</p><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


SHAPES = {
    "html": lambda text: as_html(text.replace("–\n\n\n\n\t", "– ")),
    "html with a broken row": as_html,
    "excel": lambda text: text.replace("Uge 45 2015 –\n\n\n\n\tUge 4 2017", '"Uge 45 2015 –\n\n\n\nUge 4 2017"'),
    "markdown": lambda text: "\n".join(f"| {line} |" if "\t" in line else line for line in text.split("\n")).replace("\t", " | "),
    "spaces": lambda text: text.replace("\t", "    "),
    "dates first": lambda text: "\n".join("\t".join(reversed(line.split("\t"))) for line in text.replace("–\n\n\n\n\t", "– ").split("\n")),
    "windows": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_the_same_table_in_other_shapes_gives_the_same_rows(shape):
    timetable = read(shape(FIXTURE.read_text()), year=None, today=TODAY)
    assert [as_written(row) for row in timetable.rows] == HEDENSTED
    assert timetable.warnings == ()


def test_the_messages_name_the_days_and_the_reasons():
    rows = read(FIXTURE.read_text(), year=None, today=TODAY).rows
    assert [remark.message for number in (3, 5, 13, 20, 21) for remark in rows[number - 1].warnings] == [
        "Begynder før rækken over i samme fase (1. februar 2016).",
        "19. februar 2016 (uge 7, vinterferie) ligger i en ferie.",
        "Rækken rummer flere begivenheder. Overvej at dele den.",
        "Begynder før fasen Udviklingsplan (uge 32-37 2016).",
        "Overlapper rækken over i uge 38-45.",
        "Årstallet 2015 passer ikke med rækkefølgen.",
        "Overlapper rækken over i uge 52 2016 – uge 4 2017.",
        "Rækken rummer flere begivenheder. Overvej at dele den.",
    ]


def test_json_has_exactly_the_agreed_shape():
    data = to_json(read(FIXTURE.read_text(), year=None, today=TODAY))
    assert list(data) == ["year", "year_reason", "warnings", "rows"]
    assert data["rows"][2] == {
        "row": 3,
        "subject": "Indbyrdes koordinering af borgerinterviews",
        "source_text": "Uge 3-6",
        "precision": "weeks",
        "occurrences": [["2016-01-18", "2016-02-14"]],
        "optional": False,
        "party": "both",
        "phase": "analysis",
        "warnings": [{"code": "order", "message": "Begynder før rækken over i samme fase (1. februar 2016)."}],
    }


# The year


def test_a_written_year_at_the_first_date_settles_it():
    timetable = understood("Møde A\t5. marts 2024", "Møde B\t1. april", year=None)
    assert (timetable.year, timetable.year_reason) == (2024, "2024: årstallet står ved den første dato.")
    assert [row.occurrences[0][0] for row in timetable.rows] == [date(2024, 3, 5), date(2024, 4, 1)]


def test_without_any_written_year_the_years_around_today_are_tried():
    timetable = understood("Møde A\t2. marts", "Møde B\t9. marts", year=None)  # Mondays in 2026, Sundays in 2025
    assert timetable.year == 2026
    assert timetable.year_reason == (
        "2026: ingen datoer falder på weekend eller helligdag; 2025: 2 gør; 2027: ingen gør; 2028: ingen gør; 2026 ligger nærmest i dag."
    )


def test_a_tie_goes_to_the_nearest_written_year():
    timetable = understood("Koordinering\tuge 10", "Slut\tmarts 2019", year=None)
    assert timetable.year == 2019
    assert timetable.year_reason.endswith("2019 ligger nærmest årstallene i teksten.")


def test_written_weekdays_speak_for_a_year():
    assert understood("Møde\ttorsdag den 5. marts", year=None).year == 2026
    assert understood("Møde\tfredag den 5. marts", year=None).year == 2027


def test_a_date_that_a_year_lacks_speaks_against_it():
    assert understood("Møde\t29. februar", year=None).year == 2028
    assert understood("Koordinering\tuge 53", year=None).year == 2026


def test_years_far_apart_are_still_read():
    assert understood("A\tuge 8", "B\t1. maj 1900", "C\t1. maj 2099", year=None).year in range(1899, 2101)


def test_rows_follow_over_new_year():
    rows = understood("A\t1. november", "B\tuge 2", "C\t20. december 2027", "D\t4. januar").rows
    assert [row.occurrences[0][0] for row in rows] == [date(2026, 11, 1), date(2027, 1, 11), date(2027, 12, 20), date(2028, 1, 4)]


def test_a_small_step_back_is_an_order_warning_not_a_new_year():
    timetable = understood("A\t10. september", "B\t11. marts")  # just under 26 weeks
    assert timetable.rows[1].occurrences[0][0].year == 2027
    assert understood("A\t9. september", "B\t11. marts").rows[1].occurrences[0][0].year == 2026
    assert codes(understood("A\t9. september", "B\t11. marts")) == [[], ["order"]]


def test_the_year_stops_at_the_end_of_the_calendar():
    rows = [f"A\t{day}" for _ in range(5) for day in ("9. december", "9. januar")]
    assert max(row.occurrences[0][0] for row in understood(*rows, year=2097).rows) < date(2100, 1, 1)


@pytest.mark.parametrize("year", [0, 1899, 2100])
def test_a_year_outside_the_calendar_is_refused(year):
    with pytest.raises(Unreadable, match="mellem 1900 og 2099"):
        understood("A\t1. maj", year=year)


# Warnings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fredag den 6. marts", []),
        ("lørdag den 7. marts", ["weekend"]),
        ("6.-9. marts", ["weekend"]),
        ("1. maj", []),
        ("5. juni", ["holiday"]),
        ("24. december", ["holiday", "soft_holiday"]),
        ("5. april", ["weekend", "holiday"]),
        ("31. marts", ["soft_holiday"]),
        ("6. februar – 23. februar", ["weekend"]),  # the ends lie outside weeks 7 and 8
        ("9. februar – 23. februar", ["weekend", "soft_holiday"]),
        ("uge 7", []),
        ("april", []),
        ("løbende", []),
        ("snarest", ["not_understood"]),
        ("", ["not_understood"]),
        ("fredag den 5. marts", ["year_mismatch"]),
    ],
)
def test_the_warnings_of_a_single_date(text, expected):
    assert codes(understood("Møde\t2. februar", f"Punkt\t{text}"))[1] == expected


def test_long_lists_of_days_are_cut():
    assert messages(understood("A\t1. februar – 28. februar"))[0] == (
        "1. februar 2026, 7. februar 2026, 8. februar 2026, 14. februar 2026, 15. februar 2026 og 3 dage mere falder i en weekend."
    )


def test_what_is_missing_or_wrong_is_said():
    assert messages(understood("A\t2. marts", "B\t", "C\tsnart", "D\t30. februar")) == [
        "Der mangler en dato.",
        "Datoen er ikke forstået.",
        "30. februar findes ikke.",
    ]


def test_order_is_judged_within_a_phase_and_between_the_first_rows_of_phases():
    timetable = understood("A\t2. marts", "Udvikling\t", "B\t1. april", "C\t15. marts", "Afslutning\t", "D\t31. marts", "E\t20. april")
    assert [row.phase for row in timetable.rows] == ["analysis", "development", "development", "closing", "closing"]
    assert [("order" in row) for row in codes(timetable)] == [False, False, True, True, False]


def test_overlap_is_judged_between_neighbouring_periods_of_different_phases():
    assert codes(understood("A\tuge 10-12", "Udvikling\t", "B\tuge 12-20", "Afslutning\t", "C\tuge 21")) == [[], ["overlap"], []]
    assert codes(understood("A\tuge 10-12", "B\tuge 12-20")) == [[], []]
    assert codes(understood("A\tuge 20-22", "Udvikling\t", "B\tuge 18-19")) == [[], ["order"]]
    assert codes(understood("A\tuge 12", "Udvikling\t", "B\t19. marts", "C\t20. april")) == [[], [], []]


def test_a_written_year_that_breaks_the_order_or_the_given_year_is_a_mismatch():
    assert codes(understood("A\t2. marts", "B\t9. marts 2025")) == [[], ["weekend", "order", "year_mismatch"]]
    assert codes(understood("A\t3. marts 2025")) == [["year_mismatch"]]
    assert messages(understood("A\t3. marts 2025")) == ["Årstallet 2025 passer ikke med 2026."]
    assert codes(understood("A\t9. marts", "B\t2. marts 2026")) == [[], ["order"]]


# Tables


def test_a_table_without_header_and_with_dates_first():
    timetable = read("2. marts\tMøde med kommunen\n9. marts\tLæringsseminar", year=2026, today=TODAY)
    assert [(row.subject, row.source_text) for row in timetable.rows] == [("Møde med kommunen", "2. marts"), ("Læringsseminar", "9. marts")]


def test_columns_are_found_by_their_headers():
    text = table("1\tVISO\tGennemgang\tuge 10\tAarhus", "2\tKommunen\tSamtale\tuge 11", header="Nr.\tAnsvarlig\tEmne\tDato\tSted")
    first, second = read(text, year=2026, today=TODAY).rows
    assert (first.subject, first.party, first.counterpart, first.place) == ("Gennemgang", Party.VISO, Party.MUNICIPALITY, "Aarhus")
    assert (second.party, second.counterpart, second.place) == (Party.MUNICIPALITY, Party.TASK_FORCE, "")
    assert first.kind == Kind.PERIOD


def test_dates_in_sentences_are_found():
    text = "Tiltag\tTid\nA\tDet begynder i oktober 2022\nB\tVi ser på det i 4. kvartal af 2022."
    assert [row.precision for row in read(text, year=None, today=TODAY).rows] == [Precision.MONTH, Precision.QUARTER]
    assert len(read("A\tDet begynder i oktober 2022\nB\tVi ser på det", year=None, today=TODAY).rows) == 2


def test_a_header_that_is_repeated_and_a_subject_that_spans_rows():
    timetable = understood("Møde\t2. marts", "Emne\tDato", "\t9. marts")
    assert [(row.number, row.subject) for row in timetable.rows] == [(1, "Møde"), (2, "Møde")]
    assert understood("\t9. marts").rows[0].subject == "Uden emne"


def test_lines_that_are_no_rows_are_told_about():
    (remark,) = understood("Møde\t2. marts", "Se også bilaget").warnings
    assert (remark.code, remark.message) == ("not_understood", "Linjen “Se også bilaget” er ikke læst som række i tabellen.")
    (remark,) = understood("Møde\t2. marts", "Se også bilaget", "Venlig hilsen").warnings
    assert remark.message == "2 linjer, den første “Se også bilaget”, er ikke læst som række i tabellen."


def test_headings_before_the_table_count_and_prose_does_not():
    text = "Planen\n\nUdvikling\n\nEmne\tDato\nSamtale\t2. marts"
    assert [row.phase for row in read(text, year=2026, today=TODAY).rows] == [Phase.DEVELOPMENT]


def test_without_headings_the_words_and_the_row_above_set_the_phase():
    timetable = understood("Samtale\t2. marts", "Endelig udviklingsplan\t9. marts", "Samtale\t16. marts", "Opfølgende møde\t23. marts")
    assert [row.phase for row in timetable.rows] == ["analysis", "planning", "planning", "follow_up"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Der er ingen tabel"),
        ("Prosa uden tabel om 1. maj", "Der er ingen tabel"),
        ("Emne\tDato\nMøde\tsnart", "Ingen række har en dato"),
        ("Emne\tDato", "Ingen række har en dato"),
        ("Emne\tAndet\nMøde\tsnart", "Ingen række har en dato"),
        ("Emne\tDato\nMøde\tløbende", "Ingen række har en dato"),
    ],
)
def test_a_text_without_dates_is_refused(text, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(text, year=None, today=TODAY)


def test_300_rows_are_read():
    months = ("januar", "marts", "maj", "juni", "september")
    rows = [f"Taskforcen holder {number} interviews om emne {number}\t{number % 28 + 1}. {months[number // 60]}" for number in range(300)]
    assert len(understood(*rows, year=None).rows) == 300


PIECES = st.sampled_from(
    ["Emne", "Dato", "\t", "\t", "\n", "\n", "1. maj", "uge 8-3", "2025", "løbende", "Udvikling", "evt.", "møde", " – ", "  ", "|"]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)), st.one_of(st.none(), st.integers(1900, 2099)))
def test_no_text_crashes(text, year):
    try:
        timetable = read(text, year=year, today=TODAY)
    except Unreadable as problem:
        assert str(problem).endswith(".")
        return
    assert to_json(timetable)["rows"]


# Guesses

REWORDED = [
    ("Kommunen modtager indkaldelsesbrev", Purpose.CALL_IN_LETTER, TF),
    ("Indkaldelse af 20 sager", Purpose.CALL_IN_LETTER, TF),
    ("Bestilling af materialer", Purpose.MATERIALS_ORDER, TF),
    ("Kommunen sender sagerne", Purpose.CASES_DUE, MUNICIPALITY),
    ("Indsendelse af de udvalgte sager", Purpose.CASES_DUE, MUNICIPALITY),
    ("Sager sendes til Ankestyrelsen", Purpose.CASES_DUE, MUNICIPALITY),
    ("Indhentning og gennemgang af sager", Purpose.CASES_DUE, MUNICIPALITY),
    ("Frist for selvevaluering", Purpose.SELF_EVALUATION_DUE, MUNICIPALITY),
    ("Materialeindsamling", Purpose.MATERIALS_DUE, MUNICIPALITY),
    ("Borgerinterviews", Purpose.CITIZEN_INTERVIEWS, TF),
    ("Interviews med fem borgere", Purpose.CITIZEN_INTERVIEWS, TF),
    ("Interviews i kommunen", Purpose.STAFF_INTERVIEWS, TF),
    ("Opstartsmøde", Purpose.KICK_OFF, BOTH),
    ("Indledende temadag", Purpose.THEME_DAY, BOTH),
    ("Præsentation af sagsgennemgang", Purpose.ORIENTATION_MEETING, BOTH),
    ("Fremlæggelse for administrativ ledelse", Purpose.REPORT_PRESENTED, TF),
    ("Faktuel kommentering", Purpose.CORRECTIONS_DUE, MUNICIPALITY),
    ("Kommentering af rapporten", Purpose.CORRECTIONS_DUE, MUNICIPALITY),
    ("Oplæg for byrådet", Purpose.POLITICAL_PRESENTATION, TF),
    ("Udviklingsworkshop", Purpose.DEVELOPMENT_WORKSHOP, BOTH),
    ("Udarbejdelse af udviklingsplan", Purpose.PLAN_INITIAL, BOTH),
    ("Endelig udviklingsplan", Purpose.PLAN_FINAL, MUNICIPALITY),
    ("Samarbejdsaftale", Purpose.COOPERATION_AGREEMENT, BOTH),
    ("Kommunen gennemfører tiltagene i udviklingsplanen", Purpose.DEVELOPMENT, MUNICIPALITY),
    ("Midtvejsstatus", Purpose.MIDTERM, BOTH),
    ("Statusmøde 3", Purpose.STATUS_MEETING, BOTH),
    ("Kommunen fremsender selvevaluering og redegørelse", Purpose.FINAL_SELF_EVALUATION, MUNICIPALITY),
    ("Præsentation af statusrapport", Purpose.STATUS_REPORT, TF),
    ("Opfølgende møde", Purpose.FOLLOW_UP_MEETING, BOTH),
    ("Ankestyrelsen gennemgår materialet", Purpose.MATERIALS_DUE, Party.ANKESTYRELSEN),
    ("Statusrapport og interviews i kommunen", Purpose.STATUS_REPORT, TF),
    ("Endelig rapport fremsendes", Purpose.OTHER, TF),
    ("Frokost", Purpose.OTHER, Party.UNKNOWN),
]


@pytest.mark.parametrize(("subject", "purpose", "party"), REWORDED, ids=[case[0] for case in REWORDED])
def test_other_words_for_the_same(subject, purpose, party):
    said = guess(subject)
    assert (said.purposes, said.party) == ((purpose,), party)


@pytest.mark.parametrize(
    ("subject", "optional"),
    [
        ("Evt. møde", True),
        ("Møde (evt.)", True),
        ("Eventuelle interviews", True),
        ("Præsentation for medarbejderne og eventuelt udvalget", False),
        ("Kevt.", False),
    ],
)
def test_a_row_is_optional_when_all_of_it_is(subject, optional):
    assert guess(subject).optional is optional


@pytest.mark.parametrize(
    ("subject", "bundled"),
    [
        ("Koordinering og planlægning af interviews", False),
        ("Løbende statusmøder og sagsgennemgang", False),
        ("Opstartsmøde, temadag og læringsseminar", True),
        ("Rapporten fremlægges; herefter offentliggøres den", True),
    ],
)
def test_several_events_in_one_row(subject, bundled):
    assert guess(subject).bundled is bundled


@pytest.mark.parametrize(
    ("subject", "kind", "place", "count"),
    [
        ("Møde hos Ankestyrelsen", Kind.MEETING, "Ankestyrelsen", None),
        ("Læringsseminar i Hedensted Kommune", Kind.SEMINAR, "Hedensted Kommune", None),
        ("Virtuelt møde", Kind.MEETING, "Online", None),
        ("To workshops", Kind.WORKSHOP, "", 2),
        ("12 sager indsendes", Kind.DEADLINE, "", 12),
        ("Interviews i 3 dage", Kind.INTERVIEW, "", None),
        ("Frokost", None, "", None),
    ],
)
def test_kind_place_and_expected_count(subject, kind, place, count):
    said = guess(subject)
    assert (said.kind, said.place, said.expected_count) == (kind, place, count)


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("Analyse", Phase.ANALYSIS),
        ("Fase 1: Analyse", Phase.ANALYSIS),
        ("Analysefasen:", Phase.ANALYSIS),
        ("2. Udviklingsplan", Phase.PLANNING),
        ("## Udviklingsforløb", Phase.DEVELOPMENT),
        ("Afslutning og opfølgning", Phase.CLOSING),
        ("Opfølgning", Phase.FOLLOW_UP),
        ("Ansøgning", Phase.APPLICATION),
        ("Endelig udviklingsplan", None),
        ("Opfølgende møde", None),
        ("Analyse af sagerne sendes ud", None),
    ],
)
def test_headings(text, phase):
    assert heading_phase(text) == phase
