"""What an attacker has: accounts of his own, tokens he forges, and every way in that the product offers."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from dbcv.entrypoints.api import create_app
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings
from tests.domains.conftest import Api, Person
from tests.domains.conftest import anna as anna
from tests.domains.conftest import boris as boris
from tests.domains.conversations.conftest import house as house
from tests.domains.conversations.conftest import parts as parts
from tests.domains.conversations.conftest import worker as worker


@pytest.fixture
async def api(settings: Settings, valkey: Redis) -> AsyncIterator[Api]:
    """A running application."""
    edge = create_app(settings)
    async with edge.app.router.lifespan_context(edge.app):
        yield Api(edge)


@pytest.fixture
async def chief(api: Api, db: Database) -> Person:
    """An administrator."""
    person = await api.person("chief")
    async with db.transaction() as session:
        await session.execute(text("UPDATE \"user\" SET role = 'ADMIN' WHERE id = :id"), {"id": person.id})
    return person


MCP = "http://dbcv.test/mcp"
ASK = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
MCP_HEADERS = {"Accept": "application/json, text/event-stream"}
