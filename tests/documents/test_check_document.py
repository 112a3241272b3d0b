"""manage.py check_document: the whole check of files from the command line, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.documents import hostile_pdfs as hostile
from tests.documents.checks import NUMBER
from tests.documents.packages import package


@pytest.fixture
def file(tmp_path):
    def make(content: bytes, name: str) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return make


def run(*arguments: str) -> tuple[int, str, str]:
    """(what it ended with, what it wrote, what it complained of)."""
    out, complaints, code = StringIO(), StringIO(), 0
    try:
        call_command("check_document", *arguments, stdout=out, stderr=complaints)
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue(), complaints.getvalue()


def lines(*arguments: str) -> list[dict]:
    return [json.loads(line) for line in run(*arguments, "--json")[1].splitlines()]


def test_a_line_of_json_for_each_file(file):
    good, word = file(hostile.plain(hostile.TEXT, f"CPR {NUMBER}, og tekst nok til"), "a.pdf"), file(package(), "b.docx")
    assert lines(good, word) == [
        {
            "file": good,
            "state": "flagged",
            "type": "pdf",
            "pages": 2,
            "reasons": [
                {"code": "cpr_found", "message": "Der står noget, der ligner CPR-numre, på side 2. Bekræft, at de hører til sagen."}
            ],
            "cpr": [{"page": 2, "where": "text", "level": "high"}],
        },
        {"file": word, "state": "ready", "type": "docx", "pages": None, "reasons": [], "cpr": []},
    ]


def test_it_ends_with_1_when_a_file_is_refused_and_with_2_when_one_cannot_be_read(file):
    good, bad = file(hostile.plain(), "a.pdf"), file(b"MZ", "b.pdf")
    assert run(good)[0] == 0
    code, told, _ = run(good, bad)
    assert code == 1
    assert told.splitlines()[1:] == [
        f"{bad}: Afvist (ukendt type, ikke scannet)",
        "  Filen er et program og ikke et dokument. Upload selve dokumentet.",
    ]
    code, told, complaint = run(bad, "/no/such/file", "--json")
    assert (code, complaint) == (2, "Filen “/no/such/file” kan ikke åbnes.\n")
    assert [json.loads(line)["state"] for line in told.splitlines()] == ["refused"]


@pytest.mark.parametrize("name", [".", "/dev", "\0"])
def test_what_is_no_file_cannot_be_read(name):
    assert run(name)[0] == 2


def test_it_can_be_asked_as_for_a_case_and_with_the_mode_of_a_programme(file):
    word, numbered = file(package(), "b.docx"), file(hostile.plain(f"CPR {NUMBER}, og tekst nok til"), "a.pdf")
    assert [line["state"] for line in lines(word, numbered)] == ["ready", "flagged"]
    assert [line["state"] for line in lines(word, numbered, "--case", "--cpr", "refuse")] == ["refused", "refused"]


def test_for_people_it_says_where_numbers_stand(file):
    name = file(hostile.plain(f"CPR {NUMBER}, og tekst nok til"), "a.pdf")
    assert run(name)[1].splitlines() == [
        f"{name}: Kræver stillingtagen (PDF, 1 side, ikke scannet)",
        "  Der står noget, der ligner CPR-numre, på side 1. Bekræft, at de hører til sagen.",
        "  – side 1, tekst: ligner et CPR-nummer (1)",
    ]


def test_a_name_that_is_no_text_stops_nothing(tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/a\xe6\n\x1b.pdf")
    Path(name).write_bytes(hostile.plain())
    (line,) = lines(name)
    assert (line["state"], line["file"]) == ("ready", f"{tmp_path}/a\ufffd\n\x1b.pdf")
    assert run(name)[0] == 0


def test_it_needs_no_settings_at_all(file):
    name = file(hostile.plain(), "a.pdf")
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "check_document", name, "--json"]
    done = subprocess.run(command, env={"PATH": os.environ["PATH"]}, cwd="/", capture_output=True, text=True)
    assert (done.returncode, json.loads(done.stdout)["state"]) == (0, "ready"), done.stderr
