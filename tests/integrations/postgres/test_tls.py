"""A user's database over TLS: one whose authority is known, one of nobody, and a certificate nobody looks at."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dbcv.kit.local_postgres import ROLE, LocalPostgres
from tests.integrations.authority import Authority, make_authority
from tests.integrations.caller import Caller
from tests.integrations.postgres.door import door

ASK_FOR_TLS = struct.pack("!ii", 8, 80_877_103)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path)


@pytest.fixture
async def base(caller: Caller, postgres: LocalPostgres, authority: Authority) -> AsyncIterator[dict[str, str]]:
    """By a door through which one gets in over TLS only."""

    async def over_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if await reader.readexactly(8) != ASK_FOR_TLS:
            return False
        writer.write(b"S")
        try:
            await writer.start_tls(authority.server)
        except (ssl.SSLError, OSError):
            return False
        return True

    async with door(postgres, over_tls) as port:
        caller.credential("postgres", "basic", [f"127.0.0.1:{port}"], username=ROLE, password="a password")
        yield {"database": "postgres", "sql": "SELECT 1 AS n"}


async def test_a_known_authority_is_trusted_and_no_other(
    caller: Caller, base: dict[str, str], authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = await caller.call("postgres.query", base)
    assert (refused["ok"], refused["code"]) == (False, "network")
    assert "certificate is not trusted" in refused["error"], refused
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    reply = await caller.call("postgres.query", base)
    assert reply["ok"] and reply["result"]["rows"] == [{"n": 1}], reply


async def test_an_author_may_do_without_looking_but_not_without_tls(caller: Caller, base: dict[str, str]) -> None:
    unchecked = await caller.call("postgres.query", base | {"tls": "unverified"})
    assert unchecked["ok"], unchecked
    plain = await caller.call("postgres.query", base | {"tls": "off"})
    assert plain["ok"] is False
