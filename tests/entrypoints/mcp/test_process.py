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


@contextmanager
def served(settings: Settings, port: int) -> Iterator[str]:
    process = subprocess.Popen(
        [*COMMAND, "--port", str(port)], env=environment(settings), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert process.poll() is None, process.stderr and process.stderr.read()
            try:
                if httpx2.get(f"{url}/health").status_code == 200:
                    break
            except httpx2.HTTPError:
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


@pytest.mark.parametrize("token", ["", "dbcv_pat_nonsense"])
def test_stdio_without_a_valid_token_does_not_start(settings: Settings, token: str) -> None:
    done = subprocess.run(
        [*COMMAND, "--stdio"], env=environment(settings, DBCV_TOKEN=token), input=b"", capture_output=True, timeout=60
    )
    assert done.returncode == 1
    assert b"DBCV_TOKEN" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
