"""One file: put it to a case, say what it is, replace it, remove it before the hand-in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.requests import Request
from cases import access
from cases.access import VIEW_FILE
from cases.actions import filing
from cases.models import CaseDocument
from cases.views import case_page


@require_safe
def show(request: Request, pk: int, kind: str, document: UUID) -> HttpResponse:
    """How the file stands, what was found in it, and what can be done."""
    file = _load(request, pk, kind, document)
    return render(request, "cases/file.html", case_page.file_context(request.user, file))


@require_POST
def sort(request: Request, pk: int, kind: str, document: UUID) -> HttpResponse:
    """To which case, and of which kind."""
    file = _load(request, pk, kind, document, access.SORT)
    form = case_page.sort_form(request.user, file, request.POST)
    if not form.is_valid():
        return render(request, "cases/file.html", case_page.file_context(request.user, file, form=form), status=422)
    case, chosen = form.chosen()
    put = filing.put(file=file, case=case, kind=chosen, by=request.user)
    where = f"{put.case}{f' som {put.document_type.name.lower()}' if put.document_type else ''}" if put.case else "ingen sag endnu"
    messages.success(request, f"»{file.document.name}« ligger nu i {where}.")
    return redirect(put.round if put.case is None or request.POST.get("tilbage") == "oversigt" else put.case)


@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int, kind: str, document: UUID) -> HttpResponse:
    """Erase a file that shall not go with the case; it cannot be undone, so it is asked first."""
    file = _load(request, pk, kind, document, access.SORT)
    back = file.case if file.case else file.round
    if request.method == "POST":
        name = file.document.name
        filing.remove(file=file, by=request.user)
        messages.success(request, f"»{name}« er slettet.")
        return redirect(back)
    context = {"file": file, "round": file.round, "cancel_url": reverse("file", args=[pk, kind, document])}
    return render(request, "cases/file_remove.html", context)


def _load(request: Request, pk: int, kind: str, document: UUID, permission: Permission = VIEW_FILE) -> CaseDocument:
    return access.get_file(request.user, document, permission, within=(pk, kind))
