"""Every verb that the code writes into the history has Danish words: this walks the code, so that none is forgotten."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from accounts import history
from tests.test_house import LADDER, name_of, tracked

CODE = tracked(*[f"{app}/*.py" for app in LADDER])
# Where verbs come in as data: the table that holds them all.
TABLES = {
    ("accounts/adapters.py", "NOTICES"): lambda module: set(module.NOTICES.values()),
    ("cases/actions/moving.py", "VERBS"): lambda module: set(module.VERBS.values()),
    ("engagements/actions/postponing.py", "VERBS"): lambda module: set(module.VERBS.values()),
}


def written(path: Path) -> Iterator[tuple[str, str]]:
    """(where, verb) for each `verb=…` of a file; "timetable.*" where its end is chosen when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _in(tree, [], tree, name_of(path))


def _in(node: ast.AST, around: list[ast.FunctionDef], tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
    inside = [*around, node] if isinstance(node, ast.FunctionDef) else around
    for keyword in node.keywords if isinstance(node, ast.Call) and not _is_task(node) else ():
        if keyword.arg == "verb":
            for verb in _verbs(keyword.value, inside, tree, name):
                yield f"{name}:{keyword.value.lineno}", verb
    for child in ast.iter_child_nodes(node):
        yield from _in(child, inside, tree, name)


def _is_task(call: ast.Call) -> bool:
    """The verb of a line on a list of tasks is not one of the history."""
    return isinstance(call.func, ast.Name) and call.func.id.lstrip("_").lower() == "obligation"


def _verbs(value: ast.expr, around: list[ast.FunctionDef], tree: ast.Module, name: str) -> set[str]:
    match value:
        case ast.Constant(value=str(verb)):
            return {verb}
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            return {f"{start}*"}
        case ast.IfExp(body=one, orelse=other):
            return _verbs(one, around, tree, name) | _verbs(other, around, tree, name)
        case ast.Subscript(value=ast.Name(id=table)):
            return TABLES[name, table](import_module(name.removesuffix(".py").replace("/", ".")))
        case ast.Name(id=variable):
            asked = [function for function in around if variable in _parameters(function)]
            return _handed_to(asked[-1], variable, tree, name) if asked else {_constant(name, variable)}
    raise AssertionError(f"{name}:{value.lineno} Write the verb as text, or add its table to TABLES, so that its words can be looked up.")


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]]


def _handed_to(function: ast.FunctionDef, parameter: str, tree: ast.Module, name: str) -> set[str]:
    """What calls of `function` hand to `parameter` by place, in its own file and where it is imported; `verb=` is found by itself."""
    place, found = _parameters(function).index(parameter), set()
    module = name.removesuffix(".py").replace("/", ".")
    for path in CODE:
        other = ast.parse(path.read_text(encoding="utf-8"))
        imports = [node for node in ast.walk(other) if isinstance(node, ast.ImportFrom) and node.module == module]
        if name_of(path) != name and function.name not in {alias.name for node in imports for alias in node.names}:
            continue
        for call in ast.walk(other):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function.name and len(call.args) > place:
                found |= _verbs(call.args[place], [], other, name_of(path))
    return found


def _constant(name: str, variable: str) -> str:
    found: Any = getattr(import_module(name.removesuffix(".py").replace("/", ".")), variable)
    assert isinstance(found, str)
    return found


WRITTEN = sorted({pair for path in CODE for pair in written(path)})


@pytest.mark.parametrize(("where", "verb"), WRITTEN, ids=[f"{where} {verb}" for where, verb in WRITTEN])
def test_every_verb_that_is_written_has_words(where, verb):
    fitting = [known for known in history.WORDS if known.startswith(verb[:-1])] if verb.endswith("*") else history.WORDS.keys() & {verb}
    assert fitting, f"{where} writes {verb}: register its words with accounts.history.register"


def test_the_walk_finds_the_verbs_that_we_know_of():
    found = {verb for _, verb in WRITTEN}
    assert found >= {"engagement.open", "team.join", "team.leave", "timetable.*", "timetable.pdf", "session.fail", "log.expire"}


def test_nothing_has_words_that_nobody_writes():
    found = {verb for _, verb in WRITTEN}
    starts = tuple(verb[:-1] for verb in found if verb.endswith("*"))
    assert [verb for verb in history.WORDS if verb not in found and not verb.startswith(starts)] == []


@pytest.mark.parametrize("verb", sorted(history.WORDS))
def test_words_go_on_after_a_name(verb):
    words = history.did(verb)
    assert words[0].islower() and not words.endswith(".") and "." not in verb.split(".", 1)[1]


def test_a_verb_of_an_app_that_is_gone_stands_as_it_was_written():
    assert history.did("gone.away") == "gone.away"
