"""The schedule engine: a template and a start date become a plan; a moved row shows every consequence. Pure.

Rules and reasons: docs/adr/0003-schedule.md. Placing one row is in placing.py, the order in ordering.py, the sentences in clashes.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from engagements.calendar import add_months
from engagements.clashes import clashes, remarks
from engagements.ordering import Pair, block_pairs, check_anchors, purpose_pairs, work_order
from engagements.placing import Placed, Wish, lag_date, place, proposal
from engagements.plan_items import (
    Consequence,
    CycleError,
    Occurrences,
    PlanItem,
    Planned,
    TemplateItem,
    by_days,
    edge_day,
    first_day,
    last_day,
    template_item,
)
from engagements.states import EVENT_KINDS, Edge, Mode, Precision, Purpose, Unit

__all__ = ["Consequence", "CycleError", "PlanItem", "Planned", "TemplateItem"]
__all__ += ["dependants", "generate", "own_lag", "remarks", "shift", "template_item"]

# A Monday and the first of a month: a shape that starts here holds whole weeks and whole months.
SHAPE_START = date(2001, 1, 1)
ONE_DAY = timedelta(days=1)
MONTH_IS_NEAR = 3  # months from the anchor within which not_before_month holds a row back


@dataclass(frozen=True, slots=True)
class _Draft:
    subject: str
    nominal: date
    placed: Placed
    not_before: date | None
    offset: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class _Prepared:
    rows: dict[str, TemplateItem]
    included: frozenset[str]
    order: list[str]
    before: dict[str, list[str]]


def generate(items: Sequence[TemplateItem], start: date, *, flags: Mapping[str, object]) -> list[Planned]:
    """The plan of a template that starts on `start`; `flags` are the fields of the programme version. CycleError on circles."""
    prepared = _prepare(tuple(items), frozenset(name for name, value in flags.items() if value))
    drafts: dict[str, list[_Draft]] = {}
    for key in prepared.order:
        drafts[key] = list(_date_row(prepared, prepared.rows[key], start, drafts, flags))
    return _number(prepared, start, drafts)


@lru_cache(maxsize=64)
def _prepare(items: tuple[TemplateItem, ...], flags: frozenset[str]) -> _Prepared:
    """Rows that are switched off are dated too, because others may count from them, but keep no order."""
    rows = {item.key: item for item in items}
    if len(rows) < len(items):
        raise CycleError("To rækker i skabelonen har samme nøgle.")
    needs = {item.key: tuple(key for key in (item.anchor, item.until) if key) for item in items}
    check_anchors(items, needs)
    for item in items:
        if item.every_weeks and not item.until:
            raise CycleError(f"»{item.subject}« gentages, men har ingen række at slutte ved.")
        for key in needs[item.key]:
            if rows[key].every_weeks:
                raise CycleError(f"»{item.subject}« kan ikke regnes fra »{rows[key].subject}«, som gentages.")
    included = [item for item in items if not item.only_if or item.only_if in flags]
    order, before = work_order(items, needs, [*block_pairs(included), *purpose_pairs(included)])
    return _Prepared(rows, frozenset(item.key for item in included), order, before)


def _date_row(
    prepared: _Prepared, item: TemplateItem, start: date, drafts: Mapping[str, list[_Draft]], flags: Mapping[str, object]
) -> Iterator[_Draft]:
    """One draft, or one for each repetition."""
    anchor = drafts[item.anchor][0].placed.occurrences if item.anchor else ((start, start),)
    anchor_day = edge_day(anchor, item.edge)
    earlier = [(prepared.rows[key], draft) for key in prepared.before[item.key] for draft in drafts[key]]
    if not item.every_weeks:
        wanted = _Draft(item.subject, start, Placed((), (), False), _own_date(item, start, anchor_day), item.offset, item.unit)
        yield _place_draft(item, wanted, anchor_day, earlier)
        return
    weeks = _interval(item, flags)
    end, number = last_day(drafts[item.until][0].placed.occurrences), 1
    while lag_date(first_day(anchor), weeks * number, Unit.WEEKS, item.plus_days) < end:
        subject = _repeated_subject(item, number, flags)
        wanted = _Draft(subject, start, Placed((), (), False), None, weeks * number, Unit.WEEKS)
        draft = _place_draft(item, wanted, first_day(anchor), earlier)
        if last_day(draft.placed.occurrences) > end:
            return
        yield draft
        earlier.append((item, draft))
        number += 1


def _interval(item: TemplateItem, flags: Mapping[str, object]) -> int:
    """Weeks between repetitions; the programme version decides for status meetings."""
    chosen = flags.get("meeting_interval_weeks") if Purpose.STATUS_MEETING in item.purposes else None
    return int(str(chosen or item.every_weeks))


def _repeated_subject(item: TemplateItem, number: int, flags: Mapping[str, object]) -> str:
    every = int(str(flags.get("case_review_every") or 0))
    return f"{item.subject} {number}" + (" med sagsgennemgang" if every and number % every == 0 else "")


def _own_date(item: TemplateItem, start: date, anchor_day: date) -> date | None:
    """The earliest date of a NOT_BEFORE row. A month counts only when it is near: a report published in January is not kept for August."""
    dates = []
    if item.mode == Mode.NOT_BEFORE and item.not_before_months is not None:
        dates.append(lag_date(start, item.not_before_months, Unit.MONTH_START, item.not_before_days))
    if item.mode == Mode.NOT_BEFORE and item.not_before_month is not None:
        month = date(anchor_day.year, item.not_before_month, 1)
        if month <= add_months(anchor_day, MONTH_IS_NEAR):
            dates.append(month)
    return max(dates, default=None)


def _place_draft(item: TemplateItem, wanted: _Draft, anchor_day: date, earlier: Sequence[tuple[TemplateItem, _Draft]]) -> _Draft:
    """Rows meant for the same day may share it (events never); they are only held back when the calendar would swap them."""
    nominal = _not_before(lag_date(anchor_day, wanted.offset, wanted.unit, item.plus_days), wanted.not_before)
    wish = Wish(item.kind, _precision(item), _shape(item), nominal, anchor_day, item.weekday)
    twins: list[_Draft] = []
    for row, draft in earlier:
        meant = draft.nominal == nominal or (item.anchor == row.key and anchor_day == nominal)
        if meant and not (row.kind in EVENT_KINDS and item.kind in EVENT_KINDS):
            twins.append(draft)
        else:
            wish = _push(wish, _first_allowed(_precision(row), draft.placed.occurrences), draft.subject)
    placed = place(wish)
    for twin in twins:
        if first_day(placed.occurrences) < first_day(twin.placed.occurrences):
            wish = _push(wish, first_day(twin.placed.occurrences), twin.subject)
            placed = place(wish)
    return replace(wanted, nominal=nominal, placed=placed)


def _push(wish: Wish, allowed: date, subject: str) -> Wish:
    return replace(wish, floor=allowed, floor_subject=subject) if wish.floor is None or allowed > wish.floor else wish


def _not_before(day: date, earliest: date | None) -> date:
    return max(day, earliest) if earliest else day


def _first_allowed(precision: Precision, occurrences: Occurrences) -> date:
    """The first day for a row that comes after the one with these occurrences; beside a period it need only begin later."""
    return (last_day(occurrences) if by_days(precision) else first_day(occurrences)) + ONE_DAY


def _precision(item: TemplateItem) -> Precision:
    one = item.length <= 1
    if item.length_unit == Unit.WEEKS:
        return Precision.WEEK if one else Precision.WEEKS
    if item.length_unit in (Unit.MONTHS, Unit.MONTH_START):
        return Precision.MONTH if one else Precision.MONTHS
    return Precision.DAY if one else Precision.DAYS


@lru_cache(maxsize=1024)
def _shape(item: TemplateItem) -> Occurrences:
    length = max(item.length, 1)
    if item.length_unit == Unit.WEEKS:
        end = SHAPE_START + timedelta(weeks=length) - ONE_DAY
    elif item.length_unit in (Unit.MONTHS, Unit.MONTH_START):
        end = add_months(SHAPE_START, length) - ONE_DAY
    else:
        end = SHAPE_START + timedelta(days=length - 1)
    return ((SHAPE_START, end),)


def _number(prepared: _Prepared, start: date, drafts: Mapping[str, list[_Draft]]) -> list[Planned]:
    counts: dict[Purpose, int] = {}
    plan: list[Planned] = []
    for item in prepared.rows.values():
        for sequence, draft in enumerate(drafts[item.key] if item.key in prepared.included else (), start=1):
            for purpose in item.purposes:
                counts[purpose] = counts.get(purpose, 0) + 1
            hanging, draft = _rehang(prepared, item, start, draft, drafts)
            plan.append(_planned(hanging, draft, sequence, len(plan), tuple((purpose, counts[purpose]) for purpose in item.purposes)))
    return plan


def _rehang(
    prepared: _Prepared, item: TemplateItem, start: date, draft: _Draft, drafts: Mapping[str, list[_Draft]]
) -> tuple[TemplateItem, _Draft]:
    """A row whose anchor is switched off hangs on that row's own anchor instead, by the days that lie between them."""
    anchor = item.anchor
    while anchor and anchor not in prepared.included:
        anchor = prepared.rows[anchor].anchor
    if anchor == item.anchor:
        return item, draft
    offset, unit, plus_days = own_lag(draft.placed.occurrences, drafts[anchor][0].placed.occurrences if anchor else start, item.edge)
    return replace(item, anchor=anchor, plus_days=plus_days), replace(draft, offset=offset, unit=unit)


