"""What is told of a template that was made of steps, in English and Russian: remarks, why a variable goes in or out,
what is written into the template itself. Called by selection; knows codes and what their words need."""

from dbcv.domains.bots.schemas import Language

# code: {language: words}
WORDS: dict[str, dict[Language, str]] = {
    "variable_stays": {
        "en": "{name} stays as it is: it is used in a way that cannot be moved",
        "ru": "{name} остаётся как есть: из-за того, как она используется, перенести её нельзя",
    },
    "variable_shared": {
        "en": "{name} is shared beyond the conversation: it stays as it is",
        "ru": "{name} остаётся как есть: она общая не только для этого разговора",
    },
    "several_exits": {
        "en": "the template ends in {ways} ways: {steps} steps follow",
        "ru": "способов закончить шаблон: {ways}, шагов после него: {steps}",
    },
    "exit": {
        "en": "{place} leads out of the selection: it ends the template now",
        "ru": "{place} ведёт из выбранных шагов наружу: теперь здесь шаблон заканчивается",
    },
    "turn_read": {
        "en": "{name} is read, but made by a step outside: run the template right after that step",
        "ru": "{name} читается здесь, а делает её шаг снаружи: запускайте шаблон сразу после того шага",
    },
    "way_into_the_middle": {
        "en": "{place} leads past the template's first step",
        "ru": "{place} ведёт мимо первого шага шаблона",
    },
    "silent_start": {
        "en": "a silent first step answers the very first message at once; in a template it waits for the next one",
        "ru": "первый шаг без сообщения отвечает на самое первое сообщение сразу, а в шаблоне ждёт следующего",
    },
    "why_read": {
        "en": "read by the steps, or kept where they do not set it",
        "ru": "её читают эти шаги, или она сохраняется там, где они её не меняют",
    },
    "why_set": {"en": "set by the steps, read by others", "ru": "её задают эти шаги, а читают другие"},
    "why_exit": {
        "en": "tells which way out was taken; null where the flow just ended",
        "ru": "говорит, каким путём шаблон закончился; null, если шаги просто кончились",
    },
    "was": {"en": "was {name}", "ru": "раньше {name}"},
    "end": {"en": "End", "ru": "Конец"},
}


def told(code: str, language: Language, **needed: object) -> str:
    """The words of `code`."""
    return WORDS[code][language].format(**needed)
