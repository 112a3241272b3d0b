"""How long a log-in lasts: it ends when nobody uses it for a while, and some hours after it began whatever is done.

Times are whole seconds since 1970. The two marks live in the session itself, so that all tabs of a browser share them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

BEGAN, USED = "session_began", "session_used"
WARN_SECONDS = 120  # before the end, so that somebody slow has time to answer (WCAG 2.2.1)
NOTE_SECONDS = 60  # use is written at most this often
POLLING_HEADER, POLLING_QUERY = "X-Polling", "venter"  # a page that asks by itself says so: it is not use

CUT_OFF_QUERY = "udloebet"  # in the address of the log-in page: say that the log-in is over


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, **more: Any) -> None:
    """The clock starts at log-in."""
    request.session[BEGAN] = request.session[USED] = _now()


def note_use(session: SessionBase, *, at_once: bool = False) -> None:
    """Somebody did something: the idle time counts from now."""
    now = _now()
    session.setdefault(BEGAN, now)
    if at_once or now - session.get(USED, 0) >= NOTE_SECONDS:
        session[USED] = now


def seconds_left(session: SessionBase) -> int:
    """Until the log-in ends if nothing more is done; 0 when it is over."""
    now = _now()
    return int(max(0, min(session.get(USED, now) + settings.SESSION_IDLE_AGE, _latest(session)) - now))


def can_last_longer(session: SessionBase) -> bool:
    """Whether use would put the end off: not in the last minutes before the absolute limit."""
    return _latest(session) - _now() > WARN_SECONDS


def is_over(session: SessionBase) -> bool:
    """Whether a limit is passed."""
    return seconds_left(session) == 0


def is_polling(request: HttpRequest) -> bool:
    """Whether the page asked by itself. Such a request never puts the end off."""
    return POLLING_HEADER in request.headers or POLLING_QUERY in request.GET


def was_cut_off(request: HttpRequest) -> bool:
    """Whether the browser still holds on to a session that is no more."""
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and request.session.is_empty()


def _latest(session: SessionBase) -> int:
    return int(session.get(BEGAN, _now()) + settings.SESSION_ABSOLUTE_AGE)


def _now() -> int:
    return int(timezone.now().timestamp())