def _planned(item: TemplateItem, draft: _Draft, sequence: int, position: int, purposes: tuple[tuple[Purpose, int], ...]) -> Planned:
    """A FIXED row gets its date from the template once and hangs on nothing afterwards."""
    return Planned(
        item=item,
        sequence=sequence,
        position=position,
        subject=draft.subject,
        purposes=purposes,
        occurrences=draft.placed.occurrences,
        precision=_precision(item),
        mode=item.mode,
        anchor=None if item.mode == Mode.FIXED else item.anchor or None,
        edge=item.edge,
        offset=draft.offset,
        unit=draft.unit,
        plus_days=item.plus_days,
        weekday=item.weekday,
        not_before=draft.not_before,
        reasons=draft.placed.reasons,
        moved=draft.placed.moved,
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """A running plan made ready for questions: what counts from what, and who may push whom."""

    rows: dict[str, PlanItem]
    pairs: list[Pair]
    order: list[str]
    before: dict[str, list[str]]


def _read(items: Sequence[PlanItem]) -> _Plan:
    rows = {item.key: item for item in sorted(items, key=lambda item: (item.position, item.key))}
    needs = {key: (item.anchor,) for key, item in rows.items() if item.anchor is not None and item.mode != Mode.FIXED}
    ordered = list(rows.values())
    check_anchors(ordered, needs)
    standing = [item for item in ordered if not item.dropped]
    pairs = [*block_pairs(standing), *purpose_pairs(standing)]
    return _Plan(rows, pairs, *work_order(ordered, needs, pairs))


def shift(items: Sequence[PlanItem], start: date, key: str, occurrences: Occurrences) -> list[Consequence]:
    """What happens when the row `key` gets new occurrences: itself first, as the user chose, then every row that moves with it.

    `start` is the plan's start day. Rows that do not hang on the moved one stay. CycleError when the anchors make a circle.
    """
    plan = _read(items)
    old = {name: item.occurrences for name, item in plan.rows.items()}
    new = dict(old) | {key: occurrences}
    moved = _follow(plan, old, new, key)
    rows = {name: item for name, item in plan.rows.items() if not item.dropped or name == key}
    item = plan.rows[key]
    better = proposal(_wish(item, new, start, first_day(occurrences), occurrences)) if occurrences else None
    found = [Consequence(key, old[key], occurrences, (), clashes(item, rows, plan.pairs, old, new), better)]
    for name in sorted(moved, key=lambda name: plan.rows[name].position):
        against = clashes(plan.rows[name], rows, plan.pairs, old, new)
        found.append(Consequence(name, old[name], new[name], moved[name].reasons, against))
    return found


def _follow(plan: _Plan, old: Mapping[str, Occurrences], new: dict[str, Occurrences], key: str) -> dict[str, Placed]:
    """Dates every row that hangs on `key` anew, in `new`; returns those that really moved."""
    changed = {key} if old[key] != new[key] else set()
    moved: dict[str, Placed] = {}
    for name in plan.order:
        item = plan.rows[name]
        if name == key or not _hangs_on(item, changed) or not old[name] or not new[item.anchor or ""]:
            continue
        placed = _replace_row(plan, item, old, new)
        if item.dropped:  # never moved itself, but passed on to the rows that hang on it
            new[name] = placed.occurrences
            changed.add(name)
        elif placed.occurrences != old[name]:
            new[name], moved[name] = placed.occurrences, placed
            changed.add(name)
    return moved


def _hangs_on(item: PlanItem, keys: set[str]) -> bool:
    return item.anchor in keys and item.mode != Mode.FIXED and (item.dropped or not item.locked)


def _replace_row(plan: _Plan, item: PlanItem, old: Mapping[str, Occurrences], new: Mapping[str, Occurrences]) -> Placed:
    anchor_day = edge_day(new[item.anchor or ""], item.edge)
    earliest = item.not_before if item.mode == Mode.NOT_BEFORE else None
    nominal = _not_before(lag_date(anchor_day, item.offset, item.unit, item.plus_days), earliest)
    wish = Wish(item.kind, item.precision, old[item.key], nominal, anchor_day, item.weekday)
    for key in plan.before[item.key]:
        row = plan.rows[key]
        # Only an order that stood before the shift is kept; what the user broke on purpose pushes nobody.
        if old[key] and new[key] and _first_allowed(row.precision, old[key]) <= first_day(old[item.key]):
            wish = _push(wish, _first_allowed(row.precision, new[key]), row.subject)
    return place(wish)


def _wish(item: PlanItem, dates: Mapping[str, Occurrences], start: date, nominal: date, shape: Occurrences) -> Wish:
    """The wish of a row that the user puts on `nominal`; the weekday of the template is the user's to ignore."""
    anchor = dates[item.anchor] if item.anchor is not None else ((start, start),)
    anchor_day = edge_day(anchor, item.edge) if anchor and item.mode != Mode.FIXED else None
    return Wish(item.kind, item.precision, shape, nominal, anchor_day)


def dependants(items: Sequence[PlanItem], key: str) -> list[str]:
    """The keys of the open rows that count from `key`, directly or through others, in the order of the plan."""
    plan = _read(items)
    hanging = {key}
    for name in plan.order:
        if _hangs_on(plan.rows[name], hanging):
            hanging.add(name)
    return [name for name, item in plan.rows.items() if name in hanging and name != key and not item.dropped]


def own_lag(occurrences: Occurrences, anchor: Occurrences | date, edge: Edge = Edge.START) -> tuple[int, Unit, int]:
    """(offset, unit, plus_days) that reproduce a row's present date from its anchor's occurrences, or from the plan's start."""
    day = anchor if isinstance(anchor, date) else edge_day(anchor, edge)
    return (first_day(occurrences) - day).days, Unit.DAYS, 0
