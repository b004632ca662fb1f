"""The turns that a socket's messages began and that are not over yet: what the typing dots follow."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from dbcv.domains.conversations.service.accept import Accepted, Acceptor, Inbound
from dbcv.domains.conversations.service.replies import Ending, Replies, Wait

TYPING_AFTER_SECONDS = 0.4
GIVE_UP_SECONDS = 120.0
MAX_OPEN = 256


class Turns:
    """`put_out` gets {"type": "typing", "is_typing"} when a turn takes long, and again when it is over;
    `over` gets the channel and the replies of every turn that ended, in case the notices of them were lost."""

    def __init__(
        self,
        replies: Replies,
        put_out: Callable[[dict[str, Any]], None],
        over: Callable[[UUID, list[dict[str, Any]]], None],
    ) -> None:
        self._replies = replies
        self._put_out = put_out
        self._over = over
        self._open: dict[Wait, asyncio.TimerHandle] = {}

    async def keep(self, acceptor: Acceptor, inbound: Inbound) -> Accepted:
        """Accept a message and follow its turn. Raises what accepting raises."""
        if len(self._open) >= MAX_OPEN:
            return await acceptor.accept(inbound)
        wait = self._replies.expect(inbound.id)
        try:
            accepted = await acceptor.accept(inbound)
        except BaseException:
            self._replies.forget(wait)
            raise
        if accepted.is_copy:
            self._replies.forget(wait)
        else:
            self._follow(wait, inbound)
        return accepted

    def close(self) -> None:
        """Follow nothing any more."""
        for wait, timer in self._open.items():
            timer.cancel()
            self._replies.forget(wait)
        self._open.clear()

    def _follow(self, wait: Wait, inbound: Inbound) -> None:
        loop = asyncio.get_running_loop()
        self._open[wait] = loop.call_later(TYPING_AFTER_SECONDS, self._say_typing, wait, inbound)
        wait.future.add_done_callback(lambda future: self._end(wait, inbound, future.result()))

    def _say_typing(self, wait: Wait, inbound: Inbound) -> None:
        if wait in self._open and not wait.future.done():
            self._put_out(_typing(inbound, True))
            wait.was_slow = True
            self._open[wait] = asyncio.get_running_loop().call_later(GIVE_UP_SECONDS, self._end, wait, inbound, None)

    def _end(self, wait: Wait, inbound: Inbound, ending: Ending | None) -> None:
        timer = self._open.pop(wait, None)
        if timer is None:
            return
        timer.cancel()
        self._replies.forget(wait)
        if ending is not None:
            self._over(inbound.channel_id, ending["replies"])
        if wait.was_slow:
            self._put_out(_typing(inbound, False))


def _typing(inbound: Inbound, is_typing: bool) -> dict[str, Any]:
    return {
        "type": "typing",
        "channel_id": inbound.channel_id,
        "sender_id": inbound.bot_id,
        "reply_to": inbound.id,
        "is_typing": is_typing,
    }
