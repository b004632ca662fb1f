"""Work of groups: effects, their replies, failures as data, files."""

from typing import Any

from dbcv.engine.effects import CallHttp, CallIntegration, Effect, RunCode, SaveFile
from dbcv.engine.limits import Limits
from tests.engine.bots import Talk, bot, rule, step

CRM = {"id": "crm", "name": "CRM", "method": "get", "request_url": "https://crm.example/{$user.id$}"}


def work(group: dict[str, Any], *ways: Any, **fields: Any) -> dict[str, Any]:
    return bot(
        step("a", None, *ways, group=group),
        step("ok", "ok {$response.result.deal$}{$result$}"),
        step("no", "no"),
        **fields,
    )


def test_a_request_answers_and_is_saved() -> None:
    document = work(
        {"search_type": "response", "request_id": "crm", "variables": {"response.result.deal": "session.deal"}},
        (rule("response.ok", "equal", True), "ok"), "no", requests=[CRM],
    )  # fmt: skip
    talk = Talk(document, lambda effect: {"status": 200, "result": {"deal": 7}})
    outcome = talk.send("x")
    assert [reply.text for reply in outcome.replies] == ["ok 7"]
    assert outcome.session == {"deal": 7}
    effect = talk.effects[0]
    assert isinstance(effect, CallHttp)
    assert (effect.method, effect.url, effect.key) == ("GET", "https://crm.example/u1", "e1:0")


def test_a_failed_request_is_data() -> None:
    document = work(
        {"search_type": "response", "request_id": "crm"},
        (rule("response.ok", "equal", True), "ok"),
        "no",
        requests=[CRM],
    )
    replies: list[Any] = [{"status": 500}, {"ok": False, "error": "timeout"}, None, "junk", {}, {"ok": "yes"}, 5]
    for reply in replies:
        assert Talk(document, lambda effect, reply=reply: reply).say("x") == ["no"]


def test_replies_too_big_or_too_deep_are_failures() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    document = work(
        {"search_type": "response", "request_id": "crm"},
        (rule("response.ok", "equal", True), "ok"),
        "no",
        requests=[CRM],
    )
    for result in (deep, "x" * 6_000_000, {1: 2}, object(), float("nan")):
        assert Talk(document, lambda effect, result=result: {"ok": True, "status": 200, "result": result}).say("x") == [
            "no"
        ]


def test_code_returns_its_result_and_top_level_keys() -> None:
    group = {"search_type": "code", "code": "async def main(m, v): ...", "variables": [
        {"target": "session.all", "source": "result"}, {"target": "user.hi", "source": "greeting"},
        {"target": "session.n", "source": "a.b.0"}]}  # fmt: skip
    talk = Talk(
        work(group, "ok"),
        lambda effect: {"ok": True, "result": {"greeting": "Hey", "a": {"b": [3]}}, "error": None, "log": ""},
    )
    outcome = talk.send("x")
    assert outcome.session == {"all": {"greeting": "Hey", "a": {"b": [3]}}, "n": 3}
    assert talk.state.user["hi"] == "Hey"
    effect = talk.effects[0]
    assert isinstance(effect, RunCode)
    assert effect.variables["user"] == {"name": "Bob", "id": "u1", "username": "bob"}
    assert effect.message["text"] == "x"
    assert effect.variables["event"]["kind"] == "message"
    assert (effect.seed, effect.now.isoformat()) == (1, "2026-01-01T09:00:00+00:00")


def test_code_is_never_a_template() -> None:
    code = "async def main(message, variables):\n    return '{$user.name$}'"
    talk = Talk(work({"search_type": "code", "code": code}, "ok"), user={"name": "' + str(variables) + '"})
    talk.say("x")
    assert isinstance(talk.effects[0], RunCode)
    assert talk.effects[0].code == code


def test_code_that_fails_gives_null_and_the_turn_goes_on() -> None:
    group = {"search_type": "code", "code": "x"}
    talk = Talk(
        work(group, (rule("result", "is_null"), "no"), "ok"), lambda effect: {"ok": False, "error": "line 1: boom"}
    )
    outcome = talk.send("x")
    assert [reply.text for reply in outcome.replies] == ["no"]
    assert {"at": "code", "step": "a", "ok": False, "error": '"line 1: boom"'} in outcome.trace


def test_an_integration_gets_its_config_filled_in() -> None:
    group = {"search_type": "integration", "integration_id": "t.send", "credential_id": "tg",
             "integration_config": {"chat": "{$user.id$}", "{$user.id$}": ["{$message.text$}"]}}  # fmt: skip
    document = work(group, (rule("response.ok", "equal", True), "ok"), "no", credentials=[{"id": "tg"}])
    talk = Talk(document, lambda effect: {"ok": True, "result": {"deal": 1}})
    assert talk.say("hey") == ["ok 1"]
    effect = talk.effects[0]
    assert isinstance(effect, CallIntegration)
    assert (effect.config, effect.credential_id) == ({"chat": "u1", "{$user.id$}": ["hey"]}, "tg")


def test_rules_see_why_an_integration_failed() -> None:
    waits = {"response.retry_after_seconds": "session.wait"}
    group = {"search_type": "integration", "integration_id": "t.send", "variables": waits}
    document = work(group, (rule("response.code", "equal", "rate_limited"), "ok"), "no")
    failed = {"ok": False, "result": None, "error": "x", "status": 429, "code": "rate_limited"}
    outcome = Talk(document, lambda effect: failed | {"retry_after_seconds": 7}).send("hey")
    assert (outcome.replies[0].text[:2], outcome.session) == ("ok", {"wait": 7})
    assert Talk(document, lambda effect: {"ok": False, "error": "x"}).say("hey") == ["no"]


def test_a_credential_that_the_bot_does_not_have_is_never_named() -> None:
    talk = Talk(work({"search_type": "integration", "integration_id": "t", "credential_id": "other"}, "ok"))
    talk.say("x")
    assert isinstance(talk.effects[0], CallIntegration)
    assert talk.effects[0].credential_id is None


def test_a_file_is_kept_and_its_attachment_saved() -> None:
    group = {"variables": {"message.text": "session.report|file|.csv"}}

    def answer(effect: Effect) -> dict[str, Any]:
        assert isinstance(effect, SaveFile)
        assert (effect.name, effect.ext, effect.value) == ("report", ".csv", "a,b")
        return {"ok": True, "result": {"id": "f1", "name": "report.csv"}}

    assert Talk(work(group, "ok"), answer).send("a,b").session == {"report": {"id": "f1", "name": "report.csv"}}
    assert Talk(work(group, "ok")).send("a,b").session == {}


def test_effects_are_limited_and_keys_count_up() -> None:
    loop = bot(
        step("a", None, "a", is_proxy=True, group={"search_type": "response", "request_id": "crm"}), requests=[CRM]
    )
    talk = Talk(loop, lambda effect: {"status": 200}, limits=Limits(max_effects_per_turn=3))
    outcome = talk.send("x")
    assert [getattr(effect, "key", "") for effect in talk.effects] == ["e1:0", "e1:1", "e1:2"]
    assert outcome.error is not None
