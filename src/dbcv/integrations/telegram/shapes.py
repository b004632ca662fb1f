"""What the actions of Telegram take and give."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs, Part
from dbcv.integration_kit.forms import asked, said

ChatId = Annotated[str, Field(min_length=1, max_length=64)]
Says = Annotated[str, Field(min_length=1, max_length=4_096)]
Caption = Annotated[str, Field(max_length=1_024)]
MessageId = Annotated[int, Field(ge=1)]
_CHAT = said("the chat's number, or @name of a public channel", "номер чата или @имя публичного канала")


class InlineButton(Part):
    """A button under a message."""

    text: Annotated[str, Field(min_length=1, max_length=64)] = asked(..., "Text", "Текст")
    data: Annotated[str, Field(max_length=64)] = asked(
        "", "Sends", "Отправляет", about=said("what the bot gets when it is pressed", "что получит бот при нажатии")
    )
    url: Annotated[str, Field(max_length=2_048)] = asked(
        "", "Opens", "Открывает", about=said("an address instead of `data`", "адрес вместо данных")
    )


Key = Annotated[str, Field(min_length=1, max_length=100)]


class Chat(Inputs):
    """What every message to a chat says."""

    chat_id: ChatId = asked(..., "Chat", "Чат", about=_CHAT)
    parse_mode: Literal["", "HTML", "MarkdownV2"] = asked(
        "",
        "Formatting",
        "Разметка",
        labels={"": said("None", "Нет"), "HTML": said("HTML", "HTML"), "MarkdownV2": said("Markdown", "Markdown")},
    )
    inline_keyboard: Annotated[list[list[InlineButton]], Field(max_length=100)] = asked(
        [], "Buttons under the message", "Кнопки под сообщением", about=said("rows of buttons", "ряды кнопок")
    )
    reply_keyboard: Annotated[list[list[Key]], Field(max_length=100)] = asked(
        [],
        "Keyboard instead of the letters",
        "Клавиатура вместо букв",
        about=said("rows of texts; pressing one writes it", "ряды текстов; нажатие пишет текст"),
    )
    remove_keyboard: bool = asked(False, "Take the keyboard away", "Убрать клавиатуру")
    is_silent: bool = asked(False, "Without a sound", "Без звука")
    reply_to_message_id: MessageId | None = asked(None, "Answers message", "Ответ на сообщение")
    base_url: Annotated[str, Field(max_length=500)] = asked(
        "",
        "Server",
        "Сервер",
        about=said("of your own Bot API server; empty: Telegram's", "своего сервера Bot API; пусто: сервер Telegram"),
    )

    @model_validator(mode="after")
    def _one_keyboard(self) -> "Chat":
        if sum(map(bool, (self.inline_keyboard, self.reply_keyboard, self.remove_keyboard))) > 1:
            raise ValueError("choose one of inline_keyboard, reply_keyboard and remove_keyboard")
        return self


class SendMessage(Chat):
    """A text."""

    text: Says = asked(..., "Text", "Текст", pick="text")


class SendPhoto(Chat):
    """A picture."""

    photo: Any = asked(
        ...,
        "Picture",
        "Картинка",
        about=said("an address, a Telegram file id, or a file of the bot", "адрес, номер файла Telegram или файл бота"),
    )
    caption: Caption = asked("", "Caption", "Подпись", pick="text")


class SendDocument(Chat):
    """A file."""

    document: Any = asked(
        ...,
        "File",
        "Файл",
        about=said("an address, a Telegram file id, or a file of the bot", "адрес, номер файла Telegram или файл бота"),
    )
    caption: Caption = asked("", "Caption", "Подпись", pick="text")


class EditMessage(Chat):
    """Another text for a message that the bot sent."""

    message_id: MessageId = asked(..., "Message", "Сообщение")
    text: Says = asked(..., "Text", "Текст", pick="text")


class AnswerCallback(Inputs):
    """What is shown after a button was pressed."""

    callback_query_id: Annotated[str, Field(min_length=1, max_length=100)] = asked(..., "Press", "Нажатие")
    text: Annotated[str, Field(max_length=200)] = asked("", "Text", "Текст")
    is_alert: bool = asked(False, "As a window", "Окном")
    base_url: Annotated[str, Field(max_length=500)] = asked("", "Server", "Сервер")


class Sent(Outputs):
    """The message as Telegram keeps it."""

    message_id: int
    chat_id: int
    date: str
    file_id: str | None = None


class Done(Outputs):
    """It was done."""

    done: bool
