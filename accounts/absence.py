"""Who stands in for somebody who is away on a day: resolved when something is sent, never stored."""

from __future__ import annotations

from datetime import date

from accounts.models import Absence, User


def deputy_of(user_id: int, day: date) -> User | None:
    """The person at the end of the chain of deputies on `day`: a deputy who is away too has one of their own.

    None when the person is not away, when the chain goes in a circle, or when its last one is no longer active: then there is nobody
    else to write to. Whether the deputy may see what it is about is for the caller to ask.
    """
    away = dict(Absence.objects.on(day).order_by("-first_day", "-pk").values_list("user_id", "deputy_id"))
    seen, current = {user_id}, user_id
    while current in away:
        current = away[current]
        if current in seen:
            return None
        seen.add(current)
    return User.objects.active().filter(pk=current).first() if current != user_id else None
