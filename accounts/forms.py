from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm


class LogInForm(AuthenticationForm):
    """E-mail and password; the same answer for a known and an unknown address."""

    username = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(label="Adgangskode", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    error_messages = {
        "invalid_login": "E-mail og adgangskode passer ikke sammen. Kontrollér begge dele, og prøv igen.",
        "inactive": "E-mail og adgangskode passer ikke sammen. Kontrollér begge dele, og prøv igen.",
    }
