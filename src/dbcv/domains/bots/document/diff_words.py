"""Sentences for what differs between two documents, in English and Russian. `{owner}` is whose groups they are,
`{name}` the part, `{before}` and `{after}` what was and what is. Called by `diff`; knows codes and words only."""

from typing import Any

from dbcv.domains.bots.document.wording import Language, shorten

# code: {language: sentence}
SENTENCES: dict[str, dict[Language, str]] = {
    "part_added": {"en": "Added {noun} “{name}”", "ru": "Добавлено: {noun} «{name}»"},
    "part_removed": {"en": "Removed {noun} “{name}”", "ru": "Удалено: {noun} «{name}»"},
    "part_renamed": {"en": "{Noun} “{before}” is called “{after}” now", "ru": "{Noun} «{before}»: теперь «{after}»"},
    "part_changed": {"en": "{Noun} “{name}”: {fields} changed", "ru": "{Noun} «{name}»: изменено {fields}"},
    "parts_reordered": {"en": "The order of {noun} changed", "ru": "Изменён порядок: {noun}"},
    "text_changed": {
        "en": "“{name}” says “{after}” instead of “{before}”",
        "ru": "«{name}» говорит «{after}» вместо «{before}»",
    },
    "text_added": {"en": "“{name}” says “{after}” now", "ru": "«{name}» теперь говорит «{after}»"},
    "text_removed": {
        "en": "“{name}” says nothing any more; it said “{before}”",
        "ru": "«{name}» больше ничего не говорит; было «{before}»",
    },
    "message_changed": {
        "en": "The message of “{name}”: {fields} changed",
        "ru": "Сообщение шага «{name}»: изменено {fields}",
    },
    "waits": {"en": "“{name}” waits for an answer now", "ru": "«{name}» теперь ждёт ответа"},
    "passes": {"en": "“{name}” goes on without waiting now", "ru": "«{name}» теперь не ждёт ответа"},
    "timeout_changed": {
        "en": "“{name}” after a while: {after} instead of {before}",
        "ru": "«{name}» по времени: {after} вместо {before}",
    },
    "instance_changed": {
        "en": "“{name}” runs {after} instead of {before}",
        "ru": "«{name}» запускает {after} вместо {before}",
    },
    "mapping_changed": {
        "en": "“{name}” passes other values to its template",
        "ru": "«{name}» передаёт шаблону другие значения",
    },
    "moved": {"en": "“{name}” was moved on the canvas", "ru": "«{name}» передвинут на холсте"},
    "many_moved": {"en": "{count} steps were moved on the canvas", "ru": "На холсте передвинуто шагов: {count}"},
    "way_added": {"en": "{owner}: {rule}, go to {after}", "ru": "{owner}: {rule}, перейти к {after}"},
    "way_removed": {
        "en": "{owner}: no longer {rule}, go to {before}",
        "ru": "{owner}: больше нет «{rule}, перейти к {before}»",
    },
    "way_retargeted": {
        "en": "{owner}: {rule}, go to {after} instead of {before}",
        "ru": "{owner}: {rule}, перейти к {after} вместо {before}",
    },
    "rule_changed": {
        "en": "{owner}: to {target} {after} instead of {before}",
        "ru": "{owner}: к {target} {after} вместо {before}",
    },
    "way_changed": {
        "en": "{owner}: {rule}, go to {target}: {fields} changed",
        "ru": "{owner}: {rule}, перейти к {target}: изменено {fields}",
    },
    "ways_reordered": {
        "en": "{owner}: the ways are tried in another order",
        "ru": "{owner}: связи пробуются в другом порядке",
    },
    "group_added": {"en": "{owner}: added {work}", "ru": "{owner}: добавлено: {work}"},
    "group_removed": {"en": "{owner}: removed {work}", "ru": "{owner}: удалено: {work}"},
    "work_changed": {"en": "{owner}: {after} instead of {before}", "ru": "{owner}: {after} вместо {before}"},
    "group_changed": {"en": "{owner}: {fields} of {work} changed", "ru": "{owner}: {work}, изменено {fields}"},
    "saving_added": {"en": "{owner}: saves {after}", "ru": "{owner}: сохраняет {after}"},
    "saving_removed": {"en": "{owner}: no longer saves {before}", "ru": "{owner}: больше не сохраняет {before}"},
    "request_timeout_changed": {
        "en": "Request “{name}” waits {after} instead of {before}",
        "ru": "Запрос «{name}» ждёт ответа {after} вместо {before}",
    },
    "request_retries_changed": {
        "en": "Request “{name}”, more tries after a failure: {after} instead of {before}",
        "ru": "Запрос «{name}», повторы при сбое: {after} вместо {before}",
    },
    "variable_added": {"en": "New variable {name} = {after}", "ru": "Новая переменная {name} = {after}"},
    "variable_removed": {
        "en": "The variable {name} is gone; it was {before}",
        "ru": "Нет больше переменной {name}; было {before}",
    },
    "variable_changed": {
        "en": "The variable {name} begins as {after} instead of {before}",
        "ru": "Переменная {name} сначала {after} вместо {before}",
    },
    "first_step": {
        "en": "The bot begins with {after} instead of {before}",
        "ru": "Бот начинает с {after} вместо {before}",
    },
    "first_step_chosen": {"en": "The bot begins with {after}", "ru": "Бот начинает с {after}"},
    "first_step_gone": {
        "en": "The bot has no step to begin with any more; it was {before}",
        "ru": "Боту больше не с чего начать; было {before}",
    },
    "bot_renamed": {
        "en": "The bot “{before}” is called “{after}” now",
        "ru": "Бот «{before}» теперь называется «{after}»",
    },
    "description": {"en": "The description of the bot changed", "ru": "Изменено описание бота"},
}
NOUNS: dict[str, dict[Language, str]] = {
    "step": {"en": "step", "ru": "шаг"},
    "request": {"en": "request", "ru": "запрос"},
    "widget": {"en": "widget", "ru": "виджет"},
    "template": {"en": "template", "ru": "шаблон"},
    "credential": {"en": "credential", "ru": "ключ доступа"},
    "emitter": {"en": "scheduled message", "ru": "отложенное сообщение"},
    "cron": {"en": "schedule", "ru": "расписание"},
    "note": {"en": "note", "ru": "заметка"},
}
FIELDS: dict[Language, dict[str, str]] = {
    "en": {"send_at": "time", "cron": "times", "is_active": "whether it is on"},
    "ru": {
        "message": "сообщение", "send_at": "время", "cron": "когда", "is_active": "включено ли",
        "description": "описание",
        "variables": "переменные", "steps": "шаги", "inputs": "входы", "outputs": "выходы", "method": "метод",
        "request_url": "адрес", "headers": "заголовки", "params": "параметры", "body": "HTML", "position": "место",
    },
}  # fmt: skip
"""Names of a part's fields as a sentence says them, where a person would not use the document's own."""
WORKS: dict[str, dict[Language, str]] = {
    "message": {"en": "a group of ways", "ru": "группа связей"},
    "response": {"en": "the request {name}", "ru": "запрос {name}"},
    "code": {"en": "code", "ru": "код"},
    "integration": {"en": "the integration {name}", "ru": "интеграция {name}"},
}
PHRASES: dict[str, dict[Language, str]] = {
    "everywhere": {"en": "From everywhere", "ru": "Отовсюду"},
    "nothing": {"en": "nothing", "ru": "ничего"},
    "nowhere": {"en": "nowhere", "ru": "«шаг не выбран»"},
    "after": {"en": "after {seconds} s to {step}", "ru": "через {seconds} с к {step}"},
    "request_timeout": {"en": "at most {it} s", "ru": "не дольше {it} с"},
    "request_retries": {"en": "{it}", "ru": "{it}"},
    "as_set": {"en": "as this server sets it", "ru": "как задано на сервере"},
    "template": {"en": "the template “{name}”", "ru": "шаблон «{name}»"},
    "inside": {"en": "In the template “{name}”: {it}", "ru": "В шаблоне «{name}»: {it}"},
    "untitled": {"en": "untitled", "ru": "без названия"},
    "quoted": {"en": "“{it}”", "ru": "«{it}»"},
}
MAX_QUOTED_CHARS = 80


def sentence(code: str, language: Language, args: dict[str, Any]) -> str:
    """What changed, as a person would say it."""
    said = {name: shorten(value, 400) for name, value in args.items()}
    if "noun" in said:
        said["Noun"] = said["noun"][:1].upper() + said["noun"][1:]
    return SENTENCES[code][language].format_map(said)


def phrase(words: str, language: Language, **args: Any) -> str:
    """A piece of a sentence."""
    return PHRASES[words][language].format_map(args)
