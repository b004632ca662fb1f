"""What a page says of channels in Telegram, and their config. Used by `transport.py`; imports no library."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, StrictBool

from dbcv.integration_kit.channel_form import ChannelForm, api_field
from dbcv.integration_kit.forms import asked, said


class TelegramConfig(BaseModel):
    """`mode`: whether we ask Telegram, or it calls us (needs an address that it reaches by https). `groups`: answer in
    groups too. `edits`: a changed message is a new one. `api_url`: a Bot API server of your own."""

    model_config = ConfigDict(extra="forbid")
    mode: Literal["polling", "webhook"] = asked(
        "polling",
        "How news comes",
        "Как приходят сообщения",
        about=said(
            "Asking works everywhere, behind any firewall. Calling needs a public address with https.",
            "Опрос работает везде, за любым сетевым экраном. Вызову нужен открытый адрес с https.",
        ),
        labels={
            "polling": said("We ask Telegram", "Мы спрашиваем Telegram"),
            "webhook": said("Telegram calls us", "Telegram вызывает нас"),
        },
    )
    groups: StrictBool = asked(
        False,
        "Answer in groups too",
        "Отвечать и в группах",
        about=said(
            "A group is one person with one conversation. In @BotFather turn the bot's group privacy off.",
            "Группа — один собеседник с одним разговором. В @BotFather выключите у бота Group Privacy.",
        ),
    )
    edits: StrictBool = asked(
        False, "A changed message is a new one", "Исправленное сообщение считать новым"
    )  # fmt: skip
    api_url: str = api_field(
        "https://api.telegram.org",
        said("Bot API server", "Сервер Bot API"),
        said(
            "Only for a server of your own: bind the credential to it.",
            "Только для своего сервера: ключ доступа должен быть привязан к нему.",
        ),
    )


CHANNEL = ChannelForm(
    name=said("Telegram", "Telegram"),
    about=said("People write to a bot in Telegram.", "Люди пишут боту в Telegram."),
    config=TelegramConfig,
    providers=("telegram",),
    steps=(
        said("In Telegram open @BotFather and send /newbot.", "В Telegram откройте @BotFather и отправьте /newbot."),
        said(
            "Give it a name, then an address that ends in “bot”. It answers with a token such as 123456:AA….",
            "Дайте имя, затем адрес, который кончается на «bot». В ответ придёт токен вида 123456:AA….",
        ),
        said(
            "Make a credential here with this token, and press Connect.",
            "Создайте здесь ключ доступа с этим токеном и нажмите «Подключить».",
        ),
        said(
            "Open the bot in Telegram and press Start: your bot answers.",
            "Откройте бота в Telegram и нажмите «Старт»: ваш бот ответит.",
        ),
    ),
    icon="telegram",
    public_modes=("webhook",),
)
