"""Effects and turns that go wrong become data; the outside is called with a key and within limits."""

import asyncio
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from dbcv.engine.effects import CallHttp, CallIntegration, RunCode, SaveFile
from dbcv.kit.errors import NotFound, TooManyRequests
from dbcv.kit.outbound import OutboundClient, OutboundFile, OutboundRequest
from dbcv.kit.settings import Settings, read_settings
from dbcv.runtime.perform import Failure, Performer, attempt, attempt_async
from tests.loopback import plain, serve

HTTP_SHAPE = {"ok", "status", "headers", "result", "error", "elapsed_ms"}


def call_http(**changes: Any) -> CallHttp:
    empty: dict[str, Any] = {field.name: None for field in fields(CallHttp)}
    given = {"method": "POST", "url": "http://a.test/", "headers": {}, "timeout_seconds": 30.0, "key": "event-1:0"}
    return CallHttp(**empty | given | {"params": {}, "attachments": []} | changes)


def limits(**changes: Any) -> Settings:
    return read_settings(**changes)


class Script:
    """Stands where the client stands: keeps what it was asked, answers by a function."""

    def __init__(self, answer: Any = None) -> None:
        self.asked: list[OutboundRequest] = []
        self.now, self.most = 0, 0
        self._answer = answer

    async def call(self, request: OutboundRequest) -> dict[str, Any]:
        self.asked.append(request)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await self._answer() if self._answer else {"ok": True}
        finally:
            self.now -= 1


async def test_what_a_request_wishes_reaches_the_client() -> None:
    client = Script()
    await Performer(limits(), client).perform(call_http(timeout_seconds=2.0, retries=1))
    assert (client.asked[0].timeout_seconds, client.asked[0].retries) == (2.0, 1)


async def test_http_goes_through_the_guarded_client() -> None:
    async with serve(plain('{"a": 1}', headers="Content-Type: application/json")) as server:
        client = OutboundClient(allowed_hosts=["127.0.0.1"])
        effect = call_http(
            url=f"http://127.0.0.1:{server.port}/x", params={"q": ["1", "2"]}, headers={"X-A": "b"}, json_field={"c": 2}
        )
        reply = await Performer(limits(), client).perform(effect)
        await client.close()
    assert set(reply) == HTTP_SHAPE
    assert (reply["ok"], reply["result"]) == (True, {"a": 1})
    asked = server.asked[0]
    assert (asked.method, asked.target, asked.body) == ("POST", "/x?q=1&q=2", b'{"c": 2}')
    assert asked.headers["idempotency-key"] == "event-1:0"
    assert asked.headers["x-a"] == "b"


@pytest.mark.parametrize("method", ["POST", "put", "PATCH", "DELETE"])
async def test_what_changes_something_carries_the_key(method: str) -> None:
    script = Script()
    await Performer(limits(), script).perform(call_http(method=method))
    assert dict(script.asked[0].headers or {}) == {"Idempotency-Key": "event-1:0"}


@pytest.mark.parametrize("method", ["GET", "head", "OPTIONS"])
async def test_what_only_reads_does_not(method: str) -> None:
    script = Script()
    await Performer(limits(), script).perform(call_http(method=method))
    assert not script.asked[0].headers


async def test_an_authors_own_key_wins() -> None:
    script = Script()
    await Performer(limits(), script).perform(call_http(headers={"idempotency-key": "mine"}))
    assert dict(script.asked[0].headers or {}) == {"idempotency-key": "mine"}


@pytest.mark.parametrize(
    ("effect", "shape", "word"),
    [
        (
            RunCode("x", {}, {}, datetime(2026, 1, 1, tzinfo=UTC), 1, "e:0"),
            {"ok", "result", "error", "log"},
            "code steps",
        ),
        (CallIntegration("x", {}, None, "e:0"), {"ok", "result", "error"}, "integrations"),
        (SaveFile("a", ".csv", "1", "e:0"), {"ok", "result", "error"}, "files"),
    ],
)
async def test_what_is_not_there_says_so(effect: Any, shape: set[str], word: str) -> None:
    reply = await Performer(limits(), Script()).perform(effect)
    assert set(reply) == shape
    assert (reply["ok"], reply["result"]) == (False, None)
    assert word in reply["error"]
    assert reply["error"].endswith(("not available in this version yet", "cannot run here"))


