"""manage.py processing_record: the article 30 record, printed from the field register."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.management import call_command

from taskforce import retention
from taskforce.processing_record import CLASSES, METHODS, as_markdown, time_in_words
from taskforce.retention import DataClass, Method, Record, Rule

RECORD = Record("Systemet.", "Myndigheden.", "Ingen.", "Rådgiveren.", "Driften.", "Ingen lande.", ("Lås.", "Log."))
DIARY = Rule(
    "diary", "Dagbog", DataClass.TEXT, "At huske.", "Artikel 6.", "6 months", "bogen er lukket", Method.BLANK, "Forfattere.", "Ingen andre."
)
SHELF = Rule("shelf", "Hylder", DataClass.NONE, "At finde bøger.", "Ikke personoplysninger.", "always", "", Method.KEEP)
FIELDS = {"a.Book.text": DIARY, "a.Book.title": DIARY, "a.Book.shelf": SHELF}
NAMES = {"a.Book.text": ("bog", "tekst"), "a.Book.title": ("bog", "titel"), "a.Book.shelf": ("bog", "hylde")}
ALONE = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}


@pytest.fixture(scope="module")
def printed():
    """As a person gets it on a clone without database and secrets."""
    command = [sys.executable, "manage.py", "processing_record", "--format", "md"]
    done = subprocess.run(command, cwd=project.BASE_DIR, env=ALONE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_record_says_for_each_purpose_what_article_30_asks():
    text = as_markdown(RECORD, [SHELF, DIARY], FIELDS, NAMES)
    assert text[text.index("## 1.") : text.index("## Oplysninger")] == (
        "## 1. Dagbog\n\n| | |\n|---|---|\n| **Formål** | At huske. |\n| **Kategorier af registrerede** | Forfattere. |\n"
        "| **Kategorier af oplysninger** | Fritekst, hvor en person kan være omtalt. |\n| **Grundlag** | Artikel 6. |\n"
        "| **Kategorier af modtagere** | Ingen andre. |\n"
        "| **Slettefrist** | Feltet tømmes. Frist: 6 måneder, regnet fra: bogen er lukket. |\n\n"
        "- bog (`a.Book`): tekst (`text`), titel (`title`)\n\n"
    )
    shelf = text[text.index("### Hylder") : text.index("## Sikkerhed")]
    assert "registrerede" not in shelf and "modtagere" not in shelf
    assert "| **Slettefrist** | Slettes ikke. |" in shelf and "- bog (`a.Book`): hylde (`shelf`)\n" in shelf
    for said in ("Systemet.", "Myndigheden.", "Rådgiveren.", "Driften.", "Ingen lande.", "- Lås.\n- Log.\n"):
        assert text.count(said) == 1


def test_a_record_of_persons_alone_has_no_heading_for_the_rest():
    assert "ikke er om personer" not in as_markdown(RECORD, [DIARY], FIELDS, NAMES)


@pytest.mark.parametrize(
    ("keep", "words"), [("1 years", "1 år"), ("24 months", "24 måneder"), ("30 days", "30 dage"), ("12 hours", "12 timer")]
)
def test_times_are_told_in_danish(keep, words):
    assert time_in_words(keep) == words


def test_every_class_and_method_has_words():
    assert set(CLASSES) == set(DataClass)
    assert set(METHODS) == set(Method)


def test_the_print_holds_every_rule_and_every_field(printed):
    headings = re.findall(r"^#{2,3} (?:\d+\. )?(.*)$", printed, re.M)
    for rule in retention.rules():
        assert headings.count(rule.title) == 1
        assert f"| **Formål** | {rule.purpose} |" in printed
    shown = set()
    for line in re.findall(r"^- .*\(`\w+\.\w+`\): .*$", printed, re.M):
        model, *fields = re.findall(r"\(`([\w.]+)`\)", line)
        shown |= {f"{model}.{field}" for field in fields}
    assert shown == retention.register().keys()


def test_the_print_names_who_answers_for_it_and_how_it_is_kept_safe(printed):
    record = retention.record()
    for said in (record.controller, record.data_protection_officer, record.processors, record.transfers, *record.security):
        assert said in printed


def test_the_command_prints_the_same_inside_the_program(printed, capsys):
    call_command("processing_record")
    assert capsys.readouterr().out == printed
