"""A schedule in words, English and Russian: what the editor shows beside its fields. Pure."""

from collections.abc import Sequence
from typing import Any

from dbcv.kit.cron import FIELDS, MONTHS, WEEKDAYS, Span, Words, complete

_MONTHS_RU = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_WEEKDAYS_RU = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_MONTHS_EN_FULL = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS_IN_RU = (
    "январе", "феврале", "марте", "апреле", "мае", "июне",
    "июле", "августе", "сентябре", "октябре", "ноябре", "декабре",
)  # fmt: skip
_WEEKDAYS_EN_FULL = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_WEEKDAYS_RU_FULL = (
    "понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам", "воскресеньям",
)  # fmt: skip
_WEEKS = {
    (0, 1, 2, 3, 4): ("every working day", "по будням"),
    (5, 6): ("at weekends", "по выходным"),
}
_POSITIONS_RU = {"1st": "1-й", "2nd": "2-й", "3rd": "3-й", "4th": "4-й", "5th": "5-й", "last": "последний"}
_EVERY_RU = {
    "hour": ("каждый час", "каждые {} часа", "каждые {} часов", "каждый {}-й час"),
    "minute": ("каждую минуту", "каждые {} минуты", "каждые {} минут", "каждую {}-ю минуту"),
    "second": ("каждую секунду", "каждые {} секунды", "каждые {} секунд", "каждую {}-ю секунду"),
}
MOST_TIMES = 6
"""So many times of a day are listed one by one."""


def describe(content: dict[str, Any]) -> Words:
    """A document's emitter in words: {"en": "every day at 09:00 (Europe/Moscow)", "ru": …}."""
    schedule = content["cron"]
    if schedule is None:
        moment = content["send_at"]
        return {"en": f"once, {moment}", "ru": f"один раз, {moment}"} if moment else {"en": "never", "ru": "никогда"}
    return describe_cron(schedule)


def describe_cron(schedule: dict[str, Any]) -> Words:
    """A document's cron in words. Raises CronError."""
    spans = complete({name: str(schedule[name]) for name in FIELDS if schedule.get(name) is not None})
    clock, days = _clock(spans), _days(spans)
    zone = schedule.get("timezone") or "UTC"
    more = _more(schedule)
    is_daily = clock["en"].startswith("at ")
    every_day = {"en": "every day ", "ru": "каждый день "} if is_daily and not days["en"] else {"en": "", "ru": ""}
    return {
        language: f"{every_day[language]}{' '.join(filter(None, (days[language], clock[language])))} ({zone})"
        f"{more[language]}"
        for language in ("en", "ru")
    }


def _more(schedule: dict[str, Any]) -> Words:
    said: list[tuple[str, str]] = []
    if schedule.get("jitter"):
        said.append((f"up to {schedule['jitter']} s later", f"позже не более чем на {schedule['jitter']} с"))
    if schedule.get("start_date"):
        said.append((f"from {schedule['start_date']}", f"начиная с {schedule['start_date']}"))
    if schedule.get("end_date"):
        said.append((f"until {schedule['end_date']}", f"до {schedule['end_date']}"))
    return {"en": "".join(f", {en}" for en, _ in said), "ru": "".join(f", {ru}" for _, ru in said)}


# --- the time of day ---------------------------------------------------------------------------------------------


def _clock(spans: dict[str, list[Span]]) -> Words:
    hour, minute, second = spans["hour"], spans["minute"], spans["second"]
    times = _times(hour, minute, second)
    if times is not None:
        return {"en": f"at {', '.join(times)}", "ru": f"в {', '.join(times)}"}
    if _is_zero(second) and _is_zero(minute):
        return _every("hour", hour) or _listed(spans)
    if _is_zero(second) and (every := _every("minute", minute)):
        return _join(every, _within_hours(hour))
    if _is_zero(second) and _is_all(hour) and _values(minute, MOST_TIMES):
        minutes = _list(minute, (), 0)
        return {"en": f"every hour at minute {minutes}", "ru": f"каждый час, минуты: {minutes}"}
    if _is_all(minute) and (every := _every("second", second)):
        return _join(every, _within_hours(hour))
    return _listed(spans)


def _times(hour: list[Span], minute: list[Span], second: list[Span]) -> list[str] | None:
    """["09:00", "13:00"], if they are few."""
    hours, minutes, seconds = (_values(part, MOST_TIMES) for part in (hour, minute, second))
    if hours is None or minutes is None or seconds is None or len(hours) * len(minutes) * len(seconds) > MOST_TIMES:
        return None
    return [f"{h:02}:{m:02}" + (f":{s:02}" if seconds != [0] else "") for h in hours for m in minutes for s in seconds]


def _values(spans: list[Span], most: int) -> list[int] | None:
    found: set[int] = set()
    for span in spans:
        if span.is_all:
            return None
        found |= set(range(span.first, span.last + 1, span.step))
    return sorted(found) if len(found) <= most else None


