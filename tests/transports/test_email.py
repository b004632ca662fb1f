"""Letters: a person is one address, answers hang in the thread, files go both ways, machines are not answered."""

import asyncio
import email
import email.policy
import uuid
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, LoginPassword

from dbcv.integrations.smtp.letters import read_letter
from dbcv.kit.errors import Invalid
from tests.runtime.town import eventually
from tests.transports.conftest import Port
from tests.transports.imap_server import PASSWORD, ImapServer, mailbox

LETTER = """From: Anna Smith <Anna@Shop.example>
To: bot@dbcv.example
Subject: Price
Message-ID: <{id}@shop.example>
{more}Content-Type: text/plain; charset=utf-8

{text}
"""


def letter(number: int, text: str, more: str = "") -> str:
    return LETTER.format(id=number, text=text, more=more)


class Sent:
    """What went out."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_RCPT(self, _s: Any, _n: Any, envelope: Any, address: str, _o: Any) -> str:
        if address.startswith("gone@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _n: Any, envelope: Any) -> str:
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        self.letters.append(found)
        return "250 kept"


def _authenticate(_s: Any, _n: Any, _e: Any, _m: str, given: Any) -> AuthResult:
    good = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


@pytest.fixture
async def post(port: Port) -> AsyncIterator[tuple[ImapServer, Sent, dict[str, Any]]]:
    """(mailbox, what was sent, the channel's config)."""
    sent = Sent()
    made = {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": False, "hostname": "mail.test"}
    server = await asyncio.get_running_loop().create_server(lambda: Server(sent, **made), "127.0.0.1", 0)
    async with mailbox() as box:
        smtp = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        imap = f"127.0.0.1:{box.port}"
        port.provider["name"] = "smtp"
        port.secret.update(username="bot", password=PASSWORD)
        port.places.update({f"http://{smtp}", f"http://{imap}"})
        config = {"imap": imap, "smtp": smtp, "address": "bot@dbcv.example", "security": "plain", "poll_seconds": 0.1}
        yield box, sent, config
    server.close()


async def bind(port: Port, config: dict[str, Any]) -> uuid.UUID:
    channel = await port.room()
    await port.bind_to("email", channel, config)
    return channel


async def test_a_letter_is_answered_in_its_thread(port: Port, post: tuple[ImapServer, Sent, dict[str, Any]]) -> None:
    box, sent, config = post
    await port.town.worker()
    await port.receive()
    await bind(port, config)
    box.put(letter(1, "How much is it?"))
    await eventually(lambda: len(sent.letters) == 1)
    box.put(letter(2, "And two?\n\nOn Monday bot wrote:\n> How much is it?\n", "References: <0@x> <1@shop.example>\n"))
    await eventually(lambda: len(sent.letters) == 2)
    box.put(letter(2, "a second copy of it"))
    box.put(letter(3, "I am away", "Auto-Submitted: auto-replied\n"))
    box.put(letter(4, "the end"))
    await eventually(lambda: len(sent.letters) == 3)
    await port.town.settled()
    assert [each.get_content().strip() for each in sent.letters] == ["How much is it?", "And two?", "the end"]
    first, second, _ = sent.letters
    assert (first["To"], first["Subject"], first["In-Reply-To"]) == (
        "anna@shop.example",
        "Re: Price",
        "<1@shop.example>",
    )
    assert second["References"] == "<0@x> <1@shop.example> <2@shop.example>"
    assert await port.town.value("SELECT count(*) FROM anonymous_user") == 1
    assert any(search.startswith("UID ") for search in box.searches), "what was read is not read again"


async def test_files_come_and_wrong_passwords_bind_nothing(
    port: Port, post: tuple[ImapServer, Sent, dict[str, Any]]
) -> None:
    box, sent, config = post
    await port.town.worker()
    await port.receive()
    port.secret["password"] = "wrong"
    with pytest.raises(Invalid):
        await bind(port, config)
    port.secret["password"] = PASSWORD
    channel = await bind(port, config)
    written = EmailMessage()
    written["From"], written["Subject"], written["Message-ID"] = "boris@x.example", "Files", "<9@x.example>"
    written.set_content("Here")
    written.add_attachment(b"plain words", maintype="text", subtype="plain", filename="a.txt")
    box.put(written.as_string())
    await eventually(lambda: len(sent.letters) == 1)
    (held,) = await port.town.value("SELECT attachments FROM message WHERE reply_to IS NULL")
    assert (held["name"], held["size"]) == ("a.txt", 11)
    file = await port.file(channel, "b.txt", b"more words")
    await port.town.run("UPDATE channel_sender SET external_id = '7'")
    await port.say(channel, 7, "Take it", attachments=[file])
    await eventually(lambda: len(sent.letters) == 2)
    (part,) = sent.letters[1].iter_attachments()
    assert (part.get_filename(), part.get_content().strip()) == ("b.txt", "more words")


MACHINES = [
    "From: mailer-daemon@x.example", "From: a@x.example\nPrecedence: bulk", "From: bot@dbcv.example", "From: ",
    "From: a@x.example\nList-Id: <l.x.example>", "From: a@x.example\r\nAuto-Submitted: auto-generated",
]  # fmt: skip


def test_machines_and_nonsense_are_not_heard() -> None:
    for head in MACHINES:
        assert read_letter(f"{head}\nSubject: x\n\nhi".encode(), 1, "bot@dbcv.example") is None, head
    for raw in (b"", b"\x00\xff", b"From: a@x.example\nContent-Type: multipart/mixed\n\nx", b"From: a@x.example\n\n"):
        read_letter(raw, 1, "bot@dbcv.example")
