"""Ids inside a template's steps: made storable when a change brings them, let go of when what they name is removed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from dbcv.domains.templates.document.library import renamed_step

Part = Mapping[str, Any]
_GROUP_LINKS = {"request": "request_id", "credential": "credential_id"}


def stored_ids(template_id: UUID, fields: Part) -> dict[str, Any]:
    """Fields of a template whose steps' ids are UUIDs: others become one that depends on them and the template."""
    ids = {step["id"]: _uuid_of(template_id, step["id"]) for step in fields["steps"]}

    def rename(kind: str, identity: str | None, _inside: str) -> str | None:
        return ids.get(identity, identity) if kind == "step" and identity is not None else identity

    first = rename("step", fields["first_step_id"], "")
    steps = [renamed_step(step, "", rename) for step in fields["steps"]]
    return {**fields, "steps": steps, "first_step_id": first}


def _uuid_of(template_id: UUID, step_id: str) -> str:
    try:
        if len(step_id) == 36:
            return str(UUID(step_id))
    except ValueError:
        pass
    return str(uuid5(template_id, step_id))


def loosened(
    steps: Sequence[Part], gone: Mapping[str, Collection[str]]
) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """Steps without links to what is gone ({kind: ids}), and what they lost: (field within the template, id)."""
    made, lost = [], []
    for index, each in enumerate(steps):
        place, step = f"steps[{index}]", dict(each)
        message, instance = step["message"], step["template_instance"]
        if message and message["widget_id"] in gone.get("widget", ()):
            lost.append((f"{place}.message.widget_id", message["widget_id"]))
            step["message"] = {**message, "widget_id": None}
        if instance and instance["template_id"] in gone.get("template", ()):
            lost.append((f"{place}.template_instance", instance["template_id"]))
            step["template_instance"] = None
        step["connection_groups"] = _loosened_groups(step["connection_groups"], place, gone, lost)
        made.append(step)
    return made, lost


def _loosened_groups(
    groups: Sequence[Part], place: str, gone: Mapping[str, Collection[str]], lost: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    made = []
    for index, group in enumerate(groups):
        links = {field: group[field] for kind, field in _GROUP_LINKS.items() if group[field] in gone.get(kind, ())}
        lost += [(f"{place}.connection_groups[{index}].{field}", was) for field, was in links.items()]
        made.append({**group, **dict.fromkeys(links)})
    return made