async def test_a_client_that_breaks_is_a_failed_effect_and_a_trace_in_the_log() -> None:
    async def broken() -> dict[str, Any]:
        raise RuntimeError("secret detail")

    with capture_logs() as entries:
        reply = await Performer(limits(), Script(broken)).perform(call_http())
    assert set(reply) == HTTP_SHAPE
    assert reply["ok"] is False
    assert "secret" not in reply["error"]
    assert [(entry["event_id"], entry["effect"]) for entry in entries] == [("event-1", "CallHttp")]
    assert isinstance(entries[0]["exc_info"], RuntimeError)


async def hang() -> dict[str, Any]:
    await asyncio.sleep(60)
    return {"ok": True}


async def test_an_effect_that_hangs_is_cut_off() -> None:
    reply = await Performer(limits(turn_timeout_seconds=0.1), Script(hang)).perform(call_http())
    assert (reply["ok"], reply["error"]) == (False, "the request took too long")


async def test_effects_at_once_are_bounded_and_the_rest_waits_only_so_long() -> None:
    script = Script(hang)
    performer = Performer(limits(turn_timeout_seconds=0.2, max_effects=2), script)
    replies = await asyncio.gather(*(performer.perform(call_http()) for _ in range(5)))
    assert script.most == 2
    assert not any(reply["ok"] for reply in replies)
    assert any(reply["error"].startswith("too many requests are under way") for reply in replies)
    assert (await Performer(limits(max_effects=2), Script()).perform(call_http()))["ok"]


async def test_cancelling_a_turn_cancels_its_effect() -> None:
    performer = Performer(limits(max_effects=1), Script(hang))
    task = asyncio.create_task(performer.perform(call_http()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_attempts_give_the_value_or_a_failure() -> None:
    async def value() -> int:
        return 3

    async def broken() -> int:
        raise KeyError("x" * 1000)

    assert attempt(lambda: 3) == 3
    assert await attempt_async(value()) == 3
    assert attempt(lambda: 1 // 0) == Failure("ZeroDivisionError: integer division or modulo by zero")
    failed = await attempt_async(broken(), event_id="e")
    assert isinstance(failed, Failure)
    assert failed.error.startswith("KeyError: 'xxx")
    assert len(failed.error) <= 200


async def test_attempts_log_where_it_happened() -> None:
    with capture_logs() as entries:
        attempt(lambda: 1 // 0, event_id="e1", session_id="s1")
    assert [(entry["event_id"], entry["session_id"], entry["log_level"]) for entry in entries] == [
        ("e1", "s1", "error")
    ]
    assert entries[0]["exc_info"].__traceback__ is not None


@pytest.mark.parametrize("ending", [asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit])
async def test_attempts_do_not_hold_up_an_ending(ending: type[BaseException]) -> None:
    def end() -> None:
        raise ending

    with pytest.raises(ending):
        attempt(end)


class ScriptedFiles:
    """Stands where the files of bots stand."""

    async def save(self, bot_id: UUID, name: str, ext: str, value: Any, source: str) -> dict[str, Any]:
        if value == "too much":
            raise TooManyRequests("There is no room left")
        return {"id": "1", "name": name + ext, "source": source, "bot": bot_id}

    async def load(self, bot_id: UUID, wished: Any) -> list[OutboundFile]:
        if wished == ["another's"]:
            raise NotFound("There is no such file")
        return [OutboundFile("file", "a", "text/plain", b"x") for _ in wished]


async def test_a_file_is_saved_for_the_bot_under_the_effects_key() -> None:
    performer = Performer(limits(), Script(), files=ScriptedFiles())
    bot_id = UUID(int=7)
    reply = await performer.perform(SaveFile("report", ".csv", [1], "event:0"), bot_id)
    kept = {"id": "1", "name": "report.csv", "source": "event:0", "bot": bot_id}
    assert reply == {"ok": True, "result": kept, "error": None}
    refused = await performer.perform(SaveFile("report", ".csv", "too much", "event:1"), bot_id)
    assert refused == {"ok": False, "result": None, "error": "There is no room left"}


async def test_files_go_along_with_a_request_or_it_is_not_made() -> None:
    script = Script()
    performer, bot_id = Performer(limits(), script, files=ScriptedFiles()), UUID(int=7)
    assert (await performer.perform(call_http(attachments=["1", "2"]), bot_id))["ok"]
    assert [file.content for file in script.asked[0].attachments] == [b"x", b"x"]
    refused = await performer.perform(call_http(attachments=["another's"]), bot_id)
    assert (refused["ok"], set(refused)) == (False, HTTP_SHAPE)
    assert refused["error"].startswith("There is no such file: a request sends what was sent to its bot")
    nowhere = await Performer(limits(), script).perform(call_http(attachments=["1"]), bot_id)
    assert (nowhere["ok"], nowhere["error"]) == (False, "files cannot be sent here")
    assert len(script.asked) == 1