def _every(unit: str, spans: list[Span]) -> Words | None:
    if len(spans) != 1 or not spans[0].is_all:
        return None
    count = spans[0].step
    english = f"every {unit}" if count == 1 else f"every {count} {unit}s"
    return {"en": english, "ru": _EVERY_RU[unit][_form(count)].format(count)}


def _form(count: int) -> int:
    """Of Russian words after a number: 0 for one (without its number), 1 for 2-4, 3 for 21, 31, …, 2 for the rest."""
    if count == 1:
        return 0
    if count % 10 == 1 and count % 100 != 11:
        return 3
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


def _within_hours(hour: list[Span]) -> Words:
    if _is_all(hour):
        return {"en": "", "ru": ""}
    text = _list(hour, [f"{value}" for value in range(24)], 0)
    return {"en": f"in the hours {text}", "ru": f"в часы {text}"}


def _listed(spans: dict[str, list[Span]]) -> Words:
    names = {"hour": "часы", "minute": "минуты", "second": "секунды"}
    parts = {name: _list(spans[name], [str(value) for value in range(60)], 0) for name in names}
    return {
        "en": ", ".join(f"{name} {text}" for name, text in parts.items()),
        "ru": ", ".join(f"{names[name]} {text}" for name, text in parts.items()),
    }


# --- the days ----------------------------------------------------------------------------------------------------


def _days(spans: dict[str, list[Span]]) -> Words:
    parts: list[tuple[str, str]] = []
    if not _is_all(spans["day_of_week"]):
        parts.append(_weekdays(spans["day_of_week"]))
    if not _is_all(spans["day"]):
        parts.append((_days_of_month(spans["day"], "en"), _days_of_month(spans["day"], "ru")))
    if not _is_all(spans["month"]):
        names = (_MONTHS_EN_FULL, _MONTHS_IN_RU) if _are_single(spans["month"]) else (MONTHS, _MONTHS_RU)
        parts.append((f"in {_list(spans['month'], names[0], 1)}", f"в {_list(spans['month'], names[1], 1)}"))
    for field, english, russian in (("week", "in week", "на неделе"), ("year", "in", "в году")):
        if not _is_all(spans[field]):
            numbers = _list(spans[field], (), 0)
            parts.append((f"{english} {numbers}", f"{russian} {numbers}"))
    return {"en": " ".join(en for en, _ in parts), "ru": " ".join(ru for _, ru in parts)}


def _weekdays(spans: list[Span]) -> tuple[str, str]:
    """ "every working day" where it is so, names of days where they are few, else the field's own ranges, short."""
    known = _WEEKS.get(tuple(_values(spans, len(WEEKDAYS)) or ()))
    if known is not None:
        return known
    if _are_single(spans):
        return f"on {_list(spans, _WEEKDAYS_EN_FULL, 0)}", f"по {_list(spans, _WEEKDAYS_RU_FULL, 0)}"
    return f"on {_list(spans, WEEKDAYS, 0)}", f"по {_list(spans, _WEEKDAYS_RU, 0)}"


def _are_single(spans: list[Span]) -> bool:
    return all(not span.is_all and span.first == span.last for span in spans)


def _days_of_month(spans: list[Span], language: str) -> str:
    if language == "en":
        return f"on {', '.join(_day(span, 'day', 'the last day', language) for span in spans)} of the month"
    return ", ".join(_day(span, "числа", "в последний день", language) for span in spans) + " месяца"


def _day(span: Span, word: str, last_day: str, language: str) -> str:
    if span.position is None:
        numbers = _list([span], (), 0)
        ending = "-го" if _are_single([span]) else ""
        return f"{word} {numbers}" if language == "en" else f"{numbers}{ending} {word}"
    if span.weekday is None:
        return last_day
    if language == "en":
        return f"the {span.position} {span.weekday}"
    return f"{_POSITIONS_RU[span.position]} {_WEEKDAYS_RU[WEEKDAYS.index(span.weekday)]}"


def _list(spans: list[Span], names: Sequence[str], first: int) -> str:
    return ", ".join(_span(span, names, first) for span in spans)


def _span(span: Span, names: Sequence[str], first: int) -> str:
    def name(value: int) -> str:
        return names[value - first] if names else str(value)

    if span.is_all:
        return "*" if span.step == 1 else f"*/{span.step}"
    text = name(span.first) if span.first == span.last else f"{name(span.first)}–{name(span.last)}"
    return text if span.step == 1 else f"{text}/{span.step}"


def _is_all(spans: list[Span]) -> bool:
    return any(span.is_all and span.step == 1 for span in spans)


def _is_zero(spans: list[Span]) -> bool:
    return _values(spans, 1) == [0]


def _join(first: Words, second: Words) -> Words:
    return {language: " ".join(filter(None, (first[language], second[language]))) for language in ("en", "ru")}
