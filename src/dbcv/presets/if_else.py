"""IF/ELSE: one way if the rules hold, another one if not."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from dbcv.engine.operators import BY_SPELLING, OPERATORS
from dbcv.presets.fragment import Part, Sketch, group, to
from dbcv.presets.inputs import Form, Id, Inputs, Variable, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said


def _known(name: str) -> str:
    if name not in BY_SPELLING:
        raise PydanticCustomError("literal_error", "operator", {"expected": ", ".join(OPERATORS)})
    return name


Operator = Annotated[
    str, Field(max_length=50), AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(OPERATORS)})
]
Kind = Literal["string", "number", "integer", "double", "boolean", "date", "datetime", "time"]


class Rule(Form):
    """Compares a variable with a value."""

    field: Variable = asked(..., "Variable", "Переменная", pick="variable")
    operator: Operator = asked("equal", "Operator", "Оператор", pick="operator")
    value: Any = asked(None, "Value", "Значение", pick="value")
    type: Kind | None = asked(None, "Compare as", "Сравнивать как")
    ignore_case: bool = asked(False, "Ignore case", "Без учёта регистра")

    def as_rule(self) -> Part:
        """As a document holds it."""
        return {name: value for name, value in self.model_dump().items() if value is not None or name == "value"}


class IfElseInputs(Inputs):
    """Rules and two ways."""

    condition: Literal["AND", "OR"] = asked(
        "AND",
        "Of the rules",
        "Из правил",
        labels={"AND": said("all hold", "верны все"), "OR": said("any holds", "верно любое")},
    )
    rules: Annotated[list[Rule], Field(min_length=1, max_length=50)] = asked(..., "If", "Если")
    then_step_id: Id | None = next_step("Then go to", "То к шагу")
    else_step_id: Id | None = next_step("Else go to", "Иначе к шагу")


def draw(inputs: IfElseInputs, sketch: Sketch) -> None:
    """One step that lets through, two connections."""
    then = sketch.way("then", said("then", "то"), inputs.then_step_id, (1, 0))
    otherwise = sketch.way("else", said("else", "иначе"), inputs.else_step_id, (1, 1))
    rules = [rule.as_rule() for rule in inputs.rules]
    sketch.step("if", is_proxy=True, groups=[group(to(then, *rules, condition=inputs.condition), to(otherwise))])


PRESET = Preset(
    id="if_else",
    section="flow",
    icon="if_else",
    name=said("If / else", "Если / иначе"),
    about=said(
        "Goes one way if rules hold, another way if not.", "Ведёт одним путём, если правила верны, и другим, если нет."
    ),
    inputs=IfElseInputs,
    draw=draw,
)
