"""The field register (retention.toml): what every stored field is for, on what basis, and how long it is kept.

Reading only. The retention run of a later version works from it; tests/test_house.py holds it complete.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("retention.toml")


class DataClass(StrEnum):
    NONE = "none"
    INTERNAL = "internal"
    PERSONAL = "personal"
    TEXT = "text"
    SPECIAL = "special"


class Method(StrEnum):
    KEEP = "keep"
    DELETE = "delete"
    BLANK = "blank"
    ANONYMISE = "anonymise"


@dataclass(frozen=True)
class Rule:
    """What holds for a field. `keep` is "always" or a time such as "5 years", counted from the event `counted_from`.

    `persons` (whose data) and `recipients` (who gets to see them) are said of personal data alone.
    """

    name: str
    title: str
    data_class: DataClass
    purpose: str
    basis: str
    keep: str
    counted_from: str
    method: Method
    persons: str = ""
    recipients: str = ""

    @property
    def is_personal(self) -> bool:
        return self.data_class in {DataClass.PERSONAL, DataClass.TEXT, DataClass.SPECIAL}


@dataclass(frozen=True)
class Record:
    """What the record of processing activities says about the system as a whole."""

    system: str
    controller: str
    joint_controllers: str
    data_protection_officer: str
    processors: str
    transfers: str
    security: tuple[str, ...]


def register() -> dict[str, Rule]:
    """ "app.Model.field" → its rule. Raises ValueError when a field has two rules, or one that is not defined."""
    content = _content()
    rules = {name: _rule(name, row) for name, row in content["rules"].items()}
    found: dict[str, Rule] = {}
    for model, groups in content["models"].items():
        for name, fields in groups.items():
            if name not in rules:
                raise ValueError(f"{model}: there is no rule {name}")
            for field in fields.split():
                key = f"{model}.{field}"
                if key in found:
                    raise ValueError(f"{key} has two rules: {found[key].name} and {name}")
                found[key] = rules[name]
    return found


def rules() -> list[Rule]:
    """Every rule, in the order of the file."""
    return [_rule(name, row) for name, row in _content()["rules"].items()]


def record() -> Record:
    """The part that is about the system as a whole."""
    row = _content()["record"]
    return Record(**row | {"security": tuple(row["security"])})


def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _rule(name: str, row: dict[str, Any]) -> Rule:
    return Rule(
        name=name,
        title=row.get("title", name),
        data_class=DataClass(row["data_class"]),
        purpose=row["purpose"],
        basis=row["basis"],
        keep=row["keep"],
        counted_from=row["from"],
        method=Method(row["method"]),
        persons=row.get("persons", ""),
        recipients=row.get("recipients", ""),
    )
