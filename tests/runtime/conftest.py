"""A town for each test: a fresh database, an Acceptor, a bell that rings here. Workers come when asked for."""

from collections.abc import AsyncIterator

import pytest
from faststream.redis import RedisBroker
from redis.asyncio import Redis
from structlog.testing import capture_logs

from dbcv.domains.conversations.service.accept import Acceptor
from dbcv.kit import vital
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings
from tests.runtime.town import LocalBell, Outside, Town, make_person


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Background tasks that ended by a defect; in a product each of them ends its process."""
    dead: list[str] = []
    monkeypatch.setattr(vital.os, "kill", lambda *_: dead.append("a vital task died"))
    return dead


@pytest.fixture
async def town(
    settings: Settings, db: Database, valkey: Redis, broker: RedisBroker, deaths: list[str]
) -> AsyncIterator[Town]:
    bell = LocalBell(broker, valkey)
    acceptor = Acceptor(db, bell, settings.shards)
    await bell.start()
    await acceptor.start()
    made = Town(db, settings, bell, acceptor, Outside(), await make_person(db))
    with capture_logs():  # failures are meant here: writing their stack traces would take longer than the tests
        yield made
        await made.stop()
        await acceptor.stop()
        await bell.stop()
    assert deaths == []
