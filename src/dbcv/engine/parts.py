"""The pieces of a compiled bot: steps, groups, connections, templates. Built by reading, walked, checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dbcv.engine.http_request import Request
from dbcv.engine.limits import Limits
from dbcv.engine.paths import Path
from dbcv.engine.rules import Rules
from dbcv.engine.saving import Save
from dbcv.engine.templating import Text, Value
from dbcv.engine.widget import Widget


@dataclass(slots=True)
class Message:
    """What a step says."""

    text: Text
    params: Value
    attachments: Value
    widget: Widget | None


@dataclass(slots=True)
class CodeWork:
    """Work of a group: Python."""

    code: str


@dataclass(slots=True)
class IntegrationWork:
    """Work of a group: an entry of the integration catalogue."""

    integration_id: str
    config: Value
    credential_id: str | None


Work = Request | CodeWork | IntegrationWork


@dataclass(slots=True)
class Connection:
    """An edge. `index` is its place in the document's list."""

    index: int
    path: str
    rules: Rules
    target: Step


@dataclass(slots=True)
class Group:
    """Work, saves, connections in the order they are tried. `index` is its place in the document's list."""

    index: int
    path: str
    work: Work | None
    saves: tuple[Save, ...]
    connections: tuple[Connection, ...]


@dataclass(slots=True)
class TemplateInstance:
    """A template to run in a step: values for its inputs, targets for its outputs."""

    path: str
    template: Template
    inputs: tuple[tuple[str, Value], ...]
    outputs: tuple[tuple[str, Path], ...]


@dataclass(slots=True, eq=False)
class Step:
    """A node. `label` names it in traces and coverage: its id, in a template "template_id/id".

    Made empty for all steps first, so that connections can point at steps that are read later; `raw` is then dropped.
    `is_terminal`: nothing leads on from here, a template ends in such a step.
    """

    id: str
    label: str
    path: str
    name: str
    raw: dict[str, Any]
    is_proxy: bool = False
    message: Message | None = None
    groups: tuple[Group, ...] = ()
    instance: TemplateInstance | None = None
    timeout_seconds: float | None = None
    timeout_target: Step | None = None
    is_terminal: bool = True

    def settle(self) -> None:
        """Work out what follows from the rest."""
        self.is_terminal = self.timeout_seconds is None and not any(group.connections for group in self.groups)


@dataclass(slots=True, eq=False)
class Flow:
    """Steps that lead to one another: those of the bot, or those of a template."""

    steps: dict[str, Step] = field(default_factory=dict)
    first: Step | None = None


@dataclass(slots=True, eq=False)
class Template:
    """A sub-flow. `variables` are what a new instance's scope begins with, defaults of the inputs included."""

    id: str
    path: str
    flow: Flow
    variables: dict[str, Any]
    inputs: dict[str, Any]
    outputs: dict[str, Any]


@dataclass(slots=True, eq=False)
class Graph:
    """A compiled bot: may be shared by any number of turns at once."""

    flow: Flow
    masters: tuple[Group, ...]
    templates: dict[str, Template]
    limits: Limits
    variables: dict[str, Any]
    widgets: dict[str, Widget] = field(default_factory=dict)
