"""Hostile rules and templates behave as the corpus says is safe."""

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dbcv.engine.check import check
from dbcv.engine.effects import CallHttp, RunCode
from dbcv.engine.graph import GraphError
from dbcv.engine.outcome import Outcome
from dbcv.engine.rules import RuleError, compile_rules
from tests import corpus
from tests.engine.bots import Talk, bot, step
from tests.engine.test_templating import scopes

HOLDING = {
    "rule-007-top-null",
    "rule-095-val-float-nan",  # two equal texts: no number is made of them
    "rule-096-val-str-vs-int",
    "rule-113-val-nul-text",
    "rule-116-val-self-template",
}
"""The rows whose rules hold, and rightly so."""


def verdict(rules: Any, context: dict[str, Any]) -> str:
    try:
        return "holds" if compile_rules(rules).hold(scopes(**context), []) else "no_match"
    except RuleError:
        return "refused"


@pytest.mark.parametrize("row", corpus.rows("rules_hostile.jsonl"))
@pytest.mark.parametrize("operator", ["as written", "matches"])
def test_rules(row: dict[str, Any], operator: str) -> None:
    rules, context = corpus.expand(row["rules"]), corpus.expand(row["context"])
    regular = row["class"] == "redos"
    if regular and operator == "matches":
        rules["rules"][0]["operator"] = operator
    begin = time.perf_counter()
    outcome = verdict(rules, context)
    assert time.perf_counter() - begin < row["safe"]["max_s"]
    check(bot(step("a", None, (rules, "a"))))
    if regular and operator == "matches":
        assert outcome in ("holds", "no_match", "refused")
    elif row["id"] in HOLDING:
        assert outcome == "holds"
    else:
        assert outcome in ("no_match", "refused")


def run(place: str, template: Any, context: dict[str, Any]) -> tuple[Talk, Outcome]:
    """One turn of a bot with the template in its place."""
    request: dict[str, Any] = {"id": "r", "request_url": "http://api.test.example/x", "method": "POST"}
    group: dict[str, Any] = {"search_type": "response", "request_id": "r"}
    message: dict[str, Any] = {"text": "done"}
    widget = {"id": "w"}
    match place:
        case "text" | "telegram_text":
            message, group = {"text": template}, {}
        case "json":
            message, group = {"text": "x", "params": template}, {}
        case "json_body":
            request["json_field"] = template
        case "raw_body":
            request["content"] = template
        case "header_value":
            request["headers"] = {"X-Value": template}
        case "header_name":
            request["headers"] = {template: "evil.example"}
        case "url":
            request["request_url"] = template
        case "code":
            group = {"search_type": "code", "code": template}
        case "widget_js" | "widget_css":
            widget[place.removeprefix("widget_")] = template
            message, group = {"text": "w", "widget_id": "w"}, {}
        case "save_target":
            group = {"variables": [{"target": template, "source": "message.text"}]}
    document = bot(
        step("a", None, "b", group=group), {"id": "b", "message": message}, requests=[request], widgets=[widget]
    )
    values = {scope: context[scope] for scope in ("user", "bot", "session", "channel")}
    talk = Talk(document, lambda effect: {"ok": True, "status": 200}, **values, facts={})
    return talk, talk.send(**{"text": "hi", **context["message"]})


@pytest.mark.parametrize("row", corpus.rows("template_attacks.jsonl"))
def test_templates(row: dict[str, Any]) -> None:
    template, context, safe = corpus.expand(row["template"]), corpus.expand(row["context"]), row["safe"]
    begin = time.perf_counter()
    try:
        talk, outcome = run(row["place"], template, context)
    except GraphError:
        talk, outcome = None, None
    assert time.perf_counter() - begin < safe["max_s"]
    if talk is None or outcome is None:
        assert row["place"] in ("save_target", "header_name", "url")
        return
    replies = [reply.text for reply in outcome.replies]
    for secret in safe.get("not_contains", ()):
        assert secret not in repr((replies, outcome.trace))
    text = replies[0] if replies else ""
    for rule, expected in safe["expect"].items():
        holds(rule, expected, text, talk, outcome)


def holds(rule: str, expected: Any, text: str, talk: Talk, outcome: Outcome) -> None:
    """One entry of a row's `safe.expect`."""
    effect = talk.effects[0] if talk.effects else None
    call = effect if isinstance(effect, CallHttp) else None
    match rule:
        case "equals":
            assert effect.code.endswith(f"return '{expected}'") if isinstance(effect, RunCode) else text == expected
        case "max_len" | "error_or_max_len":
            assert len(text) <= expected
        case "contains_no":
            assert not any(part in text for part in expected)
        case "no_key":
            assert call is None or expected not in call.json_field
        case "json_path_equals":
            assert call is not None
            assert call.json_field[expected[0]] == expected[1]
        case "no_header" | "error_or_sanitised":
            assert call is None or set(call.headers) <= {"X-Value"}
            assert call is None or all(value.isascii() and value.isprintable() for value in call.headers.values())
        case "host_unchanged":
            assert call is None or not call.headers
        case "url_path_prefix":
            assert call is not None
            assert urlsplit(call.url).path.startswith(expected)
        case "query_equals":
            assert call is not None
            assert {key: value[0] for key, value in parse_qs(urlsplit(call.url).query).items()} == expected
        case "host_equals":
            assert call is None or urlsplit(call.url).netloc == expected
        case "error_or_encoded":
            assert call is None or call.url.isascii()
        case "rendered_inert_or_sandboxed":
            shown = outcome.replies[0].widget
            assert shown is not None
            assert "alert(1)" not in shown["js"]
            assert "url(" not in shown["css"]
        case "not_written" | "error_or_plain_key":
            assert outcome.changes == []
    assert json.dumps(outcome.trace)
