"""The policy in print: rows and addresses as a page for people (Markdown, docs/roles.md) and as a table for a spreadsheet (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.access import ANY_PERSON, ANYBODY, Permission, PolicyObject, PolicyRow
from accounts.states import Relation, Role

Column = tuple[Role, Relation]
YES, NO = "yes", "–"
HEADINGS = ("object", "action", "field", "role", "role_label", "relation", "relation_label", "states", "state_labels")
ROLES = {
    Role.CONSULTANT: "of the Task Force; leads engagements or works on their teams",
    Role.LEGAL_REVIEWER: "lawyer of Ankestyrelsen who reviews cases",
    Role.VISO_CONSULTANT: "adviser of VISO who reviews some of the cases",
    Role.COORDINATOR: "of a municipality; the Task Force's daily contact",
    Role.LEADER: "manager of a municipality; answers for its people",
    Role.EMPLOYEE: "of a municipality; sees only what they are invited to",
    Role.AUDITOR: "reads the logs, never content",
    Role.ADMIN: "set-up and people, never content",
}
RELATIONS = {
    Relation.NONE: "any object of the kind, wherever it belongs",
    Relation.TEAM: "on the engagement's team today, in this role",
    Relation.MUNICIPALITY: "holds this role in the municipality that the object belongs to",
    Relation.ASSIGNED: "the task was given to this person",
    Relation.AUTHOR: "this person made or ordered it",
    Relation.INVITED: "invited to this one object",
    Relation.SELF: "the object is, or is about, this very person",
}


@dataclass(frozen=True)
class AddressLine:
    """An address as the URLconf writes it, and what it takes (None: not declared, so denied to everybody)."""

    route: str
    name: str
    takes: Permission | None


def as_csv(rows: Iterable[PolicyRow], objects: Mapping[str, PolicyObject]) -> str:
    """One line per row of the policy; empty states mean every state."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(HEADINGS)
    for row in rows:
        states, labels = " ".join(sorted(row.states)), ", ".join(_state_labels(row, objects.get(row.object)))
        table.writerow(
            [row.object, row.action, row.field, row.role.value, row.role.label, row.relation.value, row.relation.label, states, labels]
        )
    return written.getvalue()


def as_markdown(rows: Sequence[PolicyRow], objects: Mapping[str, PolicyObject], addresses: Sequence[AddressLine], *, preamble: str) -> str:
    """The whole policy as a page: how to read it, then each object with who may do what, and the addresses with what they take."""
    parts = [preamble, _vocabulary("Roles", "role", ROLES), _vocabulary("Relations", "relation to the object", RELATIONS)]
    words = {kind: objects.get(kind, PolicyObject(kind, "", {})) for kind in dict.fromkeys(row.object for row in rows)}
    for kind, found in sorted(words.items(), key=lambda item: item[1].label):
        own = [row for row in rows if row.object == kind]
        parts += [_object(kind, own, found), _addresses([line for line in addresses if line.takes and line.takes.object == kind])]
    parts += [
        "## Addresses that no role decides on\n\nOpen to everybody, without log-in:\n",
        _bare([line for line in addresses if line.takes is ANYBODY]),
        "For every person who is logged in; what they show is what the person may see:\n",
        _bare([line for line in addresses if line.takes is ANY_PERSON]),
    ]
    undeclared = [line for line in addresses if line.takes is None]
    if undeclared:
        parts += ["Declared by nobody, so denied to everybody:\n", _bare(undeclared)]
    return "\n".join(part for part in parts if part)


def _vocabulary(title: str, heading: str, words: Mapping[Role, str] | Mapping[Relation, str]) -> str:
    lines = [f"| *{word.label}* | `{word.name}` | {about} |\n" for word, about in words.items()]
    return f"## {title}\n\n| {heading} | code | who that is |\n|---|---|---|\n{''.join(lines)}"


def _object(kind: str, rows: Sequence[PolicyRow], words: PolicyObject) -> str:
    """Actions down, people across."""
    columns = list(dict.fromkeys((row.role, row.relation) for row in sorted(rows, key=_place)))
    asked = list(dict.fromkeys((row.action, row.field) for row in rows))
    head = ["what", *(_heading(column) for column in columns)]
    lines = [head, ["---"] * len(head)]
    for action, field in asked:
        own = [row for row in rows if (row.action, row.field) == (action, field)]
        lines.append([_what(action, field, words), *(_cell(own, column, words) for column in columns)])
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    without = [f"*{role.label}*" for role in Role if role not in {row.role for row in rows}]
    left_out = f"\nNothing for {', '.join(without)}.\n" if without else ""
    return f"## {words.label.capitalize()} (`{kind}`)\n\n{words.about}\n\n{table}{left_out}"


def _place(row: PolicyRow) -> tuple[int, int]:
    return list(Role).index(row.role), list(Relation).index(row.relation)


def _heading(column: Column) -> str:
    role, relation = column
    return f"*{role.label}*" if relation == Relation.NONE else f"*{role.label}, {relation.label}*"


def _what(action: str, field: str, words: PolicyObject) -> str:
    if field:
        return f"`{action}` → `{field}`: {words.fields.get(field, '')}"
    return f"`{action}`: {words.actions.get(action, '')}"


def _cell(rows: Sequence[PolicyRow], column: Column, words: PolicyObject) -> str:
    """ "yes", the states in which it is so, or "–". What holds without a relation holds with one too."""
    role, relation = column
    held = [row for row in rows if row.role == role and row.relation in {relation, Relation.NONE}]
    if not held:
        return NO
    if any(not row.states for row in held):
        return YES
    return ", ".join(dict.fromkeys(label for row in held for label in _state_labels(row, words)))


def _state_labels(row: PolicyRow, words: PolicyObject | None) -> list[str]:
    """The Danish labels of the row's states, in the order of the object's life."""
    if words is None or words.states is None:
        return sorted(row.states)
    return [str(label) for value, label in words.states.choices if value in row.states]


def _addresses(lines: Sequence[AddressLine]) -> str:
    rows = [f"| `{line.route}` | `{line.name}` | {_takes(line.takes)} |\n" for line in lines]
    return f"| address | name | takes |\n|---|---|---|\n{''.join(rows)}" if rows else ""


def _takes(permission: Permission | None) -> str:
    if permission is None:
        return NO
    return f"`{permission.action}` → `{permission.field}`" if permission.field else f"`{permission.action}`"


def _bare(lines: Sequence[AddressLine]) -> str:
    return "".join(f"- `{line.route}` ({line.name})\n" for line in lines)
