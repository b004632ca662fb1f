"""`dbcv mcp` as processes: over HTTP on a port of its own, and over stdio, with the SDK's client."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from dbcv.entrypoints import mcp as mcp_process
from dbcv.kit.errors import OperatorError
from dbcv.kit.settings import Settings
from tests.domains.conftest import Api, Person
from tests.entrypoints.mcp.conftest import HELLO
from tests.product import free_port

COMMAND = [sys.executable, "-m", "dbcv.entrypoints.cli", "mcp"]


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """The settings of this test for another process."""
    own = {
        "DBCV_HOME": str(settings.home),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "SECRET_BOX_KEY": settings.secret_box_key,
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | own | more


async def token_of(person: Person) -> str:
    wish = {"name": "assistant", "scopes": ["bots:read", "bots:write"]}
    answer = await person.client.post("/users/me/api_tokens", json=wish)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def is_healthy(http: httpx2.Client, url: str) -> bool:
    try:
        return http.get(f"{url}/health").status_code == 200
    except httpx2.HTTPError:
        return False


@contextmanager
def served(settings: Settings, port: int) -> Iterator[str]:
    process = subprocess.Popen(
        [*COMMAND, "--port", str(port)], env=environment(settings), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx2.Client() as http:  # one for all tries: each new one reads the certificates of the whole world
            deadline = time.monotonic() + 90
            while not is_healthy(http, url):
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline, "it does not get healthy"
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        assert process.wait(15) == 0


async def test_over_http_on_a_port_of_its_own(settings: Settings, api: Api, anna: Person) -> None:
    token = await token_of(anna)
    with served(settings, free_port()) as url:
        assert httpx2.post(f"{url}/mcp", json={}).status_code == 401
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http,
            Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
        ):
            made = await client.call_tool("import_bot", {"document": HELLO})
    assert made.structured_content
    answer = await anna.client.get(f"/bots/{made.structured_content['id']}")
    assert answer.json()["name"] == "Greeter"


async def test_over_stdio_as_the_account_of_the_token(settings: Settings, api: Api, anna: Person) -> None:
    token = await token_of(anna)
    [command, *arguments] = [*COMMAND, "--stdio"]
    server = StdioServerParameters(command=command, args=arguments, env=environment(settings, DBCV_TOKEN=token))
    async with Client(server) as client:
        made = await client.call_tool("create_bot", {"bot": {"name": "By stdio"}})
        assert made.structured_content and made.structured_content["name"] == "By stdio"
        listed = await anna.client.get("/users/me/api_tokens")
        await anna.client.delete(f"/users/me/api_tokens/{listed.json()['items'][0]['id']}")
        deadline = time.monotonic() + 10
        while not (refused := await client.call_tool("list_bots", {})).is_error:
            assert time.monotonic() < deadline, "a revoked token must end within seconds"
    assert refused.structured_content and refused.structured_content["status"] == 401


def test_stdio_without_a_valid_token_does_not_start(settings: Settings) -> None:
    wrong = environment(settings, DBCV_TOKEN="dbcv_pat_nonsense")
    done = subprocess.run([*COMMAND, "--stdio"], env=wrong, input=b"", capture_output=True, timeout=100)
    assert done.returncode == 1
    assert b"DBCV_TOKEN" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


def test_stdio_without_a_token_does_not_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_process, "load_settings", lambda: settings)
    monkeypatch.setattr(mcp_process, "configure_logs", lambda *_: None)
    with pytest.raises(OperatorError, match="DBCV_TOKEN must hold"):
        mcp_process.serve_stdio()
