"""*Træk tilbage*: a file of the wrong person, or a whole case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from cases import access
from cases.actions import withdrawing
from cases.models import CaseDocument
from cases.paper_forms import WHOLE_CASE, WithdrawForm
from cases.states import WITH_US
from cases.views.frame import papers


@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    """Choose what, say why, and it is erased: it cannot be undone."""
    case = access.get_case(request.user, pk, kind, number, access.WITHDRAW)
    files = CaseDocument.objects.allowing(request.user, "withdraw").kept().filter(case=case).select_related("document", "document_type")
    form = WithdrawForm(request.POST or None, case=case, files=files)
    if request.method == "POST" and form.is_valid():
        what, reason = form.cleaned_data["what"], form.cleaned_data["reason"].strip()
        if what == WHOLE_CASE:
            made = withdrawing.withdraw_case(case=case, reason=reason, by=request.user)
        else:
            made = withdrawing.withdraw_file(file=get_object_or_404(files, document=what), reason=reason, by=request.user)
        messages.success(request, f"Det er slettet. Kvitteringen har nummer {made.number}.")
        return redirect("withdrawal", pk, kind, made.pk)
    context = papers(request.user, case.round, "Træk tilbage", case=case) | {"form": form, "was_handed_in": case.round.state in WITH_US}
    return render(request, "cases/withdraw.html", context, status=422 if form.is_bound else 200)
