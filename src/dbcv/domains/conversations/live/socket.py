"""One WebSocket from the first frame to the close. It never waits for a client that does not read."""

import asyncio
import contextlib
import time
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import scopes
from dbcv.domains.conversations.live.frames import (
    Auth,
    Frame,
    Ping,
    Presence,
    Say,
    Subscribe,
    Typing,
    Unsubscribe,
    named_external_id,
    problem,
    read_frame,
    topic_name,
)
from dbcv.domains.conversations.live.outbox import Outbox
from dbcv.domains.conversations.live.people import People
from dbcv.domains.conversations.live.topics import Topics
from dbcv.domains.conversations.live.turns import Turns
from dbcv.domains.conversations.service.conversations import Conversations
from dbcv.domains.conversations.service.messages import kept_message
from dbcv.domains.conversations.service.views import kept_view, message_view
from dbcv.kit import crypto
from dbcv.kit.errors import AppError, Unauthorized, Unavailable
from dbcv.kit.vital import end

AUTH_TIMEOUT_SECONDS = 10.0
CHECK_SECONDS = 5.0
"""So long at most somebody hears what he may not hear any more; most looks are answered from memory."""
MEND_SECONDS = 1.5
CLOSE_TIMEOUT_SECONDS = 2.0
POLICY, TOO_BIG, TRY_LATER = 1008, 1009, 1013

log = structlog.get_logger(__name__)


