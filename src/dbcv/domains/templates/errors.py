"""What can go wrong with templates, in words for the person who meets it."""

from collections.abc import Iterable, Sequence
from typing import Any

from dbcv.domains.bots.schemas import Language
from dbcv.engine.problems import Problem
from dbcv.kit.errors import AppError, Conflict, ErrorDetail, Forbidden, Invalid, NotFound, Stale, VersionNeeded

MAX_NAMED = 20
# of making a template of steps: {language: (title, message, hint)}
_FIRST_NOT_SELECTED: dict[Language, tuple[str, str, str]] = {
    "en": (
        "The template is to begin outside of the selected steps",
        "is none of step_ids",
        "Name one of the selected steps, or leave it out",
    ),
    "ru": (
        "Шаблон должен начинаться с одного из выбранных шагов",
        "этого шага нет в step_ids",
        "Назовите один из выбранных шагов или уберите это поле",
    ),
}
_UNKNOWN_STEPS: dict[Language, tuple[str, str, str]] = {
    "en": ("Some of these steps are not there", "the bot has no such step", "Choose steps of the bot itself"),
    "ru": ("Некоторых из этих шагов нет", "такого шага у бота нет", "Выберите шаги самого бота"),
}
_NOT_ONE_ENTRY: dict[Language, tuple[str, str, str, str]] = {
    "en": (
        "It is not clear where to begin: the selection has no step to begin with",
        "It is not clear where to begin: several ways lead in",
        '"{name}" could be the first step',
        "Name the step to begin with in first_step_id, or choose steps with one way in",
    ),
    "ru": (
        "Непонятно, откуда начать: ни один из выбранных шагов не первый",
        "Непонятно, откуда начать: в выбранные шаги ведёт несколько путей",
        "первым может быть шаг «{name}»",
        "Назовите первый шаг в first_step_id или выберите шаги, в которые ведёт один путь",
    ),
}
_INTO_THE_MIDDLE: dict[Language, tuple[str, str, str]] = {
    "en": (
        "The selection has more than one way in",
        'leads into the middle of the selection, to "{name}"',
        "Lead it to the first of the selected steps, or take the steps it comes from into the selection",
    ),
    "ru": (
        "В выбранные шаги ведёт больше одного пути",
        "ведёт в середину выбранного, к шагу «{name}»",
        "Направьте её к первому из выбранных шагов или выберите и те шаги, из которых она идёт",
    ),
}


def no_such_group() -> AppError:
    """The group is not there, or the caller may not know that it is."""
    return NotFound("There is no such template group", code="template_group_not_found")


def no_such_template() -> AppError:
    """The template is not there, or the caller may not know that it is."""
    return NotFound("There is no such template", code="template_not_found")


def no_such_instance() -> AppError:
    """No step of that id runs a template, or the caller may not know that it does."""
    return NotFound("There is no such template instance", code="template_instance_not_found")


def not_an_editor() -> AppError:
    """The group is shared with the caller for use."""
    return Forbidden("The group is shared with you to use its templates, not to change them", code="editor_needed")


def not_the_owner() -> AppError:
    """Only the owner may delete a group or share it."""
    return Forbidden("Only the group's owner can do this", code="owner_needed")


def no_such_account() -> AppError:
    """A group is to be shared with an e-mail nobody has."""
    detail = ErrorDetail("email", "No account has this e-mail", "Ask them to register first")
    return Invalid("No account has this e-mail", code="unknown_account", errors=[detail])


def invalid(problems: Iterable[Problem]) -> AppError:
    """A template that cannot be kept; every mistake is listed."""
    details = [ErrorDetail(problem.path, problem.message, problem.hint) for problem in problems]
    return Invalid("The template has mistakes", code="template_invalid", errors=details)


def stale(version: int) -> AppError:
    """Somebody changed the library template since the caller read it."""
    title = f"The template was changed meanwhile: it is at version {version} now"
    detail = ErrorDetail("If-Match", f"version {version} is stored", "Read the template again and repeat your change")
    return Stale(title, code="stale", errors=[detail])


def version_needed() -> AppError:
    """A change of a library template without If-Match: one of two editors would lose their work."""
    detail = ErrorDetail("If-Match", "is missing", 'Send the template\'s version, such as "3", or * to overwrite')
    return VersionNeeded("Say which version you change", code="version_needed", errors=[detail])


