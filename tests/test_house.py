"""The laws of the house, held by machine: imports, keys, states, fields, sizes, names, templates, migrations, documents."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import ForeignObject
from importlinter.cli import lint_imports

from accounts import states as accounts
from cases import states as cases
from documents import states as documents
from engagements import states as engagements
from taskforce import retention

ROOT = Path(settings.BASE_DIR)
LADDER = ["accounts", "documents", "engagements", "cases", "taskforce"]  # from the ground up
CODE = [*LADDER, "bench", "bin", "tests"]
# The longest file, function and view, and the ones that may be longer, each with its reason.
FILE_LINES, FUNCTION_LINES, VIEW_LINES = 400, 40, 25
LONG_FILES = {
    "engagements/migrations/0001_initial.py": "written by Django",
    "tests/engagements/test_timetable.py": "the table of 21 rows, written out by hand",
}
LONG_FUNCTIONS = {"engagements/timeline.py:draw": "a list of measures for the template, one a line, without a branch"}
LONG_VIEWS: dict[str, str] = {}
# Imports inside functions: only where a library is dear, or Django is not ready yet.
LATE_IMPORTS = {
    "documents/pdf.py": "WeasyPrint costs 1-2 s to import: only a process that makes a PDF pays",
    "documents/spreadsheet.py": "openpyxl costs 0.4 s",
}
MOVES = [
    (accounts.JobState, accounts.JOB_MOVES, accounts.JobState.WAITING),
    (accounts.MailState, accounts.MAIL_MOVES, accounts.MailState.WAITING),
    (documents.DocumentState, documents.DOCUMENT_MOVES, documents.DocumentState.WAITING),
    (cases.RoundState, cases.ROUND_MOVES, cases.RoundState.PREPARING),
    (cases.CaseState, cases.CASE_MOVES, cases.CaseState.DRAFT),
    (cases.ReviewState, cases.REVIEW_MOVES, cases.ReviewState.DRAFT),
    (cases.SelectionState, cases.SELECTION_MOVES, cases.SelectionState.OPEN),
    (cases.FindingState, cases.FINDING_MOVES, cases.FindingState.DRAFT),
    (engagements.EngagementState, engagements.ENGAGEMENT_MOVES, engagements.EngagementState.PLANNED),
    (engagements.MilestoneState, engagements.MILESTONE_MOVES, engagements.MilestoneState.OPEN),
    (engagements.ReminderState, engagements.REMINDER_MOVES, engagements.ReminderState.WAITING),
    (engagements.PostponementState, engagements.POSTPONEMENT_MOVES, engagements.PostponementState.ASKED),
    (engagements.MeetingState, engagements.MEETING_MOVES, engagements.MeetingState.DRAFT),
]


def tracked(*patterns: str) -> list[Path]:
    """The files under version control that fit the patterns."""
    listed = subprocess.run(["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True)
    found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in found if path.exists()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code() -> list[Path]:
    return tracked(*[f"{folder}/*.py" for folder in CODE], "manage.py")


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in code():
        yield name_of(path), ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def templates() -> list[Path]:
    return tracked("templates/*.html")


# Law 1 to 4


def test_every_import_contract_is_kept(capsys):
    outcome = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True, no_logo=True)
    told = capsys.readouterr().out
    assert outcome == 0, told
    assert "0 broken" in told


def test_no_foreign_key_points_upwards():
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, ForeignObject) and model._meta.app_label in LADDER and field.related_model._meta.app_label in LADDER
        and LADDER.index(field.related_model._meta.app_label) > LADDER.index(model._meta.app_label)
    ]  # fmt: skip
    assert upwards == []


@pytest.mark.parametrize(("states", "moves", "first"), MOVES, ids=lambda item: getattr(item, "__name__", ""))
def test_every_state_is_a_key_of_its_table_and_within_reach(states, moves, first):
    assert set(moves) == set(states)
    reached, queue = {first}, [first]
    while queue:
        fresh = moves[queue.pop()] - reached
        reached |= fresh
        queue.extend(fresh)
    assert reached == set(states)


def test_every_table_of_moves_is_tested_above():
    tables = {name for module in (accounts, documents, engagements, cases) for name in vars(module) if name.endswith("_MOVES")}
    assert tables == {moves_name(states) for states, _, _ in MOVES}


def moves_name(states: type) -> str:
    return f"{states.__name__.removesuffix('State').upper()}_MOVES"


def test_states_are_moved_at_one_gate():
    """`.state =` is written only in a function called move, or where a delivery meets a milestone inside the same room."""
    writers = set()
    for name, tree in trees():
        for function in functions(tree) if name.startswith(tuple(LADDER)) else ():
            for node in ast.walk(function):
                targets = node.targets if isinstance(node, ast.Assign) else []
                flat = [one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])]
                if any(isinstance(one, ast.Attribute) and one.attr == "state" for one in flat):
                    writers.add(f"{name}:{function.name}")
    assert writers == {
        "accounts/jobs.py:move",
        "accounts/outbox.py:move",
        "documents/moving.py:move",
        "cases/actions/moving.py:move",
        "accounts/jobs.py:_claim",  # a job whose worker died is given up: it counts as running until then
        "engagements/actions/lifecycle.py:move",
        "engagements/actions/lifecycle.py:change_phase",  # a change of phase starts a planned engagement
        "engagements/actions/meeting.py:move",
        "engagements/actions/milestones.py:move",
        "engagements/actions/milestones.py:meet_purpose",
        "engagements/actions/postponing.py:move",
        "engagements/actions/importing.py:finish",  # an import drops and meets rows inside its change set
        "engagements/actions/importing.py:_meet_if_past",
    }


# The field register


def test_every_stored_field_is_in_the_register_and_nothing_else():
    fields = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
    }
    register = retention.register()
    assert sorted(fields - register.keys()) == []
    assert sorted(register.keys() - fields) == []


# Small files with honest names


def test_no_file_is_too_long_to_read():
    long = {}
    for path in [*code(), *templates(), *tracked("static/css/*.css", "static/js/*.js")]:
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > FILE_LINES:
            long[name_of(path)] = lines
    assert long.keys() == LONG_FILES.keys(), long


def test_no_function_is_too_long_to_read():
    long = {
        f"{name}:{function.name}": length(function)
        for name, tree in trees()
        if "/migrations/" not in name
        for function in functions(tree)
        if length(function) > FUNCTION_LINES
    }
    assert long.keys() == LONG_FUNCTIONS.keys(), long


def test_a_view_is_a_short_story():
    long = {
        f"{name}:{function.name}": length(function)
        for name, tree in trees()
        if "/views/" in name
        for function in functions(tree)
        if length(function) > VIEW_LINES
    }
    assert long.keys() == LONG_VIEWS.keys(), long


def test_nothing_is_called_a_drawer_for_odds_and_ends():
    drawers = re.compile(r"(^|/)(utils?|helpers?|common|misc|core)(\.py|/)")
    assert [name_of(path) for path in tracked() if drawers.search(name_of(path)) and "vendor" not in path.parts] == []


def late_imports() -> set[str]:
    found = set()
    for name, tree in trees():
        for function in functions(tree):
            for node in ast.walk(function):
                if isinstance(node, (ast.Import, ast.ImportFrom)) and not name.endswith("/apps.py"):
                    found.add(name)
    return found


def test_imports_stand_at_the_top():
    ours = {name for name in late_imports() if name.startswith(tuple(LADDER))}
    assert ours == LATE_IMPORTS.keys()


def test_views_begin_with_what_the_person_may_see():
    bare = re.compile(r"\bobjects\.(?:all\(\)\.)?get\(\s*(?:pk|id)=")
    views = [path for path in tracked("*/views/*.py") if not name_of(path).startswith("tests/")]
    assert len(views) > 8
    assert [name_of(path) for path in views if bare.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    ours = [
        path for path in tracked() if path.suffix in {".py", ".html", ".css", ".js", ".md", ".toml", ".yml"} and "vendor" not in path.parts
    ]
    assert [name_of(path) for path in ours if path != Path(__file__) and marks.search(path.read_text(encoding="utf-8"))] == []


# Templates


INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a style": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
    "an htmx handler": re.compile(r"\shx-on\b|\shx-vals\s*=\s*[\"']js:", re.I),
}


@pytest.mark.parametrize("kind", INLINE)
def test_no_template_has_anything_inline(kind):
    found = [name_of(path) for path in templates() if INLINE[kind].search(path.read_text(encoding="utf-8"))]
    assert found == []
    assert len(templates()) > 40


def test_no_template_asks_for_a_role():
    asking = re.compile(r"\.role\s*==|is_superuser|user\.roles")
    allowed = {"templates/engagements/team.html"}  # prints a button only for members who can lead
    assert {name_of(path) for path in templates() if asking.search(path.read_text(encoding="utf-8"))} <= allowed


def test_no_template_turns_escaping_off():
    unsafe = re.compile(r"\|\s*safe\b|autoescape off|\|safeseq")
    found = [name_of(path) for path in templates() if unsafe.search(path.read_text(encoding="utf-8"))]
    assert [name for name in found if not name.startswith("templates/dkfds/")] == []


# Migrations


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def schema() -> set[tuple[str, ...]]:
    """Columns, indexes and constraints of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' "
            "UNION SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public' "
            "UNION SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '' FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace"
        )
        return set(cursor.fetchall())


def migrate(target: str | None) -> None:
    """All our apps to nothing, or everything to its latest."""
    executor = MigrationExecutor(connection)
    if target == "zero":
        executor.migrate([(label, None) for label in reversed(LADDER)])
    else:
        executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_taken_back_and_made_again():
    before = schema()
    try:
        migrate("zero")
        left = {row[0] for row in schema()}
        assert not {name for name in left if name.startswith(tuple(f"{app}_" for app in LADDER))}
    finally:
        migrate(None)
    assert schema() == before


def test_migrations_are_named_for_what_they_do():
    names = [path.stem for path in tracked("*/migrations/0*.py")]
    assert names and [name for name in names if "auto" in name] == []


# Documents


def test_no_document_or_comment_names_a_machine():
    machine = re.compile(r"/(work|home|root)/[a-z]|localhost:\d{5}\b|\b(?:10\.\d+|192\.168)\.\d+\.\d+\b")
    texts = [path for path in tracked() if path.suffix in {".py", ".md", ".toml", ".html", ".yml", ".css", ".js", ".in", ".example", ""}]
    found = {name_of(path) for path in texts if "vendor" not in path.parts and path.is_file() and machine.search(_text(path))}
    assert found - {name_of(Path(__file__))} == set()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
