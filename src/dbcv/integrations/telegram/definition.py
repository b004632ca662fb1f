"""Telegram in the catalogue."""

from typing import Any

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.telegram.providers import PROVIDERS
from dbcv.integrations.telegram.shapes import (
    AnswerCallback,
    Done,
    EditMessage,
    SendDocument,
    SendMessage,
    SendPhoto,
    Sent,
)

_SENT: dict[str, Any] = {"message_id": 7, "chat_id": 42, "date": "2026-11-23T10:00:00+00:00", "file_id": None}

INTEGRATION = Integration(
    id="telegram",
    section="messengers",
    name=said("Telegram", "Telegram"),
    about=said(
        "Messages, pictures, files and buttons in the name of your Telegram bot",
        "Сообщения, картинки, файлы и кнопки от имени вашего бота в Telegram",
    ),
    library="telegram",
    site="https://core.telegram.org/bots/api",
    providers=PROVIDERS,
    actions=(
        Action(
            "send_message",
            said("Send a message", "Отправить сообщение"),
            said("A text, with buttons if you like", "Текст, если нужно, с кнопками"),
            SendMessage,
            Sent,
            {
                "chat_id": "{$user.telegram_id$}",
                "text": "Hello, {$user.name$}!",
                "inline_keyboard": [[{"text": "Yes", "data": "yes"}, {"text": "No", "data": "no"}]],
            },
            _SENT,
        ),
        Action(
            "send_photo",
            said("Send a picture", "Отправить картинку"),
            said("By its address, or a file of the bot", "По адресу или файл бота"),
            SendPhoto,
            Sent,
            {"chat_id": "42", "photo": "https://example.com/cat.jpg", "caption": "A cat"},
            _SENT | {"file_id": "AgACAgIAAxk"},
        ),
        Action(
            "send_document",
            said("Send a file", "Отправить файл"),
            said("By its address, or a file of the bot", "По адресу или файл бота"),
            SendDocument,
            Sent,
            {"chat_id": "42", "document": "{$session.report$}"},
            _SENT | {"file_id": "BQACAgIAAxk"},
        ),
        Action(
            "edit_message",
            said("Change a message", "Изменить сообщение"),
            said("Another text for a message of the bot", "Другой текст для сообщения бота"),
            EditMessage,
            Sent,
            {"chat_id": "42", "message_id": "{$session.message_id$}", "text": "Done"},
            _SENT,
        ),
        Action(
            "answer_callback",
            said("Answer a pressed button", "Ответить на нажатие кнопки"),
            said("Ends the waiting sign on the button", "Убирает знак ожидания на кнопке"),
            AnswerCallback,
            Done,
            {"callback_query_id": "{$message.params.callback_query_id$}", "text": "Thank you"},
            {"done": True},
        ),
    ),
)
