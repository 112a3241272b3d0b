"""What the page of a case, and of a file, shows to whom; the views differ only in the form that they bring back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from accounts import grants
from accounts.danish import plain_date
from accounts.models import User
from accounts.refusal import Refused
from cases import access, board, file_rows, law, review_places, uploads
from cases.actions import inviting
from cases.actions.filing import require_receiving
from cases.board import CaseRow
from cases.file_rows import FileRow
from cases.forms import CaseForm, ColleagueForm, CprForm, MissingForm, SortForm
from cases.letter import types_for
from cases.models import Case, CaseDocument, DocumentType, Review
from cases.states import CaseState
from documents.states import DocumentState

PERMISSIONS = {
    "edit": access.EDIT, "upload": access.UPLOAD, "confirm_cpr": access.CONFIRM_CPR, "invite": access.INVITE, "empty": access.EMPTY,
    "withdraw": access.WITHDRAW, "declare_conflict": access.DECLARE_CONFLICT,
}  # fmt: skip


def context(
    user: User, case: Case, *, form: CaseForm | None = None, missing_form: MissingForm | None = None, cpr_form: CprForm | None = None,
    colleague_form: ColleagueForm | None = None, theirs: list[dict[str, str]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything of templates/cases/case.html; each form as it was sent, or new."""
    row, kinds = board.row_of(case)
    refused = {name: access.why_not_case(user, permission, case) for name, permission in PERMISSIONS.items()}
    is_draft, confirmed = case.state == CaseState.DRAFT, case.cpr_confirmed_at is not None
    may_edit = is_draft and not refused["edit"]
    is_asked = not is_draft and not refused["edit"] and _takes_files(case)
    filed = file_rows.rows_of(row.files, confirmed=confirmed)
    return _frame(user, case) | {
        "row": row, "refused": refused, "may_edit": may_edit, "sees_intake": not access.works_for_viso(user, case.round.engagement),
        "form": (form or CaseForm(case=case, areas=law.areas_of(case.round.engagement.area))) if may_edit else None,
        "theirs": theirs,
        "forms": [sent for sent in (missing_form, cpr_form, colleague_form) if sent],  # for the summary of what is wrong
        "kinds": _by_kind(row, kinds, filed, missing_form, may_explain=may_edit or is_asked, with_all=is_asked),
        "untold": [one for one in filed if one.file.document_type is None],
        "choices": kinds,
        "ticket": _ticket(user, case, refused["upload"]),
        "may_read": _may_read(user, row.files),
        "review_url": _own_review(user, case),
        **_cpr(case, row, cpr_form, may=not refused["confirm_cpr"]),
        **_colleagues(case, colleague_form, may=not refused["invite"]),
    }  # fmt: skip


def _cpr(case: Case, row: CaseRow, sent: CprForm | None, *, may: bool) -> dict[str, Any]:
    """How many files want a stand to be taken, and the form for it where it is still to be done."""
    flagged = sum(1 for file in row.files if file.document.state == DocumentState.FLAGGED)
    is_open = flagged and case.cpr_confirmed_at is None and may
    return {"flagged": flagged, "cpr_form": (sent or CprForm()) if is_open else None}


def _colleagues(case: Case, sent: ColleagueForm | None, *, may: bool) -> dict[str, Any]:
    """Who is invited, and the form for more of them where there are any."""
    if not may:
        return {"colleagues": [], "colleague_form": None}
    return {"colleagues": list(grants.of(case)), "colleague_form": _colleague_form(case, sent)}


def _frame(user: User, case: Case) -> dict[str, Any]:
    """The case in words, and where its page stands: an invited colleague has nothing around it, everybody else the round."""
    round = case.round
    is_insider = not access.why_not_round(user, access.VIEW_ROUND, round)
    where = {"case": case, "round": round, "engagement": round.engagement, "is_insider": is_insider, "crumbs": _crumbs(user, case)}
    return where | {"facts": facts_of(case), "outside_period": _outside_period(case)}


def _own_review(user: User, case: Case) -> str:
    """Where the person reviews the case, or ""."""
    own = Review.objects.standing().visible_to(user).filter(case=case, reviewer=user).first()
    if own is None:
        return ""
    own.case = case
    return review_places.of_review(own)


def _crumbs(user: User, case: Case) -> list[tuple[str, str]]:
    """To somebody of VISO the way leads back to VISO's own cases; to everybody else the template says where the case stands."""
    engagement = case.round.engagement
    if not access.works_for_viso(user, engagement):
        return []
    own = reverse("rounds", args=[engagement.pk])
    return [
        ("Forløb", reverse("engagements")),
        (engagement.municipality.display_name, engagement.get_absolute_url()),
        ("Sager", own),
        (str(case), case.get_absolute_url()),
    ]


