"""One connection to the mail server for many mails: opened when it is needed, dropped when it is broken, opened anew for the next mail."""

from __future__ import annotations

import contextlib
import smtplib
from types import TracebackType

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from accounts.letters import Letter

# Answers to one mail, after which the same connection takes the next one.
ANSWERS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class MailLine:
    """A context in which mails are sent. `sent` counts them, `broken` those in a row over which the connection broke.

    Other backends than SMTP (files, tests) have nothing to keep open: each mail gets a fresh one.
    """

    def __init__(self) -> None:
        self.sent = self.broken = 0
        self._open: EmailBackend | None = None

    def __enter__(self) -> MailLine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._open is not None and kind is None:
            with contextlib.suppress(OSError):
                self._open.close()
        self._drop()

    def open(self) -> None:
        """Be connected, greeted and logged in; OSError (which smtplib's errors are, too) when the server is away or says no."""
        if self._open is not None:
            return
        backend = get_connection()
        if isinstance(backend, EmailBackend):
            backend.open()
            self._open = backend
            if backend.connection is not None:
                backend.connection.ehlo_or_helo_if_needed()

    def send(self, mail: Letter) -> None:
        """Hand one mail over: returns when the server has taken it. Call `open` first."""
        try:
            if self._open is None or self._open.connection is None:
                get_connection().send_messages([mail])
            else:
                self._open.connection.sendmail(*mail.envelope(), mail.wire())
        except OSError as error:
            if not isinstance(error, ANSWERS) or self._hung_up():
                self.broken += 1
                self._drop()
            raise
        self.sent += 1
        self.broken = 0

    def _hung_up(self) -> bool:
        """Whether smtplib has closed the connection, as it does at an answer 421."""
        connection = self._open.connection if self._open else None
        return connection is not None and connection.sock is None

    def _drop(self) -> None:
        """Close the socket without a word: a server that hangs would make the goodbye hang as long again."""
        if self._open is not None and self._open.connection is not None:
            self._open.connection.close()
        self._open = None
