"""What is odd about a compiled graph: steps nobody reaches, ends, loops, missing ELSE. Linear in the bot. For check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import cast

from dbcv.engine.cycles import cycles
from dbcv.engine.parts import Connection, Flow, Graph, Group, Step
from dbcv.engine.problems import ProblemList


def lint_graph(graph: Graph, problems: ProblemList) -> None:
    """Add what is odd about the flows of a graph to `problems`."""
    if not graph.flow.steps and not graph.masters:
        problems.warn("no_steps", "steps", "the bot has no steps", "Add a step and name it in first_step_id.")
    _lint_flow(graph.flow, graph.masters, problems, inside=False)
    for template in graph.templates.values():
        _lint_flow(template.flow, (), problems, inside=True)
        if template.flow.steps and not any(step.is_terminal for step in _reached(template.flow, ())):
            hint = "Let one step have no connections and no timeout: entering it ends the template."
            problems.warn("template_never_ends", f"{template.path}.steps", "no step ends the template", hint)
    _lint_groups(graph.masters, problems)
    _lint_templates(graph, problems)
    problems.step_id = None


def _lint_flow(flow: Flow, masters: tuple[Group, ...], problems: ProblemList, *, inside: bool) -> None:
    reached = _reached(flow, masters)
    lost = set() if flow.first is None else _heads([step for step in flow.steps.values() if step not in reached])
    for step in flow.steps.values():
        problems.step_id = step.id
        if step in lost:
            hint = "Lead a connection or a timeout to it, or remove it."
            problems.warn("unreachable_step", step.path, f'no way leads to "{_called(step)}"', hint)
        _lint_step(step, problems, may_end=inside or bool(masters))
        _lint_groups(step.groups, problems)
    _lint_loops(flow, problems)


def _called(step: Step) -> str:
    """As its author calls it: ids of stored bots say nothing to a person."""
    return (step.name or step.id)[:80].replace('"', "'")


def _reached(flow: Flow, masters: tuple[Group, ...]) -> set[Step]:
    return _led_to(
        [*([flow.first] if flow.first is not None else ()), *(each.target for each in _connections(masters))]
    )


def _heads(lost: list[Step]) -> set[Step]:
    """Where pieces begin that nothing leads to, a step a piece: with it the rest is reached. Of a ring the first."""
    inner = {target for step in lost for target in _ways(step) if target is not step}
    heads = {step for step in lost if step not in inner}
    covered = _led_to(list(heads))
    for step in lost:
        if step not in covered:
            heads.add(step)
            covered |= _led_to([step], covered)
    return heads


def _led_to(starts: list[Step], known: Set[Step] = frozenset()) -> set[Step]:
    """These steps and all that can be reached from them, without what is `known` already."""
    pending = list(starts)
    reached = set(pending)
    while pending:
        for target in _ways(pending.pop()):
            if target not in reached and target not in known:
                reached.add(target)
                pending.append(target)
    return reached


def _ways(step: Step) -> Iterator[Step]:
    for connection in _connections(step.groups):
        yield connection.target
    if step.timeout_target is not None:
        yield step.timeout_target


def _connections(groups: Iterable[Group]) -> Iterator[Connection]:
    """Those that lead to a step; where the name of the step is wrong, reading has said so and left nothing there."""
    for group in groups:
        yield from (each for each in group.connections if cast("Step | None", each.target) is not None)


def _lint_step(step: Step, problems: ProblemList, *, may_end: bool) -> None:
    """A step where the conversation stops for good, or may stop without a word."""
    if step.is_terminal:
        if not may_end:
            hint = "Add a connection, a timeout, or a master group that leads on from everywhere."
            problems.warn("dead_end", step.path, f'nothing leads on from "{_called(step)}"', hint)
        return
    connections = list(_connections(step.groups))
    if connections and not any(connection.rules.always for connection in connections):
        what = "the session waits in a proxy" if step.is_proxy else "the user gets no answer"
        where = f"{step.path}.connection_groups"
        problems.warn("missing_else", where, f"if no rule holds {what}", "Add a last connection with rules {}.")


def _lint_groups(groups: tuple[Group, ...], problems: ProblemList) -> None:
    """What stands behind an ELSE is never tried."""
    closed = False
    for group in groups:
        if closed:
            hint = "Give it a smaller priority, or remove it."
            problems.warn("never_tried", group.path, "stands behind an ELSE of an earlier group", hint)
        else:
            closed = _lint_connections(group, problems)


def _lint_connections(group: Group, problems: ProblemList) -> bool:
    closed = False
    for connection in group.connections:
        if closed:
            hint = "Give it a smaller priority, or remove it."
            problems.warn("never_tried", connection.path, "stands behind an ELSE", hint)
        closed = closed or connection.rules.always
    return closed


def _lint_loops(flow: Flow, problems: ProblemList) -> None:
    """Rings of proxies: an error where no rule can lead out of one, else a warning."""
    ways = {step: [each.target for each in _connections(step.groups)] for step in flow.steps.values() if _passes(step)}
    for ring in cycles(ways):
        members = set(ring)
        problems.step_id = ring[0].id
        names = " → ".join(f'"{_called(step)}"' for step in ring[:5]) + (" …" if len(ring) > 5 else "")
        if all(_surely_to(step, members) for step in ring):
            hint = "Let one of them wait (is_proxy: false), or lead a rule out."
            problems.error("proxy_loop", ring[0].path, f"proxies lead round for ever: {names}", hint)
        else:
            hint = "See that a rule leads out in every turn, or let one of them wait."
            problems.warn("proxy_loop", ring[0].path, f"proxies may lead round: {names}", hint)


def _passes(step: Step) -> bool:
    return step.is_proxy and step.instance is None


def _surely_to(step: Step, ring: set[Step]) -> bool:
    """Whether every connection that can be taken leads into the ring, and one surely is."""
    for connection in _connections(step.groups):
        if connection.target not in ring:
            return False
        if connection.rules.always:
            return True
    return False


def _lint_templates(graph: Graph, problems: ProblemList) -> None:
    """Templates in themselves, and instances that do not fit their template's inputs and outputs."""
    held: dict[str, list[str]] = {}
    for template in graph.templates.values():
        steps = template.flow.steps.values()
        held[template.id] = [step.instance.template.id for step in steps if step.instance is not None]
    for ring in cycles(held):
        message = f"templates hold each other without end: {' → '.join(ring[:5])}"
        where = graph.templates[ring[0]].path
        problems.error("template_recursion", where, message, "Take one of the instances out.")
    for flow in (graph.flow, *(template.flow for template in graph.templates.values())):
        for step in flow.steps.values():
            problems.step_id = step.id
            _lint_instance(step, problems)


def _lint_instance(step: Step, problems: ProblemList) -> None:
    instance = step.instance
    if instance is None:
        return
    if instance.template.flow.first is None:
        where = f"{instance.path}.template_id"
        problems.warn("empty_template", where, "the template has no first step", "Give it steps, or leave it out.")
    given = {name for name, _ in instance.inputs}
    known = instance.template.inputs.get("properties")
    required = instance.template.inputs.get("required")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str) and name not in given and name not in instance.template.variables:
            where = f"{instance.path}.inputs_mapping"
            problems.error("missing_input", where, f'the input "{name[:80]}" is required', "Map a value to it.")
    if isinstance(known, dict):
        for name in sorted(given - known.keys(), key=str):
            where = f"{instance.path}.inputs_mapping.{name}"
            problems.warn("unknown_input", where, "the template has no such input", "Use a name of its inputs.")
