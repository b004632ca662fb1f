"""What is special about an emitter's or a cron's event: it is the bot that speaks first. For walk.

The message it brings is said; then it may move a session, but only along connections whose rules look at `event.…`:
groups were drawn for what people answer, and an ELSE, a save of `message.text` or a request must not answer for them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dbcv.engine.events import Event
from dbcv.engine.parts import Connection, Graph, Group, Message
from dbcv.engine.reading import read_message

_KINDS: Final = frozenset(("emitter", "cron"))


def is_scheduled(event: Event) -> bool:
    """Whether the clock sent it."""
    return event.kind in _KINDS


def said(event: Event, graph: Graph) -> Message | None:
    """The message that the event brings, with the bot's own widgets; None if there is none to say."""
    return read_message(event.data.get("message"), graph)


def heard(groups: tuple[Group, ...], event: Event) -> tuple[Group, ...]:
    """Of groups that would be tried, those for this event: all of them unless it is a scheduled one."""
    if not is_scheduled(event):
        return groups
    asked = ((group, tuple(filter(_asks, group.connections))) for group in groups)
    return tuple(replace(group, connections=connections) for group, connections in asked if connections)


def _asks(connection: Connection) -> bool:
    return any(path.scope == "event" for path in connection.rules.reads)
