"""The check of one file: what it is, whether it may come in, what is in it; and the same file without what it must not hold."""

from __future__ import annotations

import importlib
import json
import traceback
from datetime import date
from typing import Any

from documents.child import kinds
from documents.child.report import FILE_NAME, Refusal, Report
from documents.child.work import Work
from documents.names import extension

# What reads each kind; loaded only for the file that needs it, because each brings libraries of its own.
ROOMS = {
    kinds.PDF: "documents.child.pdf",
    kinds.JPEG: "documents.child.pictures",
    kinds.PNG: "documents.child.pictures",
    kinds.ZIP: "documents.child.office",
}


def run(order: dict[str, Any]) -> None:
    """Results: `report` (JSON), `cleaned` (the file made anew) and `text` (JSON: {"pages": [text, …]})."""
    work, report = Work.of(order), Report(today=date.fromisoformat(order["today"]))
    texts: list[str] = []
    try:
        texts = check(work, report, name=order["name"], types=order["types"])
    except Refusal as refusal:
        report.refused = str(refusal)
    except MemoryError:
        report.refused = "too_demanding"
    except Exception as error:
        report.refused, report.trouble = "damaged", _place_of(error)
    work.write("text", json.dumps({"pages": texts}, ensure_ascii=False).encode("utf-8", "replace"))
    work.write("report", json.dumps(report.as_json()).encode())


def check(work: Work, report: Report, *, name: str, types: list[str]) -> list[str]:
    """The text of each page. Raises Refusal. `types` are those that are taken; `name` is what the file is called."""
    stem = name.rpartition(".")[0] or name
    report.search(stem, place=FILE_NAME)
    if work.size > work.limits.size:
        raise Refusal("too_large")
    kind = kinds.kind(work.part(0, kinds.HEAD), work.part(work.size - kinds.TAIL, kinds.TAIL))
    last = extension(name)
    if last in kinds.MACRO_EXTENSIONS:
        raise Refusal("macros")
    report.file_type = kind
    texts: list[str] = importlib.import_module(ROOMS[kind]).check(work, report)
    if report.file_type not in types:
        raise Refusal("type_not_taken")
    if kinds.EXTENSIONS.get(last) != report.file_type:
        raise Refusal("wrong_extension")
    return texts


def _place_of(error: Exception) -> str:
    """The kind of an error and where it arose; not its text, which may quote the file."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/documents/" in frame.filename]
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} {where}"
