"""A conversation that is only played: made-up people, files that are kept nowhere. Pure; called by whoever plays bots:
the terminal, conversation tests, assistants, and talks with a draft."""

from collections.abc import Mapping
from typing import Any

from dbcv.engine.effects import SaveFile
from dbcv.engine.paths import FACTS
from dbcv.engine.state import State

USER_ID = "user-1"


def played_state(
    bot: Mapping[str, Any],
    written: Mapping[str, Mapping[str, Any]],
    step_id: str | None = None,
    frames: list[dict[str, Any]] | None = None,
) -> State:
    """The state of a made-up person with a bot. `bot` are the bot's facts; `written` is {kept scope: variables}, where
    a fact may stand among them (`user.username`) and is then told as one."""
    facts: dict[str, dict[str, Any]] = {
        "user": {"id": USER_ID, "username": None},
        "bot": dict(bot),
        "channel": {"id": "channel-1"},
        "session": {"id": "session-1"},
    }
    state = State(step_id, facts=facts, frames=frames or [])
    for scope, values in written.items():
        facts[scope] |= {key: value for key, value in values.items() if key in FACTS[scope]}
        setattr(state, scope, {key: value for key, value in values.items() if key not in FACTS[scope]})
    return state


def played_file(effect: SaveFile) -> dict[str, Any]:
    """The reply to a SaveFile where files are only played: an attachment that leads nowhere."""
    name = f"{effect.name}{effect.ext}"
    return {"ok": True, "result": {"id": effect.key, "name": name, "url": f"memory:{name}"}, "error": None}
