"""*Frigivelse*: the preview of exactly what the municipality will see, and the release; *Resultat*: what it was shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import Request
from accounts.tasks import ring
from cases import release as results
from cases import review_access
from cases.actions import releasing
from cases.models import Release, Round
from cases.results import fingerprint
from cases.views.frame import papers


@require_safe
def preview(request: Request, pk: int, kind: str) -> HttpResponse:
    """What the municipality will see, and what must be done first."""
    round = review_access.get_round(request.user, pk, kind, review_access.PREVIEW)
    releasing.require_preview(round, request.user)
    return render(request, "cases/release.html", _preview(request.user, round))


@require_POST
def release(request: Request, pk: int, kind: str) -> HttpResponse:
    """Release what was previewed. When it is something else now, that is shown instead, and nothing is released."""
    round = review_access.get_round(request.user, pk, kind, review_access.RELEASE)
    try:
        releasing.release(round=round, seen=request.POST.get("seen", ""), by=request.user)
    except releasing.Changed as changed:
        return render(request, "cases/release.html", _preview(request.user, round, str(changed)), status=409)
    ring()
    messages.success(request, "Resultaterne er frigivet, og kommunen får besked.")
    return redirect("results", pk, kind)


@require_safe
def show(request: Request, pk: int, kind: str) -> HttpResponse:
    """What was released, to the municipality and to the team; without the cases that the person sees nothing of."""
    round = review_access.get_round(request.user, pk, kind, review_access.VIEW_RESULT)
    found = get_object_or_404(Release, round=round)
    content = results.without_cases(found.content, results.unseen_numbers(round, request.user))
    context = papers(request.user, round, "Resultat") | {
        "content": content,
        "release": found,
        "may_see_seminar": not review_access.why_not_round(request.user, review_access.VIEW_SEMINAR, round)
        and round.seminar_pages.exists(),
    }
    return render(request, "cases/result.html", context)


def _preview(user: User, round: Round, changed: str = "") -> dict[str, Any]:
    """The content as it is now with its fingerprint, which the button sends along."""
    content = results.content_of(round)
    return papers(user, round, "Frigivelse") | {
        "content": content,
        "seen": fingerprint(content),
        "hindrances": results.hindrances(round),
        "changed": changed,
    }
