"""A message: says something, then waits for an answer or goes on."""

from typing import Annotated

from pydantic import Field

from dbcv.presets.fragment import Sketch, group, message
from dbcv.presets.inputs import Button, Id, Inputs, Says, as_buttons, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said


class MessageInputs(Inputs):
    """What to say, and whether to wait."""

    text: Says = asked("", "Text", "Текст", pick="text")
    buttons: Annotated[list[Button], Field(max_length=50)] = asked([], "Buttons", "Кнопки")
    attachments: Annotated[list[Says], Field(max_length=20)] = asked(
        [],
        "Files",
        "Файлы",
        about=said("ids of your files, addresses, or placeholders", "id ваших файлов, адреса или подстановки"),
    )
    widget_id: Id | None = asked(None, "Widget", "Виджет", pick="widget")
    waits: bool = asked(True, "Wait for an answer", "Ждать ответа")
    next_step_id: Id | None = next_step()


def draw(inputs: MessageInputs, sketch: Sketch) -> None:
    """One step."""
    more = {"attachments": inputs.attachments, "widget_id": inputs.widget_id}
    links = sketch.leaves("message", inputs.next_step_id)
    sketch.step(
        "message",
        is_proxy=not inputs.waits,
        message=message(inputs.text, as_buttons(inputs.buttons), **more),
        groups=[group(*links)] if links else [],
    )


PRESET = Preset(
    id="message",
    section="talk",
    icon="message",
    name=said("Message", "Сообщение"),
    about=said("Says a text, with buttons, files or a widget.", "Пишет текст, с кнопками, файлами или виджетом."),
    inputs=MessageInputs,
    draw=draw,
)
