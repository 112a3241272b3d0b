"""*Bed om udsættelse*: the municipality asks for another date, and the consultant grants it, offers another, or declines.

Every verb locks the engagement first, as every change of its plan does: of two people (or two tabs) at the same moment one comes
first, and the other is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit, notices
from accounts.access import Permission
from accounts.models import Membership, Notice, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from engagements import access
from engagements.actions import moving
from engagements.models import ChangeSet, Engagement, Milestone, MilestoneChange, Postponement
from engagements.plan import lists, pairs
from engagements.plan_items import Occurrences
from engagements.postponements import KIND, is_for, page_of, sentence, when, why_not_ask
from engagements.states import POSTPONEMENT_MOVES, MilestoneState, PostponementState, Precision

Dates = list[list[date]]
ASKED_ALREADY = "Der er allerede bedt om udsættelse af fristen. Vent på svar, eller træk ønsket tilbage først."
# What has become of a wish that somebody else was quicker to answer.
OVER = {
    PostponementState.ASKED: "Ønsket venter stadig på svar.",
    PostponementState.OFFERED: "Ønsket er allerede besvaret med tilbud om en anden dato.",
    PostponementState.GRANTED: "Ønsket er allerede imødekommet.",
    PostponementState.DECLINED: "Ønsket er allerede afslået.",
    PostponementState.WITHDRAWN: "Ønsket er trukket tilbage.",
}
VERBS = {
    PostponementState.ASKED: "postponement.reopen",
    PostponementState.OFFERED: "postponement.offer",
    PostponementState.GRANTED: "postponement.grant",
    PostponementState.DECLINED: "postponement.decline",
    PostponementState.WITHDRAWN: "postponement.withdraw",
}
ANSWERS = {PostponementState.OFFERED, PostponementState.GRANTED, PostponementState.DECLINED}


@transaction.atomic
def ask(*, milestone: Milestone, occurrences: Occurrences, precision: Precision, reason: str, by: User) -> Postponement:
    """The municipality asks for later dates of an open milestone that it owes (or owes too), with a reason."""
    engagement = _lock(milestone.engagement, by=by, permission=access.ASK)
    milestone = _read(engagement, milestone.pk)
    if why_not := why_not_ask(milestone):
        raise Refused(why_not)
    if milestone.postponements.open().exists():
        raise Refused(ASKED_ALREADY)
    if not reason:
        raise Refused("Skriv, hvorfor I beder om udsættelse.")
    _require_later(occurrences, milestone)
    made = Postponement.objects.create(
        milestone=milestone, wished=lists(occurrences), wished_precision=precision, reason=reason, asked_by=by
    )
    made.milestone = milestone
    _note(made, verb="postponement.ask", by=by, dates=(milestone.occurrences, made.wished), reason=reason)
    tell(made, but=by)
    return made


@transaction.atomic
def withdraw(*, postponement: Postponement, by: User) -> None:
    """The municipality takes its wish back, or says no to what it was offered."""
    move(_take_up(postponement, by=by, permission=access.ASK), to=PostponementState.WITHDRAWN, by=by)


@transaction.atomic
def decline(*, postponement: Postponement, answer: str, by: User) -> None:
    """The consultant says no, and why; the date stays."""
    fresh = _take_up(postponement, by=by, permission=access.PLAN)
    if not answer:
        raise Refused("Skriv, hvorfor I ikke kan udsætte fristen.")
    move(fresh, to=PostponementState.DECLINED, by=by, answer=answer)


@transaction.atomic
def offer(*, postponement: Postponement, occurrences: Occurrences, precision: Precision, answer: str = "", by: User) -> None:
    """The consultant offers other dates than those wished for; nothing is moved until the municipality says yes."""
    fresh = _take_up(postponement, by=by, permission=access.PLAN)
    moving.require_open(fresh.milestone)
    _require_later(occurrences, fresh.milestone)
    if lists(occurrences) == fresh.wished:
        raise Refused("Det er den dato, kommunen har bedt om. Vælg i stedet at imødekomme ønsket.")
    fresh.offered, fresh.offered_precision = lists(occurrences), precision
    move(fresh, to=PostponementState.OFFERED, by=by, answer=answer, dates=(fresh.milestone.occurrences, fresh.offered))


@transaction.atomic
def grant(
    *,
    postponement: Postponement,
    occurrences: Occurrences,
    precision: Precision,
    source_text: str,
    with_followers: bool,
    reason: str,
    by: User,
    plan_number: int,
) -> ChangeSet:
    """The consultant accepts the previewed move as the answer to the wish: the plan changes, and the wish is granted, or neither.

    The dates are those of the preview: a day off a weekend may stand where the wish was the weekend itself.
    """
    fresh = _take_up(postponement, by=by, permission=access.PLAN)
    return _move_and_grant(
        fresh, occurrences, precision, source_text, with_followers=with_followers, reason=reason, by=by, mover=by, plan_number=plan_number
    )


@transaction.atomic
def take_offer(*, postponement: Postponement, by: User) -> ChangeSet:
    """The municipality says yes to the offered dates: the move is done in the name of the consultant who offered them.

    The plan is the one of now; what follows the milestone moves along. Refused when the consultant may no longer plan, when the
    offered day has passed, or when the plan forbids the move.
    """
    fresh = _take_up(postponement, by=by, permission=access.ASK)
    consultant, engagement = fresh.answered_by, fresh.milestone.engagement
    if fresh.state != PostponementState.OFFERED or consultant is None:
        raise Refused(OVER[PostponementState(fresh.state)])
    if pairs(fresh.offered)[0][0] <= timezone.localdate():
        raise Refused("Den tilbudte dato er passeret. Træk ønsket tilbage, og bed om en ny dato.")
    try:
        return _move_and_grant(
            fresh, pairs(fresh.offered), Precision(fresh.offered_precision), "",
            with_followers=True, reason=fresh.reason, by=by, mover=consultant, plan_number=engagement.plan_number,
        )  # fmt: skip
    except Denied:
        sentence = f"{consultant.full_name} kan ikke længere ændre tidsplanen. Træk ønsket tilbage, og bed om udsættelse igen."
        raise Refused(sentence) from None


def follow(change_set: ChangeSet, changed: Sequence[MilestoneChange], by: User) -> None:
    """What an accepted change of the plan means for the open wishes of its milestones; called in its transaction.

    A milestone that is met or dropped has no date to postpone: the wish is closed, with the reason in the history. A date moved to
    just what was wished for (or offered) grants it. Moved anywhere else the wish stays open, for nobody has answered it, and the
    team is asked to look at it again. A milestone with an open wish is not deleted: the wish would be lost with it.
    """
    rows = {row.milestone_id: row for row in changed}
    for postponement in _open_ones(rows):
        row, milestone = rows[postponement.milestone_id], postponement.milestone
        before, after = row.before or {}, row.after or {}
        if row.after is None:
            raise Refused("Kommunen har bedt om udsættelse af milepælen. Svar på ønsket, før du sletter den.")
        if milestone.state != MilestoneState.OPEN:
            move(postponement, to=PostponementState.WITHDRAWN, by=by, because=f"Milepælen er {milestone.get_state_display().lower()}")
        elif before.get("occurrences") == after.get("occurrences"):
            continue
        elif milestone.occurrences in (postponement.wished, postponement.offered):
            move(postponement, to=PostponementState.GRANTED, by=by, change_set=change_set)
        else:
            wished = when(postponement.wished, postponement.wished_precision)
            tell(postponement, but=by, title=f"Datoen for »{milestone}« er flyttet, men ønsket om {wished} er ikke besvaret.")


def met(milestone: Milestone, by: User) -> None:
    """A delivery has met the milestone: an open wish is closed. Called in the delivery's transaction."""
    for postponement in _open_ones([milestone.pk]):
        move(postponement, to=PostponementState.WITHDRAWN, by=by, because="Milepælen er opfyldt")


