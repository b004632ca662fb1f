"""What a page says of channels in Discord, and their config. Used by `transport.py`; imports no library."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from dbcv.integration_kit.channel_form import ChannelForm, api_field
from dbcv.integration_kit.forms import asked, said

MAX_CHANNELS = 50


class DiscordConfig(BaseModel):
    """`mentions`: answer on servers where the bot is mentioned. `channels`: answer everything in these channels of
    servers, mentioned or not. `api_url`: a proxy of Discord's API of your own."""

    model_config = ConfigDict(extra="forbid")
    mentions: StrictBool = asked(
        True,
        "Answer on servers where the bot is mentioned",
        "Отвечать на серверах, где бота упомянули",
        about=said(
            "Each member has a conversation of their own in each channel.",
            "У каждого участника в каждом канале свой разговор.",
        ),
    )
    channels: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{5,20}$")]], Field(max_length=MAX_CHANNELS)] = asked(
        [],
        "Channels in which every message is answered",
        "Каналы, где бот отвечает на каждое сообщение",
        about=said(
            "Their numbers (developer mode, Copy ID). Needs Message Content Intent: Developer Portal, Bot.",
            "Их номера (режим разработчика, «Копировать ID»). Нужен Message Content Intent: Developer Portal, Bot.",
        ),
    )
    api_url: str = api_field("https://discord.com")


CHANNEL = ChannelForm(
    name=said("Discord", "Discord"),
    about=said("People write to a bot in Discord.", "Люди пишут боту в Discord."),
    config=DiscordConfig,
    providers=("discord",),
    steps=(
        said(
            "Open discord.com/developers/applications, press New Application and give it a name.",
            "Откройте discord.com/developers/applications, нажмите New Application и дайте имя.",
        ),
        said(
            "On the page Bot press Reset Token and copy what it shows.",
            "На странице Bot нажмите Reset Token и скопируйте то, что появится.",
        ),
        said(
            "On the page Installation take the link and add the bot to your server.",
            "На странице Installation возьмите ссылку и добавьте бота на свой сервер.",
        ),
        said(
            "Make a credential here with this token, and press Connect.",
            "Создайте здесь ключ доступа с этим токеном и нажмите «Подключить».",
        ),
        said(
            "Write to the bot in a direct message, or mention it on the server: your bot answers.",
            "Напишите боту в личные сообщения или упомяните его на сервере: ваш бот ответит.",
        ),
    ),
    icon="discord",
)
