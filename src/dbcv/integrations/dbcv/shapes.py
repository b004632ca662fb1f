"""What the actions of DBCV itself take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, JsonValue, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs, Part
from dbcv.integration_kit.forms import asked, said

MAX_TEXT = 20_000
Path = Annotated[str, Field(max_length=500)]
Limit = Annotated[int, Field(ge=1, le=100)]


def _channel() -> Any:
    return asked(..., "Channel", "Канал", about=said("one of yours that the bot is in", "ваш, в котором есть бот"))


def _session() -> Any:
    return asked(
        ..., "Session", "Сессия", about=said("its id; {$session.id$} is this one", "её id; {$session.id$} эта")
    )


def _limit() -> Any:
    return asked(20, "At most", "Не больше")


def _cursor() -> Any:
    return asked(
        None, "From where", "Откуда", about=said("next_cursor of the page before", "next_cursor прошлой страницы")
    )


class ListSubscribers(Inputs):
    """Who is in a channel."""

    channel_id: UUID = _channel()
    external_id: Annotated[str, Field(max_length=255)] | None = asked(
        None,
        "Only who is there as",
        "Только тот, кто там как",
        about=said("the id at Telegram or the like", "id в Telegram и т. п."),
    )
    limit: Limit = _limit()
    cursor: UUID | None = _cursor()


class ListSessions(Inputs):
    """The bot's sessions."""

    channel_id: UUID | None = asked(None, "Channel", "Канал")
    subscriber_id: UUID | None = asked(None, "Subscriber", "Подписчик")
    is_paused: bool | None = asked(None, "A person answers there", "Там отвечает человек")
    limit: Limit = _limit()
    cursor: UUID | None = _cursor()


class _Of(Inputs):
    """Whose variables are meant."""

    scope: Literal["bot", "user", "channel", "session"] = asked(
        ..., "Whose", "Чьи", labels={
            "bot": said("the bot's", "бота"), "user": said("a subscriber's", "подписчика"),
            "channel": said("a channel's", "канала"), "session": said("a session's", "сессии"),
        },
    )  # fmt: skip
    id: UUID | None = asked(None, "Id", "Id", about=said("nothing for the bot", "для бота не нужен"))

    @model_validator(mode="after")
    def _somebody_is_meant(self) -> "_Of":
        if (self.scope == "bot") != (self.id is None):
            raise ValueError("give the id of the subscriber, channel or session, and none for the bot")
        return self


class ReadVariable(_Of):
    """Which variable."""

    path: Path = asked("", "Path", "Путь", about=said("left out: all of them", "если пусто: все"))


class WriteVariable(_Of):
    """Which variable, and what it becomes."""

    path: Annotated[str, Field(min_length=1, max_length=500)] = asked(..., "Path", "Путь")
    value: JsonValue = asked(..., "Value", "Значение", pick="value")


class OfSession(Inputs):
    """Which session."""

    session_id: UUID = _session()


class MoveSession(OfSession):
    """Where a session goes."""

    step_id: Annotated[str, Field(min_length=1, max_length=100)] = asked(..., "Step", "Шаг", pick="step")


class HandBack(OfSession):
    """How the bot comes back."""

    answer_last: bool = asked(False, "Answer the last message", "Ответить на последнее сообщение")


class Button(Part):
    """A button below a message."""

    text: Annotated[str, Field(min_length=1, max_length=200)] = asked(..., "Text", "Текст")
    value: Annotated[str, Field(max_length=1_000)] | None = asked(None, "Says", "Говорит")
    url: Annotated[str, Field(max_length=2_048, pattern=r"^https?://\S+$")] | None = asked(None, "Leads to", "Ведёт на")


class _Speech(Inputs):
    """What the bot says first."""

    channel_id: UUID = _channel()
    text: Annotated[str, Field(max_length=MAX_TEXT)] = asked("", "Text", "Текст", pick="text")
    buttons: Annotated[list[Button], Field(max_length=20)] = asked([], "Buttons", "Кнопки")
    event_name: Annotated[str, Field(max_length=255)] = asked(
        "", "Name of the event", "Название события",
        about=said("rules of the bot see it as event.name", "правила бота видят его как event.name"),
    )  # fmt: skip
    event_data: JsonValue = asked(
        None, "Data of the event", "Данные события", pick="value",
        about=said("rules see it as event.data", "правила видят их как event.data"),
    )  # fmt: skip

    @model_validator(mode="after")
    def _something_is_said(self) -> "_Speech":
        if not (self.text or self.buttons or self.event_name):
            raise ValueError("give text, buttons or event_name")
        return self


class SendMessage(_Speech):
    """To whom."""

    subscriber_id: UUID = asked(..., "Subscriber", "Подписчик")


class Broadcast(_Speech):
    """To all."""


class OfBroadcast(Inputs):
    """Which broadcast."""

    broadcast_id: UUID = asked(..., "Broadcast", "Рассылка")


class SubscriberSeen(Part):
    """Somebody of a channel; `external_id` and `profile` of who comes by Telegram and the like."""

    id: UUID
    kind: str
    name: str | None
    external_id: str | None
    profile: dict[str, Any]
    since: datetime


class Subscribers(Outputs):
    """A page of them, by id; `next_cursor` is null on the last one."""

    items: list[SubscriberSeen]
    next_cursor: UUID | None


class SessionSeen(Part):
    """One conversation of the bot. `is_paused`: a person answers there."""

    id: UUID
    subscriber_id: UUID
    channel_id: UUID
    step_id: str | None
    step_name: str | None
    is_paused: bool
    active_at: datetime


class Sessions(Outputs):
    """A page of them, the newest first; go on while there is a `next_cursor`."""

    items: list[SessionSeen]
    next_cursor: UUID | None


class Value(Outputs):
    """What lies there; null where nothing does."""

    value: Any


class Done(Outputs):
    """It is done."""

    done: bool = True


class Sent(Outputs):
    """The session that it goes to; it is said there as soon as nothing else is under way."""

    session_id: UUID


class Begun(Outputs):
    """The broadcast, to ask how far it is."""

    broadcast_id: UUID


class HowFar(Outputs):
    """`reached`: sessions so far; `failed`: turns among them that went wrong, `errors` of three of them."""

    reached: int
    failed: int
    is_done: bool
    errors: list[str]
    began_at: datetime
    done_at: datetime | None
    error: str | None
