"""Steps of a bot made into a template: where it begins, where it ends, what goes in and comes out, which variables
become its own. Pure; called by the service. Meaning is kept: what cannot be moved safely stays, and is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from dbcv.domains.bots.schemas import Language
from dbcv.domains.templates.document.guessing import guessed_types, schema_of
from dbcv.domains.templates.document.library import from_bot
from dbcv.domains.templates.document.renaming import Variable, renamed_step, renamed_value, unnameable
from dbcv.domains.templates.document.traffic import Traffic, traffic
from dbcv.domains.templates.document.wording import told
from dbcv.engine.paths import SHARED_SCOPES

Part = Mapping[str, Any]
EXIT = "exit"


@dataclass(frozen=True, slots=True)
class Way:
    """A connection, timeout or first step: where it stands in the document, from which step ("" for the bot's own
    groups), to which."""

    place: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output, the variable it stood for, its schema, and why it is there."""

    name: str
    variable: str
    schema: dict[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a look."""

    code: str
    message: str
    step_id: str | None = None


@dataclass(slots=True)
class Made:
    """The template's body (ids as in the bot), the mappings of an instance in place of the steps, and what was found.

    `exits`: ways out, each with its number (None where all lead to one step). `language`: in which it is told.
    """

    body: dict[str, Any]
    entry_id: str
    ways_in: list[Way]
    exits: list[tuple[Way, int | None]]
    inputs: list[Port] = field(default_factory=list)
    outputs: list[Port] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    inputs_mapping: dict[str, Any] = field(default_factory=dict)
    outputs_mapping: dict[str, str] = field(default_factory=dict)
    language: Language = "en"

    def told(self, code: str, **needed: object) -> str:
        """Words in the language of whoever asked."""
        return told(code, self.language, **needed)

    def note(self, code: str, step_id: str | None = None, **needed: object) -> None:
        """Have something looked at."""
        self.notes.append(Note(code, self.told(code, **needed), step_id))


class NotOneEntryError(ValueError):
    """Which step to begin with is not clear; `candidates` are the ids of those it could be."""

    def __init__(self, candidates: Sequence[str]) -> None:
        super().__init__("no step to begin with" if not candidates else "several ways lead in")
        self.candidates = list(candidates)


def made_of(
    document: Part, step_ids: Sequence[str], name: str, first_step_id: str | None, language: Language = "en"
) -> Made:
    """A template of these steps of the bot. Raises NotOneEntryError."""
    wanted = set(step_ids)
    steps = {step["id"]: step for step in document["steps"] if step["id"] in wanted}
    ways_in = [way for way in ways(document) if way.source not in steps and way.target in steps]
    entry_id = _entry(document, steps, ways_in, first_step_id)
    exits = _exits(document, steps)
    found = traffic(document, steps, entry_id)
    made = Made({}, entry_id, ways_in, exits, language=language)
    if not _runs_again(document, made):
        found.unsure &= found.set_outside
    names = _ports(document, steps, found, made)
    _add_exit_port(made, steps, document)
    _note_the_rest(found, steps, made, document)
    made.body = _body(document, steps, name, made, names)
    return made


def ways(document: Part) -> Iterator[Way]:
    """Every way to a step of the bot itself."""
    if document["first_step_id"] is not None:
        yield Way("first_step_id", "", document["first_step_id"])
    yield from _group_ways(document["master_connection_groups"], "master_connection_groups", "")
    for index, step in enumerate(document["steps"]):
        place = f"steps[{index}]"
        if step["timeout_step_id"] is not None:
            yield Way(f"{place}.timeout_step_id", step["id"], step["timeout_step_id"])
        yield from _group_ways(step["connection_groups"], f"{place}.connection_groups", step["id"])


def _group_ways(groups: Sequence[Part], place: str, source: str) -> Iterator[Way]:
    for number, group in enumerate(groups):
        for index, connection in enumerate(group["connections"]):
            if connection["next_step_id"] is not None:
                where = f"{place}[{number}].connections[{index}].next_step_id"
                yield Way(where, source, connection["next_step_id"])


def _entry(document: Part, steps: Mapping[str, Part], ways_in: Sequence[Way], wish: str | None) -> str:
    """The step that the rest of the bot leads to; in a selection nothing leads to, the one no step in it leads to."""
    if wish is not None and wish in steps:
        return wish
    entered = dict.fromkeys(way.target for way in ways_in)
    if not entered:
        inner = {way.target for way in ways(document) if way.source in steps and way.source != way.target}
        entered = dict.fromkeys(step_id for step_id in steps if step_id not in inner)
    if len(entered) != 1:
        raise NotOneEntryError(list(entered))
    return next(iter(entered))


def _exits(document: Part, steps: Mapping[str, Part]) -> list[tuple[Way, int | None]]:
    """Ways out, numbered by the step they lead to, unless all lead to one and nothing else ends the template."""
    leaving = [way for way in ways(document) if way.source in steps and way.target not in steps]
    targets = list(dict.fromkeys(way.target for way in leaving))
    simple = len(targets) == 1 and not any(_is_end(step) for step in steps.values())
    return [(way, None if simple else targets.index(way.target) + 1) for way in leaving]


def _runs_again(document: Part, made: Made) -> bool:
    """Whether the bot may come back to the template's first step after it has left the template."""
    leads: dict[str, list[str]] = {}
    for way in ways(document):
        if way.place != "first_step_id":
            leads.setdefault(way.source, []).append(way.target)
    pending, seen = ["", *(way.target for way, _ in made.exits)], set[str]()
    while pending:
        step_id = pending.pop()
        if step_id not in seen:
            seen.add(step_id)
            pending += leads.get(step_id, ())
    return made.entry_id in seen


def _is_end(step: Part) -> bool:
    return not step["timeout_after"] and not any(group["connections"] for group in step["connection_groups"])


def _ports(document: Part, steps: Mapping[str, Part], found: Traffic, made: Made) -> dict[Variable, str]:
    """Decide what becomes of each variable; returns the names of those that become the template's own."""
    wanted = {each: _role(each, found) for each in {**found.read_first, **found.sets, **found.parts}}
    movable = [each for each, role in wanted.items() if role]
    codes = [group["code"] or "" for step in steps.values() for group in step["connection_groups"] if _has_code(group)]
    scopes, stuck = unnameable(codes, movable)
    scopes, stuck = scopes | found.scopes, stuck | found.stuck
    types, names = guessed_types(document), dict[Variable, str]()
    for variable in movable:
        if variable in stuck or variable[0] in scopes:
            made.note("variable_stays", name=_said(variable))
            continue
        names[variable] = name = _name(variable, names)
        schema = schema_of(types.get(variable, set()))
        if "in" in wanted[variable]:
            default = _default(document, variable)
            made.inputs.append(Port(name, _said(variable), schema | default, made.told("why_read")))
            made.inputs_mapping[name] = f"{{${_said(variable)}$}}"
        if "out" in wanted[variable]:
            made.outputs.append(Port(name, _said(variable), schema, made.told("why_set")))
            made.outputs_mapping[name] = _said(variable)
    for variable, role in wanted.items():
        if not role:
            made.note("variable_shared", name=_said(variable))
    return names


def _role(variable: Variable, found: Traffic) -> tuple[str, ...]:
    """("in", "out", "own") as far as they apply; () for a variable that has to stay where it is."""
    is_set = variable in found.sets or variable in found.parts
    is_output = is_set and found.is_read_outside(variable)
    is_kept = is_output and variable in found.unsure  # a way out that does not set it must not make it empty
    is_input = is_kept or (variable in found.read_first and (not is_set or variable in found.set_outside))
    if variable[0] in SHARED_SCOPES and is_set and (variable in found.parts or not is_output):
        return ()
    return tuple(role for role, holds in (("in", is_input), ("out", is_output), ("own", True)) if holds)


def _has_code(group: Part) -> bool:
    return bool(group["search_type"] == "code")


def _said(variable: Variable) -> str:
    return ".".join(variable)


def _name(variable: Variable, taken: Mapping[Variable, str]) -> str:
    names = {*taken.values(), EXIT}
    scope, key = variable
    for name in (key, f"{scope}_{key}"):
        if name not in names:
            return name
    return next(name for number in range(2, len(names) + 3) if (name := f"{scope}_{key}_{number}") not in names)


def _default(document: Part, variable: Variable) -> dict[str, Any]:
    """A bot variable's initial value goes with the template."""
    scope, key = variable
    return {"default": document["variables"][key]} if scope == "bot" and key in document["variables"] else {}


def _add_exit_port(made: Made, steps: Mapping[str, Part], document: Part) -> None:
    numbers = sorted({number for _, number in made.exits if number is not None})
    if numbers:
        schema = {"type": ["integer", "null"], "enum": [*numbers, None]}
        made.outputs.append(Port(EXIT, "", schema, made.told("why_exit")))
        used = {way.target for way, _ in made.exits}
        made.note("several_exits", ways=len(numbers), steps=len(used))
    for way, _ in made.exits:
        made.note("exit", way.source, place=way.place)


def _note_the_rest(found: Traffic, steps: Mapping[str, Part], made: Made, document: Part) -> None:
    """What works in the bot by its surroundings, and may not elsewhere."""
    for path in found.turn:
        made.note("turn_read", name=path)
    for way in made.ways_in:
        if way.target != made.entry_id:
            made.note("way_into_the_middle", way.target, place=way.place)
    entry = steps[made.entry_id]
    if document["first_step_id"] == made.entry_id and entry["message"] is None and not entry["is_proxy"]:
        made.note("silent_start", made.entry_id)


def _body(
    document: Part, steps: Mapping[str, Part], name: str, made: Made, names: Mapping[Variable, str]
) -> dict[str, Any]:
    """The template with all its steps name; requests and widgets say `template.*` too."""
    leads = {way.target: str(uuid5(UUID(made.entry_id), f"{EXIT}:{way.target}")) for way, _ in made.exits}
    numbers = {way.target: number for way, number in made.exits}
    titles = {step["id"]: step["name"] for step in document["steps"]}
    inner = [_turned(renamed_step(step, names), leads, steps) for step in steps.values()]
    end = made.told("end")
    ends = [_end(step_id, titles.get(target, ""), numbers[target], end) for target, step_id in leads.items()]
    inputs, outputs = _schema(made.inputs, made), _schema(made.outputs, made)
    needed = [
        port.name for port in made.inputs if "default" not in port.schema and port.name not in _names(made.outputs)
    ]
    template = {
        "id": "",
        "name": name,
        "inputs": inputs | ({"required": needed} if needed else {}),
        "outputs": outputs,
        "variables": {},
        "first_step_id": made.entry_id,
        "steps": [*inner, *ends],
    }
    body = from_bot({**document, "templates": [*document["templates"], template]}, "")
    for part in ("requests", "widgets"):
        body[part] = [{**renamed_value(each, names), "id": each["id"]} for each in body[part]]
    return body


def _names(ports: Sequence[Port]) -> set[str]:
    return {port.name for port in ports}


def _schema(ports: Sequence[Port], made: Made) -> dict[str, Any]:
    if not ports:
        return {}
    described = {
        port.name: port.schema | ({"description": made.told("was", name=port.variable)} if port.variable else {})
        for port in ports
    }
    return {"type": "object", "properties": described}


def _turned(step: Part, leads: Mapping[str, str], steps: Mapping[str, Part]) -> dict[str, Any]:
    """The step with the template's ends in place of steps outside."""

    def to(target: str | None) -> str | None:
        return target if target is None or target in steps else leads[target]

    groups = [
        {**group, "connections": [{**each, "next_step_id": to(each["next_step_id"])} for each in group["connections"]]}
        for group in step["connection_groups"]
    ]
    return {**step, "timeout_step_id": to(step["timeout_step_id"]), "connection_groups": groups}


def _end(step_id: str, leads_to: str, number: int | None, nameless: str) -> dict[str, Any]:
    """A step without connections: entering it ends the template. With a number it first says which way out it is."""
    saving = {"target": f"template.{EXIT}", "source": number, "mode": "set"}
    groups = [] if number is None else [group_of([], [saving])]
    return silent_step(step_id, f"→ {leads_to}"[:200] if leads_to else nameless, [0, 0], groups)


def silent_step(step_id: str, name: str, position: Sequence[float], groups: list[dict[str, Any]]) -> dict[str, Any]:
    """A proxy step that says nothing, dense."""
    nothing = dict.fromkeys(
        ("timeout_after", "timeout_step_id", "preset_id", "preset_icon_s3_key", "message", "template_instance")
    )
    own = {"id": step_id, "name": name, "is_proxy": True, "position": list(position), "connection_groups": groups}
    return {**nothing, **own}


def group_of(connections: list[dict[str, Any]], savings: list[dict[str, Any]]) -> dict[str, Any]:
    """A group without work, dense."""
    nothing = dict.fromkeys(("request_id", "code", "integration_id", "credential_id"))
    work = {"search_type": "message", "priority": 0, "integration_config": {}}
    return {**nothing, **work, "variables": savings, "connections": connections}


def follow_ups(made: Made, exit_variable: str) -> list[dict[str, Any]]:
    """The connections of the step that runs the template: to where the ways out led."""
    found: dict[str, int | None] = {way.target: number for way, number in made.exits}
    connections = []
    for place, (target, number) in enumerate(found.items()):
        rule = {"field": exit_variable, "operator": "equal", "value": number}
        rules: dict[str, Any] = {} if number is None else {"condition": "AND", "rules": [rule]}
        connections.append({"priority": place, "rules": rules, "filters": None, "next_step_id": target})
    return connections
