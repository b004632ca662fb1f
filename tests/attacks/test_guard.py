"""Every call that somebody else can direct goes through the guarded client: nothing inside the house is reached."""

import ast
from pathlib import Path
from typing import Any

import pytest

from dbcv.domains.accounts.service.oidc import new_flow
from dbcv.domains.accounts.service.oidc_provider import OidcProvider
from dbcv.kit.errors import AppError
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.settings import Settings
from tests import loopback
from tests.domains.conftest import Api, Person

SOURCES = Path(__file__).resolve().parents[2] / "src" / "dbcv"
CLIENTS = {"httpx", "httpx2", "aiohttp", "requests", "urllib3", "urllib.request", "http.client", "pycurl", "websockets"}
KNOWN = {
    "entrypoints/alive.py": "asks our own process on this machine, at an address of the operator's",
    "kit/outbound": "is the guard",
    "kit/traces.py": "sends to the operator's collector",
}
LENT = ("integrations/", "integration_kit/")
"""Vendors' code may know such a library: it is lent a client whose connections the guard opens, and makes none."""
MAKERS = {"AsyncClient", "Client", "ClientSession", "HTTPTransport", "AsyncHTTPTransport", "urlopen", "TCPConnector"}
MADE = {
    "integration_kit/http.py": "with the transport of the guard",
    "integration_kit/sockets.py": "a connector that asks the guard for addresses",
    "integrations/discord/actions.py": "with that connector",
}
INSIDE = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "127.1"]


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_nobody_calls_out_but_through_the_guard() -> None:
    callers = {
        str(file.relative_to(SOURCES))
        for file in SOURCES.rglob("*.py")
        for name in imported(file)
        if name in CLIENTS or name.partition(".")[0] in CLIENTS
    }
    assert {caller for caller in callers if not caller.startswith((*KNOWN, *LENT))} == set()
    assert callers, "the look found even those that are known"


def makes_a_client(file: Path) -> bool:
    """Whether it calls a class of an HTTP library that opens connections."""
    if not {name.partition(".")[0] for name in imported(file)} & {name.partition(".")[0] for name in CLIENTS}:
        return False
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    names = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    return bool(names & MAKERS)


def test_vendors_are_lent_clients_and_make_none() -> None:
    files = [file for place in LENT for file in (SOURCES / place).rglob("*.py")]
    makers = {str(file.relative_to(SOURCES)) for file in files if makes_a_client(file)}
    assert makers == set(MADE)


@pytest.mark.parametrize("host", INSIDE)
async def test_a_credential_leads_nowhere_inside(api: Api, anna: Person, host: str) -> None:
    """Neither its test nor the renewal of its token, which editors of bots direct."""
    bot = (await anna.client.post("/bots", json={"name": "b"})).json()["id"]
    async with loopback.serve(loopback.plain("inside")) as inside:
        place = f"http://{host}:{inside.port}"
        api_key: dict[str, Any] = {"secret": {"api_key": "a key"}, "hosts": [place], "test_url": f"{place}/x"}
        oauth: dict[str, Any] = {"strategy": "oauth", "secret": {"client_id": "a", "client_secret": "bcdefgh"}}
        oauth |= {"token_url": f"{place}/token", "hosts": ["crm.example.com"], "test_url": "https://crm.example.com/"}
        for wish in (api_key, oauth):
            made = await anna.client.post("/credentials", json={"bot_id": bot, "name": "c"} | wish)
            if made.status_code == 201:
                tried = (await anna.client.post(f"/credentials/{made.json()['id']}/test")).json()
                assert tried["ok"] is False
                assert "inside" not in tried["message"]
            else:
                assert made.status_code == 422
        assert inside.connections == 0


@pytest.mark.parametrize("end", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
async def test_a_provider_cannot_send_us_inside(settings: Settings, end: str) -> None:
    """What it says of itself is not the operator's word: only its own host may be private."""
    async with loopback.serve(loopback.plain("{}")) as inside:
        metadata = {
            "issuer": "http://provider.test", "authorization_endpoint": "http://provider.test/a",
            "token_endpoint": "http://provider.test/t", "jwks_uri": "http://provider.test/k",
            "userinfo_endpoint": "http://provider.test/u",
        } | {end: f"http://127.0.0.1:{inside.port}/secret"}  # fmt: skip
        client = OutboundClient(allowed_hosts=["provider.test"])
        named = settings.model_copy(update={"oidc_issuer": "http://provider.test", "oidc_client_id": "dbcv"})
        provider = OidcProvider(named, client)
        with pytest.raises(AppError):
            await provider._get(metadata[end])
        assert inside.connections == 0
        await client.close()
    with pytest.raises(AppError):
        new_flow("http://dbcv.test", "//evil.example")
