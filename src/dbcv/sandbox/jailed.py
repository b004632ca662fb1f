"""The engine where the kernel can filter system calls: real CPython in jailed children, some kept for each owner.

A child serves one owner only, at most `calls_a_child` calls; it is ended when a call left traces in it, hung, or wrote
what it was not asked, and when it has been idle. See ADR 0030.
"""

import asyncio
import itertools
import socket
import time
from collections import OrderedDict
from typing import Any

import msgspec

from dbcv.kit.json_text import dump_bytes
from dbcv.sandbox.child import Answer, Child, ChildGoneError, NotServedError
from dbcv.sandbox.places import Place, Places, TooManyWaitError
from dbcv.sandbox.port import CodeCall, CodeLimits, Complaint, Reply, failed
from dbcv.sandbox.zygote_process import SandboxUnavailableError, ZygoteProcess

HARD_STOP_SECONDS = 0.25
"""A child that has not ended by itself after twice its time (see the alarm in jail/call) is killed so much later."""
CHECK_SECONDS = 2.0
CALLS_IN_LINE = 8
"""Calls of one owner that a child gets at once where they had to wait: each waking of a process costs as much as a
short call."""
MAX_ERROR_CHARS = 1_000
FRAME_ROOM_BYTES = 1_000
_MICROSECONDS = 1_000_000


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    ok: bool
    result: Any
    error: str | None
    log: str


class _Found(msgspec.Struct, forbid_unknown_fields=True):
    line: int
    message: str
    severity: str