def _may_read(user: User, files: Sequence[CaseDocument]) -> set[Any]:
    """The ids of the documents of a case whose content the person may read: the same answer for all in the same hands."""
    known: dict[bool, bool] = {}
    for file in files:
        if file.handed_in not in known:
            known[file.handed_in] = not access.why_not_file(user, access.READ_BYTES, file)
    return {file.document_id for file in files if known[file.handed_in] and file.document.is_readable}


def _by_kind(
    row: CaseRow, kinds: Sequence[DocumentType], files: Sequence[FileRow], sent: MissingForm | None, *, may_explain: bool, with_all: bool
) -> list[dict[str, Any]]:
    """Each kind of document that is there, must be there, or was said to be missing; the others come with the upload.

    `with_all` every kind: where supplementary files are asked for, it may be any that does not exist.
    """
    found = []
    for kind in kinds:
        own, explained = [one for one in files if one.file.document_type_id == kind.pk], row.explained.get(kind.slug)
        if not (own or kind.mandatory or explained or with_all):
            continue
        reason = explained.reason if explained else ""
        form = sent if sent and sent.prefix == kind.slug else MissingForm(kind=kind, initial={"reason": reason})
        offered = form if may_explain and not own else None
        shown = {"kind": kind, "files": own, "explained": explained, "form": offered, "is_open": form is sent}
        found.append(shown)
    return found


def _ticket(user: User, case: Case, refused: str) -> Any:
    return None if refused or not _takes_files(case) else uploads.ticket_for(case, user, case.get_absolute_url())


def _takes_files(case: Case) -> bool:
    """Whether files are taken for the case now: also after the hand-in, when some are asked for."""
    try:
        require_receiving(case)
    except Refused:
        return False
    return True


def _colleague_form(case: Case, sent: ColleagueForm | None) -> ColleagueForm | None:
    people = inviting.candidates(case)
    return sent or (ColleagueForm(people=people) if people else None)


def _outside_period(case: Case) -> str:
    """A remark, never a hindrance: the letter asked for decisions of a period."""
    first, last, day = case.round.decided_from, case.round.decided_to, case.decided_on
    if day is None or first <= day <= last:
        return ""
    return f"Afgørelsen er fra {plain_date(day)}. Brevet beder om afgørelser fra {plain_date(first)} til {plain_date(last)}."


def facts_of(case: Case) -> list[dict[str, str]]:
    """The fields in words."""
    return [
        {"label": "Ydelsesområde", "value": law.label_of(case.service_area) if case.service_area else ""},
        {"label": "Afgørelsens dato", "value": plain_date(case.decided_on) if case.decided_on else ""},
        {"label": "Udfald", "value": case.get_outcome_display()},
        {"label": "Aldersgruppe", "value": case.get_age_group_display()},
        {"label": "Beskrivelse", "value": case.description},
    ]


def both(theirs: Case, mine: CaseForm) -> list[dict[str, str]]:
    """The colleague's version beside what was just typed, for the fields that differ; the form goes on from theirs."""
    typed = Case(round=theirs.round, number=theirs.number, **mine.values())
    mine.data = {**mine.data.dict(), "version": str(theirs.version)}  # type: ignore[attr-defined]  # a QueryDict
    pairs = zip(facts_of(theirs), facts_of(typed))
    return [{"label": their["label"], "theirs": their["value"], "mine": my["value"]} for their, my in pairs if their != my]


# One file


def file_context(user: User, file: CaseDocument, *, form: SortForm | None = None) -> dict[str, Any]:
    """Everything of templates/cases/file.html."""
    case = file.case
    refused = access.why_not_file(user, access.SORT, file)
    return {
        "file": file,
        "case": case,
        "round": file.round,
        "engagement": file.round.engagement,
        "is_insider": not access.why_not_round(user, access.VIEW_ROUND, file.round),
        "crumbs": _crumbs(user, case) if case else [],
        "sees_intake": not access.works_for_viso(user, file.round.engagement),
        "row": file_rows.row_of(file, confirmed=case is not None and case.cpr_confirmed_at is not None),
        "refused": refused,
        "form": None if refused else form or sort_form(user, file),
        "ticket": None if refused else uploads.ticket_for(file, user, (case or file.round).get_absolute_url()),
        "may_read": file.document.is_readable and not access.why_not_file(user, access.READ_BYTES, file),
    }


def sort_form(user: User, file: CaseDocument, data: Any = None) -> SortForm:
    """Offers the cases into which the person may upload, and the kinds of the engagement's area."""
    open_to = Case.objects.allowing(user, access.UPLOAD.action).filter(round=file.round, state=CaseState.DRAFT)
    cases = list(open_to.order_by("number"))
    initial = {"case": str(file.case.number) if file.case else "", "kind": file.document_type.slug if file.document_type else ""}
    loose = not access.why_not_round(user, access.UPLOAD_LOOSE, file.round)
    return SortForm(data, cases=cases, kinds=types_for(file.round.engagement), may_lie_loose=loose, initial=initial)
