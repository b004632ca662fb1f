"""A sandbox for tests that are no coroutines, and a call to give it."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from dbcv.sandbox.port import CodeCall, CodeSandbox, Complaint, Reply

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 10, 30, 15, 123456, tzinfo=UTC)


class Jail:
    """The sandbox for tests that are no coroutines."""

    def __init__(self, runner: asyncio.Runner, sandbox: CodeSandbox) -> None:
        self._runner, self.sandbox = runner, sandbox

    def wait(self, doing: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(doing)

    def run(self, code: str, owner: str = "bot", **given: Any) -> Reply:
        return self.wait(self.sandbox.run(call(code, owner, **given)))

    def check(self, code: str) -> list[Complaint]:
        return self.wait(self.sandbox.check("bot", code))


def call(code: str, owner: str = "bot", **given: Any) -> CodeCall:
    """A call with something of everything in its variables."""
    variables = {
        "user": {"id": "u1", "name": "Ann", "tags": ["a", "b"], "возраст": 30},
        "session": {"score": 5},
        "bot": {"name": "Shop", "api_token": "t"},
        "channel": {},
        "event": {"id": "e1"},
    }
    message = {"id": "m1", "text": "hi", "params": {"a": 1}, "attachments": []}
    return CodeCall(
        owner, code, given.get("message", message), given.get("variables", variables), NOW, given.get("seed", 7)
    )
