"""One world for the tests that leave it whole. DBCV_FAULT_TURNS (make faults) makes them long."""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults.talk import Connections
from tests.faults.world import World

SHORT_TURNS = 20_000
"""Some fifty seconds of the storm, at each run; five times as many in `make faults`."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: compares times, so no other fault test may run beside it")


@pytest.fixture(autouse=True)
def beside_whom(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fault tests run two at once (pytest-xdist); one that is marked `alone` waits for the other, which then waits."""
    kind = fcntl.LOCK_EX if request.node.get_closest_marker("alone") else fcntl.LOCK_SH
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with (folder / "room").open("w") as room, (folder / "door").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # whoever waits for the room is the next one, so that nobody starves
        fcntl.flock(room, kind)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield


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
