"""The kinds of parts a draft consists of: their shapes, what they point at, how many there may be. Known to every
change of a draft; kinds of higher domains come as `PartKind`s."""

from collections.abc import Iterator

from pydantic import BaseModel

from dbcv.domains.bots.document.part_shapes import (
    BotPart,
    ConnectionGroupPart,
    ConnectionPart,
    MessagePart,
    NotePart,
    RequestPart,
    StepPart,
    WidgetPart,
)

SHAPES: dict[str, type[BaseModel]] = {
    "bot": BotPart,
    "step": StepPart,
    "message": MessagePart,
    "connection_group": ConnectionGroupPart,
    "connection": ConnectionPart,
    "request": RequestPart,
    "widget": WidgetPart,
    "note": NotePart,
}
LINKS: dict[str, dict[str, str]] = {
    "bot": {"first_step_id": "step"},
    "step": {"timeout_step_id": "step", "widget_id": "widget"},
    "connection_group": {"step_id": "step", "request_id": "request", "credential_id": "credential"},
    "connection": {"group_id": "connection_group", "next_step_id": "step"},
    "note": {"step_id": "step"},
}
"""{kind: {field: kind of what it names}}. A step's `widget_id` stands in its message."""
PARENTS = {"connection_group": "step_id", "connection": "group_id"}
"""What goes when the other one goes."""
MOST = {"step": 20_000, "request": 5_000, "widget": 1_000, "note": 5_000}
MOST_IN_ONE = 1_000
"""Groups of a step, connections of a group; both as a document may have them, so that every draft can be imported."""


def pointing_at(target: str) -> Iterator[tuple[str, str]]:
    """Which (kind, field) may name a part of the kind `target`."""
    for kind, links in LINKS.items():
        yield from ((kind, link) for link, named in links.items() if named == target)
