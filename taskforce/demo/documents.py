"""Two documents that the team and the municipality of Hedensted share: the minutes of a meeting, and an agreement."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import User
from documents import actions as files
from documents import checking
from documents.models import Document
from documents.states import FileClass
from engagements.actions import attaching
from engagements.models import Engagement
from engagements.states import EngagementState
from taskforce.demo import papers

SHARED = (
    (
        "katrine",
        "Referat af opstartsmøde.pdf",
        "Referat",
        "Parterne er enige om tidsplanen. Kommunen samler materialer og sager.",
    ),
    (
        "hanne",
        "Samarbejdsaftale.pdf",
        "Samarbejdsaftale",
        "Aftalen siger, hvem der gør hvad, og hvordan vi orienterer hinanden.",
    ),
)


def seed(people: Mapping[str, User]) -> None:
    """Both as they are after their check."""
    running = Engagement.objects.select_related("scope")
    engagement = running.get(municipality__name="Hedensted", state=EngagementState.ACTIVE)
    for who, name, title, text in SHARED:
        content = papers.paper(title, [text])
        stored = files.store(content=content, name=name, content_type="application/pdf", scope=engagement.scope, by=people[who])
        values = {"name": name, "size": stored.size, "sha256": stored.sha256, "file_class": FileClass.GENERAL, "original": stored}
        document = Document.objects.create(scope=engagement.scope, uploaded_by=people[who], **values)
        attaching.arrived(document, str(engagement.pk), people[who])
    while checking.check_next():
        pass
