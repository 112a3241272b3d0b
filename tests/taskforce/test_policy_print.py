"""manage.py policy: the table in print, and docs/roles.md, which is that print."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db.models import TextChoices

from accounts import access
from accounts.access import ANY_PERSON, ANYBODY, Permission, PolicyObject, PolicyRow
from accounts.states import Relation, Role
from taskforce.policy_table import HEADINGS, RELATIONS, ROLES, AddressLine, as_csv, as_markdown

ALONE = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}


class DoorState(TextChoices):
    SHUT = "shut", "Lukket"
    OPEN = "open", "Åben"
    AJAR = "ajar", "På klem"


DOOR = PolicyObject("dør", "A door.", {"pass": "walk through it", "paint": "paint it"}, {"lock": "its lock"}, DoorState)
ROWS = [
    PolicyRow("door", "pass", Role.CONSULTANT, Relation.NONE, frozenset({"ajar", "open"})),
    PolicyRow("door", "pass", Role.CONSULTANT, Relation.TEAM),
    PolicyRow("door", "pass", Role.LEADER, Relation.MUNICIPALITY, frozenset({"open"}), field="lock"),
    PolicyRow("door", "paint", Role.CONSULTANT, Relation.TEAM, frozenset({"shut"})),
    PolicyRow("window", "open", Role.ADMIN, Relation.NONE, frozenset({"clean"})),
]
ADDRESSES = [
    AddressLine("/dør/", "door", Permission("door", "pass")),
    AddressLine("/dør/lås/", "lock", Permission("door", "pass", field="lock")),
    AddressLine("/gade/", "street", ANYBODY),
    AddressLine("/hjem/", "home", ANY_PERSON),
]


def manage(*command: str) -> str:
    """As a person runs it on a clone without database and secrets."""
    done = subprocess.run(
        [sys.executable, "manage.py", "policy", *command], cwd=project.BASE_DIR, env=ALONE, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_an_object_is_a_table_of_actions_by_people_with_its_addresses():
    text = as_markdown(ROWS, {"door": DOOR}, ADDRESSES, preamble="# Who\n")
    assert text.startswith("# Who\n\n## Roles\n")
    assert text[text.index("## Dør") : text.index("## Window")] == (
        "## Dør (`door`)\n\nA door.\n\n"
        "| what | *Konsulent* | *Konsulent, medlem af forløbets team* | *Kommunal leder, ansat i forløbets kommune* |\n"
        "| --- | --- | --- | --- |\n"
        "| `pass`: walk through it | Åben, På klem | yes | – |\n"
        "| `pass` → `lock`: its lock | – | – | Åben |\n"
        "| `paint`: paint it | – | Lukket | – |\n\n"
        "Nothing for *Jurist*, *VISO-konsulent*, *Kommunal koordinator*, *Kommunal medarbejder*, *Revisor*, *Administrator*.\n\n"
        "| address | name | takes |\n|---|---|---|\n| `/dør/` | `door` | `pass` |\n| `/dør/lås/` | `lock` | `pass` → `lock` |\n\n"
    )


def test_an_object_without_words_is_printed_all_the_same():
    text = as_markdown(ROWS, {}, ADDRESSES, preamble="")
    assert "## Window (`window`)" in text and "| `open`:  | clean |" in text


def test_addresses_that_no_role_decides_on_stand_by_themselves():
    text = as_markdown(ROWS, {"door": DOOR}, ADDRESSES, preamble="")
    assert "without log-in:\n\n- `/gade/` (street)\n" in text
    assert "- `/hjem/` (home)\n" in text.partition("who is logged in")[2]
    assert "denied to everybody" not in text


def test_an_address_that_nobody_declared_is_told():
    text = as_markdown(ROWS, {"door": DOOR}, [*ADDRESSES, AddressLine("/kælder/", "cellar", None)], preamble="")
    assert "so denied to everybody:\n\n- `/kælder/` (cellar)\n" in text


def test_a_spreadsheet_gets_a_line_for_each_row():
    lines = list(csv.reader(io.StringIO(as_csv(ROWS, {"door": DOOR}))))
    assert tuple(lines[0]) == HEADINGS
    assert lines[1] == ["door", "pass", "", "consultant", "Konsulent", "none", "ingen tilknytning", "ajar open", "Åben, På klem"]
    assert lines[3][2:] == ["lock", "leader", "Kommunal leder", "municipality", "ansat i forløbets kommune", "open", "Åben"]
    assert (lines[5][-2:], len(lines)) == (["clean", "clean"], 6)


def test_every_role_and_relation_is_explained():
    assert set(ROLES) == set(Role)
    assert set(RELATIONS) == set(Relation)


@pytest.mark.parametrize("row", access.POLICY, ids=lambda row: f"{row.object} {row.action} {row.field} {row.role} {row.relation}")
def test_every_row_of_the_policy_has_words_and_states_that_exist(row):
    words = access.OBJECTS[row.object]
    assert words.about.endswith(".") and row.action in words.actions
    assert not row.field or row.field in words.fields
    assert row.states <= set(words.states.values if words.states else ())


def test_the_page_in_the_documents_is_the_print():
    printed = manage("--format", "md")
    assert "denied to everybody" not in printed
    page = Path(project.BASE_DIR, "docs/roles.md").read_text(encoding="utf-8")
    assert page == printed, "print it again: manage.py policy --format md > docs/roles.md"


def test_the_table_holds_every_row_of_the_policy(capsys):
    lines = list(csv.DictReader(io.StringIO(manage("--format", "csv"))))
    told = {
        (line["object"], line["action"], line["field"], line["role"], line["relation"], frozenset(line["states"].split())) for line in lines
    }
    assert told == {(row.object, row.action, row.field, row.role.value, row.relation.value, row.states) for row in access.POLICY}
    call_command("policy", format="csv")
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == lines
    call_command("policy")
    assert capsys.readouterr().out.startswith("<!-- Printed by")
