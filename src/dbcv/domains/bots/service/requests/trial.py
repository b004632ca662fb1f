"""Trying a request before conversations make it: what a turn would send, and what would come back. Called by the
endpoints and the tools for assistants; who really calls is handed in by entrypoints (`Sender`)."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.guards import guard
from dbcv.domains.bots.document.part_shapes import RequestPart
from dbcv.domains.bots.document.reading import join
from dbcv.domains.bots.document.shape_check import validate
from dbcv.domains.bots.document.wording import Language, word
from dbcv.domains.bots.schemas import Fields
from dbcv.domains.bots.service.bots import Bots
from dbcv.domains.bots.tables import VisibleBot
from dbcv.engine.effects import CallHttp
from dbcv.engine.events import Event
from dbcv.engine.http_request import compile_request
from dbcv.engine.limits import Limits
from dbcv.engine.outside import Outside
from dbcv.engine.problems import Problem, ProblemList
from dbcv.engine.scopes import Scopes, TurnStopped
from dbcv.kit.clock import utc_now
from dbcv.kit.errors import ErrorDetail
from dbcv.kit.ids import new_id
from dbcv.kit.pace import RateLimiter

MAX_AT_ONCE = 40
"""Of a process; each may last as long as a turn."""
MAX_AT_ONCE_OF_ONE = 5
_LIMITS = Limits()


class Sender(Protocol):
    """Who makes the requests of bots: `runtime.http_calls.HttpCalls`."""

    async def call(self, effect: CallHttp, bot_id: UUID) -> dict[str, Any]:
        """See `HttpCalls.call`."""
        ...

    async def sent(self, effect: CallHttp, bot_id: UUID) -> tuple[dict[str, Any] | None, str | None]:
        """See `HttpCalls.sent`."""
        ...


@dataclass(frozen=True, slots=True)
class Trial:
    """`sent`: what goes out, None if nothing can; `response`: as a turn would see it, None if nobody was called;
    `undefined`: paths without a value; `problems`: what is wrong with the request."""

    sent: dict[str, Any] | None
    response: dict[str, Any] | None
    undefined: list[str]
    problems: list[Problem]


class RequestTrials:
    """`sender` None: this process calls nobody. `pace`: how often one account may try."""

    def __init__(self, bots: Bots, sender: Sender | None, pace: RateLimiter, limit_seconds: float) -> None:
        self._bots, self._sender, self._pace, self._limit_seconds = bots, sender, pace, limit_seconds
        self._under_way: Counter[UUID] = Counter()

    async def stored(self, caller_id: UUID, request_id: UUID, variables: Fields, dry_run: bool) -> Trial:
        """Try a stored request. Raises NotFound, Forbidden for viewers, RateLimited, TooManyRequests."""
        seen, (_, _, fields) = await self._bots.parts.one(caller_id, "request", request_id)
        return await self._try(caller_id, seen, fields | {"id": str(request_id)}, variables, dry_run)

    async def posted(
        self, caller_id: UUID, bot_id: UUID, fields: Fields, variables: Fields, dry_run: bool, language: Language
    ) -> Trial:
        """Try a request that is not stored. Raises Invalid with every mistake of its shape, and what `stored` does."""
        seen = await self._bots.get(caller_id, bot_id)
        return await self._try(caller_id, seen, judged(fields, language) | {"id": "request"}, variables, dry_run)

    async def _try(self, caller_id: UUID, seen: VisibleBot, fields: Fields, variables: Fields, dry_run: bool) -> Trial:
        if seen.access == "viewer":
            raise errors.not_an_editor()
        if self._sender is None:
            raise errors.no_requests_here()
        with self._place(caller_id):
            return await self._run(self._sender, seen, fields, variables, dry_run)

    @contextmanager
    def _place(self, caller_id: UUID) -> Iterator[None]:
        self._pace.take(caller_id)
        under_way = self._under_way
        if under_way[caller_id] >= MAX_AT_ONCE_OF_ONE or under_way.total() >= MAX_AT_ONCE:
            raise errors.too_many_trials()
        under_way[caller_id] += 1
        try:
            yield
        finally:
            under_way[caller_id] -= 1
            under_way += Counter()  # drops those that stand at nought

    async def _run(self, sender: Sender, seen: VisibleBot, fields: Fields, variables: Fields, dry_run: bool) -> Trial:
        """The way a turn goes: the engine fills in and reads the reply, so that both agree."""
        problems, scopes = ProblemList(), _scopes(seen, variables)
        sent: dict[str, Any] | None = None
        try:
            request = compile_request(fields, "fields", _LIMITS, problems)
            errand = Outside(scopes).do(request, "")
            with suppress(StopIteration):
                effect = next(errand)
                assert isinstance(effect, CallHttp)
                sent, why = await sender.sent(effect, seen.row.id)
                if dry_run and why is None:
                    return Trial(sent, None, _undefined(scopes), problems.all)
                errand.send(_refused(why) if why else await self._reply(sender, effect, seen.row.id))
        except TurnStopped as stopped:
            scopes.values["response"] = _refused(str(stopped)) | {"ok": False}
        return Trial(sent, scopes.values["response"], _undefined(scopes), problems.all)

    async def _reply(self, sender: Sender, effect: CallHttp, bot_id: UUID) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._limit_seconds):
                return await sender.call(effect, bot_id)
        except TimeoutError:
            return _refused("the request took too long")


def judged(fields: Mapping[str, Any], language: Language) -> Fields:
    """The fields of a request, defaults filled in. Raises Invalid with every mistake."""
    findings = guard(fields)
    model = None
    if not findings:
        model, findings = validate(RequestPart, fields)
    if model is None:
        details = [ErrorDetail(join("fields", finding.path), *word(finding, language)) for finding in findings]
        raise errors.request_invalid(details)
    return model.model_dump(exclude={"ordinal"})


def _refused(why: str) -> dict[str, Any]:
    return {"ok": False, "status": None, "headers": {}, "result": None, "error": why, "elapsed_ms": 0}


def _scopes(seen: VisibleBot, variables: Fields) -> Scopes:
    """What the request can see: what was given, and the bot's own initial variables."""
    given = {name: value for name, value in variables.items() if value is not None}
    kept: dict[str, Any] = {name: {} for name in ("session", "user", "channel", "message")}
    kept |= {name: value for name, value in given.items() if name not in ("event", "bot")}
    kept["bot"] = {**seen.row.variables, **given.get("bot", {})}
    facts = {"bot": {"id": str(seen.row.id), "name": seen.row.name}}
    event = Event(str(new_id()), "message", utc_now(), 0, kept["message"], given.get("event", {}))
    return Scopes(kept, facts, event, _LIMITS)


def _undefined(scopes: Scopes) -> list[str]:
    return [entry["path"] for entry in scopes.trace.entries if entry["at"] == "undefined"]
