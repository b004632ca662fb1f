"""Handing over to a person. A bot cannot pause itself: this makes it silent in a step of its own, where those who run
the bot find the session, take it over and, when they are done, hand it back."""

from typing import Annotated, Final

from pydantic import Field

from dbcv.presets.fragment import Sketch, group, message, save, to, when
from dbcv.presets.inputs import Id, Inputs, Says, Short, Target, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said

_CALLING: Final = said("I am calling a colleague. Please wait.", "Зову коллегу. Подождите, пожалуйста.")
_NOBODY: Final = said("Nobody is free right now.", "Сейчас никто не может ответить.")


class HandoverInputs(Inputs):
    """What to say, how long to wait, how to come back."""

    text: Says = asked(
        "", "Say", "Написать", about=said("left out: “I am calling a colleague.”", "если пусто: «Зову коллегу»")
    )
    asked_at: Target = asked(
        "session.handover_asked_at", "Keep the time it was asked as", "Сохранить время просьбы в", pick="variable"
    )
    back_words: Annotated[list[Short], Field(max_length=20)] = asked(
        [], "Words that bring the bot back", "Слова, которые возвращают бота"
    )
    minutes: Annotated[int, Field(ge=1, le=1_440)] | None = asked(
        None,
        "Wait for a person, minutes",
        "Ждать человека, минут",
        about=said("then the bot is back; left out, it waits for ever", "потом бот вернётся; если пусто, ждёт всегда"),
    )
    nobody_text: Says = asked("", "If nobody came, say", "Если никто не пришёл, написать")
    next_step_id: Id | None = next_step("When the bot is back go to", "Когда бот вернётся, к шагу")


def draw(inputs: HandoverInputs, sketch: Sketch) -> None:
    """Steps: say it, be silent, and what happens if nobody came."""
    silent = sketch.id_of("silent")
    keep = [save(inputs.asked_at, "event.now")]
    said_first = message(inputs.text or sketch.said(_CALLING))
    sketch.step("call", is_proxy=True, message=said_first, groups=[group(to(silent), saves=keep)])
    if not inputs.back_words and inputs.minutes is None:
        sketch.step("silent", said("a person answers", "отвечает человек"), (1, 0), groups=[])
        return
    back = sketch.way("back", said("the bot is back", "бот снова здесь"), inputs.next_step_id, (2, 0))
    words = (
        [group(to(back, when("message.text", "in", inputs.back_words, ignore_case=True)))] if inputs.back_words else []
    )
    timeout = (
        {}
        if inputs.minutes is None
        else {"timeout_after": inputs.minutes * 60, "timeout_step_id": sketch.id_of("nobody")}
    )
    sketch.step("silent", said("a person answers", "отвечает человек"), (1, 0), groups=words, **timeout)
    if inputs.minutes is not None:
        nobody = message(inputs.nobody_text or sketch.said(_NOBODY))
        sketch.step(
            "nobody",
            said("nobody came", "никто не пришёл"),
            (1, 1),
            is_proxy=True,
            message=nobody,
            groups=[group(to(back))],
        )


PRESET = Preset(
    id="handover",
    section="talk",
    icon="handover",
    name=said("Hand over to a person", "Передать человеку"),
    about=said("The bot falls silent so that a person can answer.", "Бот замолкает, чтобы ответил человек."),
    inputs=HandoverInputs,
    draw=draw,
)
