"""Rows for timelines, and how to read what was drawn."""

import re
from datetime import date

from django.template.loader import render_to_string

from engagements import catalogue
from engagements.schedule import generate, template_item
from engagements.states import DAY_PRECISIONS, Phase, Purpose, Standing
from engagements.timeline import Bar

TODAY = date(2016, 5, 10)
FLAGS = {"meeting_interval_weeks": 8, "uses_cooperation_agreement": True, "uses_status_measurement": True}


def days(*spans):
    """Occurrences from (month, day) of 2016, or from whole dates."""
    dates = [tuple(day if isinstance(day, date) else date(2016, *day) for day in span) for span in spans]
    return tuple((span[0], span[-1]) for span in dates)


def bar(*spans, subject="Læringsseminar", before=None, **changes):
    occurrences = days(*spans)
    fields = {"phase": Phase.ANALYSIS, "is_exact": True, "standing": Standing.UPCOMING, "optional": False, "lane": subject} | changes
    return Bar(subject=subject, occurrences=occurrences, baseline=days(*before) if before else occurrences, **fields)


def generated_plan(start=date(2026, 9, 1)):
    """The standard plan as rows of a timeline; the status meetings share a line."""
    rows = next(template["rows"] for template in catalogue.read("plan_templates")["template"] if template["slug"] == "handicap-standard")
    return [
        Bar(
            subject=row.subject,
            phase=row.item.phase,
            occurrences=row.occurrences,
            baseline=row.occurrences,
            is_exact=row.precision in DAY_PRECISIONS,
            standing=Standing.UPCOMING,
            optional=row.item.optional,
            lane="status" if row.purposes[0][0] == Purpose.STATUS_MEETING else str(row.position),
        )
        for row in generate([template_item(row) for row in rows], start, flags=FLAGS)
    ]


def render(timeline):
    return render_to_string("engagements/_timeline.html", {"timeline": timeline})


def marks(timeline):
    return [mark for lane in timeline.lanes for mark in lane.marks]


def xs(path):
    """All x of a path made of M, L and Z with absolute points."""
    return [float(x) for x, _ in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def only(items):
    [item] = items
    return item
