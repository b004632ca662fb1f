"""What the actions of MAX take and give."""

from typing import Annotated

from pydantic import Field

from dbcv.integration_kit.definition import Inputs, Outputs, Part
from dbcv.integration_kit.forms import asked, said


class Button(Part):
    """A button that leads somewhere."""

    text: Annotated[str, Field(min_length=1, max_length=128)] = asked(..., "Text", "Текст")
    url: Annotated[str, Field(max_length=2_048, pattern=r"^https?://\S+$")] = asked(..., "Leads to", "Ведёт на")


class SendMessage(Inputs):
    """A message of a bot."""

    chat_id: Annotated[int, Field(ge=-(2**62), le=2**62)] = asked(
        ..., "Chat", "Чат", about=said("its number; in a channel of MAX {$message.params.chat_id$}", "его номер")
    )
    text: Annotated[str, Field(min_length=1, max_length=3_999)] = asked(..., "Text", "Текст", pick="text")
    buttons: Annotated[list[Button], Field(max_length=20)] = asked([], "Buttons", "Кнопки")


class Sent(Outputs):
    """The message as MAX keeps it."""

    message_id: str
