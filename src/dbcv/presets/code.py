"""A code step: Python computes, what it returns is kept."""

from typing import Annotated, Final

from pydantic import Field

from dbcv.presets.fragment import Sketch, group, save, to, when
from dbcv.presets.inputs import Id, Inputs, Target, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said

SAMPLE: Final = "async def main(message, variables):\n    return message['text']\n"


class CodeInputs(Inputs):
    """The code and what becomes of its result."""

    code: Annotated[str, Field(min_length=1, max_length=200_000)] = asked(SAMPLE, "Python", "Python", pick="code")
    save_as: Target | None = asked(None, "Save the result as", "Сохранить результат в", pick="variable")
    next_step_id: Id | None = next_step()
    failed_step_id: Id | None = asked(
        None,
        "If it fails go to",
        "Если код не сработал, к шагу",
        about=said("when it raised or returned nothing", "когда была ошибка или ничего не вернулось"),
        pick="step",
    )


def draw(inputs: CodeInputs, sketch: Sketch) -> None:
    """One step that lets through."""
    saves = [save(inputs.save_as, "result")] if inputs.save_as else []
    failed = [to(inputs.failed_step_id, when("result", "is_null"))] if inputs.failed_step_id else []
    links = [*failed, *sketch.leaves("code", inputs.next_step_id)]
    sketch.step("code", is_proxy=True, groups=[group(*links, saves=saves, search_type="code", code=inputs.code)])


PRESET = Preset(
    id="code",
    section="outside",
    icon="code",
    name=said("Code", "Код"),
    about=said("Runs Python and keeps what it returns.", "Выполняет код на Python и сохраняет результат."),
    inputs=CodeInputs,
    draw=draw,
)
