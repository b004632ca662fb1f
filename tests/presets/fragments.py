"""Presets in small bots: a fragment with a step behind each of its ways, played on the real engine."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from dbcv.domains.bots import document
from dbcv.entrypoints.rehearsal.talk import Given, Talk, Turn
from dbcv.presets.catalogue import PRESETS
from dbcv.presets.fragment import Fragment, Place
from dbcv.presets.preset import expand, in_a_bot

TEMPLATE = {
    "id": "t1",
    "name": "Greets",
    "inputs": {"properties": {"who": {"type": "string"}}},
    "outputs": {"properties": {"said": {"type": "string"}}},
    "first_step_id": "s1",
    "steps": [
        {
            "id": "s1",
            "is_proxy": True,
            "message": {"text": "Hello {$template.who$}"},
            "connection_groups": [{"variables": [{"target": "template.said", "source": "template.who"}]}],
        }
    ],
}


def fragment(preset_id: str, language: Any = "en", /, **inputs: Any) -> Fragment:
    """What a preset draws of plain inputs."""
    preset = PRESETS[preset_id]
    return expand(preset, preset.inputs.model_validate(inputs), Place("p", 100, 200, language))


def bot_of(drawn: Fragment, **more: Any) -> dict[str, Any]:
    """A bot of the fragment alone: each open end goes on to a step that says its name; what it names is there."""
    bot = deepcopy(in_a_bot(drawn))
    steps = {step["id"]: step for step in bot["steps"]}
    for door in drawn.ways_out:
        said = {"id": f"{door.step_id}+", "message": {"text": f"<{door.name}>"}}
        steps[door.step_id]["connection_groups"].append({"priority": 99, "connections": [{"next_step_id": said["id"]}]})
        bot["steps"].append(said)
    for step in bot["steps"]:
        if "message" not in step and "/" not in step["id"]:
            step["message"] = {"text": f"<{step['id']}>"}
    bot |= {"name": "Small", "templates": [TEMPLATE if each["id"] == "t1" else each for each in bot["templates"]]}
    bot["credentials"] = [each | {"provider": "any"} for each in bot["credentials"]]
    return bot | more


OF_THE_CATALOGUE = {"unknown_integration", "bad_integration_config", "missing_credential", "wrong_provider"}
"""Presets are pure and know no catalogue: a draft keeps these, and is not published with them."""


def problems_of(bot: dict[str, Any]) -> list[Any]:
    """Errors of a bot as an import would find them, but for what the catalogue says."""
    parsed = document.parse(document.dump(bot, "yaml"), "yaml")
    errors = [problem for problem in document.problems(parsed) if problem.severity == "error"]
    return [problem for problem in errors if problem.code not in OF_THE_CATALOGUE]


def talk(drawn: Fragment, answer: Any = None, *, now: datetime | None = None, **given: Any) -> Talk:
    """A conversation with a bot of the fragment. `answer(effect)` is the outside world."""
    assert problems_of(bot_of(drawn)) == []
    bot = document.parse(document.dump(bot_of(drawn), "yaml"), "yaml")
    return Talk(bot, answer or _nobody, Given(now=now or datetime(2026, 1, 1, 9, tzinfo=UTC), **given))


def said(turn: Turn) -> list[str]:
    """The texts of a turn's replies."""
    assert turn.outcome.error is None, turn.outcome.error
    return [reply.text for reply in turn.outcome.replies]


def _nobody(effect: Any) -> Any:
    raise AssertionError(f"nobody answers {effect}")
