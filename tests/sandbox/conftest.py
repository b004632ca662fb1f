"""A sandbox that lives as long as a file of tests, on an event loop of its own."""

import asyncio
from collections.abc import Iterator

import pytest

from dbcv.sandbox.jailed import JailedSandbox
from dbcv.sandbox.port import CodeLimits
from tests.sandbox.jail import Jail


@pytest.fixture(scope="module")
def jail(request: pytest.FixtureRequest) -> Iterator[Jail]:
    """A file whose code ends by itself names more SECONDS, so that a slow machine cuts nothing off."""
    with asyncio.Runner() as runner:
        made = Jail(runner, JailedSandbox(CodeLimits(seconds=getattr(request.module, "SECONDS", 0.6))))
        yield made
        made.wait(made.sandbox.close())
