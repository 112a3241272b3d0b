"""Indlæs tidsplan: paste, check row by row, import. The draft survives reloads and lost sessions until it is imported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.refusal import Refused
from accounts.requests import Request
from engagements import access, overview, timetable
from engagements.actions import drafting, importing
from engagements.expressions import write
from engagements.fields import expect_year
from engagements.forms import ImportForm, ImportRowForm, PasteForm
from engagements.models import Engagement, TimetableDraft
from engagements.pasted import Unreadable
from engagements.plan import lists
from engagements.states import Kind, Party, Phase, Precision, Purpose
from engagements.views.engagement import frame_of
from engagements.views.milestones import told

RowFormSet = formset_factory(ImportRowForm, extra=0, max_num=1000, absolute_max=1000)


@require_http_methods(["GET", "POST"])
def paste(request: Request, pk: int) -> HttpResponse:
    """A box for the table as copied from Word, Excel or a web page."""
    engagement = access.get_engagement(request.user, pk, access.PLAN)
    draft = TimetableDraft.objects.visible_to(request.user).filter(engagement=engagement).first()
    form = PasteForm(request.POST or None, initial={"text": draft.text, "year": draft.year} if draft else None)
    if request.method == "POST" and form.is_valid():
        text, year = form.cleaned_data["text"], form.cleaned_data["year"]
        try:
            timetable.read(text, year=year, today=timezone.localdate())
        except Unreadable as error:
            form.add_error("text", str(error))
        else:
            drafting.keep(engagement=engagement, text=text, year=year, by=request.user)
            return redirect("timetable-check", pk)
    context = frame_of(request, engagement) | {"form": form, "draft": draft}
    return render(request, "engagements/paste.html", context, status=422 if form.is_bound else 200)


@require_safe
def check(request: Request, pk: int) -> HttpResponse:
    """Each row as understood, with its warnings, ready to be mended."""
    engagement = access.get_engagement(request.user, pk, access.PLAN)
    draft = TimetableDraft.objects.visible_to(request.user).filter(engagement=engagement).first()
    if draft is None:
        return redirect("timetable-paste", pk)
    read = timetable.read(draft.text, year=draft.year, today=timezone.localdate())
    rows = RowFormSet(initial=[_initial(row) for row in read.rows])
    how = ImportForm(initial={"plan_number": engagement.plan_number, "read_at": draft.updated_at.isoformat(), "how": "replace"})
    return _check_page(request, engagement, read, rows, how)


@require_POST
def take_in(request: Request, pk: int) -> HttpResponse:
    """Import the rows as they stand in the form, in one transaction."""
    engagement = access.get_engagement(request.user, pk, access.PLAN)
    draft = TimetableDraft.objects.visible_to(request.user).filter(engagement=engagement).first()
    how = ImportForm(request.POST)
    if draft is None or (how.is_valid() and how.cleaned_data["read_at"] != draft.updated_at.isoformat()):
        raise Refused("Tidsplanen er allerede indlæst eller læst på ny i et andet vindue. Åbn »Indlæs tidsplan« igen.")
    read = timetable.read(draft.text, year=draft.year, today=timezone.localdate())
    rows = RowFormSet(request.POST, initial=[_initial(row) for row in read.rows])
    for form in rows.forms:
        expect_year(form, "dates", read.year)
    if not (rows.is_valid() and how.is_valid()):
        return _check_page(request, engagement, read, rows, how, status=422)
    chosen = [_mended(row, form.cleaned_data) for row, form in zip(read.rows, rows.forms) if form.cleaned_data.get("include")]
    change_set = importing.import_timetable(
        engagement=engagement,
        rows=chosen,
        replace=how.cleaned_data["how"] == "replace",
        past_is_met=how.cleaned_data["past_is_met"],
        by=request.user,
        plan_number=how.cleaned_data["plan_number"],
    )
    told(request, f"{change_set.summary}.", change_set)
    return redirect("timetable", pk)


def _check_page(
    request: Request, engagement: Engagement, read: timetable.Timetable, rows: BaseFormSet, how: ImportForm, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    context: dict[str, Any] = {
        "read": read,
        "formset": rows,
        "form": how,
        "lines": [_line(row, fields) for row, fields in zip(read.rows, rows.forms)],
        "warned_rows": [row for row in read.rows if row.warnings],
        "past": sum(1 for row in read.rows if row.occurrences and row.occurrences[-1][1] < today),
    }
    return render(request, "engagements/paste_check.html", frame_of(request, engagement) | context, status=status)


def _line(row: timetable.Row, fields: Any) -> dict[str, Any]:
    """A row as the page shows it: what is understood in words, and whether its fields stand open because something needs a look."""
    mended = fields.cleaned_data.get("dates") if fields.is_bound and fields.is_valid() else None
    dates, precision = (lists(mended.occurrences), mended.precision) if mended else (lists(row.occurrences), row.precision)
    return {
        "row": row,
        "fields": fields,
        "subject": fields["subject"].value(),
        "dates": overview.dates_text(dates, precision) if dates else UNDATED.get(precision, ""),
        "weeks": overview.weeks_text(dates, precision),
        "is_open": bool(row.warnings or (fields.is_bound and fields.errors)),
    }


UNDATED = {Precision.OPEN: "Uden bestemt dato", Precision.UNKNOWN: "Datoen er ikke forstået"}


def _initial(row: timetable.Row) -> dict[str, Any]:
    return {
        "include": True,
        "subject": row.subject,
        "dates": write(row.occurrences, row.precision) if row.occurrences else row.source_text,
        "phase": row.phase,
        "party": row.party,
        "kind": row.kind,
        "purpose": row.purposes[0] if row.purposes else Purpose.OTHER,
        "optional": row.optional,
    }


def _mended(row: timetable.Row, values: dict[str, Any]) -> timetable.Row:
    """The row with what the person changed; a bundled row keeps all its purposes unless another one was chosen."""
    mended = replace(
        row,
        subject=values["subject"],
        phase=Phase(values["phase"]),
        party=Party(values["party"]),
        kind=Kind(values["kind"]),
        optional=values["optional"],
    )
    if values["purpose"] != (row.purposes[0] if row.purposes else Purpose.OTHER):
        mended = replace(mended, purposes=(Purpose(values["purpose"]),))
    dates = values["dates"]
    if dates is None and row.occurrences:
        return replace(mended, occurrences=(), precision=Precision.UNKNOWN, source_text="")
    if dates is not None and dates.occurrences != row.occurrences:
        mended = replace(mended, occurrences=dates.occurrences, precision=dates.precision, source_text=dates.source_text)
    return mended
