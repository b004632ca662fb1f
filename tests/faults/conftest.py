"""One world for the tests that leave it whole. DBCV_FAULT_TURNS (make faults) makes them long."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults.talk import Connections
from tests.faults.world import World

SHORT_TURNS = 20_000


@pytest.fixture(scope="session")
def fault_turns() -> int:
    """How many turns the long storms have."""
    return int(os.environ.get("DBCV_FAULT_TURNS", SHORT_TURNS))


@pytest.fixture(scope="session")
def is_long(fault_turns: int) -> bool:
    return fault_turns > SHORT_TURNS


@pytest.fixture(scope="session")
def running_world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running_world: World) -> Iterator[World]:
    """Everything but workers runs: a test starts those that it wants."""
    yield running_world
    running_world.kill_workers()


@pytest.fixture
async def connections(world: World) -> AsyncIterator[Connections]:
    made = Connections(world)
    yield made
    made.close()
