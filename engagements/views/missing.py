"""Hvad mangler vi?"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import Request
from engagements import access, missing
from engagements.views.engagement import frame_of


@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """What each party still owes, what has been delivered, and the same as text for a mail."""
    engagement = access.get_engagement(request.user, pk)
    today, frame = timezone.localdate(), frame_of(request, engagement)
    found = missing.read(engagement, today, by_name=not frame["why_not"]["notes"])
    text = missing.as_text(found, engagement, today)
    return render(request, "engagements/missing.html", frame | {"missing": found, "text": text, "text_rows": text.count("\n") + 1})