def before_undo(change_set: ChangeSet, by: User) -> None:
    """A granted wish whose move is undone waits for an answer again, unless a newer one took its place.

    A milestone that the undo would take away keeps standing while somebody waits for an answer about it.
    """
    added = change_set.changes.filter(before__isnull=True).values_list("milestone_id", flat=True)
    if _open_ones(added):
        raise Refused("Kommunen har bedt om udsættelse af en milepæl, der blev tilføjet. Svar på ønsket først.")
    granted = Postponement.objects.select_for_update(of=("self",)).filter(change_set=change_set, state=PostponementState.GRANTED)
    for postponement in granted.select_related("milestone__engagement__scope", "milestone__engagement__municipality"):
        if not postponement.milestone.postponements.open().exists():
            move(postponement, to=PostponementState.ASKED, by=by)


def move(
    postponement: Postponement,
    *,
    to: PostponementState,
    by: User,
    answer: str = "",
    because: str = "",
    dates: tuple[Dates, Dates] | None = None,
    change_set: ChangeSet | None = None,
    answered_by: User | None = None,
) -> None:
    """The one gate through which a wish changes state. It writes the history and tells those for whom it is news.

    `answer` is the consultant's, `because` why the wish closes by itself, `dates` (from, to) for the history.
    """
    if to not in POSTPONEMENT_MOVES[PostponementState(postponement.state)]:
        raise Refused(OVER[PostponementState(postponement.state)])
    postponement.state = to
    if to in ANSWERS:
        postponement.answered_at, postponement.answered_by = timezone.now(), answered_by or by
        postponement.answer = answer or postponement.answer
    elif to == PostponementState.ASKED:
        postponement.answered_at = postponement.answered_by = None
        postponement.answer, postponement.offered, postponement.offered_precision = "", [], ""
    postponement.change_set = change_set
    postponement.save()
    _note(postponement, verb="postponement.close" if because else VERBS[to], by=by, dates=dates, reason=because or answer)
    tell(postponement, but=by)


