"""Plans for the tests of the schedule engine, and short words for their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engagements.plan_items import PlanItem, TemplateItem, template_item
from engagements.states import Edge, Kind, Precision, Purpose

START = date(2016, 2, 1)


def one(year: int, month: int, day: int):
    return ((date(year, month, day),) * 2,)


def row(key: str, occurrences, kind: Kind = Kind.MEETING, **fields) -> PlanItem:
    return PlanItem(key=key, subject=fields.pop("subject", key), kind=kind, occurrences=occurrences, **fields)


def after(key: str, **lag):
    return {"anchor": key, "edge": Edge.END} | lag


def hedensted() -> list[PlanItem]:
    """The rows of the 2016 plan that the issue's walk needs, with its dates and lags."""
    rows = [
        row("letter", one(2016, 2, 1), Kind.NOTICE, purposes=(Purpose.CALL_IN_LETTER,)),
        row("cases", one(2016, 2, 19), Kind.DEADLINE, purposes=(Purpose.CASES_DUE,), anchor="letter", offset=18),
        row("list", one(2016, 3, 9), Kind.DEADLINE, purposes=(Purpose.INTERVIEW_LIST_DUE,), anchor="citizens", offset=-28),
        row("citizens", (*one(2016, 4, 6), *one(2016, 4, 8)), Kind.INTERVIEW, precision=Precision.DAYS, anchor="letter", offset=65),
        row("orientation", one(2016, 4, 15), purposes=(Purpose.ORIENTATION_MEETING,), **after("cases", offset=56)),
        row("seminar", one(2016, 4, 28), Kind.SEMINAR, purposes=(Purpose.LEARNING_SEMINAR,), **after("orientation", offset=13)),
        row(
            "interviews",
            ((date(2016, 5, 9), date(2016, 5, 11)),),
            Kind.INTERVIEW,
            precision=Precision.DAYS,
            purposes=(Purpose.STAFF_INTERVIEWS,),
            subject="Interviews i kommunen",
            anchor="letter",
            offset=98,
        ),
        row("report", one(2016, 6, 16), Kind.PRESENTATION, purposes=(Purpose.REPORT_PRESENTED,), **after("interviews", offset=36)),
    ]
    return [replace(item, position=position, block="spor" if item.key != "letter" else "") for position, item in enumerate(rows)]


def applied(items, consequences):
    new = {consequence.key: consequence.new for consequence in consequences}
    return [replace(item, occurrences=new.get(item.key, item.occurrences)) for item in items]


def by_key(items):
    return {item.key: item for item in items}


def template(*rows: dict) -> tuple[TemplateItem, ...]:
    return tuple(template_item({"subject": row["key"].upper(), "kind": "meeting"} | row) for row in rows)
