"""A sub-flow: a template of the bot, run in a step, values in and results out."""

from typing import Annotated, Any

from pydantic import Field

from dbcv.presets.fragment import Sketch, group
from dbcv.presets.inputs import Id, Inputs, Target, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said


class SubFlowInputs(Inputs):
    """The template and its traffic."""

    template_id: Id = asked(..., "Template of this bot", "Шаблон этого бота", pick="template")
    inputs_mapping: Annotated[dict[str, Any], Field(max_length=200)] = asked({}, "Give it", "Передать", pick="value")
    outputs_mapping: Annotated[dict[str, Target], Field(max_length=200)] = asked(
        {}, "Save its results as", "Сохранить результаты в", pick="variable"
    )
    next_step_id: Id | None = next_step("When it is over go to", "Когда закончится, к шагу")


def draw(inputs: SubFlowInputs, sketch: Sketch) -> None:
    """One step that holds the template's instance."""
    instance = inputs.model_dump(include={"template_id", "inputs_mapping", "outputs_mapping"})
    links = sketch.leaves("run", inputs.next_step_id)
    sketch.step("run", is_proxy=True, template_instance=instance, groups=[group(*links)] if links else [])


PRESET = Preset(
    id="sub_flow",
    section="flow",
    icon="sub_flow",
    name=said("Sub-flow", "Подсценарий"),
    about=said("Runs a template of the bot.", "Выполняет шаблон бота."),
    inputs=SubFlowInputs,
    draw=draw,
)
