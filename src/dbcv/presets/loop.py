"""A loop over a list, without code: the language has no computed paths, so the step "next" has a group for each place
of the list, and a counter says which of them leads on."""

from typing import Annotated, Final

from pydantic import Field

from dbcv.presets.fragment import Door, Part, Sketch, group, message, save, to, when
from dbcv.presets.inputs import Id, Inputs, Says, Target, Variable, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said

MOST_ITEMS: Final = 45
"""A turn enters at most 100 steps, and each item that is only spoken of takes two."""


class LoopInputs(Inputs):
    """The list and what to do for each item."""

    items: Variable = asked(..., "List", "Список", pick="variable")
    item: Target = asked(
        "session.item",
        "Call each item",
        "Называть каждый элемент",
        about=said(
            "beside it the counter …_index (from 0) and the length …_count; a loop in a loop needs another name",
            "рядом счётчик …_index (с нуля) и длина …_count; циклу внутри цикла нужно другое имя",
        ),
        pick="variable",
    )
    max_items: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = asked(
        20, "Items at most", "Не больше элементов", about=said("further ones are left out", "остальные пропускаются")
    )
    text: Says = asked("", "Say for each", "Написать для каждого", pick="text")
    body_step_id: Id | None = asked(
        None,
        "Do for each, from step",
        "Выполнить для каждого, с шага",
        about=said(
            "lead the last step back to “next item”; if something is said and no step named, it goes on by itself",
            "последний шаг верните к «следующий элемент»; если есть текст, а шага нет, цикл идёт сам",
        ),
        pick="step",
    )
    next_step_id: Id | None = next_step("After the last one go to", "После последнего к шагу")


def draw(inputs: LoopInputs, sketch: Sketch) -> None:
    """Steps: count the list, next item, say or do something for it, done."""
    following, counter, length = sketch.id_of("next"), f"{inputs.item}_index", f"{inputs.item}_count"
    begin = [save(length, f"{{${inputs.items}|length$}}"), save(counter, -1)]
    sketch.step("loop", is_proxy=True, groups=[group(to(following), saves=begin)])
    body = _body(inputs, sketch, following)
    done = sketch.way("done", said("done", "готово"), inputs.next_step_id, (2, 1))
    over = [
        to(done, when(counter, "greater_or_equal", f"{{${length}$}}")),
        to(done, when(counter, "greater_or_equal", inputs.max_items)),
    ]
    step_on = group(*over, saves=[save(counter, f"{{${counter}|add:1$}}")])
    places = [_place(inputs, counter, body, at) for at in range(inputs.max_items)]
    sketch.step(
        "next",
        said("next item", "следующий элемент"),
        (1, 0),
        is_proxy=True,
        groups=[step_on, *places, group(to(done))],
    )
    sketch.ways_in.append(Door("next", following))


def _body(inputs: LoopInputs, sketch: Sketch, following: str) -> str:
    if not inputs.text:
        return sketch.way("each", said("each", "каждый"), inputs.body_step_id, (2, 0))
    links = [group(to(inputs.body_step_id or following))]
    words = said("each", "каждый")
    return sketch.step("each", words, (2, 0), is_proxy=True, message=message(inputs.text), groups=links)


def _place(inputs: LoopInputs, counter: str, body: str, at: int) -> Part:
    return group(to(body, when(counter, "equal", at)), saves=[save(inputs.item, f"{inputs.items}.{at}")])


PRESET = Preset(
    id="loop",
    section="flow",
    icon="loop",
    name=said("Loop over a list", "Цикл по списку"),
    about=said("Does the same for each item of a list.", "Делает одно и то же для каждого элемента списка."),
    inputs=LoopInputs,
    draw=draw,
)
