"""What the rest of the product sees of the sandbox: a call, its reply, the limits, and what an engine has to do.

Called by runtime, bots and entrypoints; `dbcv.sandbox.opening` chooses the engine."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Reply = dict[str, Any]
"""{"ok": bool, "result": any JSON, "error": str | None, "log": str}, as engine/effects.py says of RunCode."""


@dataclass(frozen=True, slots=True)
class CodeCall:
    """One call of `main(message, variables)`.

    `owner` is whose code it is, as a rule the bot's id: owners share nothing and wait for each other in turn.
    """

    owner: str
    code: str
    message: dict[str, Any]
    variables: dict[str, Any]
    now: datetime
    seed: int


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """What one call may take, and what all calls of a process may take together."""

    seconds: float = 1.0
    memory_bytes: int = 128 * 2**20
    output_bytes: int = 1_000_000
    log_chars: int = 10_000
    children: int = 8
    input_bytes: int = 8_000_000
    code_chars: int = 100_000
    waiting_bytes: int = 64 * 2**20
    waiting_seconds: float = 20.0
    calls_a_child: int = 200
    idle_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with code before it runs: the line (from 1), the words, and whether it is an error."""

    line: int
    message: str
    is_error: bool


class CodeSandbox(Protocol):
    """An engine that runs code of strangers. Nothing it is given makes it raise."""

    name: str

    @property
    def walls(self) -> list[str]:
        """What stands around code; [] before the first call."""
        ...

    async def run(self, call: CodeCall) -> Reply:
        """The reply; what goes wrong, limits included, is a reply whose `ok` is false."""
        ...

    async def check(self, owner: str, code: str) -> list[Complaint]:
        """Syntax, a missing main, unknown names and modules, without running the code; [] where nothing is wrong."""
        ...

    async def close(self) -> None:
        """Ends all processes; calls under way get a reply that says so."""
        ...


def failed(error: str, log: str = "") -> Reply:
    """The reply to a call that gave no result."""
    return {"ok": False, "result": None, "error": error, "log": log}
