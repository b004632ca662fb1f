"""Questions with a written answer that must look right: a text, an e-mail, a phone number."""

from typing import Annotated, Final

from pydantic import Field

from dbcv.presets.fragment import Sketch, save, when
from dbcv.presets.inputs import asked
from dbcv.presets.preset import Preset
from dbcv.presets.questions.asking import ANSWER, SCRATCH, QuestionInputs, Reading, ask, heard
from dbcv.presets.words import said

EMAIL_PATTERN: Final = r"^[^@\s,;<>]{1,64}@[^@\s.,;<>]+(\.[^@\s.,;<>]+)+$"
PHONE_PATTERN: Final = r"^\+?[0-9]{7,15}$"
_LENGTH: Final = f"{SCRATCH}.length"


class TextInputs(QuestionInputs):
    """How long the text may be and what it must look like."""

    min_length: Annotated[int, Field(ge=1, le=10_000)] = asked(1, "Characters at least", "Символов не меньше")
    max_length: Annotated[int, Field(ge=1, le=10_000)] = asked(1_000, "Characters at most", "Символов не больше")
    pattern: Annotated[str, Field(min_length=1, max_length=1_000)] | None = asked(
        None,
        "Must match",
        "Должен подходить под",
        about=said(
            "a regular expression (RE2), as ^[A-Z]{2}[0-9]+$", "регулярное выражение (RE2), например ^[А-Я]{2}[0-9]+$"
        ),
    )


def draw_text(inputs: TextInputs, sketch: Sketch) -> None:
    """A text within bounds."""
    saves = [save(ANSWER, heard()), save(_LENGTH, f"{{${ANSWER}|length$}}")]
    rules = [when(_LENGTH, "between", [inputs.min_length, inputs.max_length])]
    if inputs.pattern is not None:
        rules.append(when(ANSWER, "matches", inputs.pattern))
    low, high = inputs.min_length, inputs.max_length
    retry = said(f"Please write {low} to {high} characters.", f"Напишите, пожалуйста, от {low} до {high} символов.")
    if inputs.pattern is not None:
        retry = said("This does not look right. Please try again.", "Похоже, здесь ошибка. Попробуйте ещё раз.")
    ask(inputs, sketch, [Reading(saves, rules)], retry)


def draw_email(inputs: QuestionInputs, sketch: Sketch) -> None:
    """An e-mail address."""
    rules = [when(ANSWER, "matches", EMAIL_PATTERN)]
    retry = said(
        "This is no e-mail. Write it as name@example.com.", "Это не почта. Напишите, например, name@example.com."
    )
    ask(inputs, sketch, [Reading([save(ANSWER, heard())], rules)], retry)


def draw_phone(inputs: QuestionInputs, sketch: Sketch) -> None:
    """A phone number, kept without spaces, dashes, dots and brackets."""
    plain = heard("|replace: :|replace:\u00a0:|replace:-:|replace:(:|replace:):|replace:.:")
    retry = said(
        "This is no phone number. Write it with its code, as +1 555 123 4567.",
        "Это не номер телефона. Напишите его с кодом, например +7 900 123-45-67.",
    )
    ask(inputs, sketch, [Reading([save(ANSWER, plain)], [when(ANSWER, "matches", PHONE_PATTERN)])], retry)


TEXT = Preset(
    id="question_text",
    section="ask",
    icon="ask_text",
    name=said("Ask for a text", "Спросить текст"),
    about=said("Asks, and keeps the text of the answer.", "Задаёт вопрос и сохраняет текст ответа."),
    inputs=TextInputs,
    draw=draw_text,
)
EMAIL = Preset(
    id="question_email",
    section="ask",
    icon="ask_email",
    name=said("Ask for an e-mail", "Спросить почту"),
    about=said("Asks until it gets an e-mail address.", "Спрашивает, пока не получит адрес почты."),
    inputs=QuestionInputs,
    draw=draw_email,
)
PHONE = Preset(
    id="question_phone",
    section="ask",
    icon="ask_phone",
    name=said("Ask for a phone", "Спросить телефон"),
    about=said(
        "Asks until it gets a phone number; kept as digits.", "Спрашивает, пока не получит номер; сохраняет цифрами."
    ),
    inputs=QuestionInputs,
    draw=draw_phone,
)
