"""The MCP server in this process as the api serves it under /mcp, and the official SDK's client around it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult
from redis.asyncio import Redis

from dbcv.entrypoints.api import create_app
from dbcv.kit.settings import Settings
from tests.domains.conftest import Api, Person

HELLO = """
format: dbcv.bot
version: 1
name: Greeter
first_step_id: ask
steps:
  - id: ask
    message: {text: "What is your name?"}
    connection_groups:
      - variables: [{target: user.name, source: message.text}]
        connections: [{next_step_id: hello}]
  - id: hello
    message: {text: "Hello, {$user.name$}"}
    connection_groups:
      - connections: [{next_step_id: ask}]
"""


class Assistant:
    """An MCP client over a person's HTTP client, which carries the token; it connects anew for each call."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http

    def client(self) -> Client:
        return Client(streamable_http_client("http://dbcv.test/mcp", http_client=self.http))

    async def ask(self, name: str, **arguments: Any) -> CallToolResult:
        """What comes back from a tool."""
        async with self.client() as client:
            return await client.call_tool(name, arguments)

    async def call(self, name: str, **arguments: Any) -> Any:
        """The tool's answer; fails if it refused."""
        result = await self.ask(name, **arguments)
        assert not result.is_error, result.content
        return result.structured_content

    async def refusal(self, name: str, **arguments: Any) -> Any:
        """The problem with which the tool refused."""
        result = await self.ask(name, **arguments)
        assert result.is_error, result.structured_content
        return result.structured_content


@pytest.fixture
async def api(settings: Settings, valkey: Redis) -> AsyncIterator[Api]:
    """A running application."""
    edge = create_app(settings)
    async with edge.app.router.lifespan_context(edge.app):
        yield Api(edge)


@pytest.fixture
async def anna(api: Api) -> Person:
    """An account."""
    return await api.person("anna")


@pytest.fixture
async def boris(api: Api) -> Person:
    """Another account."""
    return await api.person("boris")


@pytest.fixture
def annas(anna: Person) -> Assistant:
    """Anna's assistant."""
    return Assistant(anna.client)


@pytest.fixture
def boriss(boris: Person) -> Assistant:
    """Boris's assistant."""
    return Assistant(boris.client)
