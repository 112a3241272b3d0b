"""*Frigivelse*: a consultant shows the municipality what the review found, exactly as it was previewed, once (domain rule 24).

Nothing changes it afterwards but the erasure of a case that is taken back.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Denied, Refused
from cases import release as results
from cases import release_told, review_access
from cases.actions import moving
from cases.models import Case, Release, Review, Round
from cases.results import fingerprint

CHANGED = "Resultaterne er ændret, siden du så dem. Intet er frigivet. Se dem igen nedenfor, og frigiv derefter."
INHABIL = "Du er inhabil i en af sagerne, så en anden af forløbets konsulenter skal frigive resultaterne."


class Changed(Refused):
    """What would be released is no longer what was previewed."""


def require_preview(round: Round, by: User) -> None:
    """Raise Denied for somebody who is *inhabil* in one of the cases: they may see nothing of it, and so not the whole."""
    if results.conflicted_numbers(round, by):
        raise Denied(INHABIL)


@transaction.atomic
def release(*, round: Round, seen: str, by: User) -> Release:
    """Release what `by` previewed; `seen` is its fingerprint. It stands as it was shown, whatever happens to a review afterwards.

    Raises Changed when it is something else now, Refused while a meeting or a review is missing.
    """
    locked = moving.lock(round.pk)
    review_access.require_round(by, review_access.RELEASE, locked)
    require_preview(locked, by)
    # Who saves a field of a review holds its row: nothing is written between the preview's last look and the release.
    list(Review.objects.standing().filter(case__round=locked).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    if hindrances := results.hindrances(locked):
        raise Refused(" ".join(hindrances))
    content = results.content_of(locked)
    if fingerprint(content) != seen:
        raise Changed(CHANGED)
    made = Release.objects.create(round=locked, by=by, content=content, sha256=seen)
    locked.released_at, locked.released_by = timezone.now(), by
    locked.save(update_fields=["released_at", "released_by"])
    changes = {"sha-256": [None, seen]}
    audit.record(by=by, verb="round.release", target=locked, scope=locked.engagement.scope, changes=changes)
    release_told.of_release(locked)
    return made


def erase(case: Case, by: User) -> None:
    """Take a case that was taken back out of what was released: it may be about somebody who should never have been here.

    The caller has locked the round. The rest stands word for word, with a fingerprint of its own.
    """
    released = Release.objects.filter(round=case.round_id).first()
    left = results.without_cases(released.content, [case.number]) if released else None
    if released is None or left is None or left == released.content:
        return
    changes = {"sha-256": [released.sha256, fingerprint(left)]}
    released.content, released.sha256 = left, fingerprint(left)
    released.save(update_fields=["content", "sha256"])
    audit.record(by=by, verb="release.erase", target=released, scope=case.round.engagement.scope, changes=changes)
