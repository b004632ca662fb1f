"""Reads a bot document of any shape into a graph, and says all that is wrong with it. Used by compile_bot and check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from dbcv.engine.http_request import Request, compile_request
from dbcv.engine.limits import Limits
from dbcv.engine.parts import (
    CodeWork,
    Connection,
    Flow,
    Graph,
    Group,
    IntegrationWork,
    Message,
    Step,
    Template,
    TemplateInstance,
    Work,
)
from dbcv.engine.paths import FACTS
from dbcv.engine.problems import ProblemList
from dbcv.engine.rules import ALWAYS, RuleError, Rules, compile_rules
from dbcv.engine.saving import compile_saves, compile_target
from dbcv.engine.templating import Text, TooDeepError, Value, compile_text, compile_value
from dbcv.engine.values import storable
from dbcv.engine.widget import Widget

SEARCH_TYPES: Final = ("message", "response", "code", "integration")
MAX_ID_CHARS: Final = 200
MAX_TIMEOUT_SECONDS: Final = 366 * 24 * 3600
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def read_bot(document: Any, limits: Limits, problems: ProblemList) -> Graph:
    """Compile what can be compiled; the rest is in `problems`. Never raises on any JSON value."""
    return _Reader(limits, problems).bot(document)


def read_message(raw: Any, graph: Graph) -> Message | None:
    """A message that is no step's, with the bot's widgets; None if it says nothing. Never raises on any JSON value."""
    reader = _Reader(graph.limits, ProblemList())
    reader.widgets = graph.widgets
    return reader.message(raw, "message")


class _Reader:
    def __init__(self, limits: Limits, problems: ProblemList) -> None:
        self.limits = limits
        self.problems = problems
        self.requests: dict[str, Request] = {}
        self.widgets: dict[str, Widget] = {}
        self.credentials: set[str] = set()
        self.templates: dict[str, Template] = {}

    def bot(self, document: Any) -> Graph:
        if not isinstance(document, dict):
            self.problems.fail("bad_document", "", "is no bot document", "Write an object with steps.")
            document = {}
        variables = self.object(document.get("variables"), "variables")
        self.facts_free(variables, "bot", "variables")
        for raw, path, identity in self.entries(document.get("requests"), "requests"):
            self.requests[identity] = compile_request(raw, path, self.limits, self.problems)
        for raw, path, identity in self.entries(document.get("widgets"), "widgets"):
            self.widgets[identity] = self.widget(raw, path, identity)
        self.credentials = {identity for _, _, identity in self.entries(document.get("credentials"), "credentials")}
        self.read_templates(document.get("templates"))
        flow = self.flow(document, "", "")
        masters = self.groups(document.get("master_connection_groups"), "master_connection_groups", flow)
        return Graph(flow, masters, self.templates, self.limits, variables, self.widgets)

    def read_templates(self, raw: Any) -> None:
        """All templates are known before their steps are read: they may hold instances of each other."""
        found = list(self.entries(raw, "templates"))
        for template, path, identity in found:
            self.templates[identity] = self.template(template, path, identity)
        for template, path, identity in found:
            self.templates[identity].flow = self.flow(template, f"{path}.", f"{identity}/")

    def template(self, raw: dict[str, Any], path: str, identity: str) -> Template:
        inputs = self.object(raw.get("inputs"), f"{path}.inputs")
        outputs = self.object(raw.get("outputs"), f"{path}.outputs")
        variables = {**_defaults(inputs), **self.object(raw.get("variables"), f"{path}.variables")}
        return Template(identity, path, Flow(), variables, inputs, outputs)

    def flow(self, raw: dict[str, Any], prefix: str, label_prefix: str) -> Flow:
        """The steps of a bot or a template, their connections and timeouts linked."""
        flow = Flow()
        found = list(self.entries(raw.get("steps"), f"{prefix}steps"))
        for step, path, identity in found:
            flow.steps[identity] = Step(identity, label_prefix + identity, path, _name(step), raw=step)
        for _, _, identity in found:
            self.step(flow.steps[identity], flow)
        self.problems.step_id = None
        self.first_step(raw, f"{prefix}first_step_id", flow)
        return flow

    def first_step(self, raw: dict[str, Any], path: str, flow: Flow) -> None:
        first = raw.get("first_step_id")
        if first is None:
            if flow.steps:
                self.problems.error("no_first_step", path, "there is no first step", "Name the step to begin with.")
            return
        flow.first = self.known(flow.steps, first, path, "step", fatal=True)

    def step(self, step: Step, flow: Flow) -> None:
        self.problems.step_id = step.id
        raw, path = step.raw, step.path
        step.is_proxy = self.flag(raw.get("is_proxy"), f"{path}.is_proxy")
        step.message = self.message(raw.get("message"), f"{path}.message")
        step.instance = self.instance(raw.get("template_instance"), f"{path}.template_instance")
        step.groups = self.groups(raw.get("connection_groups"), f"{path}.connection_groups", flow)
        self.timeout(step, flow)
        step.raw = {}
        step.settle()

    def timeout(self, step: Step, flow: Flow) -> None:
        seconds, target = step.raw.get("timeout_after"), step.raw.get("timeout_step_id")
        if target is not None:
            step.timeout_target = self.known(flow.steps, target, f"{step.path}.timeout_step_id", "step", fatal=True)
        if seconds is None:
            if target is not None:
                hint = "Give timeout_after in seconds, or remove timeout_step_id."
                self.problems.warn("timeout_without_time", f"{step.path}.timeout_after", "there is no time", hint)
            return
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds <= MAX_TIMEOUT_SECONDS:
            hint = f"Give seconds, more than 0 and at most {MAX_TIMEOUT_SECONDS} (a year)."
            self.problems.fail("bad_timeout", f"{step.path}.timeout_after", "is no time to wait", hint)
        else:
            step.timeout_seconds = float(seconds)
            if target is None:
                hint = "Name the step to go to in timeout_step_id."
                self.problems.error("timeout_without_step", f"{step.path}.timeout_step_id", "leads nowhere", hint)

    def message(self, raw: Any, path: str) -> Message | None:
        if raw is None:
            return None
        if not isinstance(raw, dict):
            self.problems.fail("bad_message", path, "is no message", 'Write {"text": …}.')
            return None
        text = raw.get("text") or ""
        if not isinstance(text, str):
            self.problems.fail("bad_text", f"{path}.text", "is no text", "Write a text.")
            text = ""
        attachments = raw.get("attachments") or []
        if not isinstance(attachments, list):
            self.problems.fail("bad_attachments", f"{path}.attachments", "is no list", "Write a list.")
            attachments = []
        widget_id, widget = raw.get("widget_id"), None
        if widget_id is not None:
            widget = self.known(self.widgets, widget_id, f"{path}.widget_id", "widget")
        params = self.said(raw.get("params"), f"{path}.params")
        message = Message(
            self.text(text, f"{path}.text"), params, self.said(attachments, f"{path}.attachments"), widget
        )
        return None if widget is None and not (text or attachments or raw.get("params")) else message

    def groups(self, raw: Any, path: str, flow: Flow) -> tuple[Group, ...]:
        """Connection groups in the order they are tried."""
        found = [
            (self.priority(group, where), Group(index, where, *self.group(group, where, flow)))
            for index, group, where in self.objects(raw, path)
        ]
        return tuple(group for _, group in sorted(found, key=lambda pair: pair[0]))

    def group(
        self, raw: dict[str, Any], path: str, flow: Flow
    ) -> tuple[Work | None, tuple[Any, ...], tuple[Connection, ...]]:
        work = self.work(raw, path)
        saves = compile_saves(raw.get("variables"), f"{path}.variables", self.problems)
        found = []
        for index, connection, where in self.objects(raw.get("connections"), f"{path}.connections"):
            found.append((self.priority(connection, where), self.connection(index, connection, where, flow)))
        return work, saves, tuple(connection for _, connection in sorted(found, key=lambda pair: pair[0]))

    def work(self, raw: dict[str, Any], path: str) -> Work | None:
        kind = raw.get("search_type", "message")
        if kind not in SEARCH_TYPES:
            hint = f"Use one of {', '.join(SEARCH_TYPES)}."
            self.problems.fail("bad_search_type", f"{path}.search_type", "unknown kind of work", hint)
        elif kind == "response":
            request: Request | None = self.known(
                self.requests, raw.get("request_id"), f"{path}.request_id", "request", fatal=True
            )
            return request
        elif kind == "code":
            code = raw.get("code")
            if isinstance(code, str) and code.strip():
                return CodeWork(code)
            self.problems.fail(
                "no_code", f"{path}.code", "there is no code", "Write async def main(message, variables)."
            )
        elif kind == "integration":
            return self.integration(raw, path)
        return None

    def integration(self, raw: dict[str, Any], path: str) -> IntegrationWork | None:
        name, credential = raw.get("integration_id"), raw.get("credential_id")
        if not isinstance(name, str) or not name:
            hint = "Name an entry of the catalogue, as telegram.send_message."
            self.problems.fail("no_integration", f"{path}.integration_id", "there is no integration", hint)
            return None
        if credential is not None and not (isinstance(credential, str) and credential in self.credentials):
            hint = "Name one of the bot's credentials, or none."
            message = f"there is no credential {_shown(credential)}"
            self.problems.error("dangling_credential", f"{path}.credential_id", message, hint)
            credential = None
        return IntegrationWork(
            name, self.value(raw.get("integration_config"), f"{path}.integration_config"), credential
        )

    def connection(self, index: int, raw: dict[str, Any], path: str, flow: Flow) -> Connection:
        target = self.known(flow.steps, raw.get("next_step_id"), f"{path}.next_step_id", "step", fatal=True)
        return Connection(index, path, self.rules(raw.get("rules"), f"{path}.rules"), target)

    def rules(self, raw: Any, path: str) -> Rules:
        try:
            return compile_rules(raw, path, self.limits)
        except RuleError as error:
            for fault in error.faults:
                self.problems.fail(fault.code, fault.path, fault.message, fault.hint)
            return ALWAYS

    def instance(self, raw: Any, path: str) -> TemplateInstance | None:
        if raw is None:
            return None
        if not isinstance(raw, dict):
            self.problems.fail("bad_template_instance", path, "is no template instance", 'Write {"template_id": …}.')
            return None
        template = self.known(self.templates, raw.get("template_id"), f"{path}.template_id", "template", fatal=True)
        inputs = self.object(raw.get("inputs_mapping"), f"{path}.inputs_mapping")
        outputs = self.object(raw.get("outputs_mapping"), f"{path}.outputs_mapping")
        values = tuple((name, self.value(value, f"{path}.inputs_mapping.{name}")) for name, value in inputs.items())
        targets = []
        for name, target in outputs.items():
            compiled = compile_target(target, f"{path}.outputs_mapping.{name}", self.problems)
            if compiled is not None:
                targets.append((name, compiled))
        return None if template is None else TemplateInstance(path, template, values, tuple(targets))

    def widget(self, raw: dict[str, Any], path: str, identity: str) -> Widget:
        texts = {}
        for part in ("body", "css", "js"):
            source = raw.get(part) or ""
            if not isinstance(source, str):
                self.problems.fail("bad_widget", f"{path}.{part}", "is no text", "Write a text.")
                source = ""
            texts[part] = self.text(source, f"{path}.{part}")
        return Widget(identity, _name(raw), texts["body"], texts["css"], texts["js"])

    def text(self, source: str, path: str) -> Text:
        text = compile_text(source)
        self.placeholder_faults((text,), path)
        return text

    def value(self, value: Any, path: str) -> Value:
        try:
            compiled = compile_value(value, self.limits.max_depth)
        except TooDeepError:
            hint = "Use a simpler value."
            self.problems.fail("too_deep", path, f"is nested deeper than {self.limits.max_depth}", hint)
            return compile_value(None)
        if compiled.texts:
            self.placeholder_faults(compiled.texts, path)
        return compiled

    def said(self, value: Any, path: str) -> Value:
        """A value that replies take as it is: what is constant is made storable once, here."""
        compiled = self.value(value, path)
        return replace(compiled, constant=storable(compiled.constant)) if compiled.constant else compiled

    def placeholder_faults(self, texts: tuple[Text, ...], path: str) -> None:
        for text in texts:
            for fault in text.faults:
                self.problems.warn("bad_placeholder", path, f"stays as it is: {fault}", "Write {$scope.key$}.")

    def facts_free(self, variables: dict[str, Any], scope: str, path: str) -> None:
        for name in variables:
            if name in FACTS[scope]:
                message = f'"{scope}.{name}" is a fact, read-only'
                self.problems.error("fact_target", f"{path}.{name}", message, "Use another name.")

    def known(self, table: dict[str, Any], identity: Any, path: str, noun: str, *, fatal: bool = False) -> Any:
        """The entry with this id; None and a problem if there is none."""
        if isinstance(identity, str) and identity in table:
            return table[identity]
        report = self.problems.fail if fatal else self.problems.error
        if identity is None:
            report(f"no_{noun}", path, f"no {noun} is named", f"Name a {noun} that is there.")
        else:
            report(f"dangling_{noun}", path, f"there is no {noun} {_shown(identity)}", f"Name a {noun} that is there.")
        return None

    def entries(self, raw: Any, path: str) -> Iterator[tuple[dict[str, Any], str, str]]:
        """The objects of a list that have an id of their own, with path and id."""
        seen: set[str] = set()
        for _, entry, where in self.objects(raw, path):
            identity = entry.get("id")
            if not isinstance(identity, str) or not 0 < len(identity) <= MAX_ID_CHARS:
                self.problems.fail("bad_id", f"{where}.id", "there is no id", "Give it a text that no other one has.")
                continue
            folded = identity.lower() if _UUID.fullmatch(identity) else identity
            if folded in seen:
                message = f"the id {_shown(identity)} is there twice"
                self.problems.fail("duplicate_id", f"{where}.id", message, "Give one of them another id.")
                continue
            seen.add(folded)
            yield entry, where, identity

    def objects(self, raw: Any, path: str) -> Iterator[tuple[int, dict[str, Any], str]]:
        """The objects of a list, with index and path."""
        if raw is None:
            return
        if not isinstance(raw, list):
            self.problems.fail("bad_list", path, "is no list", "Write a list.")
            return
        for index, entry in enumerate(raw):
            where = f"{path}[{index}]"
            if isinstance(entry, dict):
                yield index, entry, where
            else:
                self.problems.fail("bad_entry", where, "is no object", "Write an object.")

    def object(self, raw: Any, path: str) -> dict[str, Any]:
        if raw is None:
            return {}
        if isinstance(raw, dict):
            return raw
        self.problems.fail("bad_object", path, "is no object", "Write an object.")
        return {}

    def flag(self, raw: Any, path: str) -> bool:
        if raw is None or isinstance(raw, bool):
            return bool(raw)
        self.problems.fail("bad_flag", path, "is neither true nor false", "Write true or false.")
        return False

    def priority(self, raw: dict[str, Any], path: str) -> int:
        priority = raw.get("priority", 0)
        if isinstance(priority, int) and not isinstance(priority, bool):
            return priority
        self.problems.fail("bad_priority", f"{path}.priority", "is no whole number", "Write 0 for the first.")
        return 0


def _defaults(schema: dict[str, Any]) -> dict[str, Any]:
    """The default values that a JSON Schema of an object names."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {name: each["default"] for name, each in properties.items() if isinstance(each, dict) and "default" in each}


def _name(raw: dict[str, Any]) -> str:
    name = raw.get("name")
    return name if isinstance(name, str) else ""


def _shown(identity: Any) -> str:
    return f'"{identity[:80]}"' if isinstance(identity, str) else "that is no text"
