"""The timetable to take away: as PDF (a job) and as Excel (at once)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts import audit, jobs
from accounts.requests import Request
from accounts.states import ReadAction
from accounts.tasks import ring
from documents.spreadsheet import XLSX
from engagements import access, rendering


@require_POST
def pdf(request: Request, pk: int) -> HttpResponse:
    engagement = access.get_engagement(request.user, pk)
    job = jobs.order(
        kind=rendering.TIMETABLE_PDF,
        title=f"Tidsplan for {engagement.municipality.display_name} som PDF",
        scope=engagement.scope,
        object_id=engagement.pk,
        back_url=engagement.get_absolute_url(),
        by=request.user,
    )
    ring()
    return redirect(job)


@require_safe
def xlsx(request: Request, pk: int) -> HttpResponse:
    engagement = access.get_engagement(request.user, pk)
    name = rendering.timetable_name(engagement, "xlsx")
    purpose = "Til egen brug: tidsplan til Excel"
    audit.look(by=request.user, action=ReadAction.EXPORT, purpose=purpose, target=engagement, scope=engagement.scope)
    with_notes = not access.why_not_engagement(request.user, access.NOTES, engagement)
    content = rendering.timetable_workbook(engagement, list(engagement.milestones.chronological()), with_notes=with_notes)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": content_disposition_header(True, name) or ""})
