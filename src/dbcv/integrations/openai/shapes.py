"""What the actions of OpenAI take and give."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs, Part
from dbcv.integration_kit.forms import asked, said

Model = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=100_000)]
_SERVER = said(
    "address of a compatible server; empty: OpenAI, or the host the credential is bound to",
    "адрес совместимого сервера; пусто: OpenAI или хост, к которому привязан секрет",
)
_MODEL = said("as the server calls it", "как её называет сервер")


def server() -> Any:
    """The field for a compatible server."""
    return asked("", "Server", "Сервер", about=_SERVER, max_length=500)


class Said(Part):
    """One turn of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool"] = asked(..., "Role", "Роль")
    content: Any = asked("", "Content", "Содержание")
    tool_call_id: Annotated[str, Field(max_length=200)] = asked("", "Answers call", "Ответ на вызов")
    tool_calls: Annotated[list[dict[str, Any]], Field(max_length=100)] = asked([], "Calls", "Вызовы")


class Tool(Part):
    """A function the model may ask for."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = asked(..., "Name", "Название")
    description: Annotated[str, Field(max_length=2_000)] = asked("", "What it does", "Что она делает")
    parameters: dict[str, Any] = asked({}, "Parameters (JSON Schema)", "Параметры (JSON Schema)")


class Chat(Inputs):
    """A conversation to be continued."""

    model: Model = asked(..., "Model", "Модель", about=_MODEL)
    prompt: Text = asked("", "What the person says", "Что говорит человек", pick="text")
    system: Text = asked("", "What the model is told first", "Что модели сказано заранее", pick="text")
    messages: Annotated[list[Said], Field(max_length=1_000)] = asked(
        [],
        "What was said before",
        "Что было сказано раньше",
        about=said("a list of {role, content}, the oldest first", "список {role, content}, старые первыми"),
        pick="value",
    )
    temperature: Annotated[float, Field(ge=0, le=2)] | None = asked(None, "Temperature", "Температура")
    max_tokens: Annotated[int, Field(ge=1, le=1_000_000)] | None = asked(None, "Most tokens", "Не больше токенов")
    tools: Annotated[list[Tool], Field(max_length=128)] = asked([], "Functions", "Функции")
    tool_choice: Literal["", "auto", "none", "required"] = asked(
        "",
        "Calls functions",
        "Вызывает функции",
        labels={
            "": said("As it likes", "По своему выбору"),
            "auto": said("As it likes, said so", "По своему выбору, явно"),
            "none": said("Never", "Никогда"),
            "required": said("Always", "Всегда"),
        },
    )
    json_schema: dict[str, Any] | None = asked(
        None,
        "Answers in JSON of this schema",
        "Отвечает JSON по этой схеме",
        about=said("the answer is then in result.parsed", "ответ тогда в result.parsed"),
    )
    stream: bool = asked(
        False,
        "Shown while it is written",
        "Показывать по мере написания",
        about=said("people in the chat read the text as it comes", "люди в чате читают текст по мере появления"),
    )
    base_url: str = server()

    @model_validator(mode="after")
    def _something_is_said(self) -> "Chat":
        if not self.prompt and not self.messages:
            raise ValueError("give a prompt, or messages")
        return self


class Embed(Inputs):
    """Texts to be turned into vectors."""

    model: Model = asked(..., "Model", "Модель", about=_MODEL)
    texts: Annotated[list[Text], Field(min_length=1, max_length=256)] | Text = asked(
        ..., "Texts", "Тексты", about=said("one text or a list", "один текст или список")
    )
    dimensions: Annotated[int, Field(ge=1, le=10_000)] | None = asked(None, "Dimensions", "Размерность")
    base_url: str = server()


class Transcribe(Inputs):
    """A recording to be written down."""

    model: Model = asked("whisper-1", "Model", "Модель", about=_MODEL)
    file: Any = asked(
        ..., "Recording", "Запись", about=said("a file of the bot or sent to it", "файл бота или присланный ему")
    )
    language: Annotated[str, Field(pattern=r"^([a-z]{2,3})?$")] = asked(
        "", "Language", "Язык", about=said("as en or ru; empty: found out", "например en или ru; пусто: определится")
    )
    prompt: Annotated[str, Field(max_length=2_000)] = asked("", "Hint", "Подсказка")
    base_url: str = server()


class ToolCall(Outputs):
    """A function the model wants called; `arguments` is read JSON, or text where it is none."""

    id: str
    name: str
    arguments: Any


class Answer(Outputs):
    """What the model said. `parsed`: the JSON of an answer by schema."""

    text: str
    parsed: Any = None
    tool_calls: list[ToolCall] = Field(default_factory=list)
    finish_reason: str | None = None
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


class Vectors(Outputs):
    """A vector for each text, in their order."""

    vectors: list[list[float]]
    model: str
    tokens: int | None = None


class Written(Outputs):
    """What was said in the recording."""

    text: str
