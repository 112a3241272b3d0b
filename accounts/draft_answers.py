"""What a page hears when it saves a field: that it is saved, that it cannot be, or both texts to choose between (static/js/drafts.js)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.drafts import Conflict, Saved
from accounts.models import User


@dataclass(frozen=True)
class Choice:
    """Both texts of a field, for templates/components/draft_conflict.html; `values` are theirs as the form's field would send them."""

    name: str
    label: str
    theirs: str
    mine: str
    values: Sequence[str]
    fingerprint: str
    who: str
    at: datetime | None


def choice(conflict: Conflict, *, name: str, label: str, shown: Callable[[Any], str], values: Sequence[str], reader: User) -> Choice:
    """The conflict in words; `shown` writes a value of the field as a person reads it."""
    who = "Du" if conflict.by == reader else conflict.by.full_name if conflict.by else "En kollega"
    theirs, mine = shown(conflict.theirs), shown(conflict.mine)
    return Choice(name, label, theirs, mine, values, conflict.fingerprint, who, conflict.at)


def saved(answer: Saved) -> JsonResponse:
    """The fingerprint that the page sends next time, and when it was."""
    return JsonResponse({"base": answer.fingerprint, "clock": f"{timezone.localtime():%H.%M}"})


def invalid(sentence: str) -> JsonResponse:
    """422: what is wrong with the value, and how to put it right."""
    return JsonResponse({"sentence": sentence}, status=422)


def conflicting(request: HttpRequest, one: Choice) -> HttpResponse:
    """409: the part of the page that shows both and lets the person choose."""
    return render(request, "components/draft_conflict.html", {"choice": one, "is_live": True}, status=409)