class Closing(Exception):  # noqa: N818  it is no error: somebody decided to close
    """The socket is to be closed, and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class LiveSocket:
    """`run` returns when the socket is closed, whoever closed it."""

    def __init__(self, websocket: WebSocket, parts: Conversations) -> None:
        self._websocket = websocket
        self._parts = parts
        self._outbox = Outbox()
        self._token = ""
        self._caller: Principal
        self._topics: Topics
        self._turns: Turns
        self._people: People

    async def run(self) -> None:
        try:
            await self._authenticate()
        except Closing as closing:
            return await self._close(closing)
        except (WebSocketDisconnect, TimeoutError):
            return await self._close(Closing(POLICY, "auth_expected"))
        if not self._parts.sockets.enter(self._caller.id):
            return await self._close(Closing(TRY_LATER, "too_many_sockets"))
        self._topics = Topics(self._parts, self._caller, self._outbox.put)
        self._people = People(self._parts.bell, self._parts.hub, self._outbox.put, self._topics.hears)
        self._turns = Turns(self._parts.replies, self._outbox.put, self._topics.told)
        try:
            await self._serve()
        finally:
            self._parts.sockets.leave(self._caller.id)
            self._turns.close()
            self._topics.close()
            await self._people.close()

    async def _serve(self) -> None:
        """Read, write and check side by side; the first of them that ends, ends all."""
        work = (self._read(), self._outbox.send_to(self._websocket), self._check(), self._outbox.overflowed.wait())
        tasks = [asyncio.ensure_future(part) for part in work]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(*tasks)
            results = await asyncio.gather(*tasks, return_exceptions=True)
        if tasks[3] in done:
            log.info("live.reader_too_slow", subscriber_id=str(self._caller.id))
            await self._close(Closing(TRY_LATER, "reads_too_slowly"))
        for result in results:
            if isinstance(result, Closing):
                await self._close(result)
            elif isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | OSError):
                raise result

    async def _authenticate(self) -> None:
        async with asyncio.timeout(AUTH_TIMEOUT_SECONDS):
            text = await self._receive()
        try:
            frame = read_frame(text)
        except AppError as error:
            raise Closing(POLICY, "auth_expected") from error
        if not isinstance(frame, Auth):
            raise Closing(POLICY, "auth_expected")
        await self._log_in(frame.token)
        await self._check_origin()

    async def _log_in(self, token: str) -> None:
        try:
            caller = await self._parts.tokens.principal_for(token)
        except Unauthorized as error:
            raise Closing(POLICY, "token_refused") from error
        except Unavailable as error:
            raise Closing(TRY_LATER, "unavailable") from error
        if self._token and caller.id != self._caller.id:
            raise Closing(POLICY, "another_subscriber")
        self._token, self._caller = token, caller
        self._outbox.put({"type": "authenticated", "subscriber_id": caller.id, "kind": caller.kind})

    async def _check_origin(self) -> None:
        """A browser says which page opened the socket: an own one, or one that may show the visitor's chat."""
        headers = self._websocket.headers
        origin = headers.get("origin")
        if origin is None:
            return
        try:
            channel_id = self._caller.channel_id
            room = await self._parts.rooms.room(channel_id) if channel_id else None
            hosts = [headers.get("host", ""), headers.get("x-forwarded-host", "")]
            self._parts.embedding.check_origin(room, origin, hosts)
        except AppError as error:
            raise Closing(POLICY, "origin_refused") from error

    async def _receive(self) -> bytes:
        event = await self._websocket.receive()
        if event["type"] != "websocket.receive":
            raise WebSocketDisconnect(event.get("code", 1005))
        text = event.get("text")
        frame: bytes = text.encode(errors="surrogatepass") if text is not None else event.get("bytes") or b""
        if len(frame) > self._parts.settings.max_message_bytes:
            raise Closing(TOO_BIG, "frame_too_large")
        return frame

    async def _read(self) -> None:
        while True:
            text = await self._receive()
            try:
                frame = read_frame(text)
            except AppError as error:
                self._outbox.put(problem(error, named_external_id(text)))
                continue
            try:
                await self._do(frame)
            except AppError as error:
                self._outbox.put(problem(error, getattr(frame, "external_id", None), getattr(frame, "topic", None)))

    async def _do(self, frame: Frame) -> None:
        if not isinstance(frame, Auth):
            await self._look_again()
        if isinstance(frame, Say):
            return await self._say(frame)
        self._parts.frames.take(id(self))
        if isinstance(frame, Subscribe):
            scopes.check(self._caller, scopes.scope_for_topic(frame.topic))
            has_more = await self._topics.subscribe(frame.topic, frame.after)
            self._outbox.put({"type": "subscribed", "topic": frame.topic, "has_more": has_more})
        elif isinstance(frame, Unsubscribe):
            self._topics.unsubscribe(frame.topic)
            self._people.check()
            self._outbox.put({"type": "unsubscribed", "topic": frame.topic})
        elif isinstance(frame, Typing):
            await self._parts.answering.typing(self._caller, frame.session_id, frame.is_typing)
        elif isinstance(frame, Presence):
            self._topics.expect(topic_name("bot", frame.bot_id))
            self._people.tell(self._caller, frame)
        elif isinstance(frame, Ping):
            self._outbox.put({"type": "pong"})
        else:
            await self._log_in(frame.token)

    async def _look_again(self) -> None:
        """Whoever acts has to be somebody still: as fresh as over HTTP."""
        try:
            known = self._parts.tokens.cached(self._token)
            self._caller = known or await self._parts.tokens.principal_for(self._token)
        except Unauthorized as error:
            raise Closing(POLICY, "token_expired") from error

    async def _say(self, frame: Say) -> None:
        scopes.check(self._caller, "conversations:write")
        inbound = await self._parts.messages.address(self._caller, frame)
        accepted = await self._turns.keep(self._parts.acceptor, inbound)
        message: dict[str, Any]
        if accepted.is_copy:
            message = message_view(await kept_message(self._parts.db, accepted.id))
        else:
            message = kept_view(inbound, accepted)
        self._outbox.put({"type": "accepted", "external_id": frame.external_id, "message": message})

    async def _check(self) -> None:
        """Now and then: is the token still good, may every topic still be heard; at once: what did we miss."""
        next_check = self._next_check()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._topics.missed.wait(), max(0.0, next_check - time.monotonic()))
            with contextlib.suppress(Unavailable):
                if self._topics.missed.is_set():
                    await self._mend()
                if time.monotonic() >= next_check:
                    next_check = self._next_check()
                    await self._check_rights()

    def _next_check(self) -> float:
        seconds = CHECK_SECONDS
        with contextlib.suppress(Unauthorized):
            expires_at = crypto.decode_token(self._token, self._parts.settings.secret_key)["exp"]
            seconds = min(seconds, max(0.0, expires_at - time.time()) + 0.1)
        return time.monotonic() + seconds

    async def _check_rights(self) -> None:
        try:
            self._caller = await self._parts.tokens.principal_for(self._token)
        except Unauthorized as error:
            raise Closing(POLICY, "token_expired") from error
        await self._topics.check(self._caller)
        self._people.check()

    async def _mend(self) -> None:
        """Once now, and once more when the live channel has had the time to come back: it tells when it went."""
        self._topics.missed.clear()
        await self._topics.catch_up()
        await asyncio.sleep(MEND_SECONDS)
        if not self._topics.missed.is_set():
            await self._topics.catch_up()

    async def _close(self, closing: Closing) -> None:
        """A client that reads nothing does not answer a close either: it gets a moment, no more."""
        with contextlib.suppress(TimeoutError, RuntimeError, WebSocketDisconnect, OSError):
            async with asyncio.timeout(CLOSE_TIMEOUT_SECONDS):
                await self._websocket.close(closing.code, closing.reason)
