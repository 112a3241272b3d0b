"""Where files of cases are taken in: for one case, for the round as a whole, or in the place of another file (documents/receiving.py)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from cases import access
from cases.actions import filing
from cases.actions.filling import require_running
from cases.board import CASE_UPLOAD, FILE_UPLOAD, ROUND_UPLOAD
from cases.models import Case, CaseDocument, Round
from documents import receiving, tickets
from documents.models import Document
from documents.receiving import Receiver
from documents.states import CprMode, FileClass
from documents.tickets import UploadTicket
from engagements.models import Engagement
from engagements.models.programme import CprPolicy


def ticket_for(place: Case | Round | CaseDocument, user: User, back: str) -> UploadTicket:
    """The ticket of the component on a page: the caller has checked that the user may upload there."""
    kind, round = {Case: CASE_UPLOAD, Round: ROUND_UPLOAD, CaseDocument: FILE_UPLOAD}[type(place)], _round_of(place)
    key = place.document_id if isinstance(place, CaseDocument) else place.pk
    return tickets.issue(
        kind=kind, object_id=key, scope=round.engagement.scope, user=user, back=back, file_class=FileClass.CASE,
        cpr_mode=cpr_mode(round.engagement),
    )  # fmt: skip


def cpr_mode(engagement: Engagement) -> CprMode:
    """What is done with CPR numbers in case files; masking warns until it exists (decision 17)."""
    return CprMode.REFUSE if engagement.programme_version.cpr_policy == CprPolicy.REFUSE else CprMode.WARN


def _round_of(place: Case | Round | CaseDocument) -> Round:
    return place if isinstance(place, Round) else place.round


_ENGAGEMENT = ("engagement__municipality", "engagement__scope", "engagement__programme_version")


def _case(user: User, object_id: str) -> Case:
    visible = Case.objects.visible_to(user).select_related(*[f"round__{path}" for path in _ENGAGEMENT])
    return get_object_or_404(visible, pk=_number(object_id))


def _round(user: User, object_id: str) -> Round:
    return get_object_or_404(Round.objects.visible_to(user).select_related(*_ENGAGEMENT), pk=_number(object_id))


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Http404
    return int(text)


def _allow_case(user: User, object_id: str) -> None:
    case = _case(user, object_id)
    access.require_case(user, access.UPLOAD, case)
    filing.require_receiving(case)


def _into_case(document: Document, object_id: str, by: User) -> None:
    case = _case(by, object_id)
    filing.arrive(document=document, round=case.round, case=case, by=by)


def _allow_round(user: User, object_id: str) -> None:
    round = _round(user, object_id)
    access.require_round(user, access.UPLOAD_LOOSE, round)
    require_running(round)


def _into_round(document: Document, object_id: str, by: User) -> None:
    filing.arrive(document=document, round=_round(by, object_id), case=None, by=by)


def _file(user: User, object_id: str) -> CaseDocument:
    try:
        key = UUID(object_id)
    except ValueError:
        raise Http404 from None
    return access.get_file(user, key, access.SORT)


def _allow_file(user: User, object_id: str) -> None:
    require_running(_file(user, object_id).round)


def _into_place_of(document: Document, object_id: str, by: User) -> None:
    filing.arrive_instead(document=document, old=_file(by, object_id).document_id, by=by)


def register() -> None:
    """Add the three places; called once in AppConfig.ready."""
    receiving.register(CASE_UPLOAD, Receiver(_allow_case, _into_case))
    receiving.register(ROUND_UPLOAD, Receiver(_allow_round, _into_round))
    receiving.register(FILE_UPLOAD, Receiver(_allow_file, _into_place_of))
