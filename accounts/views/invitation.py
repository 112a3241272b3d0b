"""The page behind the link of an invitation: who invites to what, and the yes of somebody who is new or here already."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.actions import inviting
from accounts.admission import why_not_admitted
from accounts.models import Invitation, User
from accounts.people_forms import JoinForm
from accounts.refusal import Refused


@require_http_methods(["GET", "POST"])
@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """A link that is no longer good leads to one page, whatever the reason."""
    invitation = invitations.find(token)
    if invitation is None or not invitation.is_open:
        if invitation is not None and request.user.is_authenticated and invitation.accepted_by_id == request.user.pk:
            return redirect("home")
        return _over(request)
    try:
        known = invitations.known_person(invitation)
        return _answer_of_known(request, invitation, known) if known else _answer_of_new(request, invitation)
    except Refused:  # somebody was quicker: a second click, or whoever withdrew it
        return _over(request)


def _answer_of_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Asks for a name and a password, makes the person and logs them in; the second factor comes next."""
    if request.user.is_authenticated:
        return render(request, "accounts/invitation_other.html", {"invitation": invitation})
    form = JoinForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        user = inviting.accept_as_new(invitation=invitation, full_name=values["full_name"], password=values["password"])
        login = Login(user=user, email=user.email, redirect_url=reverse("home"))
        entered: HttpResponse = perform_password_login(request, {"email": user.email}, login)
        return entered
    context = {"invitation": invitation, "form": form}
    return render(request, "accounts/invitation.html", context, status=422 if form.is_bound else 200)


def _answer_of_known(request: HttpRequest, invitation: Invitation, known: User) -> HttpResponse:
    """Asks somebody with an account to log in first; whoever has no role left cannot, and says yes on the strength of the mail."""
    if not known.is_active:
        return _over(request)
    if request.user.is_authenticated and request.user != known:
        return render(request, "accounts/invitation_other.html", {"invitation": invitation})
    may_answer = request.user == known or bool(why_not_admitted(known))
    if request.method == "POST" and may_answer:
        inviting.accept_as_known(invitation=invitation, user=known)
        messages.success(request, f"Du er nu {invitation.get_role_display()} i {invitation.organisation.display_name}.")
        return redirect("home")
    log_in_url = f"{resolve_url(settings.LOGIN_URL)}?next={request.path}"
    return render(request, "accounts/invitation_known.html", {"invitation": invitation, "may_answer": may_answer, "log_in_url": log_in_url})


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_over.html", status=404)
