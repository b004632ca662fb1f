"""The actions of Telegram, by python-telegram-bot over the guarded client."""

from typing import Any

import httpx2
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integrations.telegram.shapes import (
    AnswerCallback,
    Chat,
    Done,
    EditMessage,
    InlineButton,
    SendDocument,
    SendMessage,
    SendPhoto,
    Sent,
)

API = "https://api.telegram.org"
ERRORS = (TelegramError,)


def explain(error: TelegramError) -> IntegrationFailed:
    """Telegram's own words."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait if isinstance(wait, int) else int(wait.total_seconds())
        words = f"Telegram asks to wait {seconds} s"
        return IntegrationFailed(words, code="rate_limited", status=429, retry_after_seconds=seconds)
    return IntegrationFailed(f"Telegram refused it: {error.message}")


async def send_message(call: Call, inputs: SendMessage) -> Sent:
    """A text to a chat."""
    async with call.http() as client:
        sent = await _bot(call, client, inputs.base_url).send_message(text=inputs.text, **_common(inputs))
    return _sent(sent)


async def send_photo(call: Call, inputs: SendPhoto) -> Sent:
    """A picture to a chat."""
    photo = await _file(call, inputs.photo)
    async with call.http() as client:
        bot = _bot(call, client, inputs.base_url)
        sent = await bot.send_photo(photo=photo, caption=inputs.caption or None, **_common(inputs))
    return _sent(sent, sent.photo[-1].file_id if sent.photo else None)


async def send_document(call: Call, inputs: SendDocument) -> Sent:
    """A file to a chat."""
    document = await _file(call, inputs.document)
    async with call.http() as client:
        bot = _bot(call, client, inputs.base_url)
        sent = await bot.send_document(document=document, caption=inputs.caption or None, **_common(inputs))
    return _sent(sent, sent.document.file_id if sent.document else None)


async def edit_message(call: Call, inputs: EditMessage) -> Sent:
    """Another text, and other buttons, for a message of the bot."""
    async with call.http() as client:
        changed = await _bot(call, client, inputs.base_url).edit_message_text(
            text=inputs.text,
            chat_id=inputs.chat_id,
            message_id=inputs.message_id,
            parse_mode=inputs.parse_mode or None,
            reply_markup=_inline(inputs.inline_keyboard) if inputs.inline_keyboard else None,
        )
    if not isinstance(changed, Message):
        raise IntegrationFailed("Telegram did not say what became of the message")
    return _sent(changed)


async def answer_callback(call: Call, inputs: AnswerCallback) -> Done:
    """The sign on a pressed button ends."""
    async with call.http() as client:
        bot = _bot(call, client, inputs.base_url)
        done = await bot.answer_callback_query(
            inputs.callback_query_id, text=inputs.text or None, show_alert=inputs.is_alert
        )
    return Done(done=done)


def _bot(call: Call, client: httpx2.AsyncClient, wished: str) -> Bot:
    base = call.base_url(API, wished)
    way = GuardedRequest(client)
    return Bot(
        call.secret.secret,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=way,
        get_updates_request=way,
    )


class GuardedRequest(BaseRequest):
    """How the library reaches Telegram: by the client of the call."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    @property
    def read_timeout(self) -> float | None:
        return self._client.timeout.read

    async def initialize(self) -> None:
        """The client is open already."""

    async def shutdown(self) -> None:
        """The call closes it."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_more: Any
    ) -> tuple[int, bytes]:
        fields = request_data.json_parameters if request_data else None
        files = request_data.multipart_data if request_data and request_data.contains_files else None
        answer = await self._client.request(method, url, data=fields, files=files)
        return answer.status_code, answer.content


async def _file(call: Call, wished: Any) -> Any:
    """An address or a Telegram id as it is; a file of the bot as its bytes."""
    if isinstance(wished, str) and (wished.startswith(("http://", "https://")) or "-" not in wished):
        return wished
    file = (await call.load_files([wished]))[0]
    return InputFile(file.content, filename=file.name)


def _common(inputs: Chat) -> dict[str, Any]:
    answered = ReplyParameters(inputs.reply_to_message_id) if inputs.reply_to_message_id else None
    return {
        "chat_id": inputs.chat_id,
        "parse_mode": inputs.parse_mode or None,
        "reply_markup": _keyboard(inputs),
        "disable_notification": inputs.is_silent,
        "reply_parameters": answered,
    }


def _keyboard(inputs: Chat) -> Any:
    if inputs.inline_keyboard:
        return _inline(inputs.inline_keyboard)
    if inputs.reply_keyboard:
        return ReplyKeyboardMarkup(inputs.reply_keyboard, resize_keyboard=True)
    return ReplyKeyboardRemove() if inputs.remove_keyboard else None


def _inline(rows: list[list[InlineButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(each) for each in row] for row in rows])


def _button(button: InlineButton) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data or button.text)


def _sent(message: Message, file_id: str | None = None) -> Sent:
    return Sent(message_id=message.message_id, chat_id=message.chat.id, date=message.date.isoformat(), file_id=file_id)
