"""A question for a date: 2026-12-31 or 31.12.2026, kept as ISO 8601."""

from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from dbcv.presets.fragment import Part, Sketch, save, when
from dbcv.presets.inputs import asked, wrong
from dbcv.presets.preset import Preset
from dbcv.presets.questions.asking import ANSWER, QuestionInputs, Reading, ask, heard
from dbcv.presets.words import said

_ISO: Final = "|date:%Y-%m-%d"
_TODAY: Final = f"{{$event.now{_ISO}$}}"


def _day(text: str) -> str:
    try:
        if text != "today":
            date.fromisoformat(text)
    except ValueError as error:
        what = said(f"“{text[:40]}” is no date", f"«{text[:40]}» не дата")
        raise wrong(what, said("write 2026-12-31, or today", "напишите 2026-12-31 или today")) from error
    return text


Day = Annotated[str, Field(max_length=10), AfterValidator(_day)]
_ABOUT_DAY = said("as 2026-12-31, or today (UTC)", "например 2026-12-31 или today (сегодня, по UTC)")


class DateInputs(QuestionInputs):
    """Which dates will do."""

    earliest: Day | None = asked(None, "Not before", "Не раньше", about=_ABOUT_DAY)
    latest: Day | None = asked(None, "Not after", "Не позже", about=_ABOUT_DAY)


def draw(inputs: DateInputs, sketch: Sketch) -> None:
    """A day that exists, in either spelling."""
    rules = _rules(inputs)
    turned = f"{{${ANSWER}.2$}}-{{${ANSWER}.1$}}-{{${ANSWER}.0$}}"
    dotted = [save(ANSWER, heard("|split:.")), save(ANSWER, turned), save(ANSWER, f"{{${ANSWER}{_ISO}$}}")]
    retry = said(
        "This date does not fit. Write it as 31.12.2026 or 2026-12-31.",
        "Эта дата не подходит. Напишите её так: 31.12.2026.",
    )
    ask(inputs, sketch, [Reading([save(ANSWER, heard(_ISO))], rules), Reading(dotted, rules)], retry)


def _rules(inputs: DateInputs) -> list[Part]:
    rules = [when(ANSWER, "is_not_null")]
    for operator, day in (("greater_or_equal", inputs.earliest), ("less_or_equal", inputs.latest)):
        if day is not None:
            rules.append(when(ANSWER, operator, _TODAY if day == "today" else day, type="date"))
    return rules


DATE = Preset(
    id="question_date",
    section="ask",
    icon="ask_date",
    name=said("Ask for a date", "Спросить дату"),
    about=said(
        "Asks until it gets a date; kept as 2026-12-31.", "Спрашивает, пока не получит дату; сохраняет как 2026-12-31."
    ),
    inputs=DateInputs,
    draw=draw,
)
