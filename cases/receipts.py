"""Receipts: their numbers, what they say, and the PDF. They are made of lines that stand when the files themselves are erased."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Max
from django.http import Http404
from django.utils import timezone

from accounts import audit, jobs
from accounts.danish import count
from accounts.models import Job, User
from accounts.refusal import Denied, Refused
from cases import access, told
from cases.actions import moving
from cases.models import HandIn, HandInLine, ReceiptNote, Round, Withdrawal
from documents import actions, pdf
from documents.models import StoredFile

RECEIPT_PDF = "cases.receipt"
NUMBERS_LOCK = 5_317_001  # of PostgreSQL's advisory locks: whoever draws a number holds it until the number is committed
WIDTH = 6
REPLACED_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class CaseLines:
    """The files of one case on a receipt."""

    title: str
    lines: list[HandInLine]
    amount: str


@dataclass(frozen=True)
class Receipt:
    """Everything that templates/cases/_receipt.html prints."""

    hand_in: HandIn
    round: Round
    title: str
    at: str
    cases: list[CaseLines]
    total: str
    notes: list[ReceiptNote]


def next_number(prefix: str) -> str:
    """K-2026-000124: the next number of the year for hand-ins (K) or withdrawals (T). Without gaps and never twice.

    Called inside the transaction that stores it: others wait until it is committed or taken back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS_LOCK])
    start = f"{prefix}-{timezone.localdate().year}-"
    model = HandIn if prefix == "K" else Withdrawal
    last = model.objects.filter(number__startswith=start).aggregate(last=Max("number"))["last"]
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:0{WIDTH}}"


def receipt_of(hand_in: HandIn, *, hidden: Collection[int] = ()) -> Receipt:
    """The receipt with its lines by case, but for the `hidden` numbers, and what was noted on the round's receipts since."""
    round = hand_in.round
    lines = list(hand_in.lines.exclude(case_number__in=hidden).order_by("case_number", "pk"))
    cases = [_case(number, list(group)) for number, group in groupby(lines, key=lambda line: line.case_number)]
    return Receipt(
        hand_in=hand_in,
        round=round,
        title="Kvittering for indsendte sager" if hand_in.sequence == 1 else "Kvittering for supplerende akter",
        at=f"{timezone.localtime(hand_in.at):%d.%m.%Y kl. %H.%M}",
        cases=cases,
        total=f"{count(len(lines), 'fil', 'filer')} i {count(len(cases), 'sag', 'sager')}",
        notes=list(round.receipt_notes.filter(at__gte=hand_in.at)),
    )


def _case(number: int, lines: Sequence[HandInLine]) -> CaseLines:
    return CaseLines(f"Sag {number:02}", list(lines), count(len(lines), "fil", "filer"))


def order_pdf(hand_in: HandIn, by: User) -> Job:
    """Ask a worker for the PDFs of the round's receipts; the caller has checked that `by` may see them."""
    round = hand_in.round
    title = f"Kvittering {hand_in.number} som PDF"
    scope, url = round.engagement.scope, told.receipt_url(hand_in)
    return jobs.order(kind=RECEIPT_PDF, title=title, scope=scope, object_id=round.pk, back_url=url, by=by)


def note(round: Round, text: str) -> None:
    """Add a dated line, without names of files, to the receipts of the round; their PDFs are made anew when they are fetched."""
    ReceiptNote.objects.create(round=round, text=text)
    old = list(round.hand_ins.exclude(receipt=None).values_list("receipt", flat=True))
    round.hand_ins.update(receipt=None)
    StoredFile.objects.filter(pk__in=old).update(expires_at=timezone.now() + REPLACED_AFTER)


def render_receipts(job: Job) -> uuid.UUID:
    """Make every receipt of the round that has no PDF yet; the job's result is the newest. Raises Refused as the letter does."""
    hand_ins = list(_hand_ins(job))
    missing = [hand_in for hand_in in hand_ins if hand_in.receipt_id is None]
    for done, hand_in in enumerate(missing):
        jobs.tell(job, step=f"Laver kvittering {hand_in.number}", done=done, total=len(missing))
        hand_in.receipt_id = _store(hand_in, job.requested_by)
    newest = hand_ins[-1].receipt_id
    assert newest is not None
    return newest


def _hand_ins(job: Job) -> Iterable[HandIn]:
    round = Round.objects.filter(pk=job.object_id).first()
    try:
        if round is None:
            raise Http404
        seen = access.get_round(job.requested_by, round.engagement_id, round.kind, access.RECEIPT)
    except (Http404, Denied):
        raise Refused("Du har ikke længere adgang til kvitteringen, så den er ikke lavet.") from None
    found = list(HandIn.objects.filter(round=seen).select_related("by").order_by("sequence"))
    for hand_in in found:
        hand_in.round = seen
    return found


def _store(hand_in: HandIn, by: User) -> uuid.UUID:
    """The PDF as it is now; when something was noted on it meanwhile, once more."""
    receipt = receipt_of(hand_in)
    content = pdf.render("pdf/receipt.html", {"receipt": receipt}, title=f"Kvittering {hand_in.number}", description=receipt.title)
    scope = hand_in.round.engagement.scope
    with transaction.atomic():
        locked = moving.lock(hand_in.round_id)
        is_old = locked.receipt_notes.filter(at__gte=hand_in.at).count() != len(receipt.notes)
        if is_old:
            return _store(hand_in, by)
        stored = actions.store(content=content, name=f"Kvittering_{hand_in.number}.pdf", content_type=pdf.PDF, scope=scope, by=by)
        HandIn.objects.filter(pk=hand_in.pk).update(receipt=stored)
        audit.record(by=by, verb="hand_in.receipt_pdf", target=hand_in, scope=scope)
    return stored.pk
