"""Where a conversation test and the bot go different ways, in words. Made by `run`; printed by the test command, shown
beside the talk."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from dbcv.domains.bots.document.wording import Language

_WORDS: dict[str, dict[Language, str]] = {
    "user": {"en": "user: {what}", "ru": "человек: {what}"},
    "wait": {"en": "wait: {what}", "ru": "прошло секунд: {what}"},
    "after_last": {"en": "after the last turn", "ru": "после последнего хода"},
    "said": {"en": "the bot says something else", "ru": "бот отвечает иначе"},
    "value": {"en": "{what} is {got}, expected {expected}", "ru": "{what}: сейчас {got}, ожидалось {expected}"},
    "error": {"en": "the turn ended with an error: {got}", "ru": "ход закончился ошибкой: {got}"},
    "asked": {
        "en": "the bot asked for {got}, expected {expected}",
        "ru": "бот обратился: {got}, ожидалось: {expected}",
    },
    "asked_more": {
        "en": "the bot asked for {got}, no effect is left in the test",
        "ru": "бот обратился: {got}, в тесте ответа на это нет",
    },
    "never_asked": {"en": "the bot never asked for {expected}", "ru": "бот так и не обратился: {expected}"},
    "endless": {"en": "{what} timeouts fired in one wait", "ru": "за одно ожидание сработало таймаутов: {what}"},
    "clock": {"en": "the waits lead beyond the calendar", "ru": "ожидания выводят за пределы календаря"},
    "over_time": {
        "en": "the tests took too long and were stopped here: run fewer at once",
        "ru": "тесты шли слишком долго и остановлены здесь: запустите меньше за раз",
    },
    "no_graph": {
        "en": "the bot cannot run: mend its errors first",
        "ru": "бот не запускается: сначала исправьте ошибки",
    },
    "request": {"en": "request {what}", "ru": "запрос {what}"},
    "integration": {"en": "integration {what}", "ru": "интеграция {what}"},
    "file": {"en": "file {what}", "ru": "файл {what}"},
    "halt": {"en": "halt before {what}", "ru": "остановка перед {what}"},
    "code": {"en": "code", "ru": "код"},
}


def say(code: str, language: Language, *, what: str = "", expected: str = "", got: str = "") -> str:
    """The words of a code."""
    return _WORDS[code][language].format(what=what, expected=expected, got=got)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the test says: in words, and the two sides where there are two."""

    words: str
    expected: str | None = None
    got: str | None = None
    is_of_replies: bool = False

    def lines(self) -> Iterator[str]:
        """As a terminal shows it: of replies what is missing (-) and what is there instead (+)."""
        if not self.is_of_replies:
            yield self.words
            return
        for line in difflib.ndiff(_lines(self.expected), _lines(self.got)):
            if not line.startswith("?"):
                yield line.rstrip()


def _lines(text: str | None) -> list[str]:
    return text.split("\n") if text else ["(silence)"]
