"""Where a task is done: a higher app registers the page of its purpose; until then it is the milestone's own page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engagements.models import Milestone
from engagements.states import Purpose


@dataclass(frozen=True)
class Place:
    """The page, and what its button says."""

    url: str
    action: str = "Åbn opgaven"


# Gives None when the page is not open for the milestone yet.
Finder = Callable[[Milestone], Place | None]
FINDERS: dict[Purpose, Finder] = {}


def register(purpose: Purpose, finder: Finder) -> None:
    """Say where milestones of a purpose are met; called once in an AppConfig.ready."""
    FINDERS[purpose] = finder


def place_of(milestone: Milestone) -> Place:
    """Where the milestone is met: the page of its first purpose that has one. Reads its purposes, so prefetch them for a list."""
    for row in milestone.purposes.all():
        finder = FINDERS.get(Purpose(row.purpose))
        found = finder(milestone) if finder else None
        if found:
            return found
    return Place(milestone.get_absolute_url())
