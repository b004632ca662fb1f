"""How variables pass between selected steps and the rest of a bot: what the steps read before they set it, what they
set, what others read and set. Pure; called by selection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dbcv.domains.bots.document.usage import (
    Use,
    document_uses,
    group_savings,
    message_uses,
    request_uses,
    rules_uses,
    template_mapping_uses,
    widget_uses,
    work_uses,
)
from dbcv.domains.templates.document.library import needed_ids
from dbcv.domains.templates.document.renaming import Variable
from dbcv.engine.paths import FACTS, KEPT_SCOPES

Part = Mapping[str, Any]
Event = Use | str
"""A use, or the id of a step that can be gone to at this moment."""
_TURN = ("response", "result")


@dataclass(slots=True)
class Traffic:
    """What was found.

    `read_first`: read before the steps have surely set it; `sets`: set as a whole; `parts`: changed in part (appended
    to, a key set); `unsure`: set, but not on every way out; `turn`: made by a step outside in the same turn (result,
    response) and read here; `stuck`: named in the templates inside, where the outer template's variables cannot be
    seen; `scopes`: read as a whole.
    """

    read_first: dict[Variable, Use] = field(default_factory=dict)
    sets: dict[Variable, Use] = field(default_factory=dict)
    parts: dict[Variable, Use] = field(default_factory=dict)
    turn: dict[str, Use] = field(default_factory=dict)
    stuck: set[Variable] = field(default_factory=set)
    scopes: set[str] = field(default_factory=set)
    unsure: set[Variable] = field(default_factory=set)
    read_outside: set[Variable] = field(default_factory=set)
    scopes_outside: set[str] = field(default_factory=set)
    set_outside: set[Variable] = field(default_factory=set)

    def is_read_outside(self, variable: Variable) -> bool:
        """Whether anything else reads it, or all of its scope."""
        return variable in self.read_outside or variable[0] in self.scopes_outside


def traffic(document: Part, steps: Mapping[str, Part], entry_id: str) -> Traffic:
    """The variables of `steps` (by id, of the bot itself), which are entered at `entry_id`."""
    found = Traffic()
    _follow(document, steps, entry_id, found)
    inner = _inner_templates(document, steps)
    for use in document_uses(document):
        if _is_outside(use, steps):
            _note_outside(use, found)
    for template in document["templates"]:
        if template["id"] in inner:
            _note_stuck(document, template, found)
    return found


def _follow(document: Part, steps: Mapping[str, Part], entry_id: str, found: Traffic) -> None:
    """Which variables are surely set when a step is entered: those set on every way from the entry."""
    events = {step_id: list(_events(document, step)) for step_id, step in steps.items()}
    entered: dict[str, frozenset[Variable]] = {entry_id: frozenset()}
    pending = [entry_id]
    while pending:
        step_id = pending.pop()
        known = entered[step_id]
        for event in events[step_id]:
            if isinstance(event, Use):
                known = known | _surely_set(event)
            elif event in steps and (event not in entered or not entered[event] <= known):
                entered[event] = known & entered.get(event, known)
                pending.append(event)
    ends: list[frozenset[Variable]] = []
    for step_id in steps:
        known, leads = entered.get(step_id, frozenset()), False
        for event in events[step_id]:
            if isinstance(event, Use):
                _note_inside(event, known, found)
                known = known | _surely_set(event)
            else:
                leads = True
                ends += [] if event in steps else [known]
        ends += [] if leads else [known]
    surely = frozenset.intersection(*ends) if ends else frozenset()
    found.unsure = {each for each in (*found.sets, *found.parts) if each not in surely}


def _events(document: Part, step: Part) -> Iterator[Event]:
    """What a step does in its order; where it may be left, the id of the step it is left to."""
    requests = {each["id"]: each for each in document["requests"]}
    widgets = {each["id"]: each for each in document["widgets"]}
    if step["message"] is not None:
        yield from message_uses(step["message"], "")
        widget = widgets.get(step["message"]["widget_id"])
        yield from widget_uses(widget, "") if widget is not None else ()
    if step["template_instance"] is not None:
        yield from (use for use in template_mapping_uses(step["template_instance"], "") if use.keys[0] != "template")
    if step["timeout_step_id"] is not None:
        yield step["timeout_step_id"]
    for group in sorted(step["connection_groups"], key=lambda each: each["priority"]):
        request = requests.get(group["request_id"]) if group["search_type"] == "response" else None
        yield from request_uses(request, "") if request is not None else ()
        yield from work_uses(group, "")
        yield from (use for use, _ in group_savings(group, ""))
        for connection in sorted(group["connections"], key=lambda each: each["priority"]):
            yield from rules_uses(connection["rules"], "")
            if connection["next_step_id"] is not None:
                yield connection["next_step_id"]


def _variable(use: Use) -> Variable | None:
    """The kept variable a use is about; None for a fact, another scope, a whole scope."""
    if len(use.keys) < 2 or use.keys[0] not in KEPT_SCOPES or use.keys[1] in FACTS[use.keys[0]]:
        return None
    return use.keys[0], use.keys[1]


def _surely_set(use: Use) -> frozenset[Variable]:
    if use.how == "read":
        return frozenset()
    if use.keys[0] in _TURN:
        return frozenset({(use.keys[0], "")})
    variable = _variable(use)
    return frozenset({variable}) if variable is not None and _is_whole(use) else frozenset()


def _is_whole(use: Use) -> bool:
    return len(use.keys) == 2 and use.mode in ("set", "file")


def _note_inside(use: Use, known: Collection[Variable], found: Traffic) -> None:
    if not use.keys:
        found.scopes.update(KEPT_SCOPES)
    elif use.keys[0] in _TURN:
        if use.how == "read" and (use.keys[0], "") not in known:
            found.turn.setdefault(use.path, use)
    elif use.how == "read" and len(use.keys) == 1 and use.keys[0] in KEPT_SCOPES:
        found.scopes.add(use.keys[0])
    variable = _variable(use)
    if variable is None:
        return
    if use.how == "set" and _is_whole(use):
        found.sets.setdefault(variable, use)
        return
    if use.how == "set":
        found.parts.setdefault(variable, use)
    if variable not in known:
        found.read_first.setdefault(variable, use)


def _is_outside(use: Use, steps: Mapping[str, Part]) -> bool:
    """Whether somebody else than the steps does it; what a request or widget says counts for whoever uses it."""
    if use.place.startswith(("requests", "widgets")):
        return any(step_id not in steps for step_id in use.step_ids)
    return not use.step_ids or use.step_ids[0] not in steps or use.place.startswith("templates")


def _note_outside(use: Use, found: Traffic) -> None:
    variable = _variable(use)
    if use.how == "read" and len(use.keys) < 2:
        found.scopes_outside.update(use.keys or KEPT_SCOPES)
    elif variable is not None:
        (found.read_outside if use.how == "read" else found.set_outside).add(variable)


def _inner_templates(document: Part, steps: Mapping[str, Part]) -> set[str]:
    """The templates that the steps run, and those inside them."""
    templates = {each["id"]: each for each in document["templates"]}
    pending, found = list(needed_ids("template", list(steps.values()))), set[str]()
    while pending:
        template_id = pending.pop()
        if template_id in templates and template_id not in found:
            found.add(template_id)
            pending += needed_ids("template", templates[template_id]["steps"])
    return found


def _note_stuck(document: Part, template: Part, found: Traffic) -> None:
    """What a template inside uses directly keeps its scope: `template.*` means its own variables there."""
    uses: Iterable[Event] = (event for step in template["steps"] for event in _events(document, step))
    for use in uses:
        if isinstance(use, Use):
            variable = _variable(use)
            found.stuck.update({variable} if variable is not None else ())
            if use.how == "read" and len(use.keys) < 2:
                found.scopes.update(scope for scope in (use.keys or KEPT_SCOPES) if scope in KEPT_SCOPES)
