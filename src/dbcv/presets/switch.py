"""SWITCH/CASE: one way for each value of a variable, and one for all others."""

from typing import Annotated

from pydantic import Field

from dbcv.presets.fragment import Sketch, group, to, when
from dbcv.presets.inputs import Form, Id, Inputs, Scalar, Variable, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said


class Case(Form):
    """Values that lead one way."""

    values: Annotated[list[Scalar], Field(min_length=1, max_length=50)] = asked(
        ..., "Is one of", "Равна одному из", pick="value"
    )
    next_step_id: Id | None = next_step("Go to", "К шагу")


class SwitchInputs(Inputs):
    """The variable and its cases."""

    variable: Variable = asked("message.text", "Variable", "Переменная", pick="variable")
    cases: Annotated[list[Case], Field(min_length=1, max_length=100)] = asked(..., "Cases", "Варианты")
    ignore_case: bool = asked(True, "Ignore case", "Без учёта регистра")
    default_step_id: Id | None = next_step("Otherwise go to", "Иначе к шагу")


def draw(inputs: SwitchInputs, sketch: Sketch) -> None:
    """One step that lets through, a connection for each case."""
    links = []
    for number, case in enumerate(inputs.cases):
        name = str(case.values[0])[:40]
        target = sketch.way(f"case-{number + 1}", said(name, name), case.next_step_id, (1, number))
        rule = when(inputs.variable, "in", case.values, **({"ignore_case": True} if inputs.ignore_case else {}))
        links.append(to(target, rule))
    links.append(to(sketch.way("default", said("otherwise", "иначе"), inputs.default_step_id, (1, len(links)))))
    sketch.step("switch", is_proxy=True, groups=[group(*links)])


PRESET = Preset(
    id="switch",
    section="flow",
    icon="switch",
    name=said("Switch", "Выбор по значению"),
    about=said("One way for each value of a variable.", "Свой путь для каждого значения переменной."),
    inputs=SwitchInputs,
    draw=draw,
)
