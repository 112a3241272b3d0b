"""What the viewer of a document shows: one page at a time as a picture, its text beside it, and where in the document words stand.

The app above has checked who asks, and that their second factor is fresh. It calls `open_for` before it shows anything: no row in the
access log, no page. What is searched for is sealed in the address, because it may be a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.http import urlencode

from accounts import audit, sealing
from accounts.models import AccessLog, User
from accounts.refusal import Refused
from accounts.states import ReadAction
from documents import vault
from documents.models import Document
from documents.states import BEING_CHECKED, DocumentState

PAGE, WORDS = "side", "soegning"  # parameters of the viewer's address
ONE_OPENING = timedelta(minutes=30)  # so long the pages of a document count as seen in one go
LONGEST_WORDS = 100
AROUND = 40  # characters shown on each side of what was found
MOST_PLACES = 200  # pages listed for one search
SEARCH = b"taskforce document search v1"


@dataclass(frozen=True)
class Addresses:
    """Where the app above has put the viewer, its pictures, its search and the file itself."""

    page: str
    picture: Callable[[int], str]
    search: str
    download: str


@dataclass(frozen=True)
class Place:
    """A page on which the words stand: how often, and the first time with what is around it, as (text, is it what was found)."""

    number: int
    count: int
    excerpt: list[tuple[str, bool]]
    url: str


@dataclass(frozen=True)
class Viewer:
    """One page of a document, for templates/components/document_viewer.html. `size` is that of its picture in pixels, when it is known."""

    document: Document
    number: int
    total: int
    size: tuple[int, int] | None
    text: list[tuple[str, bool]]
    words: str
    sealed_words: str
    places: list[Place]
    found: int
    addresses: Addresses

    @property
    def has_pages(self) -> bool:
        """False for Word and Excel, which are fetched: only their text is shown."""
        return self.document.pages is not None

    @property
    def lacks_text(self) -> bool:
        """Whether this page is a picture whose words nobody has read."""
        return self.number in self.document.pages_without_text

    @property
    def picture_url(self) -> str:
        return self.addresses.picture(self.number)

    @property
    def previous_url(self) -> str:
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(self.number + 1) if self.number < self.total else ""

    @property
    def clear_url(self) -> str:
        """This page without the search."""
        return page_url(self.addresses.page, self.number)

    @property
    def has_text(self) -> bool:
        return any(part.strip() for part, _ in self.text)

    def url(self, number: int) -> str:
        """The address of another page, the search kept."""
        return page_url(self.addresses.page, number, self.sealed_words)


def page_url(page: str, number: int, sealed_words: str = "") -> str:
    """The address of page `number`; the first one has none of its own."""
    asked = {PAGE: str(number)} if number > 1 else {}
    if sealed_words:
        asked[WORDS] = sealed_words
    return f"{page}?{urlencode(asked)}" if asked else page


def require_readable(document: Document) -> None:
    """Raise Refused with the sentence that says why nobody reads the document now."""
    if document.is_readable:
        return
    if document.state in BEING_CHECKED:
        raise Refused("Filen kontrolleres stadig. Den kan åbnes om lidt.")
    if document.state == DocumentState.REFUSED:
        raise Refused("Filen blev afvist ved kontrollen, så den kan ikke åbnes.")
    raise Refused("Filen er slettet.")


def open_for(document: Document, *, by: User, purpose: str, name: str) -> bool:
    """Write in the access log that `by` looks, once for an opening; call it before anything of the document is made.

    `name` is what the log calls it (not the file's own name). Returns whether this is a new opening.
    """
    since = timezone.now() - ONE_OPENING
    kind = ContentType.objects.get_for_model(Document)
    looked = AccessLog.objects.filter(by=by, at__gte=since, action=ReadAction.VIEW, target_type=kind, target_id=str(document.pk))
    if looked.exists():
        return False
    audit.look(by=by, action=ReadAction.VIEW, purpose=purpose, target=document, scope=document.scope, name=name)
    return True


def viewer(document: Document, *, by: User, asked: str, sealed_words: str, addresses: Addresses) -> Viewer:
    """The page that was asked for, or the nearest there is. `asked` and `sealed_words` come from the address as they are."""
    texts = page_texts(document)
    total = document.pages or len(texts) or 1
    number = _number(asked, total)
    words = unsealed(sealed_words, by=by)
    pattern = _pattern(words)
    places = _places(texts, pattern, lambda page: page_url(addresses.page, page, sealed_words))
    text = texts[number - 1] if number <= len(texts) else ""
    return Viewer(
        document=document,
        number=number,
        total=total,
        size=document.page_images.filter(number=number).values_list("width", "height").first(),
        text=_marked(text, pattern),
        words=words,
        sealed_words=sealed_words if words else "",
        places=places[:MOST_PLACES],
        found=sum(place.count for place in places),
        addresses=addresses,
    )


def first_place(document: Document, words: str, *, from_page: int) -> int:
    """The first page from `from_page` on, and then from the beginning, on which the words stand; `from_page` when there is none."""
    pattern = _pattern(words)
    pages = [number for number, text in enumerate(page_texts(document), start=1) if pattern and pattern.search(text)]
    return next((number for number in pages if number >= from_page), pages[0] if pages else from_page)


def page_texts(document: Document) -> list[str]:
    """The text of each page as the check found it; empty when there is none. Raises Refused when it does not open."""
    if document.text is None:
        return []
    try:
        pages: list[str] = json.loads(vault.read(document.text))["pages"]
    except vault.Damaged:
        raise Refused("Filens tekst kan ikke åbnes: den er slettet eller beskadiget. Kontakt support.") from None
    return pages


def sealed(words: str, *, by: User) -> str:
    """What was searched for, to stand in an address: only `by` can use it."""
    words = " ".join(words.split())[:LONGEST_WORDS]
    return sealing.seal(words, owner=by.pk, label=SEARCH) if words else ""


def unsealed(sealed_words: str, *, by: User) -> str:
    """The words again; "" for what is no search of this person's."""
    try:
        return sealing.unseal(sealed_words, owner=by.pk, label=SEARCH) if sealed_words else ""
    except sealing.Unreadable:
        return ""


def number_of(asked: str, document: Document) -> int:
    """The page that an address asks for, or the nearest there is."""
    return _number(asked, document.pages or 1)


def _number(asked: str, total: int) -> int:
    digits = asked.strip()
    return min(max(int(digits), 1), total) if re.fullmatch(r"[0-9]{1,6}", digits) else 1


def _pattern(words: str) -> re.Pattern[str] | None:
    """The words in this order, whatever case they have and whatever space stands between them."""
    return re.compile(r"\s+".join(re.escape(word) for word in words.split()), re.IGNORECASE) if words else None


def _places(texts: list[str], pattern: re.Pattern[str] | None, url: Callable[[int], str]) -> list[Place]:
    if pattern is None:
        return []
    found = []
    for number, text in enumerate(texts, start=1):
        hits = list(pattern.finditer(text))
        if hits:
            found.append(Place(number, len(hits), _excerpt(text, hits[0]), url(number)))
    return found


def _excerpt(text: str, hit: re.Match[str]) -> list[tuple[str, bool]]:
    """The first hit with whole words around it, on one line."""
    begin, end = max(0, hit.start() - AROUND), hit.end() + AROUND
    before, after = text[begin : hit.start()], text[hit.end() : end]
    before = f"… {before.partition(' ')[2]}" if begin else before
    after = f"{after.rpartition(' ')[0]} …" if end < len(text) else after
    return [(_flat(before), False), (_flat(hit[0]), True), (_flat(after), False)]


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _marked(text: str, pattern: re.Pattern[str] | None) -> list[tuple[str, bool]]:
    """The text in parts, each with whether it is what was searched for."""
    if pattern is None:
        return [(text, False)]
    parts, at = [], 0
    for hit in pattern.finditer(text):
        parts += [(text[at : hit.start()], False), (hit[0], True)]
        at = hit.end()
    return [(part, is_hit) for part, is_hit in [*parts, (text[at:], False)] if part]
