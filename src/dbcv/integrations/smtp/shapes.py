"""What sending e-mail takes and gives."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Address = Annotated[str, Field(max_length=320, pattern=r"^[^\s@,;<>\x00-\x1f]+@[^\s@,;<>\x00-\x1f]+$")]
Line = Annotated[str, Field(max_length=900, pattern=r"^[^\x00-\x1f\x7f]*$")]
Body = Annotated[str, Field(max_length=500_000)]


def _listed(value: Any) -> Any:
    """One address, or several parted by commas, is a list."""
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value


Addresses = Annotated[list[Address], BeforeValidator(_listed), Field(max_length=100)]
_SEVERAL = said("one, several parted by commas, or a list", "один, несколько через запятую или список")


class SendEmail(Inputs):
    """A letter."""

    to: Addresses = asked(..., "To", "Кому", about=_SEVERAL)
    subject: Line = asked("", "Subject", "Тема")
    text: Body = asked("", "Text", "Текст", pick="text")
    html: Body = asked("", "Text in HTML", "Текст в HTML", pick="text")
    sender: Annotated[str, Field(max_length=320)] = asked(
        "", "From", "От кого", about=said("empty: the user of the mail server", "пусто: пользователь почтового сервера")
    )
    sender_name: Line = asked("", "Name of the sender", "Имя отправителя")
    reply_to: Addresses = asked([], "Answers go to", "Ответы идут на")
    cc: Addresses = asked([], "Copy", "Копия")
    bcc: Addresses = asked([], "Hidden copy", "Скрытая копия")
    attachments: Annotated[list[Any], Field(max_length=20)] = asked([], "Files", "Файлы", about=said(
        "files of the bot", "файлы бота"
    ))  # fmt: skip
    security: Literal["", "tls", "starttls", "none"] = asked(
        "",
        "Protection",
        "Защита",
        labels={
            "": said("As the port says", "По порту"),
            "tls": said("TLS from the first byte (465)", "TLS с первого байта (465)"),
            "starttls": said("STARTTLS (587)", "STARTTLS (587)"),
            "none": said("None: the password goes unprotected", "Нет: пароль уйдёт незащищённым"),
        },
    )

    @model_validator(mode="after")
    def _somebody_gets_something(self) -> "SendEmail":
        if not self.to:
            raise ValueError("name somebody in `to`")
        if not self.text and not self.html:
            raise ValueError("give text or html")
        return self


class Sent(Outputs):
    """What the mail server said. `refused`: addresses it did not take, with its reasons."""

    message_id: str
    accepted: list[str]
    refused: dict[str, str]
