"""A delay: nothing is said for a time, then it goes on. The time is a row of the database, so it survives restarts;
what people write meanwhile does not end it (unless a step is named for that)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from dbcv.presets.fragment import Sketch, group, to
from dbcv.presets.inputs import Id, Inputs, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said

Unit = Literal["seconds", "minutes", "hours", "days"]
SECONDS: Final[dict[Unit, int]] = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
UNIT_WORDS: Final = {
    "seconds": said("seconds", "секунд"),
    "minutes": said("minutes", "минут"),
    "hours": said("hours", "часов"),
    "days": said("days", "дней"),
}


class DelayInputs(Inputs):
    """How long to wait."""

    amount: Annotated[int, Field(ge=1, le=365)] = asked(5, "Wait", "Ждать")
    unit: Unit = asked("minutes", "Unit", "Единица", labels=UNIT_WORDS)
    next_step_id: Id | None = next_step()
    written_step_id: Id | None = asked(
        None,
        "If they write meanwhile, go to",
        "Если человек напишет раньше, к шагу",
        about=said("left out, what they write does not end the wait", "если не указать, ожидание не прервётся"),
        pick="step",
    )


def draw(inputs: DelayInputs, sketch: Sketch) -> None:
    """A step without a message whose timeout leads on."""
    after = sketch.way("next", said("after that", "после"), inputs.next_step_id, (1, 0))
    meanwhile = [group(to(inputs.written_step_id))] if inputs.written_step_id else []
    seconds = inputs.amount * SECONDS[inputs.unit]
    sketch.step("delay", timeout_after=seconds, timeout_step_id=after, groups=meanwhile)


PRESET = Preset(
    id="delay",
    section="flow",
    icon="delay",
    name=said("Delay", "Задержка"),
    about=said("Waits for some time, then goes on by itself.", "Ждёт заданное время и сам идёт дальше."),
    inputs=DelayInputs,
    draw=draw,
)
