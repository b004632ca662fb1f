"""What presets ask for: the base of their inputs and the fields that many of them have. The JSON Schema of a form comes
from these classes, in the language of the reader. Shapes and bounds only; what the engine thinks of a value is asked
when the fragment is drawn."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from dbcv.engine.paths import FACTS, WRITABLE_SCOPES, PathError, parse_path
from dbcv.integration_kit.forms import asked as asked
from dbcv.integration_kit.forms import schema_of as schema_of
from dbcv.presets.words import Words, said

MAX_SCALAR = 1_000


def wrong(what: Words, hint: Words) -> PydanticCustomError:
    """What a validator raises: what is wrong and how to mend it, in both languages."""
    return PydanticCustomError("own_words", "wrong", {"what": dict(what), "hint": dict(hint)})


def _scalar(value: Any) -> Any:
    if not isinstance(value, (str, int, float)) or (isinstance(value, str) and len(value) > MAX_SCALAR):
        what = said("is no short text, number or flag", "не короткий текст, не число и не флаг")
        raise wrong(what, said(f"write at most {MAX_SCALAR} characters", f"напишите не больше {MAX_SCALAR} символов"))
    return value


def _path(text: str) -> str:
    try:
        parse_path(text)
    except PathError as error:
        shown = text[:80]
        what = said(f"“{shown}” is no path to a variable", f"«{shown}» не путь к переменной")
        raise wrong(what, _PATH_HINT) from error
    return text


def _target(text: str) -> str:
    path = parse_path(_path(text))
    if path.scope not in WRITABLE_SCOPES or not path.keys or path.keys[0] in FACTS.get(path.scope, ()):
        raise wrong(said(f"“{text[:80]}” cannot be saved to", f"в «{text[:80]}» сохранить нельзя"), _PATH_HINT)
    return text


_PATH_HINT = said("write a scope and a key, as session.age", "напишите область и ключ, например session.age")
Scalar = Annotated[
    Any, AfterValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean"], "maxLength": MAX_SCALAR})
]
"""A text, a number or a flag."""
Id = Annotated[str, Field(min_length=1, max_length=200)]
Variable = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_path)]
"""A path that can be read: `message.text`."""
Target = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_target)]
"""A path that can be saved to: `session.age`."""
Says = Annotated[str, Field(max_length=20_000)]
Short = Annotated[str, Field(min_length=1, max_length=200)]


class Form(BaseModel):
    """Fields of a form; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Inputs(Form):
    """What every preset asks for."""

    name: Annotated[str, Field(max_length=150)] = asked("", "Name of the step", "Название шага")


def next_step(en: str = "Then go to", ru: str = "Дальше к шагу") -> Any:
    """A field that names the step a way leads to; left out, the way stays open."""
    about: Words = {
        "en": "left out, the way stays open: lead it on later",
        "ru": "если не указать, путь останется открытым: его можно провести позже",
    }
    return asked(None, en, ru, about=about, pick="step")


class Button(Form):
    """A quick reply."""

    text: Short = asked(..., "Text", "Текст")
    value: Annotated[str, Field(max_length=200)] | None = asked(
        None,
        "Sends",
        "Отправляет",
        about={
            "en": "what pressing it writes; the text, if left out",
            "ru": "что запишет нажатие; если пусто, сам текст",
        },
    )

    @property
    def sends(self) -> str:
        """What pressing it writes."""
        return self.value or self.text


def as_buttons(buttons: list[Button]) -> dict[str, Any]:
    """The params of a message with these buttons."""
    return {"buttons": [{"text": each.text, "value": each.sends} for each in buttons]} if buttons else {}
