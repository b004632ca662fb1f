"""The API with two accounts, allowed to call this machine, and a server there that says what it was asked."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from dbcv.kit.settings import Settings
from tests.domains.conftest import anna as anna
from tests.domains.conftest import api as api
from tests.domains.conftest import boris as boris
from tests.loopback import Asked, Loopback, plain, serve


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Bots may call this machine."""
    return settings.model_copy(update={"allowed_hosts": ("127.0.0.1",)})


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    """Repeats the key it was sent."""

    async def answer(asked: Asked, writer: Any) -> None:
        seen = asked.headers.get("x-api-key", "")
        writer.write(plain(f'{{"echo": "{seen}", "n": 1}}', headers="Content-Type: application/json\nX-A: 1"))

    async with serve(answer) as running:
        yield running