def _move_and_grant(
    postponement: Postponement,
    occurrences: Occurrences,
    precision: Precision,
    source_text: str,
    *,
    with_followers: bool,
    reason: str,
    by: User,
    mover: User,
    plan_number: int,
) -> ChangeSet:
    """The answer first, so that the move does not find an open wish, and then the move, which `mover` answers for."""
    milestone = postponement.milestone
    moving.require_open(milestone)
    before, milestone.occurrences, milestone.precision = milestone.occurrences, lists(occurrences), precision
    move(postponement, to=PostponementState.GRANTED, by=by, dates=(before, milestone.occurrences), answered_by=mover)
    postponement.change_set = moving.move(
        milestone=milestone, occurrences=occurrences, precision=precision, source_text=source_text,
        with_followers=with_followers, reason=reason, by=mover, plan_number=plan_number,
    )  # fmt: skip
    postponement.save(update_fields=["change_set"])
    return postponement.change_set


def tell(postponement: Postponement, *, but: User, title: str = "") -> None:
    """Tell those for whom the present state of a wish is news, `but` not the one who brought it about; old news is taken back.

    With a `title` the team alone is told that.
    """
    engagement = postponement.milestone.engagement
    about_type = ContentType.objects.get_for_model(Postponement)
    notices.withdraw(Notice.objects.filter(kind=KIND, about_type=about_type, about_id=str(postponement.pk)))
    for to_team in (True,) if title else (True, False):
        text, url = title or sentence(postponement, to_team=to_team), page_of(postponement, to_team=to_team)
        people = (_team_of(engagement) if to_team else _municipality_of(postponement)) if text else []
        for person in people:
            if person != but:
                notices.give(kind=KIND, recipient=person, about=postponement, title=text, url=url, scope=engagement.scope)


def _team_of(engagement: Engagement) -> list[User]:
    """The consultants who may answer."""
    people = [member.user for member in engagement.team() if member.role == Role.CONSULTANT]
    return [person for person in people if is_for(person, access.PLAN, engagement)]


def _municipality_of(postponement: Postponement) -> list[User]:
    """The municipality's coordinators, and whoever asked, while they may see the engagement."""
    engagement = postponement.milestone.engagement
    held = Membership.objects.valid().filter(role=Role.COORDINATOR, organisation=engagement.municipality_id)
    people = User.objects.active().filter(Q(pk__in=held.values("user")) | Q(pk=postponement.asked_by_id))
    return [person for person in people if is_for(person, access.VIEW, engagement)]


def _lock(engagement: Engagement, *, by: User, permission: Permission) -> Engagement:
    """Lock the engagement of a wish, as it is now, and check the right to `permission`."""
    locked = Engagement.objects.select_related("municipality", "scope").select_for_update(of=("self",)).get(pk=engagement.pk)
    access.require_engagement(by, permission, locked)
    return locked


def _take_up(postponement: Postponement, *, by: User, permission: Permission) -> Postponement:
    """The wish as it is now, under the lock of its engagement: somebody may have answered it since the person's page was loaded."""
    engagement = _lock(postponement.milestone.engagement, by=by, permission=permission)
    fresh = Postponement.objects.select_for_update().get(pk=postponement.pk)
    fresh.milestone = _read(engagement, fresh.milestone_id)
    return fresh


def _read(engagement: Engagement, pk: int) -> Milestone:
    milestone = engagement.milestones.filter(pk=pk).first()
    if milestone is None:
        raise Refused("Milepælen er slettet, siden du åbnede siden.")
    milestone.engagement = engagement
    return milestone


def _open_ones(milestones: Iterable[int]) -> list[Postponement]:
    """The open wishes of these milestones, locked."""
    found = Postponement.objects.open().select_for_update(of=("self",)).filter(milestone__in=list(milestones))
    return list(found.select_related("milestone__engagement__scope", "milestone__engagement__municipality"))


def _require_later(occurrences: Occurrences, milestone: Milestone) -> None:
    """Another date than now is a postponement when it lies after today, and after the present date."""
    if not occurrences:
        raise Refused("Skriv en dato eller en periode. »Løbende« kan en frist ikke udsættes til.")
    if occurrences[0][0] <= timezone.localdate():
        raise Refused("Vælg en dato, der ligger efter i dag.")
    if milestone.ends_on and occurrences[-1][1] <= milestone.ends_on:
        raise Refused(f"Vælg en dato efter den nuværende: {when(milestone.occurrences, milestone.precision)}.")


def _note(postponement: Postponement, *, verb: str, by: User, dates: tuple[Dates, Dates] | None = None, reason: str = "") -> None:
    """A line in the history of the engagement, on the milestone."""
    milestone = postponement.milestone
    changes = {milestone.subject: [_isos(one) for one in dates]} if dates else {}
    audit.record(by=by, verb=verb, target=milestone, scope=milestone.engagement.scope, changes=changes, reason=reason)


def _isos(dates: Dates) -> list[list[str]]:
    return [[day.isoformat() for day in pair] for pair in dates]
