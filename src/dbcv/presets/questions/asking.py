"""What all questions have in common: their fields, and the four steps ask, answer, again, keep. Each kind of question
says how an answer is read; the first reading whose rules hold wins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field

from dbcv.presets.fragment import Part, Sketch, group, message, save, to, when
from dbcv.presets.inputs import Id, Inputs, Says, Target, asked, next_step
from dbcv.presets.words import Words, said

SCRATCH: Final = "session._question"
ANSWER: Final = f"{SCRATCH}.answer"
"""Where an answer stands while it is judged."""
_TRIES: Final = f"{SCRATCH}.tries"


class QuestionInputs(Inputs):
    """What every question asks for."""

    text: Annotated[Says, Field(min_length=1)] = asked(..., "Question", "Вопрос", pick="text")
    save_as: Target = asked(..., "Save the answer as", "Сохранить ответ в", pick="variable")
    retry: Says = asked(
        "",
        "If the answer does not fit, say",
        "Если ответ не подходит, написать",
        about=said("left out, words that fit the question", "если пусто, подходящие слова найдутся сами"),
        pick="text",
    )
    max_tries: Annotated[int, Field(ge=1, le=20)] | None = asked(
        None,
        "Tries at most",
        "Не больше попыток",
        about=said("left out, it asks until the answer fits", "если пусто, спрашивает, пока ответ не подойдёт"),
    )
    next_step_id: Id | None = next_step()
    gave_up_step_id: Id | None = next_step("After too many tries go to", "Когда попытки кончились, к шагу")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand an answer: what to save of it for judging, the rules it must fit, what is then kept.
    `next_step_id`: this answer leads its own way."""

    saves: Sequence[Part]
    rules: Sequence[Part]
    kept: str = ANSWER
    next_step_id: str | None = None


def ask(
    inputs: QuestionInputs, sketch: Sketch, readings: Sequence[Reading], retry: Words, params: Part | None = None
) -> None:
    """Draw a question. `retry` is what it says to an answer that does not fit, unless the inputs have other words."""
    answer = sketch.id_of("answer")
    sketch.step(
        "ask",
        is_proxy=True,
        message=message(inputs.text, params),
        groups=[group(to(answer), saves=[save(SCRATCH, {"tries": 0})])],
    )
    judged = [
        group(to(sketch.id_of(_keeper(at, each)), *each.rules), saves=each.saves) for at, each in enumerate(readings)
    ]
    sketch.step("answer", said("answer", "ответ"), (1, 0), groups=[*judged, _not_fitting(inputs, sketch)])
    sketch.step(
        "again",
        said("again", "ещё раз"),
        (1, 1),
        is_proxy=True,
        message=message(inputs.retry or sketch.said(retry), params),
        groups=[group(to(answer))],
    )
    _keep(inputs, sketch, readings)


def _keep(inputs: QuestionInputs, sketch: Sketch, readings: Sequence[Reading]) -> None:
    """Steps that keep the answer, one for each way that answers lead."""
    drawn: set[str] = set()
    for at, reading in enumerate(readings):
        key = _keeper(at, reading)
        if key not in drawn:
            target = sketch.leaves(key, reading.next_step_id or inputs.next_step_id)
            kept = group(*target, saves=[save(inputs.save_as, reading.kept)])
            sketch.step(key, said("save", "сохранить"), (2, len(drawn)), is_proxy=True, groups=[kept])
            drawn.add(key)


def _keeper(at: int, reading: Reading) -> str:
    return "keep" if reading.next_step_id is None else f"keep-{at + 1}"


def _not_fitting(inputs: QuestionInputs, sketch: Sketch) -> Part:
    again = to(sketch.id_of("again"))
    if inputs.max_tries is None:
        return group(again)
    gave_up = sketch.way("gave-up", said("gave up", "не получилось"), inputs.gave_up_step_id, (2, 1))
    too_often = to(gave_up, when(_TRIES, "greater_or_equal", inputs.max_tries))
    return group(too_often, again, saves=[save(_TRIES, f"{{${_TRIES}|add:1$}}")])


def any_of(rules: Sequence[Part]) -> Part:
    """Rules of which one must hold, as one rule."""
    return {"condition": "OR", "rules": list(rules)}


def heard(filters: str = "") -> Any:
    """The text of the answer, trimmed, through more filters."""
    return f"{{$message.text|trim{filters}$}}"
