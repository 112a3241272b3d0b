"""What the parties are told when dates have moved (domain rule 12): each milestone once, from the date they knew to the one it has now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from accounts.danish import count, week
from accounts.models import Notice
from accounts.notices import Line, NoticeKind
from engagements import deadline_notices, meetings, overview
from engagements.models import ChangeSet, Engagement, Milestone, MilestoneChange
from engagements.states import EVENT_KINDS, MilestoneState, Precision
from engagements.task_words import verb_of

KEY = "engagements.moved"
Dates = list[list[str]]


def moved(changes: Iterable[MilestoneChange]) -> list[MilestoneChange]:
    """Those of the changes that gave an open milestone, which had dates, other ones."""
    return [change for change in changes if _is_move(change.before, change.after)]


def title_of(changes: Sequence[MilestoneChange], engagement: Engagement, *, undone: bool) -> str:
    """What *Beskeder* says: the dates themselves, so that it tells the same whenever it is read."""
    if len(changes) > 1:
        many = count(len(changes), "dato", "datoer")
        return f"{many} {'er sat tilbage' if undone else 'er flyttet'} i {engagement}"
    old, new = (changes[0].after, changes[0].before) if undone else (changes[0].before, changes[0].after)
    subject = str((new or {})["subject"])
    return f"{subject} er flyttet fra {dates_of(old)} til {dates_of(new)} – {engagement.municipality.display_name}"


def dates_of(snapshot: dict[str, Any] | None) -> str:
    """The dates of a remembered milestone in words; a single day with weekday and week."""
    return _words((snapshot or {})["occurrences"], (snapshot or {})["precision"])


def describe(given: Sequence[Notice]) -> list[Line]:
    """A line per milestone that is still open and lies on another date than its reader knew; A to B and back to A says nothing."""
    sets = {str(one.pk): one for one in ChangeSet.objects.filter(pk__in=[notice.about_id for notice in given]).prefetch_related("changes")}
    told = sorted((notice for notice in given if notice.about_id in sets), key=lambda notice: (notice.created_at, int(notice.about_id)))
    known: dict[int, tuple[dict[str, Any], Notice]] = {}
    for notice in told:
        change_set = sets[notice.about_id]
        back = is_about_undo(notice, change_set)
        if not back and change_set.undone_at and not _was_told_back(notice, told):
            continue
        for change in moved(change_set.changes.all()):
            known.setdefault(change.milestone_id, (change.after if back else change.before, notice))  # type: ignore[arg-type]
    return _lines(known)


def is_about_undo(notice: Notice, change_set: ChangeSet) -> bool:
    """Whether it tells that the change set was undone: such a notice is made after that."""
    return change_set.undone_at is not None and notice.created_at >= change_set.undone_at


def _was_told_back(notice: Notice, told: Sequence[Notice]) -> bool:
    """Whether an undo of the same change set is told in the same mail: then they cancel each other out by the dates."""
    return any(other.about_id == notice.about_id and other.created_at > notice.created_at for other in told)


def _lines(known: dict[int, tuple[dict[str, Any], Notice]]) -> list[Line]:
    targets, invited = deadline_notices.targets_of(known), meetings.told_by_invitation(known)
    lines = []
    for key, (before, notice) in known.items():
        milestone = targets[key].milestone if key in targets else None
        if milestone is None or not milestone.is_open or not milestone.occurrences or (key, notice.recipient_id) in invited:
            continue
        now = [[day.isoformat() for day in pair] for pair in milestone.occurrences]
        if before["occurrences"] != now:
            lines.append((milestone, _line(milestone, before, now), notice.recipient))
    return deadline_notices.finished(lines)


def _line(milestone: Milestone, before: dict[str, Any], now: Dates) -> Line:
    old, new = _words(before["occurrences"], before["precision"]), _words(now, milestone.precision)
    what = milestone.subject if milestone.kind in EVENT_KINDS else verb_of(milestone)
    day = milestone.occurrences[0][0] if milestone.kind in EVENT_KINDS else milestone.occurrences[-1][1]
    return Line(
        text=f"{milestone.subject} er flyttet fra {old} til {new}.",
        url=milestone.get_absolute_url(),
        subject=f"Flyttet til {week(day)}: {what} – {milestone.engagement.municipality.display_name}",
    )


def _is_move(before: dict[str, Any] | None, after: dict[str, Any] | None) -> bool:
    if before is None or after is None or before["state"] != MilestoneState.OPEN or after["state"] != MilestoneState.OPEN:
        return False
    return bool(before["occurrences"]) and bool(after["occurrences"]) and before["occurrences"] != after["occurrences"]


def _words(occurrences: Dates, precision: str) -> str:
    found = [[date.fromisoformat(day) for day in pair] for pair in occurrences]
    weeks = overview.weeks_text(found, precision)
    return f"{overview.dates_text(found, Precision(precision))}{f' ({weeks})' if weeks else ''}"


KIND = NoticeKind(
    key=KEY,
    label="Datoer, der flyttes",
    help="Når en dato i tidsplanen bliver en anden. Mailen venter et kvarter, så en fortrydelse når at standse den.",
    describe=describe,
)
