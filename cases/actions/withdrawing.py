"""Taking back what should never have been sent: a file of the wrong person, or a whole case. It is erased at once (decision 16)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts import audit, grants
from accounts.danish import count
from accounts.models import User
from accounts.refusal import Refused
from cases import access, receipts, told
from cases.actions import leaving, moving
from cases.models import Case, CaseDocument, Round, Withdrawal
from cases.states import WITH_US, CaseState, RoundState
from documents import actions as documents

NO_REASON = "Skriv, hvorfor det trækkes tilbage, uden at nævne, hvem det handler om."
EMPTY = {
    "service_area": None, "decided_on": None, "outcome": "", "age_group": "", "description": "",
    "cpr_confirmed_by": None, "cpr_confirmed_at": None, "cpr_reason": "",
}  # fmt: skip


@transaction.atomic
def withdraw_file(*, file: CaseDocument, reason: str, by: User) -> Withdrawal:
    """Erase one file. If it was handed in, its case is open again for the right one, unless its results stand already."""
    locked = moving.lock(file.round_id)
    found = CaseDocument.objects.kept().select_related("document", "case").filter(pk=file.pk).first()
    if found is None:
        raise Refused("Filen er allerede slettet.")
    found.round = locked
    access.require_file(by, access.WITHDRAW_FILE, found)
    _ask_why(reason)
    _erase([found], reason, by)
    made = _write(locked, found.case, 1, reason, by, "withdraw.file")
    if found.handed_in and found.case:
        found.case.round = locked
        if not leaving.is_settled(locked):
            leaving.give_back(found.case, by)
            _reopen(found.case, made, by)
        _tell(found.case, made)
    return made


@transaction.atomic
def withdraw_case(*, case: Case, reason: str, by: User) -> Withdrawal:
    """Erase all files of a case and empty its slot; what was asked for in it, who was invited to it, and its reviews fall away."""
    locked = moving.lock(case.round_id)
    found = Case.objects.get(pk=case.pk)
    found.round = locked
    access.require_case(by, access.WITHDRAW, found)
    _ask_why(reason)
    files = list(CaseDocument.objects.kept().filter(case=found).select_related("document"))
    _erase(files, reason, by)
    found.missing.all().delete()
    found.supplements.filter(answered_in=None).delete()
    for grant in grants.of(found):
        grants.end(grant=grant, target=found, by=by)
    for name, value in EMPTY.items():
        setattr(found, name, value)
    found.version += 1
    found.save()
    made = _write(locked, found, len(files), reason, by, "withdraw.case")
    if locked.state in WITH_US:
        leaving.end(found, reason, by)
    if locked.state in WITH_US and found.state != CaseState.DRAFT:
        _reopen(found, made, by)
        _tell(found, made)
    return made


def _ask_why(reason: str) -> None:
    if not reason:
        raise Refused(NO_REASON)


def _erase(files: Sequence[CaseDocument], reason: str, by: User) -> None:
    for file in files:
        documents.erase(file.document, by=by, reason=reason)


def _write(round: Round, case: Case | None, files: int, reason: str, by: User, verb: str) -> Withdrawal:
    made = Withdrawal.objects.create(round=round, case=case, number=receipts.next_number("T"), files=files, reason=reason, by=by)
    scope, changes = round.engagement.scope, {"slettede filer": [None, files], "kvittering": [None, made.number]}
    audit.record(by=by, verb=verb, target=case or round, scope=scope, changes=changes, reason=reason)
    return made


def _reopen(case: Case, withdrawal: Withdrawal, by: User) -> None:
    """After the hand-in: the case leaves the review, and its slot is open again; in a round that is closed nobody waits for another."""
    round = case.round
    if case.state not in {CaseState.DRAFT, CaseState.WITHDRAWN}:
        moving.move(case, to=CaseState.WITHDRAWN, by=by, reason=withdrawal.reason)
        if round.state != RoundState.CLOSED:
            moving.move(case, to=CaseState.DRAFT, by=by)
    if round.state in {RoundState.HANDED_IN, RoundState.COMPLETE}:
        moving.move(round, to=RoundState.SUPPLEMENT, by=by)


def _tell(case: Case, withdrawal: Withdrawal) -> None:
    """The receipts say so without naming the file, and so is the team told."""
    what = f"{count(withdrawal.files, 'fil', 'filer')} i {case} er trukket tilbage og slettet. Kvittering {withdrawal.number}."
    receipts.note(case.round, what)
    told.of_withdrawal(withdrawal)
