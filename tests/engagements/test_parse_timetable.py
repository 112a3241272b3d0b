import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

FIXTURE = Path(__file__).parent / "fixtures" / "hedensted_2016.txt"


def run(capsys, *args, **options):
    """Exit code, what is printed, and what goes to stderr."""
    code = 0
    try:
        call_command("parse_timetable", *args, **options)
    except SystemExit as stop:
        code = stop.code
    return (code, *capsys.readouterr())


def test_json(capsys):
    code, out, err = run(capsys, str(FIXTURE), "--json")
    data = json.loads(out)
    assert (code, err, data["year"], len(data["rows"])) == (0, "", 2016, 21)


def test_a_readable_table(capsys):
    code, out, err = run(capsys, str(FIXTURE))
    lines = [line.strip() for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert lines[0].startswith("År: 2016: ingen datoer falder på weekend")
    assert [line for line in lines if line in {"Analyse", "Udviklingsplan", "Udvikling", "Afslutning"}] == [
        *lines[2:3],
        "Udviklingsplan",
        "Udvikling",
        "Afslutning",
    ]
    assert "12  19. maj 2016              Evt. opfølgende interviews                        Taskforcen · Interview · evt." in lines
    assert "! Overlap: Overlapper rækken over i uge 38-45." in lines
    assert any("Fælles møde hos Ankestyrelsen med orientering o…" in line for line in lines)


def test_what_is_not_understood_is_shown_as_written(capsys, tmp_path):
    file = tmp_path / "plan.txt"
    file.write_text("Emne\tDato\nMøde\t1. marts\nAndet\tnår vi når det\nTredje\t\n\nEn løs linje", encoding="cp1252")
    code, out, _ = run(capsys, str(file), "--year", "2027")
    assert code == 0
    assert "! Linjen “En løs linje” er ikke læst som række i tabellen." in out
    assert "   2  når vi når det  Andet" in out
    assert "   3  –               Tredje" in out


def test_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FIXTURE.read_bytes())))
    code, out, _ = run(capsys, "-", "--json", "--year", "2017")
    assert (code, json.loads(out)["year"]) == (0, 2017)


def test_the_year_may_be_a_number_for_callers_from_code(capsys):
    code, out, _ = run(capsys, str(FIXTURE), year=2017, json=True)
    assert (code, json.loads(out)["year"]) == (0, 2017)


@pytest.mark.parametrize(
    ("content", "args", "sentence"),
    [
        (None, [], "kan ikke åbnes"),
        (b"\x00\x01", [], "Filen er ikke tekst"),
        (b"x" * (1024 * 1024 + 1), [], "større end 1 MB"),
        (b"Emne\tDato\nM\tsnart", [], "Ingen række har en dato"),
        (b"Emne\tDato\nM\t1. maj", ["--year", "snart"], "er ikke et årstal"),
        (b"Emne\tDato\nM\t1. maj", ["--year", "9999"], "Årstallet skal ligge mellem"),
    ],
)
def test_bad_input_gives_a_danish_sentence_and_exit_code_2(capsys, tmp_path, content, args, sentence):
    file = tmp_path / "plan.txt"
    if content is not None:
        file.write_bytes(content)
    code, out, err = run(capsys, str(file), *args)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_name_that_no_file_can_have(capsys):
    assert run(capsys, "a\0b")[0] == 2
