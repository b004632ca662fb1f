"""Hostile rules and templates in whole turns: each template in every place where a bot may hold one."""

import json
import time
from typing import Any

import pytest

from dbcv.engine.check import check
from dbcv.engine.effects import CallHttp, RunCode
from dbcv.engine.graph import GraphError
from tests import corpus
from tests.engine.bots import Talk, bot, step

RIGHTLY_HOLDING = {
    "rule-007-top-null",  # null is ELSE
    "rule-095-val-float-nan",  # the texts "NaN" and "NaN" are equal texts
    "rule-096-val-str-vs-int",  # "10" > "4" as numbers
    "rule-113-val-nul-text",  # the text does contain a NUL
    "rule-116-val-self-template",  # the placeholder's value is the very text it is compared with
}
PLACES = (
    "text",
    "params",
    "json_field",
    "json_text",
    "data",
    "content",
    "header",
    "url_path",
    "query",
    "config",
    "widget",
    "value",
    "input",
)
SECRETS = ("SECRET", "<class", "<built-in", "<function", "dict_keys", "object at 0x", "'user'")


@pytest.mark.parametrize("row", corpus.rows("rules_hostile.jsonl"))
def test_rules_in_a_turn(row: dict[str, Any]) -> None:
    rules, context = corpus.expand(row["rules"]), corpus.expand(row["context"])
    document = bot(step("a", None, (rules, "yes"), "no"), step("yes", "yes"), step("no", "no"))
    begin = time.process_time()
    errors = [problem for problem in check(document) if problem.severity == "error"]
    try:
        talk = Talk(
            document,
            step_id="a",
            facts={},
            **{scope: context[scope] for scope in ("user", "bot", "session", "channel")},
        )
    except GraphError as refused:
        assert refused.problems and errors, "refused at save, with place and reason"
        assert all(problem.path and problem.message for problem in refused.problems)
        assert row["id"] not in RIGHTLY_HOLDING
        return
    assert not errors
    outcome = talk.send(**{"text": "", **context["message"]})
    assert time.process_time() - begin < row["safe"]["max_s"] * 2
    assert [reply.text for reply in outcome.replies] == ["yes" if row["id"] in RIGHTLY_HOLDING else "no"]
    json.dumps(outcome.trace, allow_nan=False).encode()


def placed(place: str, template: Any) -> dict[str, Any]:
    """A bot that holds the template there."""
    request: dict[str, Any] = {"id": "r", "request_url": "http://api.example/x", "method": "POST"}
    group: dict[str, Any] = {"search_type": "response", "request_id": "r"}
    message: dict[str, Any] = {"text": "."}
    more: dict[str, Any] = {}
    match place:
        case "text":
            message["text"] = template
        case "params":
            message["params"] = template
        case "json_field" | "data":
            request[place] = {"v": template}
        case "json_text":
            request["json_field"] = f'{{"v": "{template}"}}' if isinstance(template, str) else json.dumps(template)
        case "content":
            request["content"] = template
        case "header":
            request["headers"] = {"X-A": template}
        case "url_path":
            request["request_url"] = f"http://api.example/{template}/end"
        case "query":
            request["params"] = {"q": template}
        case "config":
            group = {"search_type": "integration", "integration_id": "a.b", "integration_config": {"v": template}}
        case "widget":
            message["widget_id"] = "w"
            more["widgets"] = [{"id": "w", "body": template, "css": template, "js": template}]
        case "value":
            group = {"variables": [{"target": "session.saved", "source": template}]}
        case "input":
            template = {"template_id": "t", "inputs_mapping": {"in": template}}
            more["templates"] = [{"id": "t", "first_step_id": "s", "steps": [step("s", "{$template.in$}")]}]
    last = {"id": "b", "message": message} | ({"template_instance": template} if place == "input" else {})
    return bot(step("a", None, "b", group=group), last, requests=[request], **more)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("row", corpus.rows("template_attacks.jsonl"))
def test_templates_everywhere(row: dict[str, Any], place: str) -> None:
    template, context = corpus.expand(row["template"]), corpus.expand(row["context"])
    document = placed(place, template)
    check(document)
    try:
        talk = Talk(document, lambda effect: {"ok": True, "status": 200, "result": None}, facts={},
                    **{scope: context[scope] for scope in ("user", "bot", "session", "channel")})  # fmt: skip
    except GraphError:
        return
    begin = time.process_time()
    outcome = talk.send(**{"text": "hi", **context["message"]})
    assert time.process_time() - begin < row["safe"]["max_s"] * 2
    told = repr((outcome.replies, outcome.trace, outcome.session, talk.effects))
    for secret in (*row["safe"].get("not_contains", ()), *SECRETS[1:]):
        if secret not in repr((template, context["user"], context["message"])):
            assert secret not in told
    if place == "header":  # the trace is the run log
        assert not any(secret in repr(outcome.trace) for secret in row["safe"].get("log_not_contains", ()))
    for effect in talk.effects:
        assert not isinstance(effect, RunCode)
        if isinstance(effect, CallHttp):
            confined(effect, place, context)
    assert outcome.changes == []
    assert all(len(reply.text) <= 100_000 for reply in outcome.replies)


def confined(effect: CallHttp, place: str, context: dict[str, Any]) -> None:
    """The request has the fields its author wrote, no more."""
    assert effect.url.startswith("http://api.example/")
    assert effect.url.isascii() and effect.url.isprintable() and " " not in effect.url
    assert set(effect.headers) <= {"X-A"}
    assert all(value.isascii() and value.isprintable() for value in effect.headers.values())
    assert set(effect.params) <= {"q"}
    assert effect.data is None or set(effect.data) <= {"v"}
    if place == "json_field":
        assert set(effect.json_field) == {"v"}
    if place == "url_path" and effect.url.count("?") == 0 and "#" not in effect.url:
        assert effect.url.endswith("/end")
