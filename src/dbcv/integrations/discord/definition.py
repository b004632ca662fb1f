"""Discord in the catalogue."""

from typing import Any

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.discord.providers import BOT, PROVIDERS, WEBHOOK
from dbcv.integrations.discord.shapes import SendMessage, Sent, Webhook

_SENT: dict[str, Any] = {"message_id": "1178291847362719", "channel_id": "1178291847360001"}

INTEGRATION = Integration(
    id="discord",
    section="messengers",
    name=said("Discord", "Discord"),
    about=said("Messages to channels of your servers", "Сообщения в каналы ваших серверов"),
    library="discord",
    site="https://discord.com/developers/docs",
    providers=PROVIDERS,
    actions=(
        Action(
            "webhook",
            said("Write by a webhook", "Написать через вебхук"),
            said("No bot needed: the channel's settings give the address", "Бот не нужен: адрес дают настройки канала"),
            Webhook,
            Sent,
            {"content": "New order of {$user.name$}", "username": "Shop"},
            _SENT,
            providers=(WEBHOOK.id,),
        ),
        Action(
            "send_message",
            said("Write as a bot", "Написать от имени бота"),
            said("To a channel that your bot may write to", "В канал, куда вашему боту можно писать"),
            SendMessage,
            Sent,
            {"channel_id": "1178291847360001", "content": "New order"},
            _SENT,
            providers=(BOT.id,),
        ),
    ),
)
