"""*Markér som læst*: nothing that anybody else sees, so it stands in no history."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Notice, User


@transaction.atomic
def read(*, notice: Notice, by: User) -> None:
    """The person has read a notice of their own; a second time changes nothing."""
    Notice.objects.visible_to(by).unread().filter(pk=notice.pk).update(read_at=timezone.now())


@transaction.atomic
def read_all(*, until: datetime, by: User) -> int:
    """The person has read all their notices up to a moment: not what came while they looked at the page. Returns how many."""
    return Notice.objects.visible_to(by).unread().filter(created_at__lte=until).update(read_at=timezone.now())
