"""The engine where the kernel cannot filter system calls: Monty, a Python of its own without system calls at all.

It runs in worker processes of its library. Each call has a fresh session; it knows less of Python than the jail (no
generators, no inheritance), and says so with the line. See ADR 0030.
"""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from pydantic_monty import Monty, MontyCrashedError, MontyError, MontySession, OSPolicy

from dbcv.kit.json_text import dump_bytes
from dbcv.sandbox.monty_prelude import CALL, IMPORTS, SHIMS
from dbcv.sandbox.places import Places, TooManyWaitError
from dbcv.sandbox.port import CodeCall, CodeLimits, Complaint, Reply, failed

T = TypeVar("T")

MAX_ERROR_CHARS = 1_000
HARD_STOP_SECONDS = 0.25
NO_MAIN = "there is no function main: write async def main(message, variables)"

log = structlog.get_logger(__name__)


class _Printed:
    """What the code prints, up to a limit."""

    def __init__(self, limit: int) -> None:
        self._limit, self._parts, self._length = limit, list[str](), 0

    def __call__(self, _stream: str, text: str) -> None:
        if self._length < self._limit:
            self._parts.append(text[: self._limit - self._length])
        self._length += len(text)

    def text(self) -> str:
        cut = self._length - self._limit
        return "".join(self._parts) + (f"\n… {cut} more characters" if cut > 0 else "")


