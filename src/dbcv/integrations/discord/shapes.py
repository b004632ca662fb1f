"""What the actions of Discord take and give."""

from typing import Annotated

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs, Part
from dbcv.integration_kit.forms import asked, said

Url = Annotated[str, Field(max_length=2_048, pattern=r"^(https?://\S+)?$")]


class Embed(Part):
    """A card in a message."""

    title: Annotated[str, Field(max_length=256)] = asked("", "Title", "Заголовок")
    description: Annotated[str, Field(max_length=4_096)] = asked("", "Text", "Текст")
    url: Url = asked("", "Leads to", "Ведёт на")
    image_url: Url = asked("", "Picture", "Картинка")
    color: Annotated[int, Field(ge=0, le=0xFFFFFF)] | None = asked(None, "Colour", "Цвет")


class Message(Inputs):
    """What every message says."""

    content: Annotated[str, Field(max_length=2_000)] = asked("", "Text", "Текст", pick="text")
    embeds: Annotated[list[Embed], Field(max_length=10)] = asked([], "Cards", "Карточки")
    mentions: bool = asked(
        False,
        "Mentions call people",
        "Упоминания зовут людей",
        about=said("off: @everyone in a variable calls nobody", "выключено: @everyone из переменной никого не зовёт"),
    )

    @model_validator(mode="after")
    def _something_is_said(self) -> "Message":
        if not self.content and not self.embeds:
            raise ValueError("give content, or embeds")
        return self


class Webhook(Message):
    """A message by a webhook."""

    username: Annotated[str, Field(max_length=80)] = asked("", "In the name of", "От имени")
    avatar_url: Url = asked("", "Picture of the name", "Картинка имени")


class SendMessage(Message):
    """A message of a bot."""

    channel_id: Annotated[int, Field(ge=1)] = asked(..., "Channel", "Канал", about=said(
        "its number: developer mode, Copy ID", "его номер: режим разработчика, Копировать ID"
    ))  # fmt: skip


class Sent(Outputs):
    """The message as Discord keeps it; numbers as texts, they are too long for some programs."""

    message_id: str
    channel_id: str
