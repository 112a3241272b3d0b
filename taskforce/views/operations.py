"""Drift: how the product is, what failed and can run again, and the log of all mails. For administrators."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.actions import test_mail as test_mails
from accounts.models import Job, OutboxMail
from accounts.requests import Request
from accounts.states import ReadAction
from taskforce import access, mail_log, operations
from taskforce.actions import operations as actions
from taskforce.forms import MailFilter

PER_PAGE = 50
READING = "Tilsyn med mails"


@require_safe
def show(request: Request) -> HttpResponse:
    """Every line in words, the worst first in the sentence above them, and what failed."""
    access.require_operations(request.user, access.VIEW_OPERATIONS)
    lines = operations.lines()
    mails, jobs = operations.failed_mails()[: operations.FAILURES_SHOWN], operations.failed_jobs()[: operations.FAILURES_SHOWN]
    context = {
        "lines": lines,
        "troubles": sorted((line for line in lines if line.health != operations.Health.GOOD), key=lambda line: line.health.variant),
        "well": [line for line in lines if line.health == operations.Health.GOOD],
        "failed_mails": mail_log.rows(mails),
        "failed_jobs": [{"job": job, "kind": operations.job_kind(job)} for job in jobs],
    }
    return render(request, "taskforce/operations.html", context)


@require_safe
def mails(request: Request) -> HttpResponse:
    """What was sent to whom, filtered and paged; everything is in the address, and every look is logged."""
    access.require_operations(request.user, access.VIEW_MAILS)
    form = MailFilter(request.GET)
    if not form.is_valid():
        return render(request, "taskforce/mails.html", {"filter_form": form, "form": form}, status=422)
    audit.look(by=request.user, action=ReadAction.VIEW, purpose=READING, name=form.described())
    page = Paginator(mail_log.find(form.cleaned_data), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "taskforce/mails.html", {"filter_form": form, "page": page, "rows": mail_log.rows(page.object_list)})


@require_POST
def mail_again(request: Request, mail: UUID) -> HttpResponse:
    access.require_operations(request.user, access.RUN_AGAIN)
    actions.send_mail_again(mail=get_object_or_404(OutboxMail, pk=mail), by=request.user)
    messages.success(request, "Mailen er lagt i kø igen.")
    return redirect("operations")


@require_POST
def job_again(request: Request, job: UUID) -> HttpResponse:
    access.require_operations(request.user, access.RUN_AGAIN)
    actions.run_job_again(job=get_object_or_404(Job, pk=job), by=request.user)
    messages.success(request, "Jobbet er sat i gang igen.")
    return redirect("operations")


@require_POST
def test_mail(request: Request) -> HttpResponse:
    access.require_operations(request.user, access.TEST_MAIL)
    test_mails.send_test(by=request.user)
    messages.success(request, f"En testmail til {request.user.email} er lagt i kø. Den bør være fremme om et minut.")
    return redirect("operations")