class MontySandbox:
    """See `CodeSandbox`. One a process; nothing is started before the first call.

    The library's calls block, so they run in threads: its own asyncio face leaves a thread behind that can abort the
    interpreter when it ends.
    """

    name = "Monty"

    def __init__(self, limits: CodeLimits) -> None:
        self._limits = limits
        self._places = Places(
            limits.children, max(1, limits.children // 2), limits.waiting_bytes, limits.waiting_seconds
        )
        self._threads = ThreadPoolExecutor(limits.children, thread_name_prefix="monty")
        self._pool: Monty | None = None
        self._prelude = ""
        self._opening = asyncio.Lock()

    @property
    def walls(self) -> list[str]:
        """What stands around code; [] before the first call."""
        return [] if self._pool is None else ["no system calls", "worker processes"]

    async def run(self, call: CodeCall) -> Reply:
        """See `CodeSandbox.run`."""
        if len(call.code) > self._limits.code_chars:
            return failed(f"the code is longer than {self._limits.code_chars} characters")
        size_bytes = len(dump_bytes([call.message, call.variables]))
        if size_bytes > self._limits.input_bytes:
            return failed(f"the variables are larger than {self._limits.input_bytes // 1_000} kB")
        printed = _Printed(self._limits.log_chars)
        try:
            return await self._served(call.owner, size_bytes, lambda: self._result(call, printed))
        except _CannotRunError as error:
            return failed(str(error)[:MAX_ERROR_CHARS], printed.text())

    async def check(self, owner: str, code: str) -> list[Complaint]:
        """Syntax and a missing main; a name that nobody made shows only when it is used. See `CodeSandbox.check`."""
        if len(code) > self._limits.code_chars:
            return [Complaint(1, f"the code is longer than {self._limits.code_chars} characters", is_error=True)]
        try:
            await self._served(owner, len(code), lambda: self._define(code))
        except _CannotRunError as error:
            return [Complaint(error.line or 1, error.words, is_error=error.is_author)]
        return []

    async def close(self) -> None:
        """See `CodeSandbox.close`."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.__exit__, None, None, None)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _served(self, owner: str, size_bytes: int, work: Callable[[], T]) -> T:
        """Raises _CannotRunError."""
        try:
            place = await self._places.take(owner, size_bytes)
        except TooManyWaitError as error:
            raise _CannotRunError(str(error)) from None
        try:
            await self._open()
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except MontyCrashedError as error:
            words = (
                f"it took longer than {self._limits.seconds:g} s" if error.timed_out else "the code ended its process"
            )
            raise _CannotRunError(words) from None
        except (OSError, RuntimeError) as error:
            log.warning("monty.failed", exc_info=error)
            raise _CannotRunError(f"code cannot run now: {error}") from None
        finally:
            self._places.give_back(place)

    async def _open(self) -> None:
        async with self._opening:
            if self._pool is None:
                pool = Monty(
                    min_processes=1,
                    max_processes=self._limits.children,
                    request_timeout=2 * self._limits.seconds + HARD_STOP_SECONDS,
                )
                await asyncio.get_running_loop().run_in_executor(self._threads, pool.__enter__)
                self._pool = pool
                self._prelude = await asyncio.get_running_loop().run_in_executor(self._threads, self._known_imports)

    def _session(self, policy: OSPolicy | None = None) -> MontySession:
        if self._pool is None:
            raise RuntimeError("the process is stopping")
        limits = {"max_feed_duration_secs": self._limits.seconds, "max_memory": self._limits.memory_bytes}
        return self._pool.checkout(limits=limits, os_policy=policy)  # type: ignore[arg-type]

    def _known_imports(self) -> str:
        known = []
        with self._session() as session:
            for line in IMPORTS:
                try:
                    session.feed_run(line)
                except MontyError:
                    continue
                known.append(line)
        return "\n".join(known) + SHIMS

    def _define(self, code: str, session: MontySession | None = None, printed: _Printed | None = None) -> None:
        """Runs the author's module. Raises _CannotRunError with the line."""
        if session is None:
            with self._session() as fresh:
                fresh.feed_run(self._prelude)
                self._define(code, fresh, _Printed(0))
                return
        try:
            session.feed_run(code, print_callback=printed)
            session.feed_run("main", print_callback=printed)
        except MontyCrashedError:
            raise
        except MontyError as error:
            raise self._explained(error, code) from None

    def _result(self, call: CodeCall, printed: _Printed) -> Reply:
        policy: OSPolicy = {"datetime": call.now, "random_start": {"seed": call.seed}, "sleep": "zero"}
        with self._session(policy) as session:
            session.feed_run(self._prelude)
            self._define(call.code, session, printed)
            inputs = {"message": call.message, "variables": call.variables}
            try:
                text = session.feed_run(CALL, inputs=inputs, print_callback=printed)
            except MontyCrashedError:
                raise
            except MontyError as error:
                raise self._explained(error, call.code) from None
        return {"ok": True, "result": self._data(text), "error": None, "log": printed.text()}

    def _data(self, text: Any) -> Any:
        """What it says is not believed."""
        if not isinstance(text, str):
            raise _CannotRunError("the code gave an answer that is no data")
        if len(text.encode("utf-8", "replace")) > self._limits.output_bytes:
            raise _CannotRunError(f"the result is larger than {self._limits.output_bytes // 1_000} kB")
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise _CannotRunError("the code gave an answer that is no data") from None

    def _explained(self, error: MontyError, code: str) -> "_CannotRunError":
        inner = error.exception()
        words, kind = str(inner), type(inner).__name__
        if isinstance(inner, TimeoutError) and "time limit" in words:
            return _CannotRunError(f"it took longer than {self._limits.seconds:g} s")
        if isinstance(inner, MemoryError):
            return _CannotRunError(f"it needed more than {self._limits.memory_bytes // 2**20} MB of memory")
        if isinstance(inner, NameError) and "'main'" in words:
            return _CannotRunError(NO_MAIN, is_author=True)
        if isinstance(inner, TypeError | ValueError) and words.startswith(("result is a ", "main returned ")):
            return _CannotRunError(words)
        return _CannotRunError(f"{kind}: {words}", _line_of(error, code), is_author=True)


class _CannotRunError(Exception):
    """Why there is no result. `is_author`: it is the code's doing, not the host's; `line` from 1, None if unknown."""

    def __init__(self, words: str, line: int | None = None, *, is_author: bool = False) -> None:
        super().__init__(f"line {line}: {words}" if line else words)
        self.words, self.line, self.is_author = words, line, is_author


def _line_of(error: Any, code: str) -> int | None:
    """The innermost line of the author's code. His is the second snippet of a session."""
    frames = error.traceback() if hasattr(error, "traceback") else []
    lines = [frame.line for frame in frames if frame.filename.endswith("-1>") or frame.filename == "main.py"]
    found = [line for line in lines if line <= code.count("\n") + 1]
    return found[-1] if found else None
