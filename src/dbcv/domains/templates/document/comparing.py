"""What differs between two bodies of a template whose parts have the same ids: an update of an instance shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dbcv.domains.templates.document.mappings import properties

Part = Mapping[str, Any]
Kind = Literal["name", "input", "output", "variable", "first_step", "step", "request", "widget", "template"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that is new, changed (`fields` says in what) or gone."""

    op: Literal["added", "updated", "removed"]
    kind: Kind
    id: str
    name: str
    fields: tuple[str, ...] = ()


def differences(before: Part, after: Part) -> list[Difference]:
    """What a person would say has changed from one body to the other."""
    return [*_found(before, after)]


def _found(before: Part, after: Part) -> Iterator[Difference]:
    if before["name"] != after["name"]:
        yield Difference("updated", "name", "name", after["name"])
    for kind, side in (("input", "inputs"), ("output", "outputs")):
        yield from _ports(kind, before[side], after[side])  # type: ignore[arg-type]
    yield from _named("variable", before["variables"], after["variables"])
    if before["first_step_id"] != after["first_step_id"]:
        yield Difference("updated", "first_step", str(after["first_step_id"]), "")
    for kind in ("step", "request", "widget", "template"):
        yield from _parts(kind, before[f"{kind}s"], after[f"{kind}s"])  # type: ignore[arg-type]


def _ports(kind: Kind, before: Part, after: Part) -> Iterator[Difference]:
    yield from _named(kind, properties(before), properties(after))
    rest_before = {name: value for name, value in before.items() if name != "properties"}
    rest_after = {name: value for name, value in after.items() if name != "properties"}
    if rest_before != rest_after:
        fields = [name for name in {**rest_before, **rest_after} if rest_before.get(name) != rest_after.get(name)]
        yield Difference("updated", kind, f"{kind}s", f"{kind}s", tuple(fields))


def _named(kind: Kind, before: Part, after: Part) -> Iterator[Difference]:
    for name in {**before, **after}:
        if name not in after:
            yield Difference("removed", kind, name, name)
        elif name not in before:
            yield Difference("added", kind, name, name)
        elif before[name] != after[name]:
            yield Difference("updated", kind, name, name)


def _parts(kind: Kind, before: list[Part], after: list[Part]) -> Iterator[Difference]:
    old, new = {part["id"]: part for part in before}, {part["id"]: part for part in after}
    for part_id in {**old, **new}:
        part = new.get(part_id) or old[part_id]
        if part_id not in new:
            yield Difference("removed", kind, part_id, part["name"])
        elif part_id not in old:
            yield Difference("added", kind, part_id, part["name"])
        elif old[part_id] != new[part_id]:
            fields = [name for name in part if old[part_id].get(name) != new[part_id].get(name)]
            yield Difference("updated", kind, part_id, part["name"], tuple(fields))
