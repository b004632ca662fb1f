"""What presets ask for: the base of their inputs and the fields that many of them have. The JSON Schema of a form comes
from these classes, in the language of the reader. Shapes and bounds only; what the engine thinks of a value is asked
when the fragment is drawn."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from dbcv.engine.paths import FACTS, WRITABLE_SCOPES, PathError, parse_path
from dbcv.presets.words import Language, Words, said

MAX_SCALAR = 1_000
Pick = Literal[
    "step",
    "variable",
    "value",
    "text",
    "code",
    "request",
    "template",
    "credential",
    "integration",
    "widget",
    "operator",
]
"""What a form may offer instead of a bare field: the bot's steps, its variables, an editor for code."""


def asked(
    default: Any,
    en: str,
    ru: str,
    *,
    about: Words | None = None,
    pick: Pick | None = None,
    labels: Mapping[str, Words] | None = None,
    **bounds: Any,
) -> Any:
    """A field of inputs with its label in both languages, and what else a form needs to draw it."""
    russian: dict[str, Any] = {"title": ru} | ({"description": about["ru"]} if about else {})
    extra: dict[str, Any] = {"x-ru": russian}
    if pick:
        extra["x-pick"] = pick
    if labels:
        extra["x-labels"] = {value: words["en"] for value, words in labels.items()}
        russian["x-labels"] = {value: words["ru"] for value, words in labels.items()}
    description = about["en"] if about else None
    return Field(default, title=en, description=description, json_schema_extra=extra, **bounds)


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


def schema_of(inputs: type[Inputs], language: Language) -> dict[str, Any]:
    """The JSON Schema of a form, labels in `language`. `x-pick` names what a field may be picked from, `x-labels` what
    to call the values of an enum."""
    schema: dict[str, Any] = _spoken(inputs.model_json_schema(), language)
    return schema


def _spoken(node: Any, language: Language) -> Any:
    if isinstance(node, list):
        return [_spoken(each, language) for each in node]
    if not isinstance(node, dict):
        return node
    own = node | (node.get("x-ru", {}) if language == "ru" else {})
    return {key: _spoken(value, language) for key, value in own.items() if key != "x-ru"}
