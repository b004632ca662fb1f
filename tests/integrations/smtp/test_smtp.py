"""Letters to a real SMTP server on loopback."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, LoginPassword

from dbcv.kit.outbound import OutboundFile
from tests.integrations.caller import Caller

FILE = "0190c1a2-7b1c-7def-8a3b-1c2d3e4f5a6b"
PASSWORD = "a long password"


class Mailbox:
    """What came; addresses of refused.example are not taken."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.port = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.endswith("@refused.example"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        return "250 kept"

    def newest(self) -> EmailMessage:
        """The newest one."""
        found = email.message_from_bytes(self.envelopes[-1].content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    good = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


@pytest.fixture
async def mailbox(caller: Caller) -> AsyncIterator[Mailbox]:
    box = Mailbox()
    made = {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": False, "hostname": "mail.test"}
    server = await asyncio.get_running_loop().create_server(lambda: Server(box, **made), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    host = f"127.0.0.1:{box.port}"
    caller.credential("smtp", "basic", [host], username="shop@example.com", password=PASSWORD)
    yield box
    server.close()


def letter(**changes: Any) -> dict[str, Any]:
    return {"to": "ann@example.com", "subject": "Заказ", "text": "Спасибо!", "security": "none"} | changes


async def test_a_letter_with_everything(caller: Caller, mailbox: Mailbox) -> None:
    caller.files[FILE] = OutboundFile("file", "счёт.csv", "text/csv; charset=utf-8", b"a,b\n")
    config = letter(
        html="<b>Спасибо!</b>", attachments=[FILE], cc=["bob@example.com"], bcc="eve@example.com",
        sender_name="Магазин", reply_to="desk@example.com",
    )  # fmt: skip
    reply = await caller.call("smtp.send", config, key="event:1")
    assert reply["ok"], reply
    assert reply["result"]["accepted"] == ["ann@example.com", "bob@example.com", "eve@example.com"]
    got = mailbox.newest()
    assert (got["Subject"], got["From"], got["Cc"]) == ("Заказ", "Магазин <shop@example.com>", "bob@example.com")
    assert "Bcc" not in got and got["Message-ID"] == reply["result"]["message_id"]
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None and text.get_content().strip() == "Спасибо!"
    assert html is not None and "<b>" in html.get_content()
    (file,) = got.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("счёт.csv", "a,b\n")
    again = await caller.call("smtp.send", letter(), key="event:1")
    assert again["result"]["message_id"] == reply["result"]["message_id"]


async def test_addresses_that_are_not_taken(caller: Caller, mailbox: Mailbox) -> None:
    reply = await caller.call("smtp.send", letter(to=["ann@example.com", "x@refused.example"]))
    assert reply["result"]["refused"] == {"x@refused.example": "550 no such mailbox"}
    reply = await caller.call("smtp.send", letter(to="x@refused.example"))
    assert (reply["code"], "no such mailbox" in reply["error"]) == ("refused", True)


async def test_a_wrong_password_is_data(caller: Caller, mailbox: Mailbox) -> None:
    caller.credential("smtp", "basic", [f"127.0.0.1:{mailbox.port}"], username="shop@example.com", password="wrong-one")
    reply = await caller.call("smtp.send", letter())
    assert (reply["code"], mailbox.envelopes) == ("credential", [])
    assert "wrong-one" not in str(reply)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hi\r\nBcc: evil@example.com"}, {"to": "ann@example.com\r\nBcc: evil@example.com"},
        {"sender": "a@b.example\r\nX: y"}, {"sender_name": "x\nBcc: evil@example.com"}, {"to": []}, {"text": ""},
        {"to": "nobody"},
    ],
)  # fmt: skip
async def test_nothing_gets_into_the_headers(caller: Caller, mailbox: Mailbox, change: dict[str, Any]) -> None:
    reply = await caller.call("smtp.send", letter(**change))
    assert (reply["code"], mailbox.envelopes) == ("bad_config", [])


async def test_without_protection_only_when_it_is_said(caller: Caller, mailbox: Mailbox) -> None:
    reply = await caller.call("smtp.send", letter(security=""))
    assert reply["ok"] is False and mailbox.envelopes == []


async def test_a_private_server_needs_the_operator(mailbox: Mailbox) -> None:
    stranger = Caller(allowed_hosts=())
    stranger.credential("smtp", "basic", [f"127.0.0.1:{mailbox.port}"], username="a@b.example", password=PASSWORD)
    reply = await stranger.call("smtp.send", letter())
    await stranger.close()
    assert (reply["code"], "DBCV_ALLOWED_HOSTS" in reply["error"]) == ("refused", True)
