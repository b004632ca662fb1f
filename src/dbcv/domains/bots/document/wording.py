"""The words for what is wrong with a document, in English and Russian. Called by the other modules here and by
`dbcv check`; knows codes and their arguments, nothing about where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dbcv.domains.bots.schemas import Language

__all__ = ["KINDS", "WORDS", "Finding", "Language", "shorten", "word"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake in a document: where (`steps[0].name`), which (`code`), and what its words need (`args`)."""

    code: str
    path: str
    args: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None


KINDS: dict[str, dict[Language, str]] = {
    "text": {"en": "text", "ru": "текст"},
    "number": {"en": "a number", "ru": "число"},
    "whole": {"en": "a whole number", "ru": "целое число"},
    "flag": {"en": "true or false", "ru": "true или false"},
    "list": {"en": "a list", "ru": "список"},
    "object": {"en": "an object", "ru": "объект"},
    "null": {"en": "null", "ru": "null"},
    "point": {"en": "a list of two numbers", "ru": "список из двух чисел"},
    "saving": {"en": "a list or an object of texts", "ru": "список или объект с текстами"},
    "attachment": {"en": "text or an object", "ru": "текст или объект"},
    "expression": {"en": "text or a whole number", "ru": "текст или целое число"},
}

# code: {language: (message, hint)}
WORDS: dict[str, dict[Language, tuple[str, str]]] = {
    "not_utf8": {
        "en": ("the file is not UTF-8 text", "save it as UTF-8"),
        "ru": ("файл записан не в UTF-8", "сохраните его в UTF-8"),
    },
    "too_large": {
        "en": ("the document has {size} bytes, the limit is {limit}", "split the bot or move long texts to templates"),
        "ru": ("в документе {size} байт, допустимо {limit}", "разделите бота на части"),
    },
    "syntax": {
        "en": ("cannot read it: {detail}", "mend the text at this place"),
        "ru": ("не удаётся прочитать: {detail}", "исправьте текст в этом месте"),
    },
    "too_deep": {
        "en": ("nested more than {limit} levels deep", "flatten it"),
        "ru": ("вложенность больше {limit} уровней", "сделайте проще"),
    },
    "duplicate_key": {
        "en": ("the key “{name}” is here twice", "keep one of them"),
        "ru": ("ключ «{name}» указан дважды", "оставьте один"),
    },
    "alias": {
        "en": ("YAML aliases (*{name}) are not read", "write the value out"),
        "ru": ("ссылки YAML (*{name}) не читаются", "напишите само значение"),
    },
    "tag": {
        "en": ("the YAML tag {name} is not read", "leave the tag out"),
        "ru": ("тег YAML {name} не читается", "уберите тег"),
    },
    "many_documents": {
        "en": ("the file holds more than one YAML document", "keep one bot in one file"),
        "ru": ("в файле больше одного документа YAML", "храните одного бота в одном файле"),
    },
    "not_finite": {
        "en": ("NaN and Infinity are not numbers of a document", "write a finite number or null"),
        "ru": ("NaN и Infinity в документе не бывает", "напишите обычное число или null"),
    },
    "number_too_large": {
        "en": ("the number is beyond ±9007199254740991, browsers would change it", "write it as text, in quotes"),
        "ru": ("число больше ±9007199254740991, браузер его исказит", "запишите его текстом, в кавычках"),
    },
    "surrogate": {
        "en": ("half of a character (a lone surrogate)", "write the whole character"),
        "ru": ("половина символа (одиночный суррогат)", "напишите символ целиком"),
    },
    "nul": {
        "en": ("the character NUL (code 0)", "remove it"),
        "ru": ("символ NUL (код 0)", "удалите его"),
    },
    "key_not_text": {
        "en": ("the key {name} is not text", "put the key in quotes"),
        "ru": ("ключ {name} не текст", "возьмите ключ в кавычки"),
    },
    "wrong_type": {
        "en": ("expected {expected}, found {found}", "write {expected}{example}"),
        "ru": ("ожидается {expected}, а здесь {found}", "напишите {expected}{example}"),
    },
    "number_for_text": {
        "en": ("expected text, found the number {value}", 'put it in quotes: "{value}"'),
        "ru": ("нужен текст, а здесь число {value}", 'возьмите в кавычки: "{value}"'),
    },
    "missing": {
        "en": ("“{name}” is missing", "add “{name}”"),
        "ru": ("нет поля «{name}»", "добавьте «{name}»"),
    },
    "unknown_field": {
        "en": ("unknown field “{name}”", "known here: {known}"),
        "ru": ("неизвестное поле «{name}»", "здесь бывают: {known}"),
    },
    "misspelt_field": {
        "en": ("unknown field “{name}”", "did you mean “{nearest}”?"),
        "ru": ("неизвестное поле «{name}»", "возможно, «{nearest}»?"),
    },
    "secret_field": {
        "en": ("“{name}”: a document never holds a secret", "remove it; the secret is asked for after the import"),
        "ru": ("«{name}»: секретов в документе не бывает", "уберите; секрет спросят после импорта"),
    },
    "too_long": {
        "en": ("{size} is over the limit of {limit}", "make it shorter"),
        "ru": ("{size} при допустимых {limit}", "сделайте короче"),
    },
    "empty": {
        "en": ("must not be empty", "write at least one character"),
        "ru": ("не должно быть пустым", "напишите хотя бы один символ"),
    },
    "out_of_range": {
        "en": ("{value} is out of range", "write a number {range}"),
        "ru": ("{value} вне допустимых границ", "напишите число {range}"),
    },
    "not_one_of": {
        "en": ("“{value}” is not known", "one of: {options}"),
        "ru": ("значение «{value}» неизвестно", "одно из: {options}"),
    },
    "tests_too_large": {
        "en": ("the tests have {size} bytes together, the limit is {limit}", "leave some out or keep them in files"),
        "ru": ("в тестах вместе {size} байт, допустимо {limit}", "уберите лишние или храните их в файлах"),
    },
    "wrong_format": {
        "en": ("the format is “{value}”, not “dbcv.bot”", "this file is something else than a bot"),
        "ru": ("формат «{value}», а не «dbcv.bot»", "этот файл не бот"),
    },
    "newer_version": {
        "en": ("version {value} was written by a newer DBCV; this one reads up to {limit}", "update DBCV"),
        "ru": ("версия {value} записана более новым DBCV; этот читает до {limit}", "обновите DBCV"),
    },
    "duplicate_id": {
        "en": ("the id “{value}” is already used by {first}", "give one of the two another id"),
        "ru": ("идентификатор «{value}» уже занят: {first}", "дайте одному из двух другой"),
    },
    "one_of": {
        "en": ("exactly one of these is needed: {options}", "keep one of them"),
        "ru": ("нужно ровно одно из полей: {options}", "оставьте одно из них"),
    },
    "bad_path": {
        "en": ("“{value}” is no path of a kept variable", "“step”, or for example session.age or user.name"),
        "ru": ("«{value}» не путь к переменной", "«step» или, например, session.age, user.name"),
    },
    "header_lines": {
        "en": ("a header is one line", "remove the line break"),
        "ru": ("заголовок занимает одну строку", "уберите перевод строки"),
    },
    "cron_expression": {
        "en": ("{what}", "{hint}"),
        "ru": ("{what}", "{hint}"),
    },
    "own_words": {
        "en": ("{what}", "{hint}"),
        "ru": ("{what}", "{hint}"),
    },
    "two_times": {
        "en": ("has both send_at and cron", "keep send_at to send it once, or cron to repeat it"),
        "ru": ("указаны и send_at, и cron", "оставьте send_at для одной отправки или cron для повторов"),
    },
    "time_zone": {
        "en": ("unknown time zone “{value}”", "for example Europe/Moscow or UTC"),
        "ru": ("неизвестный часовой пояс «{value}»", "например Europe/Moscow или UTC"),
    },
    "unknown_kind": {
        "en": ("there are no parts of the kind “{name}”", "one of: {options}"),
        "ru": ("частей вида «{name}» не бывает", "один из видов: {options}"),
    },
    "bad_op": {
        "en": ("a {kind} cannot be changed by “{name}”", "one of: {options}"),
        "ru": ("«{kind}» нельзя изменить через «{name}»", "одно из: {options}"),
    },
    "no_id": {
        "en": ("“{value}” is no id", "write the UUID of a {kind}"),
        "ru": ("«{value}» не идентификатор", "напишите UUID ({kind})"),
    },
    "no_such_part": {
        "en": ("the bot has no {kind} {id}", "read the bot again; somebody may have removed it"),
        "ru": ("в боте нет части {id} ({kind})", "прочитайте бота заново: возможно, её удалили"),
    },
    "part_is_there": {
        "en": ("the {kind} {id} is there already", "update it, or make a new UUID"),
        "ru": ("часть {id} ({kind}) уже есть", "измените её или возьмите новый UUID"),
    },
    "id_taken": {
        "en": ("the id {id} is taken", "make a new UUID"),
        "ru": ("идентификатор {id} занят", "возьмите новый UUID"),
    },
    "no_parent": {
        "en": ("a {kind} belongs to a {parent}, and the bot has none with this id", "name one in “{name}”"),
        "ru": ("часть ({kind}) должна принадлежать другой ({parent}), а такой в боте нет", "укажите её в «{name}»"),
    },
    "too_many_parts": {
        "en": ("the bot would have more than {limit} of the kind {kind}", "remove some first"),
        "ru": ("в боте стало бы больше {limit} частей вида {kind}", "сначала удалите лишние"),
    },
    "too_many_inside": {
        "en": ("a {parent} would have more than {limit} of the kind {kind}", "remove some first"),
        "ru": ("внутри части ({parent}) стало бы больше {limit} частей вида {kind}", "сначала удалите лишние"),
    },
    "draft_too_large": {
        "en": ("the draft would have {size} bytes, the limit is {limit}", "split the bot or shorten its texts"),
        "ru": ("в черновике стало бы {size} байт, допустимо {limit}", "разделите бота на части"),
    },
    "moment": {
        "en": ("“{value}” is no time with a time zone", "for example 2026-01-01T09:00:00+03:00"),
        "ru": ("«{value}» не время с часовым поясом", "например 2026-01-01T09:00:00+03:00"),
    },
}


def word(finding: Finding, language: Language = "en") -> tuple[str, str]:
    """Message and hint (how to mend it) of a finding, in `language`."""
    message, hint = WORDS[finding.code][language]
    args = {name: _say(name, value, language) for name, value in finding.args.items()}
    return message.format_map(args), hint.format_map(args)


def _say(name: str, value: Any, language: Language) -> Any:
    if name in ("expected", "found"):
        return KINDS[value][language]
    if isinstance(value, dict):  # a sentence that is already in both languages
        return value[language]
    return shorten(value, 1_000 if name in ("known", "options") else 80)


def shorten(value: Any, limit: int = 80) -> str:
    """`value` as text of at most `limit` characters, safe to print."""
    text = str(value)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
