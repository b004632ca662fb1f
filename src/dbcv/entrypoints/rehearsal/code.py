"""Code steps of bots that are played and tested: run for real, in the sandbox that answers people. Called by the player
and the conversation tests, which are no coroutines."""

import asyncio
from types import TracebackType
from typing import Any

from dbcv.engine.effects import RunCode
from dbcv.kit.settings import read_settings
from dbcv.sandbox.opening import open_sandbox
from dbcv.sandbox.port import CodeCall, CodeSandbox

_OWNER = "rehearsal"


class CodeRunner:
    """A sandbox on an event loop of its own; nothing starts before the first code step. Use it in a `with`."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._sandbox: CodeSandbox | None = None

    def __enter__(self) -> "CodeRunner":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sandbox is not None:
            self._runner.run(self._sandbox.close())
        self._runner.close()

    def run(self, effect: RunCode) -> dict[str, Any]:
        """The reply a turn would get."""
        if self._sandbox is None:
            self._sandbox = open_sandbox(read_settings())
        call = CodeCall(_OWNER, effect.code, effect.message, effect.variables, effect.now, effect.seed)
        return self._runner.run(self._sandbox.run(call))
