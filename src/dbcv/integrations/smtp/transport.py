"""The channel of letters: read from a mailbox by IMAP, answered by SMTP in the thread. Driven by `TRANSPORT`.

A letter is named by the mailbox's own number; nothing is marked or deleted there. Who a letter is from is what it says
itself: mail has no better proof, and the answer goes to that address.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from dbcv.integration_kit.transport import (
    Account,
    BadCredential,
    Heard,
    Keep,
    Left,
    LocalFile,
    Part,
    PersonGone,
    Refused,
    RemoteFile,
    TransportError,
    TransportKind,
    Update,
)
from dbcv.integration_kit.wire import Wire, WireError
from dbcv.integrations.smtp.channel import CHANNEL, EmailConfig
from dbcv.integrations.smtp.letters import file_of, read_letter, write_letter
from dbcv.integrations.smtp.mailbox import Mailbox, MailboxClosedError, MailboxError

CALL_SECONDS = 30.0


class EmailLink:
    """One mailbox and the server that sends for it."""

    def __init__(self, secret: Mapping[str, str], config: EmailConfig, wire: Wire) -> None:
        self._config, self._wire = config, wire
        self._user, self._password = secret.get("username", ""), secret.get("password", "")

    async def identify(self) -> Account:
        """By logging in at both servers."""
        await self._mailbox(lambda mailbox: None)
        client = await self._connect()
        await client.quit()
        return Account(self._config.address, self._config.address)

    async def bind(self, address: str, secret: str) -> None:
        """Nobody has to be told."""

    async def unbind(self) -> None:
        """Nobody has to be told."""

    async def receive(self, cursor: int | None, keep: Keep) -> None:
        """Look for new letters again and again; at first only unread ones of today."""
        while True:
            found = await self._mailbox(lambda mailbox, after=cursor: mailbox.new_letters(after))
            updates = [Update(number, self._told(number, raw)) for number, raw in found]
            if updates:
                await keep(updates)
                cursor = max(update.seq for update in updates)
            await asyncio.sleep(self._config.poll_seconds)

    def _told(self, number: int, raw: bytes) -> dict[str, Any]:
        heard = read_letter(raw, number, self._config.address)
        return {} if heard is None else asdict(heard)

    def read(self, update: Update) -> Heard | Left | None:
        """As it was kept."""
        body = dict(update.body)
        if not body:
            return None
        body["files"] = tuple(RemoteFile(**file) for file in body["files"])
        return Heard(**body)

    async def noticed(self, update: Update) -> None:
        """The mailbox is left as it is."""

    async def fetch(self, file: RemoteFile, max_bytes: int) -> bytes:
        """The letter is read once more."""
        if (file.size_bytes or 0) > max_bytes:
            raise Refused(f"the file has {file.size_bytes:,} bytes, {max_bytes:,} are taken")
        number, _, place = file.id.partition(":")
        raw = await self._mailbox(lambda mailbox: mailbox.letter(int(number)))
        return file_of(raw, int(place))

    def parts(self, message: Mapping[str, Any]) -> list[Part]:
        """One letter for the text and the first file, one for each other file."""
        held = message.get("attachments") or []
        files = [place for place, file in enumerate(held) if file.get("id")]
        links = [str(file["url"]) for file in held if not file.get("id") and file.get("url")]
        text = "\n".join([message.get("text") or "", *links]).strip()
        if not text and not files:
            return []
        return [Part(text, files[0] if files else None), *(Part("", place) for place in files[1:])]

    async def send(self, address: Mapping[str, Any], part: Part, file: LocalFile | None, key: str) -> None:
        """One letter."""
        letter = write_letter(self._config.address, address, part.text, file, key)
        client = await self._connect()
        try:
            await client.send_message(letter, sender=self._config.address, recipients=[str(address["to"])])
        except SMTPRecipientsRefused as error:
            codes = [each.code for each in error.recipients]
            kind = PersonGone if all(code >= 550 for code in codes) else TransportError
            raise kind(f"the mail server does not take the address: {codes}") from error
        except SMTPResponseException as error:
            kind = Refused if error.code >= 500 else TransportError
            raise kind(f"the mail server answered {error.code}") from error
        except (SMTPException, OSError) as error:
            raise TransportError(f"the mail server did not take it: {type(error).__name__}") from error
        finally:
            client.close()

    async def typing(self, address: Mapping[str, Any]) -> None:
        """Letters know nothing like it."""

    async def close(self) -> None:
        """Each call has its own connection."""

    async def _connect(self) -> SMTP:
        host, port = _server(self._config.smtp)
        security = self._config.security
        try:
            client = SMTP(
                hostname=host, sock=await self._wire.socket(host, port), use_tls=security == "tls",
                start_tls=security == "starttls", tls_context=self._wire.ssl_context, timeout=CALL_SECONDS,
                local_hostname="dbcv",
            )  # fmt: skip
            await client.connect()
            if self._password:
                await client.login(self._user, self._password)
        except WireError as error:
            raise TransportError(str(error)) from error
        except SMTPResponseException as error:
            kind = BadCredential if error.code in (530, 534, 535) else TransportError
            raise kind(f"the mail server answered {error.code} to the log-in") from error
        except (SMTPException, OSError) as error:
            raise TransportError(f"no connection to the mail server: {type(error).__name__}") from error
        return client

    async def _mailbox(self, work: Any) -> Any:
        """`work(mailbox)` on a thread: the library of IMAP waits."""
        host, port = _server(self._config.imap)
        try:
            connected = await self._wire.socket(host, port)
        except WireError as error:
            raise TransportError(str(error)) from error
        config = self._config
        tls = None if config.security == "plain" else self._wire.ssl_context
        mailbox = Mailbox(connected, host, tls, self._user, self._password, config.folder)
        try:
            return await asyncio.to_thread(mailbox.during, work)
        except MailboxClosedError as error:
            raise BadCredential(str(error)) from error
        except MailboxError as error:
            raise TransportError(str(error)) from error


def _server(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def _places(config: EmailConfig) -> tuple[str, ...]:
    scheme = "http" if config.security == "plain" else "https"
    return f"{scheme}://{config.imap}", f"{scheme}://{config.smtp}"


TRANSPORT = TransportKind(
    name="email",
    providers=CHANNEL.providers,
    config=EmailConfig,
    open=EmailLink,
    places=_places,
    is_asked=lambda _: True,
)
