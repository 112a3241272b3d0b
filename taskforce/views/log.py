"""Log: who changed, saw and took what. For auditors and administrators; whoever reads it is written in it too."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.states import ReadAction
from accounts.step_up import fresh_factor_required
from documents.spreadsheet import XLSX
from taskforce import access, ledger
from taskforce.forms import LogExportForm, LogFilter
from taskforce.ledger import Ledger

PER_PAGE = 50
READING = "Tilsyn med loggen"


@require_safe
def show(request: Request) -> HttpResponse:
    """One of the two ledgers, filtered and paged; everything is in the address."""
    access.require_log(request.user, access.VIEW_LOG)
    filter_form = _filter(request)
    context = _context(filter_form) | {"export_form": LogExportForm()}
    if not filter_form.is_valid():
        return render(request, "taskforce/log.html", context | {"form": filter_form}, status=422)
    audit.look(by=request.user, action=ReadAction.VIEW, purpose=READING, name=filter_form.described())
    page = Paginator(ledger.find(filter_form.ledger, filter_form.cleaned_data), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "taskforce/log.html", context | {"page": page, "rows": ledger.rows(page.object_list)})


@require_safe
@fresh_factor_required
def export(request: Request) -> HttpResponse:
    """The filtered rows as a workbook, for a purpose that is written down first."""
    access.require_log(request.user, access.EXPORT_LOG)
    filter_form, form = _filter(request), LogExportForm(request.GET)
    if not filter_form.is_valid():
        return redirect(_context(filter_form)["list_url"])
    if not form.is_valid():
        return render(request, "taskforce/log_export.html", _context(filter_form) | {"form": form, "export_form": form}, status=422)
    found = ledger.find(filter_form.ledger, filter_form.cleaned_data)
    if found.count() > ledger.MOST_ROWS:
        most = f"{ledger.MOST_ROWS:,}".replace(",", ".")
        raise Refused(f"Der er flere end {most} rækker, og så stort et udtræk kan vi ikke lave. Vælg en kortere periode ad gangen.")
    purpose = form.cleaned_data["formaal"]
    audit.look(by=request.user, action=ReadAction.EXPORT, purpose=purpose, name=filter_form.described())
    content = ledger.excel(filter_form.ledger, found.iterator(), author=request.user.full_name)
    name = f"Log_{filter_form.ledger}_{timezone.localdate().isoformat()}.xlsx"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": content_disposition_header(True, name) or ""})


def _filter(request: Request) -> LogFilter:
    return LogFilter(request.GET, chosen=ledger.chosen(request.GET.get("slags", "")))


def _context(filter_form: LogFilter) -> dict[str, Any]:
    """What both pages show: the filter, what it keeps, and the two tabs. What was done is called differently in each ledger."""
    given = filter_form.given()
    others = {name: value for name, value in given.items() if name not in {"slags", "handling"}}
    tabs = [
        {"label": one.label, "url": f"?{urlencode({'slags': one.value, **others})}", "current": one == filter_form.ledger} for one in Ledger
    ]
    list_url = f"{reverse('log')}?{urlencode(given)}"
    return {"filter_form": filter_form, "given": given, "tabs": tabs, "list_url": list_url, "is_looks": filter_form.ledger == Ledger.LOOKS}
