"""The channel Discord: a bot of the Developer Portal's, by the gateway. The runtime drives it by `TRANSPORT`.

The gateway repeats nothing to a new session, so what was said while nobody listened is read from the channels that
were talked in; what comes twice has the same number.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import discord
import yarl

from dbcv.integration_kit.transport import (
    Account,
    Heard,
    Keep,
    Left,
    LocalFile,
    Part,
    Recall,
    Refused,
    RemoteFile,
    TransportError,
    TransportKind,
    Update,
)
from dbcv.integration_kit.wire import Wire
from dbcv.integrations.discord import writing
from dbcv.integrations.discord.calls import Calls
from dbcv.integrations.discord.channel import CHANNEL, DiscordConfig
from dbcv.integrations.discord.gateway import Gateway
from dbcv.integrations.discord.reading import MESSAGE, PRESSED, Wanted, number_of, read

MAX_HELD = 2_000
"""Events that wait to be kept; then the socket is not read for a while."""
KEPT_AT_ONCE = 200
MESSAGES_AT_ONCE = 100
MISSED_PAGES = 20
EPOCH_MS = 1_420_070_400_000
LEEWAY = 5_000 << 22
"""Five seconds in the numbers of messages: so much later than another one an older one may be told."""
_READY = "READY"
_KINDS = {"MESSAGE_CREATE": MESSAGE, "INTERACTION_CREATE": PRESSED}
_OWN_HOSTS = ("discord.gg", "discord.com")
_FILE_HOSTS = ("discordapp.com", "discordapp.net", "discord.com")


class DiscordLink:
    """One bot."""

    def __init__(self, secret: Mapping[str, str], config: DiscordConfig, wire: Wire) -> None:
        self._config, self._token = config, secret.get("api_key", "")
        self._wanted = Wanted(config.mentions, frozenset(config.channels))
        self._home = yarl.URL(config.api_url)
        self._calls = Calls(wire, config.api_url, self._token)
        self._gateway = Gateway(wire, self._token, _intents(config), self._is_ours)
        self._recall: Recall | None = None
        self._me = ""

    def lend_recall(self, recall: Recall) -> None:
        """How to ask whom the channel has talked to."""
        self._recall = recall

    async def identify(self) -> Account:
        """By the bot's own account."""
        me = await self._calls.me()
        return Account(str(me.get("id")), f"@{me.get('username')}")

    async def bind(self, address: str, secret: str) -> None:
        """Nobody has to be told."""

    async def unbind(self) -> None:
        """Nobody has to be told."""

    async def receive(self, cursor: int | None, keep: Keep) -> None:
        """Hear, and keep what is meant for us. None: the channel is new, what was said before it is not answered."""
        held: asyncio.Queue[Update | None] = asyncio.Queue()

        async def breathe() -> None:
            while held.qsize() > MAX_HELD:  # noqa: ASYNC110 - it is the keeping that is waited for
                await asyncio.sleep(0.05)

        address = await self._calls.gateway()
        hearing = asyncio.create_task(self._gateway.listen(address, lambda told: self._hear(told, held), breathe))
        keeping = asyncio.create_task(self._keep_all(held, cursor, keep))
        try:
            done, _ = await asyncio.wait([hearing, keeping], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (hearing, keeping):
                task.cancel()
            await asyncio.gather(hearing, keeping, return_exceptions=True)

    def _hear(self, told: Mapping[str, Any], held: asyncio.Queue[Update | None]) -> None:
        """Into the queue; None stands for a session that began anew, and may have missed something."""
        kind, data = told.get("t"), told.get("d")
        if kind == _READY and isinstance(data, dict):
            self._me = str((data.get("user") or {}).get("id") or "")
            held.put_nowait(None)
        elif kind in _KINDS and isinstance(data, dict):
            update = self._update(_KINDS[kind], data, not data.get("guild_id"))
            if update is not None:
                held.put_nowait(update)

    def _update(self, kind: str, data: dict[str, Any], is_direct: bool) -> Update | None:
        """None for what is nothing to us: a bot hears a server's talk all day."""
        number = number_of(data)
        if number is None:
            return None
        update = Update(number, {"kind": kind, "me": self._me, "is_direct": is_direct, "data": data})
        return update if self.read(update) is not None else None

    async def _keep_all(self, held: asyncio.Queue[Update | None], cursor: int | None, keep: Keep) -> None:
        while True:
            items = [await held.get()]
            while len(items) < KEPT_AT_ONCE and not held.empty():
                items.append(held.get_nowait())
            for is_anew, group in groupby(items, key=lambda item: item is None):
                if is_anew:
                    found = [] if cursor is None else await self._missed(cursor)
                    cursor = _number_of_now() if cursor is None else cursor
                else:
                    found = [item for item in group if item is not None]
                if found:
                    await keep(found)
                    cursor = max(cursor or 0, *(update.seq for update in found))

    async def _missed(self, cursor: int) -> list[Update]:
        """What was said since then where the channel talks, in order."""
        addresses = await self._recall() if self._recall else []
        places = {str(each.get("channel_id")): each.get("is_direct") is True for each in addresses}
        places |= dict.fromkeys(self._config.channels, False)
        found: list[Update] = []
        for channel_id, is_direct in places.items():
            found += await self._missed_in(channel_id, is_direct, max(cursor - LEEWAY, 0))
        return sorted(found, key=lambda update: update.seq)

    async def _missed_in(self, channel_id: str, is_direct: bool, after: int) -> list[Update]:
        found: list[Update] = []
        for _ in range(MISSED_PAGES):
            try:
                page = await self._calls.messages_after(channel_id, after, MESSAGES_AT_ONCE)
            except Refused:  # we may not look there (any more)
                return found
            updates = [self._update(MESSAGE, data, is_direct) for data in page]
            found += [update for update in updates if update is not None]
            after = max([after, *(number_of(data) or 0 for data in page)])
            if len(page) < MESSAGES_AT_ONCE:
                break
        return found

    def read(self, update: Update) -> Heard | Left | None:
        """What it means."""
        return read(update.body, self._wanted)

    async def noticed(self, update: Update) -> None:
        """A pressed button stops to wait."""
        data = update.body.get("data")
        token = data.get("token") if isinstance(data, dict) else None
        if update.body.get("kind") == PRESSED and isinstance(token, str) and token.isascii():
            await self._calls.take_press(str(update.seq), yarl.URL.build(path=token).raw_path)

    async def fetch(self, file: RemoteFile, max_bytes: int) -> bytes:
        """From where Discord keeps files; the address came with the message."""
        if file.size_bytes is not None and file.size_bytes > max_bytes:
            raise Refused(f"the file has {file.size_bytes:,} bytes, {max_bytes:,} are taken")
        url = yarl.URL(file.id)
        if url.scheme != "https" and url.origin() != self._home.origin():
            raise Refused("the file does not lie with Discord")
        if not _is_of(url, _FILE_HOSTS) and url.host != self._home.host:
            raise Refused("the file does not lie with Discord")
        return await self._calls.file(file.id, max_bytes)

    def parts(self, message: Mapping[str, Any]) -> list[Part]:
        """The calls that it takes."""
        return writing.parts(message)

    async def send(self, address: Mapping[str, Any], part: Part, file: LocalFile | None, key: str) -> None:
        """One call; Discord knows a repeated one by its key for some minutes."""
        answers = address.get("message_id")
        await self._calls.write(_channel(address), part, file, key, answers if isinstance(answers, str) else None)

    async def typing(self, address: Mapping[str, Any]) -> None:
        """For ten seconds, or until a message comes."""
        await self._calls.typing(_channel(address))

    async def close(self) -> None:
        """Nothing is its own."""

    def _is_ours(self, url: yarl.URL) -> bool:
        """Whether the token may go there: Discord's own hosts, or the one proxy that the config names."""
        if _is_of(self._home, _OWN_HOSTS):
            return url.scheme == "wss" and _is_of(url, _OWN_HOSTS)
        return (url.host, url.port) == (self._home.host, self._home.port)


def _number_of_now() -> int:
    """The number that a message of this moment would have."""
    return max(int(time.time() * 1000) - EPOCH_MS, 0) << 22


def _is_of(url: yarl.URL, hosts: Sequence[str]) -> bool:
    host = url.host or ""
    return any(host == each or host.endswith(f".{each}") for each in hosts)


def _intents(config: DiscordConfig) -> discord.Intents:
    """Only what is needed: the content of messages that do not mention the bot has to be asked for."""
    intents = discord.Intents.none()
    intents.dm_messages = True
    intents.guild_messages = config.mentions or bool(config.channels)
    intents.message_content = bool(config.channels)
    return intents


def _channel(address: Mapping[str, Any]) -> str:
    channel_id = str(address.get("channel_id"))
    if not (channel_id.isascii() and channel_id.isdigit()):
        raise TransportError("it is not known where this person is answered")
    return channel_id


TRANSPORT = TransportKind(
    name="discord",
    providers=CHANNEL.providers,
    config=DiscordConfig,
    open=DiscordLink,
    places=lambda config: (config.api_url,),
    is_asked=lambda _: True,
    lend_recall=DiscordLink.lend_recall,
)
