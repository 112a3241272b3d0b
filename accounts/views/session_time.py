"""How much is left of the log-in, and more of it: for the dialog that warns before the end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import session_limits
from accounts.requests import Request


@require_safe
@never_cache
def left(request: HttpRequest) -> JsonResponse:
    """Asking does not put the end off; to somebody who is logged off it says 0."""
    session = request.session
    known = request.user.is_authenticated
    return JsonResponse(
        {
            "seconds": session_limits.seconds_left(session) if known else 0,
            "extendable": known and session_limits.can_last_longer(session),
        }
    )


@require_POST
def extend(request: Request) -> HttpResponse:
    session_limits.note_use(request.session, at_once=True)
    return HttpResponse(status=204)
