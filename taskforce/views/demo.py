"""Demo mode only: pick a demo person and be logged in with one click. A 404 everywhere else."""

from __future__ import annotations

from itertools import groupby

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts import step_up
from accounts.models import Membership, User


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Everybody who can be played, by organisation."""
    _only_in_demo()
    memberships = (
        Membership.objects.valid()
        .filter(user__is_demo=True, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("organisation__kind", "organisation__name", "role", "user__full_name")
    )
    groups = [(organisation, list(rows)) for organisation, rows in groupby(memberships, key=lambda row: row.organisation)]
    groups.sort(key=lambda group: group[0].is_municipality)
    return render(request, "taskforce/demo.html", {"groups": groups, "next": request.GET.get("next", "")})


@require_POST
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    _only_in_demo()
    login(request, get_object_or_404(User.objects.active(), pk=pk, is_demo=True), backend=settings.AUTHENTICATION_BACKENDS[0])
    step_up.mark_as_demo(request)
    UserSession.objects.create_from_request(request)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "home")


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404
