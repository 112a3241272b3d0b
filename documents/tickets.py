"""What a page hands out so that somebody may upload to it: signed text, so that showing the page writes nothing.

A ticket says where the files go and how they are treated. It opens nothing by itself: it is bound to its person, lasts as long as the
longest log-in, and the receiver named in it is asked anew at every step (documents/receiving.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.conf import settings
from django.core import signing

from accounts.danish import join
from accounts.models import Scope, User
from accounts.refusal import Refused
from documents.states import TYPES, CprMode, FileClass, FileType

SALT = "upload ticket v1"
OUT_OF_DATE = "Siden har været åben for længe. Genindlæs siden, og vælg filerne igen."
EXTENSIONS: dict[FileType, tuple[str, ...]] = {
    FileType.PDF: ("pdf",),
    FileType.JPEG: ("jpg", "jpeg"),
    FileType.PNG: ("png",),
    FileType.DOCX: ("docx",),
    FileType.XLSX: ("xlsx",),
}


@dataclass(frozen=True)
class UploadTicket:
    """Who may send files where; the component components/upload.html takes one."""

    kind: str
    object_id: str
    scope_id: str
    user_id: int
    file_class: str
    cpr_mode: str
    back: str  # the address of the page: where the form without scripts leads back to, and what is fetched anew when files are in

    @property
    def signed(self) -> str:
        """The ticket as text for a form."""
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    @property
    def key(self) -> str:
        """Names the component on its page."""
        return f"{self.kind}-{self.object_id}"

    @property
    def extensions(self) -> tuple[str, ...]:
        """What a file's name may end with."""
        return tuple(last for kind in FileType if kind in TYPES[FileClass(self.file_class)] for last in EXTENSIONS[kind])

    @property
    def accept(self) -> str:
        """For the attribute of that name."""
        return ",".join(f".{last}" for last in self.extensions)

    @property
    def types_in_words(self) -> str:
        """ "PDF, JPEG og PNG"."""
        return join([str(kind.label) for kind in FileType if kind in TYPES[FileClass(self.file_class)]])

    @property
    def longest_in_words(self) -> str:
        """How long a file may be: "200 MB"."""
        return in_mb(settings.UPLOAD_MAX_BYTES)


def in_mb(size: int) -> str:
    """200 MB, 4 GB"""
    return f"{size // 10**9} GB" if size >= 10**9 and size % 10**9 == 0 else f"{size // 10**6} MB"


def issue(
    *, kind: str, object_id: object, scope: Scope, user: User, back: str, file_class: FileClass, cpr_mode: CprMode = CprMode.WARN
) -> UploadTicket:
    """A ticket for files to `object_id` of a registered kind. The caller has checked that `user` may upload there now."""
    return UploadTicket(kind, str(object_id), str(scope.pk), user.pk, FileClass(file_class).value, CprMode(cpr_mode).value, back)


def read(text: str, *, user: User) -> UploadTicket:
    """The ticket behind the text. Raises Refused when it is too old, changed, or somebody else's."""
    try:
        ticket = UploadTicket(**signing.loads(text, salt=SALT, max_age=settings.SESSION_ABSOLUTE_AGE))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise Refused(OUT_OF_DATE) from error
    if ticket.user_id != user.pk:
        raise Refused(OUT_OF_DATE)
    return ticket
