"""The API in this process over a real database and Valkey, called through its ASGI interface."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis

from dbcv.entrypoints.api import create_app
from dbcv.kit.settings import Settings

API = "/api/v1"


@dataclass
class Person:
    """Somebody with an account, and a client that carries their token."""

    id: str
    email: str
    client: httpx2.AsyncClient


class Api:
    """The application and its clients."""

    def __init__(self, edge: Any) -> None:
        self.edge = edge
        self.nobody = self.client()

    def client(self, token: str = "") -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx2.ASGITransport(app=self.edge, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url=f"http://dbcv.test{API}", headers=headers)

    async def person(self, name: str, password: str = "correct horse battery") -> Person:
        wish = {"email": f"{name}@example.com", "username": name, "password": password}
        answer = await self.nobody.post("/login/register", json=wish)
        assert answer.status_code == 201, answer.text
        body = answer.json()
        return Person(body["subscriber_id"], wish["email"], self.client(body["access_token"]))


@pytest.fixture
async def api(settings: Settings, valkey: Redis) -> AsyncIterator[Api]:
    """A running application; its lifespan is entered and left as a server would."""
    edge = create_app(settings)
    async with edge.app.router.lifespan_context(edge.app):
        yield Api(edge)


@pytest.fixture
async def anna(api: Api) -> Person:
    """An account."""
    return await api.person("anna")


@pytest.fixture
async def boris(api: Api) -> Person:
    """Another account, that has nothing to do with Anna's things."""
    return await api.person("boris")
