"""Presets: listed, drawn, and put into drafts as one change. Called by the endpoints and the tools for assistants; what
a fragment is made of is decided in `dbcv.presets`."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.engine_wording import in_language
from dbcv.domains.bots.document.guards import guard
from dbcv.domains.bots.document.reading import join
from dbcv.domains.bots.document.shape_check import validate
from dbcv.domains.bots.document.wording import word
from dbcv.domains.bots.schemas import Fields, KnownVersion, Language
from dbcv.domains.bots.service.bots import Bots
from dbcv.domains.bots.service.parts import Edited
from dbcv.domains.bots.service.working_set import Change
from dbcv.kit.errors import ErrorDetail, Invalid
from dbcv.kit.ids import new_id
from dbcv.presets.catalogue import PRESETS
from dbcv.presets.fragment import Fragment, Place
from dbcv.presets.preset import Preset, Refused, expand, value_at

_HANGS_ON_A_STEP = frozenset(("id", "connection_groups", "template_instance"))
_LINKS = ("next_step_id", "timeout_step_id", "request_id", "id")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a preset is asked to draw, and where: `after_step_id` leads on to it then; `is_first`: the bot begins so."""

    inputs: Mapping[str, Any]
    x: float = 0
    y: float = 0
    after_step_id: UUID | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft with a fragment in it."""

    edited: Edited
    fragment: Fragment


def page(after: str, limit: int) -> tuple[list[Preset], str | None]:
    """Presets in the order of a palette, from behind the one called `after`, and the cursor of the next page."""
    ids = list(PRESETS)
    start = ids.index(after) + 1 if after in PRESETS else 0
    found = [PRESETS[each] for each in ids[start : start + limit]]
    return found, found[-1].id if start + limit < len(ids) else None


def preset(preset_id: str) -> Preset:
    """Raises NotFound."""
    found = PRESETS.get(preset_id)
    if found is None:
        raise errors.no_such_preset(preset_id)
    return found


async def draw(preset_id: str, wish: Wish, language: Language) -> Fragment:
    """The fragment that a preset makes of inputs, with ids of its own. Raises NotFound, Invalid with every mistake."""
    return await asyncio.to_thread(_draw, preset(preset_id), wish, language)


async def put(
    bots: Bots, caller_id: UUID, bot_id: UUID, preset_id: str, wish: Wish, known: KnownVersion, language: Language
) -> Placed:
    """Add a fragment to a draft, in one change.

    Raises what `draw` and a change raise; `known` is needed only if the bot is to begin there.
    """
    await bots.get(caller_id, bot_id)
    fragment = await draw(preset_id, wish, language)
    changes = _changes(fragment, wish, bot_id)
    try:
        return Placed(await bots.parts.change(caller_id, bot_id, changes, known, language), fragment)
    except Invalid as error:
        raise errors.preset_refused([_in_wish(detail, changes, wish) for detail in error.errors]) from error


def _draw(preset: Preset, wish: Wish, language: Language) -> Fragment:
    findings = guard(wish.inputs)
    inputs = None
    if not findings:
        inputs, findings = validate(preset.inputs, wish.inputs)
    if inputs is None:
        found = [ErrorDetail(_within(finding.path), *word(finding, language)) for finding in findings]
        raise errors.preset_refused(found)
    try:
        return _with_ids(expand(preset, inputs, Place(str(new_id()), wish.x, wish.y, language)))
    except Refused as refused:
        raise errors.preset_refused(list(_refusals(refused, wish, language))) from refused


def _refusals(refused: Refused, wish: Wish, language: Language) -> Iterator[ErrorDetail]:
    for fault in refused.faults:
        problem = in_language(fault.problem, language)
        yield ErrorDetail(_place_of(fault.value, wish), problem.message, problem.hint)


def _within(path: str) -> str:
    return "inputs" + (path if path.startswith("[") else f".{path}" if path else "")


def _with_ids(fragment: Fragment) -> Fragment:
    """The same fragment, every id of its own a UUID."""
    ids = {part["id"]: str(new_id()) for part in [*fragment.steps, *fragment.requests]}
    return Fragment(
        ids[fragment.first_step_id],
        [_renamed(step, ids) for step in fragment.steps],
        [_renamed(request, ids) for request in fragment.requests],
        [replace(door, step_id=ids[door.step_id]) for door in fragment.ways_out],
        [replace(door, step_id=ids[door.step_id]) for door in fragment.ways_in],
    )


def _renamed(part: Fields, ids: Mapping[str, str]) -> Fields:
    """A part with what hangs on it, own ids in the places where ids stand."""
    renamed = part | {name: ids[part[name]] for name in _LINKS if part.get(name) in ids}
    for inner in ("connection_groups", "connections"):
        if inner in part:
            renamed[inner] = [_renamed(each, ids) for each in part[inner]]
    return renamed


def _changes(fragment: Fragment, wish: Wish, bot_id: UUID) -> list[Change]:
    """The fragment as additions, what is named before what names it."""
    changes = [Change("add", "request", UUID(each["id"]), _without(each, ("id",))) for each in fragment.requests]
    for step in fragment.steps:
        changes.append(Change("add", "step", UUID(step["id"]), _without(step, _HANGS_ON_A_STEP)))
        if step.get("template_instance"):
            changes.append(Change("add", "template_instance", UUID(step["id"]), step["template_instance"]))
    for step in fragment.steps:
        for group in step["connection_groups"]:
            changes += _group_changes(step["id"], group)
    if wish.after_step_id is not None:
        leading = {"connections": [{"next_step_id": fragment.first_step_id}]}
        changes += _group_changes(str(wish.after_step_id), leading)
    if wish.is_first:
        changes.append(Change("update", "bot", bot_id, {"first_step_id": fragment.first_step_id}))
    return changes


def _group_changes(step_id: str, group: Fields) -> list[Change]:
    group_id = new_id()
    fields = _without(group, ("connections",)) | {"step_id": step_id}
    links = [Change("add", "connection", new_id(), each | {"group_id": str(group_id)}) for each in group["connections"]]
    return [Change("add", "connection_group", group_id, fields), *links]


def _without(part: Fields, names: Any) -> Fields:
    return {name: value for name, value in part.items() if name not in names}


def _in_wish(detail: ErrorDetail, changes: Sequence[Change], wish: Wish) -> ErrorDetail:
    """A mistake of a change, at the place of the wish that its value came from."""
    tree = {"changes": [{"fields": change.fields, "id": str(change.id)} for change in changes]}
    return replace(detail, path=_place_of(value_at(tree, detail.path), wish))


def _place_of(value: Any, wish: Wish) -> str:
    """Where in the wish a value stands; "inputs" for what the preset made up."""
    if wish.after_step_id is not None and value == str(wish.after_step_id):
        return "after_step_id"
    if isinstance(value, (str, int, float)):
        pending: list[tuple[str, Any]] = [("inputs", dict(wish.inputs))]
        while pending:
            path, node = pending.pop()
            if isinstance(node, (dict, list)):
                children = node.items() if isinstance(node, dict) else enumerate(node)
                pending.extend((join(path, key), child) for key, child in children)
            elif node == value and type(node) is type(value):
                return path
    return "inputs"
