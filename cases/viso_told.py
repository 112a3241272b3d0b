"""What VISO and the jurists are told of the choice of VISO's cases, in *Beskeder* and by mail: that it can be made, that a proposal waits,
that it is locked or changed. How many cases and a link, no case facts; a mail says only what is still true when it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db.models import Model
from django.urls import reverse

from accounts import notices
from accounts.access import Permission
from accounts.danish import count
from accounts.models import Notice, User
from accounts.notices import Line, NoticeKind
from accounts.states import Role
from cases import choosing, review_access
from cases.models import Round, VisoSelection
from cases.states import SelectionState
from engagements import holders

CHOOSE, PROPOSED, CHOSEN = "cases.viso_choose", "cases.viso_proposed", "cases.viso_chosen"


def of_round(round: Round) -> None:
    """The cases are handed in for the first time: VISO can choose. Nothing where the programme has no such step."""
    if size := choosing.size_of(round):
        _give(CHOOSE, Role.VISO_CONSULTANT, round, f"Sagerne er indsendt, og du kan vælge {_cases(size)} til VISO", round)


def of_proposal(selection: VisoSelection) -> None:
    """VISO has said which ones."""
    title = f"VISO har foreslået {_cases(selection.size)} til VISO-udvalget"
    _give(PROPOSED, Role.LEGAL_REVIEWER, selection, title, selection.round)


def of_cases(selection: VisoSelection) -> None:
    """The choice is locked, or one case stands in the place of another."""
    _give(CHOSEN, Role.VISO_CONSULTANT, selection, "VISO-udvalget er låst eller ændret. Se, hvilke sager du har nu", selection.round)


def page_of(round: Round) -> str:
    """Where the choice is made and seen."""
    return reverse("viso-selection", args=[round.engagement_id, round.kind])


def _give(kind: str, role: Role, about: Model, title: str, round: Round) -> None:
    people = holders.people_of([round.engagement])[round.engagement_id].in_role(role)
    title, url = f"{title} – {_place(round)}", page_of(round)
    for person in User.objects.active().filter(pk__in=people).order_by("pk"):
        notices.give(kind=kind, recipient=person, about=about, title=title, url=url, scope=round.engagement.scope)


def _place(round: Round) -> str:
    return round.engagement.municipality.display_name


def _cases(number: int) -> str:
    return count(number, "sag", "sager")


# What is still true when the mail is sent


def describe_choose(given: Sequence[Notice]) -> list[Line]:
    """Those of which VISO has not said yet which cases."""
    rounds = _related(Round, "", [notice.about_id for notice in given])
    open_to = (round for round in rounds if _may(given, review_access.PROPOSE, round) and not _is_proposed(round))
    return [_line(round, "Vælg {} til VISO", "{place}: Sagerne er indsendt. Du kan vælge {} til VISO-udvalget.") for round in open_to]


def describe_proposed(given: Sequence[Notice]) -> list[Line]:
    """Those that are not locked yet, and still proposed."""
    rounds = (one.round for one in _selections(given) if one.proposed_at is not None)
    open_to = (round for round in rounds if _may(given, review_access.LOCK, round))
    return [_line(round, "Lås VISO-udvalget", "{place}: VISO har foreslået {}. En jurist på teamet låser udvalget.") for round in open_to]


def describe_chosen(given: Sequence[Notice]) -> list[Line]:
    """Those that are locked."""
    rounds = (one.round for one in _selections(given) if one.state == SelectionState.LOCKED)
    seen = (round for round in rounds if _may(given, review_access.VIEW_SELECTION, round))
    return [_line(round, "VISO-udvalget er låst", "{place}: VISO-udvalget er låst eller ændret. Du kan se dine {} nu.") for round in seen]


def _selections(given: Sequence[Notice]) -> Iterable[VisoSelection]:
    return _related(VisoSelection, "round__", [notice.about_id for notice in given])


def _related(model: type[Model], path: str, keys: Sequence[str]) -> list:  # type: ignore[type-arg]  # of either model
    """The rounds or selections with these keys, with all that a line asks for."""
    rest = ("engagement__municipality", "engagement__scope", "engagement__programme_version")
    return list(model._default_manager.filter(pk__in=keys).select_related(*(f"{path}{one}" for one in rest)).order_by("pk"))


def _may(given: Sequence[Notice], permission: Permission, round: Round) -> bool:
    return not review_access.why_not_round(given[0].recipient, permission, round)


def _is_proposed(round: Round) -> bool:
    return VisoSelection.objects.filter(round=round, proposed_at__isnull=False).exists()


def _line(round: Round, subject: str, text: str) -> Line:
    number, place = _cases(choosing.size_of(round)), _place(round)
    return Line(text.format(number, place=place), page_of(round), f"{subject.format(number)} – {place}")


_VISO, _JURIST = (Role.VISO_CONSULTANT,), (Role.LEGAL_REVIEWER,)
_KINDS: tuple[tuple[str, str, str, Callable[[Sequence[Notice]], list[Line]], tuple[Role, ...]], ...] = (
    (CHOOSE, "Sager, som VISO kan vælge imellem", "Når en kommunes sager er indsendt, og VISO kan vælge.", describe_choose, _VISO),
    (PROPOSED, "Forslag til VISO-udvalg", "Når VISO har foreslået sager, og du kan låse udvalget.", describe_proposed, _JURIST),
    (CHOSEN, "VISO-udvalget er låst eller ændret", "Når det ligger fast, hvilke sager VISO gennemgår.", describe_chosen, _VISO),
)
KINDS = tuple(NoticeKind(key, label, text, describe, roles=roles) for key, label, text, describe, roles in _KINDS)
