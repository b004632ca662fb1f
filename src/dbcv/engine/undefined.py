"""Variables that a bot reads and nobody provides: typing mistakes, mostly. Used by check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dbcv.engine.http_request import Request
from dbcv.engine.parts import CodeWork, Flow, Graph, Group, IntegrationWork, Step, TemplateInstance
from dbcv.engine.paths import FACTS, Path
from dbcv.engine.problems import ProblemList
from dbcv.engine.saving import Save
from dbcv.engine.templating import Text, Value

Read = tuple[Path, str, str | None]
Keys = tuple[str, ...]


def lint_variables(graph: Graph, problems: ProblemList) -> None:
    """Warn once for each path of bot, session, template, response and result that nothing provides.

    `user` and `channel` are shared with the world outside the bot, `message` and `event` come from it: not looked at.
    """
    provided = _Provided(graph)
    seen: set[str] = set()
    for path, where, step_id in _reads(graph):
        if path.text not in seen and not provided.has(path):
            seen.add(path.text)
            problems.step_id = step_id
            hint = "Save it somewhere, or mend the name."
            problems.warn("undefined_variable", where, f'"{path.text}" is read, but nothing saves it', hint)
    problems.step_id = None


class _Provided:
    """What can be read: saved paths, initial variables, inputs, facts, and what the groups' work brings."""

    def __init__(self, graph: Graph) -> None:
        self.whole: dict[str, set[Keys]] = {"bot": set(), "session": set(), "template": set()}
        self.partial: dict[str, set[Keys]] = {"bot": set(), "session": set(), "template": set()}
        self.work: set[str] = set()
        for scope in ("bot", "session"):
            for fact in FACTS[scope]:
                self.add(scope, (fact,))
        for name in graph.variables:
            self.add("bot", (name,))
        for template in graph.templates.values():
            for name in (*template.variables, *_properties(template.inputs), *_properties(template.outputs)):
                self.add("template", (name,))
        for group in _groups(graph):
            self.add_group(group)
        for step in _steps(graph):
            for _, target in step.instance.outputs if step.instance is not None else ():
                self.add(target.scope, target.keys)
            for name, _ in step.instance.inputs if step.instance is not None else ():
                self.add("template", (name,))

    def add_group(self, group: Group) -> None:
        if isinstance(group.work, CodeWork):
            self.work.add("result")
        elif group.work is not None:
            self.work.add("response")
        for save in group.saves:
            self.add(save.target.scope, save.target.keys)

    def add(self, scope: str, keys: Keys) -> None:
        if scope in self.whole:
            self.whole[scope].add(keys)
            self.partial[scope].update(keys[:length] for length in range(1, len(keys) + 1))

    def has(self, path: Path) -> bool:
        if path.scope in ("response", "result"):
            return path.scope in self.work
        if path.scope not in self.whole or not path.keys or path.keys in self.partial[path.scope]:
            return True
        whole = self.whole[path.scope]
        return any(path.keys[:length] in whole for length in range(1, len(path.keys)))


def _properties(schema: dict[str, Any]) -> Iterable[str]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else ()


def _flows(graph: Graph) -> Iterator[Flow]:
    yield graph.flow
    for template in graph.templates.values():
        yield template.flow


def _steps(graph: Graph) -> Iterator[Step]:
    for flow in _flows(graph):
        yield from flow.steps.values()


def _groups(graph: Graph) -> Iterator[Group]:
    yield from graph.masters
    for step in _steps(graph):
        yield from step.groups


def _reads(graph: Graph) -> Iterator[Read]:
    for group in graph.masters:
        yield from ((path, where, None) for path, where in _group_reads(group))
    for step in _steps(graph):
        yield from ((path, where, step.id) for path, where in _step_reads(step))


def _step_reads(step: Step) -> Iterator[tuple[Path, str]]:
    if step.message is not None:
        yield from _of_texts((step.message.text,), f"{step.path}.message.text")
        yield from _of_value(step.message.params, f"{step.path}.message.params")
        yield from _of_value(step.message.attachments, f"{step.path}.message.attachments")
        widget = step.message.widget
        if widget is not None:
            yield from _of_texts((widget.body, widget.css, widget.js), f"{step.path}.message.widget_id")
    if step.instance is not None:
        yield from _instance_reads(step.instance)
    for group in step.groups:
        yield from _group_reads(group)


def _instance_reads(instance: TemplateInstance) -> Iterator[tuple[Path, str]]:
    for name, value in instance.inputs:
        yield from _of_value(value, f"{instance.path}.inputs_mapping.{name}")


def _group_reads(group: Group) -> Iterator[tuple[Path, str]]:
    if isinstance(group.work, Request):
        yield from ((path, f"{group.path}.request_id") for path in group.work.reads)
    elif isinstance(group.work, IntegrationWork):
        yield from _of_value(group.work.config, f"{group.path}.integration_config")
    for index, save in enumerate(group.saves):
        yield from _save_reads(save, f"{group.path}.variables[{index}].source")
    for connection in group.connections:
        yield from ((path, f"{connection.path}.rules") for path in connection.rules.reads)


def _save_reads(save: Save, where: str) -> Iterator[tuple[Path, str]]:
    if save.source_path is not None:
        yield save.source_path, where
    elif save.result_keys is not None:
        yield Path(".".join(save.result_keys), "result", save.result_keys), where
    elif save.source_value is not None:
        yield from _of_value(save.source_value, where)


def _of_value(value: Value, where: str) -> Iterator[tuple[Path, str]]:
    return _of_texts(value.texts, where)


def _of_texts(texts: Iterable[Text], where: str) -> Iterator[tuple[Path, str]]:
    for text in texts:
        for path in text.paths:
            yield path, where
