"""Mine indstillinger: which mails one wants, and when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import notices
from accounts.actions import mail_choices, test_mail
from accounts.requests import Request
from accounts.settings_forms import MailChoiceForm


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: Request) -> HttpResponse:
    """A choice for every kind of event that can come to the person, kept all at once."""
    data, chosen = request.POST if request.method == "POST" else None, mail_choices.chosen_by(request.user)
    form = MailChoiceForm(data, kinds=notices.kinds_for(request.user), chosen=chosen)
    if form.is_valid():
        mail_choices.choose(choices=form.choices(), by=request.user)
        messages.success(request, "Dine indstillinger er gemt. De gælder for nye beskeder.")
        return redirect("mail-settings")
    return render(request, "accounts/mail_settings.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def send_test(request: Request) -> HttpResponse:
    test_mail.send_test(by=request.user)
    messages.success(request, f"En testmail er på vej til {request.user.email}.")
    return redirect("mail-settings")
