"""The uses of variables as the API shows them: by variable, with the steps' names, a page at a time. Called by the
endpoints."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.bots.document.usage.places import Kind, Use
from dbcv.domains.bots.document.usage.walking import document_uses, overlaps
from dbcv.engine.paths import parse_keys

MAX_USES = 200
"""Uses shown of one variable; `set` and `read` count all of them."""


class StepName(BaseModel):
    """A step that uses a variable."""

    id: str
    name: str


class VariableUse(BaseModel):
    """One place where a variable is read or set."""

    how: Literal["read", "set"]
    kind: Kind = Field(description="what stands at the place")
    place: str = Field(description="where in the bot document")
    line: int | None = Field(description="line of the code, from 1; null elsewhere")
    steps: list[StepName] = Field(description="who does it; several where steps share a request or a widget")
    exact: bool = Field(description="false where code chooses the name at run time: any variable below may be meant")
    mode: Literal["", "set", "append", "file"] = Field(description="how it is saved")
    note: str | None = Field(description="why code could not be followed")


class UsedVariableOut(BaseModel):
    """A variable and who uses it."""

    path: str = Field(description='such as session.age; "" stands for all variables at once (code that takes them all)')
    template_id: str | None = Field(description="for template.*: the template whose own variable it is")
    set: int = Field(description="places that set it")
    read: int = Field(description="places that read it")
    uses: list[VariableUse] = Field(description=f"the first {MAX_USES} of them, in the document's order")


class VariableUsage(BaseModel):
    """The variables of a bot's draft by path; `next_cursor` is null on the last page."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "version": 7,
                "items": [
                    {
                        "path": "session.age",
                        "template_id": None,
                        "set": 1,
                        "read": 0,
                        "uses": [
                            {
                                "how": "set",
                                "kind": "saving",
                                "place": "steps[0].connection_groups[0].variables[0].target",
                                "line": None,
                                "steps": [{"id": "0199f7a0-0000-7000-8000-000000000001", "name": "Ask age"}],
                                "exact": True,
                                "mode": "set",
                                "note": None,
                            }
                        ],
                    }
                ],
                "next_cursor": None,
            }
        }
    )
    version: int = Field(description="the draft that was looked at")
    items: list[UsedVariableOut]
    next_cursor: str | None


def usage_page(document: Mapping[str, Any], version: int, path: str | None, limit: int, after: str) -> VariableUsage:
    """The variables of a normalised document behind the cursor `after`; with `path` those it is, holds or is part of.

    Raises PathError when `path` is none.
    """
    keys = None if path is None else parse_keys(path)
    found: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in document_uses(document):
        if keys is None or overlaps(use, keys):
            found[use.path, use.template_id or ""].append(use)
    behind = [name for name in sorted(found) if _cursor(name) > after]
    names = _names(document)
    shown = behind[:limit]
    items = [_variable(name, found[name], names) for name in shown]
    return VariableUsage(
        version=version, items=items, next_cursor=_cursor(shown[-1]) if len(behind) > len(shown) else None
    )


def _cursor(name: tuple[str, str]) -> str:
    return "|".join(name)


def _names(document: Mapping[str, Any]) -> dict[str, str]:
    flows = [document["steps"], *(template["steps"] for template in document["templates"])]
    return {step["id"]: step["name"] for steps in flows for step in steps}


def _variable(name: tuple[str, str], uses: list[Use], names: Mapping[str, str]) -> UsedVariableOut:
    counts = Counter(use.how for use in uses)
    return UsedVariableOut(
        path=name[0],
        template_id=name[1] or None,
        set=counts["set"],
        read=counts["read"],
        uses=[_use(use, names) for use in uses[:MAX_USES]],
    )


def _use(use: Use, names: Mapping[str, str]) -> VariableUse:
    return VariableUse(
        how=use.how,
        kind=use.kind,
        place=use.place,
        line=use.line,
        steps=_steps(use.step_ids, names),
        exact=use.exact,
        mode=use.mode,
        note=use.note,
    )


def _steps(step_ids: Iterable[str], names: Mapping[str, str]) -> list[StepName]:
    return [StepName(id=step_id, name=names.get(step_id, "")) for step_id in step_ids][:MAX_USES]
