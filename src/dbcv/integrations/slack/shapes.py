"""What the actions of Slack take and give."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Channel = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[#\w.-]+$")]
Timestamp = Annotated[str, Field(pattern=r"^\d{1,12}\.\d{1,12}$")]
Thread = Annotated[str, Field(pattern=r"^(\d{1,12}\.\d{1,12})?$")]
Text = Annotated[str, Field(max_length=40_000)]
Blocks = Annotated[list[dict[str, Any]], Field(max_length=50)]
_CHANNEL = said("as C0123456789 or #general", "вида C0123456789 или #general")
_BLOCKS = said("as Block Kit Builder makes them", "как их делает Block Kit Builder")
_THREAD = said("`ts` of the message to answer below", "`ts` сообщения, под которым ответить")


class _Says(Inputs):
    text: Text = asked("", "Text", "Текст", pick="text")
    blocks: Blocks = asked([], "Blocks", "Блоки", about=_BLOCKS, pick="value")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.text or self.blocks):
            raise ValueError("give text or blocks")
        return self


class SendMessageInputs(_Says):
    """A message to a channel, a group or a person."""

    channel: Channel = asked(..., "Channel", "Канал", about=_CHANNEL)
    thread_ts: Thread = asked("", "Thread", "Ветка", about=_THREAD)
    is_broadcast: bool = asked(False, "Show in the channel too", "Показать и в канале")


class UpdateMessageInputs(_Says):
    """Other words for a message of the bot."""

    channel: Channel = asked(..., "Channel", "Канал", about=said("as it came back", "какой вернулся при отправке"))
    ts: Timestamp = asked(..., "Message (`ts`)", "Сообщение (`ts`)")


class UploadFileInputs(Inputs):
    """A file of the bot, or a text as a file."""

    channel: Annotated[str, Field(pattern=r"^[CDG]\w{1,30}$")] = asked(
        ..., "Channel", "Канал", about=said("its id, as C0123456789", "id, вида C0123456789")
    )
    file: Any = asked(None, "File of the bot", "Файл бота")
    content: Annotated[str, Field(max_length=1_000_000)] = asked("", "or a text", "или текст", pick="text")
    file_name: Annotated[str, Field(max_length=255)] = asked("", "File name", "Имя файла")
    title: Annotated[str, Field(max_length=255)] = asked("", "Title", "Название")
    comment: Annotated[str, Field(max_length=4_000)] = asked("", "Message with it", "Сообщение при нём", pick="text")
    thread_ts: Thread = asked("", "Thread", "Ветка", about=_THREAD)

    @model_validator(mode="after")
    def _has_one_content(self) -> Self:
        if (self.file in (None, "")) == (not self.content):
            raise ValueError("give either a file or content")
        if self.content and not self.file_name:
            raise ValueError("give file_name, such as report.csv")
        return self


class OpenDirectMessageInputs(Inputs):
    """One person, or several for a group."""

    users: Annotated[list[Annotated[str, Field(pattern=r"^[UW]\w{1,30}$")]], Field(min_length=1, max_length=8)] = asked(
        ..., "People", "Люди", about=said("ids, as U0123456789", "id, вида U0123456789")
    )


class FindUserInputs(Inputs):
    """Who has this address."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=320)] = asked(..., "E-mail", "Почта")


class Sent(Outputs):
    """Save both to change the message or to answer below it."""

    channel: str
    ts: str


class Uploaded(Outputs):
    """The file in Slack."""

    file_id: str
    title: str | None = None
    url: str | None = None


class Conversation(Outputs):
    """Send messages there."""

    channel: str


class User(Outputs):
    """`is_found` is false when nobody has this address; then the rest is null."""

    is_found: bool
    id: str | None = None
    name: str | None = None
    real_name: str | None = None
    email: str | None = None
    title: str | None = None
    timezone: str | None = None
    is_bot: bool | None = None
    is_deleted: bool | None = None
