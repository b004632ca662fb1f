"""Letters over TLS, from the beginning and by STARTTLS: a server whose authority is known, and one of nobody."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP as Server

from dbcv.integration_kit.http import Network
from tests.integrations.authority import Authority, make_authority
from tests.integrations.caller import Caller
from tests.integrations.smtp.test_smtp import PASSWORD, Mailbox, _authenticate, letter

LOOPBACK = ["127.0.0.1"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@asynccontextmanager
async def running(authority: Authority, security: str) -> AsyncIterator[Mailbox]:
    """A mail server that takes letters over TLS only."""
    box = Mailbox()
    made: dict[str, Any] = {"authenticator": _authenticate, "auth_required": True, "hostname": "mail.test"}
    made |= {"auth_require_tls": security == "starttls"}
    made |= {"tls_context": authority.server, "require_starttls": True} if security == "starttls" else {}
    server = await asyncio.get_running_loop().create_server(
        lambda: Server(box, **made), "127.0.0.1", 0, ssl=authority.server if security == "tls" else None
    )
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()


async def sent(box: Mailbox, security: str, context: ssl.SSLContext | None) -> dict[str, Any]:
    caller = Caller(network=Network(allowed_hosts=LOOPBACK, ssl_context=context))
    hosts = [f"127.0.0.1:{box.port}"]
    caller.credential("smtp", "basic", hosts, username="shop@example.com", password=PASSWORD)
    try:
        return await caller.call("smtp.send", letter(security=security))
    finally:
        await caller.close()


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_who_is_trusted_gets_the_letter_and_nobody_else(authority: Authority, security: str) -> None:
    async with running(authority, security) as box:
        refused = await sent(box, security, None)
        assert (refused["code"], box.envelopes) == ("network", []), "neither the letter nor the password went there"
        assert "certificate is not trusted" in refused["error"], refused
        reply = await sent(box, security, authority.trusted)
        assert reply["ok"], reply
        assert box.newest()["Subject"] == "Заказ"


async def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    other = make_authority(tmp_path, "127.0.0.2")
    async with running(other, "tls") as box:
        refused = await sent(box, "tls", other.trusted)
        assert (refused["code"], box.envelopes) == ("network", [])
        assert "not trusted" in refused["error"] and "127.0.0.1" in refused["error"], refused
