"""MAX in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.max.providers import PROVIDERS
from dbcv.integrations.max.shapes import SendMessage, Sent

INTEGRATION = Integration(
    id="max",
    section="messengers",
    name=said("MAX", "MAX"),
    about=said("Messages in the name of your bot in MAX", "Сообщения от имени вашего бота в MAX"),
    library="maxapi",
    site="https://dev.max.ru/docs-api",
    providers=PROVIDERS,
    actions=(
        Action(
            "send_message",
            said("Send a message", "Отправить сообщение"),
            said("A text, with buttons if you like", "Текст, если нужно, с кнопками"),
            SendMessage,
            Sent,
            {"chat_id": "{$bot.managers_chat$}", "text": "New order of {$user.first_name$}"},
            {"message_id": "mid.00000000000000010000019a"},
        ),
    ),
)
