"""What the action of Anthropic takes and gives."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs, Part
from dbcv.integration_kit.forms import asked, said

Text = Annotated[str, Field(max_length=100_000)]


class Said(Part):
    """One turn of a conversation."""

    role: Literal["user", "assistant"] = asked(..., "Role", "Роль")
    content: Any = asked(..., "Content", "Содержание")


class Tool(Part):
    """A function the model may ask for."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = asked(..., "Name", "Название")
    description: Annotated[str, Field(max_length=2_000)] = asked("", "What it does", "Что она делает")
    input_schema: dict[str, Any] = asked({"type": "object"}, "Parameters (JSON Schema)", "Параметры (JSON Schema)")


class Chat(Inputs):
    """A conversation to be continued."""

    model: Annotated[str, Field(min_length=1, max_length=200)] = asked(..., "Model", "Модель")
    prompt: Text = asked("", "What the person says", "Что говорит человек", pick="text")
    system: Text = asked("", "What the model is told first", "Что модели сказано заранее", pick="text")
    messages: Annotated[list[Said], Field(max_length=1_000)] = asked(
        [],
        "What was said before",
        "Что было сказано раньше",
        about=said("a list of {role, content}, the oldest first", "список {role, content}, старые первыми"),
        pick="value",
    )
    max_tokens: Annotated[int, Field(ge=1, le=100_000)] = asked(1_024, "Most tokens", "Не больше токенов")
    tools: Annotated[list[Tool], Field(max_length=128)] = asked([], "Functions", "Функции")
    stream: bool = asked(
        False,
        "Shown while it is written",
        "Показывать по мере написания",
        about=said("people in the chat read the text as it comes", "люди в чате читают текст по мере появления"),
    )
    base_url: Annotated[str, Field(max_length=500)] = asked(
        "",
        "Server",
        "Сервер",
        about=said("address of a gateway; empty: Anthropic", "адрес шлюза; пусто: Anthropic"),
    )

    @model_validator(mode="after")
    def _something_is_said(self) -> "Chat":
        if not self.prompt and not self.messages:
            raise ValueError("give a prompt, or messages")
        return self


class ToolCall(Outputs):
    """A function the model wants called."""

    id: str
    name: str
    arguments: Any


class Answer(Outputs):
    """What the model said."""

    text: str
    tool_calls: list[ToolCall] = Field(default_factory=list)
    finish_reason: str | None = None
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
