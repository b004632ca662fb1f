"""A jump to a step that is somewhere else on the canvas."""

from dbcv.presets.fragment import Sketch, group, to
from dbcv.presets.inputs import Id, Inputs, asked
from dbcv.presets.preset import Preset
from dbcv.presets.words import said


class JumpInputs(Inputs):
    """Where to."""

    step_id: Id = asked(..., "Go to", "К шагу", pick="step")


def draw(inputs: JumpInputs, sketch: Sketch) -> None:
    """One step that lets through."""
    sketch.step("jump", is_proxy=True, groups=[group(to(inputs.step_id))])


PRESET = Preset(
    id="jump",
    section="flow",
    icon="jump",
    name=said("Jump", "Переход"),
    about=said("Goes on in a step elsewhere.", "Продолжает с другого шага."),
    inputs=JumpInputs,
    draw=draw,
)
