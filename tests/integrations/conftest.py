"""A bot that calls integrations: the real catalogue and runner, the real guard with loopback allowed."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.caller import Caller


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """Calls actions as a turn would; give it a credential first if the action wants one."""
    made = Caller()
    yield made
    await made.close()
