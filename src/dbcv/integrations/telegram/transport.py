"""The channel Telegram: a bot of @BotFather's, by long polling or by webhook. The runtime drives it by `TRANSPORT`."""

import contextlib
from collections.abc import Mapping
from typing import Any, cast

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from telegram.request import RequestData

from dbcv.integration_kit.transport import (
    Account,
    Heard,
    Keep,
    Left,
    LocalFile,
    Part,
    Refused,
    RemoteFile,
    TransportError,
    TransportKind,
    Update,
)
from dbcv.integration_kit.wire import Wire, WireError
from dbcv.integrations.telegram import writing
from dbcv.integrations.telegram.channel import CHANNEL, TelegramConfig
from dbcv.integrations.telegram.guarded import Fields, GuardedRequest, told
from dbcv.integrations.telegram.reading import KINDS, read

POLL_SECONDS = 25
UPDATES_AT_ONCE = 100
MAX_SENT_BYTES = 50_000_000
MAX_PHOTO_BYTES = 10_000_000
_SENDERS = {"image": "photo", "audio": "audio", "video": "video"}
_PHOTOS = ("image/jpeg", "image/png", "image/webp")


class TelegramLink:
    """One bot."""

    def __init__(self, secret: Mapping[str, str], config: TelegramConfig, wire: Wire) -> None:
        self._config, self._wire = config, wire
        self._token = secret.get("api_key", "")
        request = GuardedRequest(wire)
        self._request = request
        base = config.api_url.rstrip("/")
        self._files_url = f"{base}/file/bot{self._token}"
        self._bot = telegram.Bot(
            self._token, f"{base}/bot", f"{base}/file/bot", request=request, get_updates_request=request
        )

    async def identify(self) -> Account:
        """By getMe."""
        me = await told(self._bot.get_me)
        return Account(str(me.id), f"@{me.username}" if me.username else me.full_name)

    async def bind(self, address: str, secret: str) -> None:
        """Webhook mode: have Telegram call; else see that it calls nobody. What waits there stays."""
        if self._config.mode == "polling":
            await self.unbind()
            return
        await told(lambda: self._bot.set_webhook(address, secret_token=secret, allowed_updates=list(KINDS)))

    async def unbind(self) -> None:
        """No webhook any more."""
        await told(self._bot.delete_webhook)

    async def receive(self, cursor: int | None, keep: Keep) -> None:
        """Long polling. An update is confirmed by the question after the one that brought it, once it is kept."""
        while True:
            offset = {} if cursor is None else {"offset": cursor + 1}
            asked = offset | {"timeout": POLL_SECONDS, "limit": UPDATES_AT_ONCE, "allowed_updates": list(KINDS)}
            found = await told(lambda asked=asked: self._ask("getUpdates", asked))  # type: ignore[misc]
            updates = [Update(body["update_id"], body) for body in found if isinstance(body.get("update_id"), int)]
            if updates:
                await keep(updates)
                cursor = max(update.seq for update in updates)

    async def _ask(self, method: str, fields: Mapping[str, Any]) -> Any:
        """In the library's words, but the answer as it came: what the library does not know stays."""
        url = f"{self._bot.base_url}/{method}"
        return await self._request.post(url, cast("RequestData", Fields(fields)), read_timeout=POLL_SECONDS + 15)

    def read(self, update: Update) -> Heard | Left | None:
        """What it means."""
        account = self._token.partition(":")[0]
        return read(account, update.body, groups=self._config.groups, edits=self._config.edits)

    async def noticed(self, update: Update) -> None:
        """A pressed button stops to wait."""
        query = update.body.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            with contextlib.suppress(TransportError):  # too late to answer: it only looks pressed for longer
                await told(lambda: self._bot.answer_callback_query(query["id"]))

    async def fetch(self, file: RemoteFile, max_bytes: int) -> bytes:
        """By getFile; the cloud server gives files of up to 20 MB."""
        if file.size_bytes is not None and file.size_bytes > max_bytes:
            raise Refused(f"the file has {file.size_bytes:,} bytes, {max_bytes:,} are taken")
        found = await told(lambda: self._ask("getFile", {"file_id": file.id}))
        path = str(found.get("file_path") or "").removeprefix(f"{self._files_url}/")
        try:
            answer = await self._wire.request(
                "GET", f"{self._files_url}/{path}", timeout_seconds=60.0, max_bytes=max_bytes
            )
        except WireError as error:
            raise TransportError(f"the file could not be fetched: {error}") from error
        if answer.status != 200:
            raise TransportError(f"the file could not be fetched: {answer.status}")
        return answer.body

    def parts(self, message: Mapping[str, Any]) -> list[Part]:
        """The calls that it takes."""
        return writing.parts(message)

    async def send(self, address: Mapping[str, Any], part: Part, file: LocalFile | None, key: str) -> None:
        """One call. Telegram does not notice a repeated one: `key` is of no use to it."""
        chat_id, options = int(address["chat_id"]), {"reply_markup": _markup(part)}
        mode = part.options.get("parse_mode")
        try:
            await self._send(chat_id, part, file, options | {"parse_mode": mode})
        except Refused as error:
            if mode is None or "parse entities" not in str(error):
                raise
            await self._send(chat_id, part, file, options)

    async def _send(self, chat_id: int, part: Part, file: LocalFile | None, options: dict[str, Any]) -> None:
        if file is None:
            await told(lambda: self._bot.send_message(chat_id, part.text, **options))
            return
        if len(file.content) > MAX_SENT_BYTES:
            raise Refused(f"Telegram takes files of up to {MAX_SENT_BYTES:,} bytes from bots")
        kind = _kind(file)
        call = getattr(self._bot, f"send_{kind}")
        await told(lambda: call(chat_id, file.content, caption=part.text or None, filename=file.name, **options))

    async def typing(self, address: Mapping[str, Any]) -> None:
        """For five seconds, or until a message comes."""
        await told(lambda: self._bot.send_chat_action(int(address["chat_id"]), "typing"))

    async def close(self) -> None:
        """Nothing is its own."""


def _kind(file: LocalFile) -> str:
    family = file.content_type.partition("/")[0]
    if family == "image" and (file.content_type not in _PHOTOS or len(file.content) > MAX_PHOTO_BYTES):
        return "document"
    return _SENDERS.get(family, "document")


def _markup(part: Part) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if not part.buttons:
        return None
    rows: dict[int, list[Mapping[str, Any]]] = {}
    for button in part.buttons:
        rows.setdefault(button["row"], []).append(button)
    if part.options.get("keyboard") == "reply":
        plain = [[KeyboardButton(button["text"]) for button in row] for row in rows.values()]
        return ReplyKeyboardMarkup(plain, resize_keyboard=True, one_time_keyboard=True)
    return InlineKeyboardMarkup([[_inline(button) for button in row] for row in rows.values()])


def _inline(button: Mapping[str, Any]) -> InlineKeyboardButton:
    if "url" in button:
        return InlineKeyboardButton(button["text"], url=button["url"])
    return InlineKeyboardButton(button["text"], callback_data=button["data"])


def _number(body: Any) -> int | None:
    number = body.get("update_id") if isinstance(body, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**62 else None


TRANSPORT = TransportKind(
    name="telegram",
    providers=CHANNEL.providers,
    config=TelegramConfig,
    open=TelegramLink,
    places=lambda config: (config.api_url,),
    is_asked=lambda config: config.mode == "polling",
    secret_header="X-Telegram-Bot-Api-Secret-Token",  # noqa: S106 - the name of a header
    seq_of=_number,
)