def in_use(users: Sequence[Any], count: int) -> AppError:
    """A library template with copies in bots or in other templates: rows of kind, id, name that the caller may see."""
    hint = "They keep their copies: delete with force=true; they will not hear of new versions then"
    details = [
        ErrorDetail(f"{kind}[{each}]", f'the {kind} "{name}" has a copy of it', hint) for kind, each, name in users
    ]
    hidden = count - len(users)
    if hidden > 0:
        details.append(ErrorDetail("", f"{hidden} more that you cannot see have copies of it", hint))
    return Conflict("The template is in use", code="template_in_use", errors=details)


def used_by_steps(steps: Sequence[tuple[str, str, str]]) -> AppError:
    """A bot's template that steps run: their ids, names, and the template they are in ("" for the bot's own)."""
    hint = "Take the template out of this step first"
    details = [
        ErrorDetail(
            f"steps[{step_id}]", f'the step "{name}"{f" of the template “{inside}”" if inside else ""} runs it', hint
        )
        for step_id, name, inside in steps
    ]
    return Conflict("Steps of the bot run this template", code="template_in_use", errors=details)


def holds_itself(names: Sequence[str]) -> AppError:
    """A library template that would come into itself."""
    said = " → ".join(f'"{name}"' for name in names)
    detail = ErrorDetail("steps", f"the template would hold itself: {said}", "Take the instance out")
    return Invalid("A template cannot hold itself", code="template_recursion", errors=[detail])


def first_not_selected(language: Language) -> AppError:
    """The template is to begin in a step that is not among those it is made of."""
    title, message, hint = _FIRST_NOT_SELECTED[language]
    return Invalid(title, code="first_not_selected", errors=[ErrorDetail("first_step_id", message, hint)])


def unknown_steps(places: Iterable[int], language: Language) -> AppError:
    """Steps to make a template of that the bot does not have: their places in the request."""
    title, message, hint = _UNKNOWN_STEPS[language]
    details = [ErrorDetail(f"step_ids[{place}]", message, hint) for place in places]
    return Invalid(title, code="unknown_steps", errors=details)


def not_one_entry(names: Sequence[tuple[str, str]], language: Language) -> AppError:
    """Selected steps with several ways in, or none: (id, name) of the candidates."""
    none, several, message, hint = _NOT_ONE_ENTRY[language]
    title = several if names else none
    details = [ErrorDetail(f"steps[{step_id}]", message.format(name=name), hint) for step_id, name in names]
    return Invalid(title, code="not_one_entry", errors=details or [ErrorDetail("step_ids", title, hint)])


def ways_into_the_middle(ways: Iterable[tuple[str, str]], language: Language) -> AppError:
    """The selection cannot be replaced: (place, name of the step) of ways that lead past its first step."""
    title, message, hint = _INTO_THE_MIDDLE[language]
    details = [ErrorDetail(place, message.format(name=name), hint) for place, name in ways]
    return Invalid(title, code="ways_into_the_middle", errors=details)


def no_template_in_file() -> AppError:
    """A file that does not say which template it is about."""
    hint = "Let the first step run the template, or leave only one in the file"
    detail = ErrorDetail("templates", "it is not clear which template is meant", hint)
    return Invalid("The file holds no template, or several", code="no_template", errors=[detail])


def home_needed() -> AppError:
    """A list or a new template needs exactly one home."""
    detail = ErrorDetail("group_id", "give either group_id or bot_id", "A template lives in a group or in a bot")
    return Invalid("Say where the template lives", code="home_needed", errors=[detail])


def not_a_copy() -> AppError:
    """An instance whose template came from no library, or whose library template is gone or not shared any more."""
    detail = ErrorDetail(
        "template_id", "its template has no source you can see", "Change the bot's own template instead"
    )
    return Conflict("There is nothing to update from", code="no_source", errors=[detail])


def only_in_libraries(fields: Iterable[str]) -> AppError:
    """A bot's template was given what only a library template has of its own."""
    hint = "Leave it out: the bot has its own, name those by their ids"
    details = [ErrorDetail(name, "only a library template carries this", hint) for name in fields]
    return Invalid("A bot's template does not carry this", code="only_in_libraries", errors=details)
