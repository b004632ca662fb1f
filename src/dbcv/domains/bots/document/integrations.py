"""Groups that run integrations, held against the catalogue: does the entry exist, does the configuration fit its form,
is there a credential it takes. Values with placeholders fit anything. Called beside the engine's check; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from dbcv.engine.problems import Problem
from dbcv.integration_kit.definition import Action, Integration
from dbcv.integrations import CATALOGUE

MAX_FAULTS = 20
"""Of one configuration."""
_ABOUT_THE_WHOLE = frozenset({"missing", "extra_forbidden"})


def integration_problems(document: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the integrations of a whole document."""
    providers = {each.get("id"): each.get("provider") for each in _objects(document.get("credentials"))}
    return [
        problem for path, step_id, group in _groups(document) for problem in of_group(group, path, step_id, providers)
    ]


def of_group(
    group: Mapping[str, Any], path: str, step_id: str | None, providers: Mapping[Any, Any] | None
) -> Iterator[Problem]:
    """What is wrong with the integration of one group. `providers`: of the bot's credentials by id; None: unknown."""
    name = group.get("integration_id")
    if group.get("search_type") != "integration" or not isinstance(name, str) or not name:
        return
    found = CATALOGUE.find(name)
    if found is None:
        near = CATALOGUE.nearest(name) or "GET /api/v1/integrations lists them"
        words = f'there is no integration "{name[:100]}"'
        yield Problem("error", "unknown_integration", f"{path}.integration_id", words, f"Use one of: {near}", step_id)
        return
    yield from _config_faults(found[1], group.get("integration_config"), f"{path}.integration_config", step_id)
    yield from _credential_faults(*found, group.get("credential_id"), f"{path}.credential_id", step_id, providers)


def _config_faults(action: Action, config: Any, path: str, step_id: str | None) -> Iterator[Problem]:
    try:
        action.inputs.model_validate(config if config is not None else {})
    except ValidationError as error:
        faults = [each for each in error.errors(include_url=False) if _counts(each)]
        for fault in faults[:MAX_FAULTS]:
            place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"])
            inner = place.lstrip(".") or "the whole"
            message = f'"{inner}" does not fit: {fault["msg"].removeprefix("Value error, ")}'
            hint = "Compare it with the form of the action in the catalogue."
            yield Problem("error", "bad_integration_config", f"{path}{place}", message, hint, step_id)


def _counts(fault: Mapping[str, Any]) -> bool:
    """A value that variables are filled into is judged when the turn runs."""
    return fault["type"] in _ABOUT_THE_WHOLE or not _holds_placeholder(fault["input"])


def _holds_placeholder(value: Any) -> bool:
    if isinstance(value, str):
        return "{$" in value
    children = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(_holds_placeholder(each) for each in children)


def _credential_faults(
    integration: Integration,
    action: Action,
    credential_id: Any,
    path: str,
    step_id: str | None,
    providers: Mapping[Any, Any] | None,
) -> Iterator[Problem]:
    taken = integration.takes(action)
    if not credential_id:
        if action.needs_credential and taken:
            words = f'it needs a credential of "{" or ".join(taken)}"'
            hint = "Choose one of the bot's credentials, or make one."
            yield Problem("error", "missing_credential", path, words, hint, step_id)
    elif providers is not None and credential_id in providers and providers[credential_id] not in taken:
        words = f'the credential is of "{providers[credential_id]}"'
        yield Problem("error", "wrong_provider", path, words, f"Use one of: {', '.join(taken) or 'none'}", step_id)


def _groups(document: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
    yield from _of_holder("master_connection_groups", None, document.get("master_connection_groups"))
    yield from _of_steps("", document.get("steps"))
    for index, template in enumerate(_objects(document.get("templates"))):
        yield from _of_steps(f"templates[{index}].", template.get("steps"))


def _of_steps(prefix: str, steps: Any) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
    for index, step in enumerate(_objects(steps)):
        place = f"{prefix}steps[{index}].connection_groups"
        yield from _of_holder(place, step.get("id"), step.get("connection_groups"))


def _of_holder(path: str, step_id: Any, groups: Any) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
    for index, group in enumerate(_objects(groups)):
        yield f"{path}[{index}]", step_id if isinstance(step_id, str) else None, group


def _objects(entries: Any) -> list[Mapping[str, Any]]:
    """The entries; one that is none (said elsewhere) counts as an empty one, so that places stay right."""
    listed = entries if isinstance(entries, list) else []
    return [each if isinstance(each, Mapping) else {} for each in listed]