class JailedSandbox:
    """See `CodeSandbox`. One a process; nothing is started before the first call."""

    name = "jailed CPython"

    def __init__(self, limits: CodeLimits) -> None:
        self._limits = limits
        self._zygote = ZygoteProcess(limits)
        self._places = Places(
            limits.children,
            max(1, limits.children // 2),
            limits.waiting_bytes,
            limits.waiting_seconds,
            together=CALLS_IN_LINE,
        )
        self._numbers = itertools.count(1)
        self._idle: OrderedDict[int, Child] = OrderedDict()
        self._alive: dict[int, Child] = {}
        self._serving: dict[Place, Child] = {}
        self._starting, self._choosing = asyncio.Lock(), asyncio.Lock()
        self._reaper: asyncio.Task[None] | None = None
        self._is_closed = False
        self._most_bytes = limits.output_bytes * 4 + limits.log_chars * 6 + MAX_ERROR_CHARS * 6 + FRAME_ROOM_BYTES
        self._said = msgspec.json.Decoder(_Said)
        self._found = msgspec.json.Decoder(list[_Found])

    @property
    def walls(self) -> list[str]:
        """What stands around the children; [] before the first call."""
        return self._zygote.walls

    async def run(self, call: CodeCall) -> Reply:
        """See `CodeSandbox.run`."""
        if len(call.code) > self._limits.code_chars:
            return failed(f"the code is longer than {self._limits.code_chars} characters")
        asked = {
            "do": "run",
            "code": call.code,
            "message": call.message,
            "variables": call.variables,
            "now": int(call.now.timestamp() * _MICROSECONDS),
            "seed": call.seed,
        }
        answer = await self._served(call.owner, dump_bytes(asked), 2 * self._limits.seconds + HARD_STOP_SECONDS)
        return answer if isinstance(answer, dict) else self._reply(answer)

    async def check(self, owner: str, code: str) -> list[Complaint]:
        """See `CodeSandbox.check`."""
        if len(code) > self._limits.code_chars:
            return [Complaint(1, f"the code is longer than {self._limits.code_chars} characters", is_error=True)]
        answer = await self._served(owner, dump_bytes({"do": "check", "code": code}), CHECK_SECONDS)
        if isinstance(answer, dict):
            return [Complaint(1, f"the code could not be checked: {answer['error']}", is_error=False)]
        try:
            found = self._found.decode(answer.body)
        except (msgspec.MsgspecError, RecursionError):
            return [Complaint(1, "the code could not be checked", is_error=False)]
        return [Complaint(each.line, each.message, each.severity == "error") for each in found]

    async def close(self) -> None:
        """See `CodeSandbox.close`."""
        self._is_closed = True
        if self._reaper is not None:
            self._reaper.cancel()
        for child in list(self._alive.values()):
            self._end(child)
        self._zygote.stop()

    async def _served(self, owner: str, body: bytes, timeout_seconds: float) -> Answer | Reply:
        """An answer of a child, or the reply that says why there is none."""
        if len(body) > self._limits.input_bytes:
            return failed(f"the variables are larger than {self._limits.input_bytes // 1_000} kB")
        try:
            place = await self._places.take(owner, len(body))
        except TooManyWaitError as error:
            return failed(str(error))
        try:
            return await self._asked(place, body, timeout_seconds)
        except TimeoutError:
            return failed(f"it took longer than {self._limits.seconds:g} s")
        except ChildGoneError as error:
            return failed(str(error))
        except (SandboxUnavailableError, OSError) as error:
            return failed(f"code cannot run now: {error}")
        finally:
            if self._places.give_back(place):
                self._put_away(self._serving.pop(place, None))

    async def _asked(self, place: Place, body: bytes, timeout_seconds: float) -> Answer:
        """Asks the child of this place. One that served before may have been left broken by that call: then, once, a
        fresh one is asked; and always when the child ended in a call that stood before this one."""
        is_second = False
        for _ in range(2 * CALLS_IN_LINE):
            child = await self._child_of(place)
            is_used = child.calls > 0
            try:
                return await child.ask(body, timeout_seconds)
            except NotServedError:
                continue
            except ChildGoneError:
                if is_second or not is_used or self._is_closed:
                    raise
                is_second = True
        raise ChildGoneError("the processes for code end before they are asked")

    async def _child_of(self, place: Place) -> Child:
        """The one that serves the calls of this place; a fresh one where it ended in one of them."""
        async with self._choosing:
            child = self._serving.get(place)
            if child is None:
                child = self._serving[place] = await self._child(place.owner)
            elif child.is_gone:
                self._end(child)
                child = self._serving[place] = await self._fork(place.owner)
            return child

    def _put_away(self, child: Child | None) -> None:
        if child is None:
            return
        is_fit = not child.is_gone and not child.is_at_work and child.calls < self._limits.calls_a_child
        if is_fit and not self._is_closed:
            child.idle_since = time.monotonic()
            self._idle[child.number] = child
        else:
            self._end(child)

    async def _child(self, owner: str) -> Child:
        """An idle child of this owner, the last used first, or a new one."""
        for number in reversed(self._idle):
            child = self._idle[number]
            if child.owner == owner:
                del self._idle[number]
                if not child.is_gone:
                    return child
                self._end(child)
                break
        return await self._fork(owner)

    async def _fork(self, owner: str) -> Child:
        await self._have_zygote()
        while len(self._alive) >= self._limits.children and self._idle:
            self._end(next(iter(self._idle.values())))
        number = next(self._numbers)
        own, theirs = socket.socketpair()
        own.setblocking(False)
        child = Child(number, owner, self._most_bytes)
        with theirs:
            self._zygote.fork(number, theirs)
        self._alive[number] = child
        try:
            await asyncio.get_running_loop().create_connection(lambda: child, sock=own)
        except BaseException:
            self._end(child)
            raise
        return child

    async def _have_zygote(self) -> None:
        if self._zygote.is_alive:
            return
        async with self._starting:
            if self._is_closed:
                raise SandboxUnavailableError("the process is stopping")
            if not self._zygote.is_alive:
                for child in list(self._alive.values()):
                    self._end(child)
                await self._zygote.start()
                if self._reaper is None:
                    self._reaper = asyncio.create_task(self._keep_reaping())

    def _end(self, child: Child) -> None:
        self._idle.pop(child.number, None)
        if self._alive.pop(child.number, None) is not None:
            child.hang_up()
            self._zygote.end(child.number)

    async def _keep_reaping(self) -> None:
        while True:
            await asyncio.sleep(self._limits.idle_seconds / 4)
            latest = time.monotonic() - self._limits.idle_seconds
            for child in [child for child in self._idle.values() if child.idle_since < latest or child.is_gone]:
                self._end(child)

    def _reply(self, answer: Answer) -> Reply:
        """The child's words, bounded again: it is not believed."""
        try:
            said = self._said.decode(answer.body)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            return failed("the code gave an answer that is no data")
        if not said.ok:
            return failed((said.error or "it failed")[:MAX_ERROR_CHARS], said.log[: self._limits.log_chars + 100])
        return {"ok": True, "result": said.result, "error": None, "log": said.log[: self._limits.log_chars + 100]}
