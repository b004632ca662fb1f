"""What a preset is, and how inputs become a fragment: drawn by the preset, then judged by the engine's check. Called by
the service of bots; raises Refused instead of handing out a fragment that a bot could not hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from dbcv.engine.check import check
from dbcv.engine.problems import Problem
from dbcv.presets.fragment import Fragment, Part, Place, Sketch
from dbcv.presets.inputs import Inputs
from dbcv.presets.words import Words

Section = Literal["talk", "ask", "flow", "outside"]
"""Where a palette shows a preset."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made fragment. `draw(inputs, sketch)` draws it; `icon` is the name of an icon of the IconService."""

    id: str
    section: Section
    icon: str
    name: Words
    about: Words
    inputs: type[Inputs]
    draw: Callable[[Any, Sketch], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem, and the value in the fragment that it is about."""

    problem: Problem
    value: Any


class Refused(ValueError):  # noqa: N818 - an answer, not an error of the program
    """Inputs that make a fragment no bot could hold; `faults` say why, all of it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.problem.path}: {fault.problem.message}" for fault in faults[:3]))
        self.faults = faults


def expand(preset: Preset, inputs: Inputs, place: Place) -> Fragment:
    """The fragment that a preset makes of inputs (of its own class). Raises Refused."""
    mark = {"preset_id": preset.id, "preset_icon_s3_key": f"icons/{preset.icon}"}
    sketch = Sketch(place, inputs.name.strip() or preset.name[place.language], mark)
    preset.draw(inputs, sketch)
    fragment = sketch.finished()
    document = in_a_bot(fragment)
    wrong = [problem for problem in check(document) if problem.severity == "error"]
    if wrong:
        raise Refused([Fault(problem, value_at(document, problem.path)) for problem in wrong])
    return fragment


def in_a_bot(fragment: Fragment) -> Part:
    """The fragment as the whole of a bot document, with an empty stand-in for everything it names and does not hold."""
    steps, groups = fragment.steps, [each for step in fragment.steps for each in step["connection_groups"]]
    own = {step["id"] for step in steps} | {request["id"] for request in fragment.requests}
    named = {
        "steps": [link["next_step_id"] for each in groups for link in each["connections"]]
        + [step.get("timeout_step_id") for step in steps],
        "requests": [each.get("request_id") for each in groups],
        "credentials": [each.get("credential_id") for each in groups],
        "widgets": [step.get("message", {}).get("widget_id") for step in steps],
        "templates": [step.get("template_instance", {}).get("template_id") for step in steps],
    }
    stubs = {
        kind: sorted({each for each in ids if each is not None and each not in own}) for kind, ids in named.items()
    }
    document: Part = {kind: [_stub(kind, each) for each in ids] for kind, ids in stubs.items()}
    document["steps"] = steps + document["steps"]
    document["requests"] = fragment.requests + document["requests"]
    return document | {"first_step_id": fragment.first_step_id}


def value_at(tree: Any, path: str) -> Any:
    """The value at a path such as "steps[0].name", or as far as the path leads."""
    for key in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(tree, dict) and key in tree:
            tree = tree[key]
        elif isinstance(tree, list) and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            break
    return tree


def _stub(kind: str, identity: str) -> Part:
    return {"id": identity} | ({"request_url": "https://stub.example/"} if kind == "requests" else {})
