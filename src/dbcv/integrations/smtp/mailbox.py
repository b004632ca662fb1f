"""A mailbox by IMAP, over a socket that the guard opened. It waits for the server: call it on a thread.

Letters are numbered by the mailbox's validity and their own number there, so a mailbox made anew begins anew.
"""

import imaplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

ANSWER_SECONDS = 30.0
LETTERS_AT_ONCE = 20
T = TypeVar("T")


class MailboxError(Exception):
    """The server did not do it."""


class MailboxClosedError(MailboxError):
    """The server does not let us in."""


class _Connection(imaplib.IMAP4):
    """The library's client, over a connection that is there."""

    def __init__(self, connected: Any, host: str, tls: ssl.SSLContext | None) -> None:
        self._connected, self._tls, self._name = connected, tls, host
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> Any:
        self._connected.settimeout(ANSWER_SECONDS)
        return self._tls.wrap_socket(self._connected, server_hostname=self._name) if self._tls else self._connected


class Mailbox:
    """Good for one visit: `during` logs in, works and leaves."""

    def __init__(
        self, connected: Any, host: str, tls: ssl.SSLContext | None, user: str, password: str, folder: str
    ) -> None:
        self._connected, self._host, self._tls = connected, host, tls
        self._user, self._password, self._folder = user, password, folder
        self._client: Any = None
        self._validity = 0

    def during(self, work: Callable[["Mailbox"], T]) -> T:
        """`work(self)` while logged in. Raises MailboxError, MailboxClosedError."""
        try:
            with self._connected, _Connection(self._connected, self._host, self._tls) as self._client:
                self._log_in()
                self._open()
                return work(self)
        except (imaplib.IMAP4.error, OSError, ValueError) as error:
            raise MailboxError(f"the mailbox could not be read: {str(error)[:150]}") from error

    def _log_in(self) -> None:
        try:
            self._client.login(self._user, self._password)
        except imaplib.IMAP4.error as error:
            raise MailboxClosedError("the mailbox refuses the name or the password") from error

    def _open(self) -> None:
        status, _ = self._client.select(f'"{self._folder}"', readonly=True)
        if status != "OK":
            raise MailboxError(f"the mailbox has no folder {self._folder!r}")
        (validity,) = self._client.response("UIDVALIDITY")[1]
        self._validity = int(validity or 0) & 0x7FFFFFFF

    def new_letters(self, after: int | None) -> list[tuple[int, bytes]]:
        """(number, letter) of those after a number, oldest first; of unread ones of today where there is none yet."""
        if after is None or after >> 32 != self._validity:
            today = datetime.now(UTC).strftime("%d-%b-%Y")
            asked, last = f"UNSEEN SINCE {today}", 0
        else:
            last = after & 0xFFFFFFFF
            asked = f"UID {last + 1}:*"
        _, (found,) = self._client.uid("SEARCH", None, asked)
        numbers = sorted(int(each) for each in (found or b"").split())
        new = [number for number in numbers if number > last][:LETTERS_AT_ONCE]
        return [((self._validity << 32) | number, self._fetch(number)) for number in new]

    def letter(self, number: int) -> bytes:
        """One of them again."""
        return self._fetch(number & 0xFFFFFFFF)

    def _fetch(self, number: int) -> bytes:
        _, found = self._client.uid("FETCH", str(number), "(BODY.PEEK[])")
        for entry in found:
            if isinstance(entry, tuple):
                content: bytes = entry[1]
                return content
        raise MailboxError("the letter is gone")
