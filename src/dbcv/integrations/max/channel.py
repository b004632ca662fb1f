"""What a page says of channels in MAX, and their config. Used by `transport.py`; imports no library."""

from pydantic import BaseModel, ConfigDict, StrictBool

from dbcv.integration_kit.channel_form import ChannelForm, api_field
from dbcv.integration_kit.forms import asked, said


class MaxConfig(BaseModel):
    """`groups`: answer in chats of several people too. `api_url`: a proxy of MAX's API of your own."""

    model_config = ConfigDict(extra="forbid")
    groups: StrictBool = asked(
        False,
        "Answer in chats of several people too",
        "Отвечать и в общих чатах",
        about=said("A chat is one person with one conversation.", "Чат — один собеседник с одним разговором."),
    )
    api_url: str = api_field("https://platform-api2.max.ru")


CHANNEL = ChannelForm(
    name=said("MAX", "MAX"),
    about=said("People write to a bot in MAX.", "Люди пишут боту в MAX."),
    config=MaxConfig,
    providers=("max",),
    steps=(
        said(
            "On business.max.ru make a bot for your organisation and wait till it has been checked.",
            "На business.max.ru создайте чат-бота своей организации и дождитесь проверки.",
        ),
        said(
            "In the bot's settings open Integration and copy the token.",
            "В настройках бота откройте «Интеграция» и скопируйте токен.",
        ),
        said(
            "Make a credential here with this token, and press Connect.",
            "Создайте здесь ключ доступа с этим токеном и нажмите «Подключить».",
        ),
        said(
            "Open the bot in MAX and press Start: your bot answers.",
            "Откройте бота в MAX и нажмите «Начать»: ваш бот ответит.",
        ),
    ),
    icon="max",
)
