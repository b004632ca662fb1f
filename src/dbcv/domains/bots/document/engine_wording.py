"""The engine's problems in Russian, by their code. The engine itself speaks English and knows no languages; called by
judging. `{it}` is what the English words quote, `{list}` what their hint offers to choose from."""

import re
from dataclasses import replace

from dbcv.domains.bots.document.wording import Language
from dbcv.engine.problems import Problem

_PATH = "Напишите область и ключ, например session.age или message.text."
_PLACEHOLDER = "Напишите {{$область.ключ$}}, фильтры — после черты: {{$user.name|trim$}}."
_NAME = "Назовите то, что есть в боте."

# code: (message, hint)
RUSSIAN: dict[str, tuple[str, str]] = {
    "bad_attachments": ("вложения — не список", "Напишите список."),
    "bad_condition": ("условие — не AND и не OR", 'Напишите "AND" или "OR".'),
    "bad_content": ("тело запроса — не текст", "Для JSON есть json_field, для формы — data."),
    "bad_document": ("это не документ бота", "Напишите объект с шагами."),
    "bad_entry": ("здесь не объект", "Напишите объект."),
    "bad_ext": ("это не расширение файла", "Напишите, например, .csv: точка, буквы и цифры."),
    "bad_field": ("поле {it} — не путь к переменной", _PATH),
    "bad_fields": ("здесь не объект", 'Напишите {{"имя": значение}}.'),
    "bad_flag": ("здесь не true и не false", "Напишите true или false."),
    "bad_header": (
        "заголовок с таким именем или значением не отправить",
        "Имя — латиница, цифры и дефис; одна строка.",
    ),
    "bad_id": ("нет идентификатора", "Дайте текст, которого нет у других."),
    "bad_ignore_case": ("здесь не true и не false", "Напишите true или false."),
    "bad_integration_config": ("настройка {it} не подходит", "Сравните с формой этого действия в каталоге."),
    "bad_json": ("это не JSON", 'Напишите JSON; подстановка {{"a": {{$user.a$}}}} в нём возможна.'),
    "bad_list": ("здесь не список", "Напишите список."),
    "bad_message": ("это не сообщение", 'Напишите {{"text": …}}.'),
    "bad_method": ("неизвестный метод", "Выберите: {list}"),
    "bad_mode": ("неизвестный способ сохранения", "Выберите: {list}"),
    "bad_not": ("здесь не true и не false", "Напишите true или false."),
    "bad_object": ("здесь не объект", "Напишите объект."),
    "bad_placeholder": ("подстановка не сработает: {it}", _PLACEHOLDER),
    "bad_priority": ("приоритет — не целое число", "Первым идёт 0."),
    "bad_request_timeout": ("это не время ожидания запроса", "Напишите секунды, больше 0."),
    "bad_retries": ("это не число повторов", "Напишите 0 или больше."),
    "bad_rule": ("это не правило", 'Напишите {{"field": …, "operator": …, "value": …}}; одно {{}} значит «иначе».'),
    "bad_search_type": ("неизвестный вид работы", "Выберите: {list}"),
    "bad_source": ("откуда брать значение — непонятно: {it}", "Напишите путь, например message.text."),
    "bad_target": ("сюда сохранить нельзя: {it}", "Напишите область, которая хранится, и ключ: session.age."),
    "bad_template_instance": ("шаблон вставлен неверно", 'Напишите {{"template_id": …}}.'),
    "bad_text": ("это не текст", "Напишите текст."),
    "bad_timeout": ("это не время ожидания", "Напишите секунды: больше 0 и не больше года."),
    "bad_type": ("неизвестный тип", "Выберите или уберите: {list}"),
    "bad_url": ("такой адрес запроса не годится", "Напишите https://сервер/путь; подстановки — в пути и после «?»."),
    "bad_value": ("с таким значением правило не работает", "Исправьте значение или выберите другой оператор."),
    "bad_variable": ("это не сохранение переменной", 'Напишите {{"target": …, "source": …}}.'),
    "bad_variables": ("переменные — не список", 'Напишите [{{"target": …, "source": …}}].'),
    "bad_widget": ("это не текст", "Напишите текст."),
    "dangling_credential": ("нет ключа доступа {it}", f"{_NAME} Или уберите."),
    "dangling_request": ("нет запроса {it}", _NAME),
    "dangling_step": ("нет шага {it}", _NAME),
    "dangling_template": ("нет шаблона {it}", _NAME),
    "dangling_widget": ("нет виджета {it}", f"{_NAME} Или уберите."),
    "dead_end": ("от шага {it} ничего не ведёт дальше", "Добавьте связь, таймаут или общую связь бота."),
    "duplicate_header": ("заголовок указан дважды", "Оставьте один."),
    "duplicate_id": ("идентификатор {it} указан дважды", "Дайте одному из двух другой."),
    "empty_rules": ("в группе нет правил", "Добавьте правило; {{}} вместо всей группы значит «иначе»."),
    "empty_template": ("у шаблона нет первого шага", "Дайте ему шаги или уберите его."),
    "fact_target": ("{it} только читается", "Возьмите другое имя."),
    "forbidden_header": ("этот заголовок ставится сам", "Уберите его."),
    "missing_credential": ("нужен ключ доступа {it}", "Выберите один из ключей бота или заведите новый."),
    "missing_else": ("если ни одно правило не выполнится, ответа не будет", "Добавьте последней связь без правил."),
    "missing_input": ("нужен вход {it}", "Передайте в него значение."),
    "never_tried": ("стоит после «иначе», до этого дело не дойдёт", "Поставьте раньше (меньший priority) или уберите."),
    "no_code": ("нет кода", "Напишите async def main(message, variables)."),
    "no_first_step": ("нет первого шага", "Назовите в first_step_id шаг, с которого начать."),
    "no_integration": ("интеграция не названа", "Назовите её, например telegram.send_message."),
    "no_request": ("запрос не назван", _NAME),
    "no_step": ("шаг не назван", _NAME),
    "no_steps": ("у бота нет шагов", "Добавьте шаг и назовите его в first_step_id."),
    "no_template": ("шаблон не назван", _NAME),
    "no_url": ("нет адреса запроса", "Напишите его, например https://api.example/users/{{$user.id$}}."),
    "no_value": ("правилу нужно значение", "Напишите value."),
    "proxy_loop": ("сквозные шаги ходят по кругу: {it}", "Пусть один из них ждёт (is_proxy: false) или ведёт наружу."),
    "rules_too_deep": ("группы правил вложены слишком глубоко", "Сделайте проще."),
    "template_never_ends": ("ни один шаг не завершает шаблон", "Оставьте один шаг без связей и таймаута."),
    "template_recursion": ("шаблоны вложены друг в друга без конца", "Уберите одну из вставок."),
    "timeout_without_step": ("таймаут никуда не ведёт", "Назовите шаг в timeout_step_id."),
    "timeout_without_time": ("нет времени ожидания", "Напишите timeout_after в секундах или уберите timeout_step_id."),
    "retries_without_use": (
        "запрос, который может сработать дважды, не повторяется",
        "Уберите число повторов; PUT и DELETE повторяются.",
    ),
    "too_deep": ("вложено слишком глубоко", "Сделайте проще."),
    "too_many_rules": ("слишком много правил", "Возьмите оператор in со списком."),
    "undefined_variable": ("{it} читается, но нигде не сохраняется", "Сохраните её или исправьте имя."),
    "unknown_field": ("неизвестное поле {it}", "Уберите или исправьте имя."),
    "unknown_input": ("у шаблона нет такого входа", "Возьмите имя из его входов."),
    "unknown_integration": ("нет интеграции {it}", "Может быть, {list}?"),
    "unknown_operator": ("неизвестный оператор {it}", "Выберите: {list}"),
    "unreachable_step": ("к шагу {it} ничего не ведёт", "Проведите к нему связь или таймаут или уберите его."),
    "unused_url_param": ("в адресе нет места для этого значения", "Напишите его имя в адресе в фигурных скобках."),
    "wrong_provider": ("ключ доступа от {it}", "Выберите: {list}"),
}
_QUOTED = re.compile(r'"([^"]*)"|(\{\$.*?\$\})')


def in_language(problem: Problem, language: Language) -> Problem:
    """The same problem in the reader's language; in English where there are no words for it."""
    if language == "en" or problem.code not in RUSSIAN:
        return problem
    message, hint = RUSSIAN[problem.code]
    quoted = [f"«{plain}»" if plain else placeholder for plain, placeholder in _QUOTED.findall(problem.message)]
    it = " → ".join(quoted) if problem.code == "proxy_loop" else next(iter(quoted), "")
    listed = problem.hint.partition("Use one of")[2].lstrip(": ")
    said = message.format(it=it).replace(": :", ":").rstrip(": ").replace("  ", " ")
    return replace(problem, message=said, hint=hint.format(list=listed))
