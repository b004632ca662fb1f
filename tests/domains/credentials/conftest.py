"""The API with loopback allowed, so that providers of the tests can stand there; a bot of Anna's."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dbcv.domains.credentials.service import CredentialsResolver
from dbcv.entrypoints.wiring import make_box
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.settings import Settings
from tests.domains.bots.documents import imported, small
from tests.loopback import Answer, Asked, plain


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allowed_hosts": ("127.0.0.1",)})


@pytest.fixture
async def bot_id(anna: Any) -> str:
    bot: str = (await imported(anna, small()))["id"]
    return bot


@pytest.fixture
async def resolver(settings: Settings, db: Database) -> AsyncIterator[CredentialsResolver]:
    """As a worker has one: another than the API's."""
    client = OutboundClient(allowed_hosts=["127.0.0.1"])
    yield CredentialsResolver(db, make_box(settings), client)
    await client.close()


async def made(person: Any, bot_id: str, **fields: Any) -> Any:
    """The credential of a POST that must succeed."""
    wish = {"bot_id": bot_id, "name": "CRM", "hosts": ["crm.example.com"], "secret": {"api_key": "hush-hush-key"}}
    answer = await person.client.post("/credentials", json=wish | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def json_answer(value: Any, status: str = "200 OK") -> bytes:
    return plain(json.dumps(value), status=status, headers="Content-Type: application/json")


def echo() -> Answer:
    """Answers with what it was asked, headers included."""

    async def answer(asked: Asked, writer: Any) -> None:
        writer.write(json_answer({"target": asked.target, "headers": asked.headers}))

    return answer
