"""Slack in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.slack.providers import PROVIDERS
from dbcv.integrations.slack.shapes import (
    Conversation,
    FindUserInputs,
    OpenDirectMessageInputs,
    SendMessageInputs,
    Sent,
    UpdateMessageInputs,
    Uploaded,
    UploadFileInputs,
    User,
)

_SENT = {"channel": "C0123456789", "ts": "1795000000.000100"}

INTEGRATION = Integration(
    id="slack",
    section="messengers",
    name=said("Slack", "Slack"),
    about=said("Messages, threads and files in a workspace.", "Сообщения, ветки и файлы рабочего пространства."),
    library="slack_sdk",
    site="https://slack.com",
    providers=PROVIDERS,
    actions=(
        Action(
            id="send_message",
            name=said("Send a message", "Отправить сообщение"),
            about=said("To a channel, a thread or a person.", "В канал, в ветку или человеку."),
            inputs=SendMessageInputs,
            outputs=Sent,
            example={"channel": "#general", "text": "A new order from {$user.name$}"},
            result=_SENT,
        ),
        Action(
            id="update_message",
            name=said("Change a message", "Изменить сообщение"),
            about=said("Other words for what the bot sent.", "Другие слова для отправленного ботом."),
            inputs=UpdateMessageInputs,
            outputs=Sent,
            example=_SENT | {"text": "The order is paid"},
            result=_SENT,
        ),
        Action(
            id="upload_file",
            name=said("Send a file", "Отправить файл"),
            about=said("A file of the bot, or a text as a file.", "Файл бота или текст в виде файла."),
            inputs=UploadFileInputs,
            outputs=Uploaded,
            example={"channel": "C0123456789", "content": "a;b", "file_name": "report.csv"},
            result={"file_id": "F1", "title": "report.csv", "url": "https://acme.slack.com/files/U1/F1"},
        ),
        Action(
            id="open_direct_message",
            name=said("Open a direct message", "Открыть личный чат"),
            about=said("Gives the channel in which to write to people.", "Даст канал, чтобы писать людям лично."),
            inputs=OpenDirectMessageInputs,
            outputs=Conversation,
            example={"users": ["U0123456789"]},
            result={"channel": "D0123456789"},
        ),
        Action(
            id="find_user",
            name=said("Find a person by e-mail", "Найти человека по почте"),
            about=said("Who has this address in the workspace.", "У кого в пространстве такой адрес."),
            inputs=FindUserInputs,
            outputs=User,
            example={"email": "ann@example.com"},
            result={"is_found": True, "id": "U0123456789", "name": "ann", "email": "ann@example.com"},
        ),
    ),
)
