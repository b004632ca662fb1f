"""Questions with a number: any number within bounds, and a rating by buttons."""

from typing import Annotated, Any, Final

from pydantic import Field

from dbcv.presets.fragment import Part, Sketch, save, when
from dbcv.presets.inputs import asked
from dbcv.presets.preset import Preset
from dbcv.presets.questions.asking import ANSWER, QuestionInputs, Reading, ask, heard
from dbcv.presets.words import Words, said

MOST: Final = 2**53 - 1
Bound = Annotated[float, Field(ge=-MOST, le=MOST, allow_inf_nan=False)]


class NumberInputs(QuestionInputs):
    """What numbers will do."""

    low: Bound | None = asked(None, "At least", "Не меньше")
    high: Bound | None = asked(None, "At most", "Не больше")
    whole: bool = asked(False, "A whole number", "Целое число")


class RatingInputs(QuestionInputs):
    """How many points there are."""

    high: Annotated[int, Field(ge=2, le=10)] = asked(5, "Points at most", "Высшая оценка")


def draw_number(inputs: NumberInputs, sketch: Sketch) -> None:
    """A number with a point or a comma, kept as a number."""
    kind: dict[str, Any] = {"type": "integer"} if inputs.whole else {}
    bounds = (("greater_or_equal", _plain(inputs.low)), ("less_or_equal", _plain(inputs.high)))
    rules: list[Part] = [when(ANSWER, operator, bound, **kind) for operator, bound in bounds if bound is not None]
    rules.append(when(ANSWER, "between", [-MOST, MOST], **kind))
    kept = f"{{${ANSWER}|int$}}" if inputs.whole else ANSWER
    ask(inputs, sketch, [Reading([save(ANSWER, heard("|replace:,:.|add:0"))], rules, kept)], _number_words(inputs))


def draw_rating(inputs: RatingInputs, sketch: Sketch) -> None:
    """A whole number from 1, with a button for each."""
    rules = [when("message.text", "between", [1, inputs.high], type="integer")]
    retry = said(f"Please choose 1 to {inputs.high}.", f"Выберите, пожалуйста, от 1 до {inputs.high}.")
    buttons = [{"text": str(each), "value": str(each)} for each in range(1, inputs.high + 1)]
    ask(inputs, sketch, [Reading([save(ANSWER, heard("|int"))], rules)], retry, {"buttons": buttons})


def _plain(number: float | None) -> int | float | None:
    return int(number) if number is not None and number == int(number) else number


def _number_words(inputs: NumberInputs) -> Words:
    low, high = _plain(inputs.low), _plain(inputs.high)
    kind = said("a whole number", "целое число") if inputs.whole else said("a number", "число")
    least = said(f" of at least {low}", f" не меньше {low}") if low is not None else said("", "")
    most = said(f" of at most {high}", f" не больше {high}") if high is not None else said("", "")
    if low is not None and high is not None:
        least, most = said(f" from {low} to {high}", f" от {low} до {high}"), said("", "")
    return said(
        f"Please write {kind['en']}{least['en']}{most['en']}.",
        f"Напишите, пожалуйста, {kind['ru']}{least['ru']}{most['ru']}.",
    )


NUMBER = Preset(
    id="question_number",
    section="ask",
    icon="ask_number",
    name=said("Ask for a number", "Спросить число"),
    about=said("Asks until it gets a number within bounds.", "Спрашивает, пока не получит число в границах."),
    inputs=NumberInputs,
    draw=draw_number,
)
RATING = Preset(
    id="question_rating",
    section="ask",
    icon="ask_rating",
    name=said("Ask for a rating", "Спросить оценку"),
    about=said(
        "Shows a button for each point and keeps the number.", "Показывает кнопки с оценками и сохраняет число."
    ),
    inputs=RatingInputs,
    draw=draw_rating,
)
