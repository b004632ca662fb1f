"""OpenAI's actions against a compatible server."""

from collections.abc import AsyncIterator

import pytest

from dbcv.kit.outbound import OutboundFile
from tests.integrations.caller import Caller
from tests.integrations.openai.llm import KEY, Llm
from tests.integrations.service import said

FILE = "0190c1a2-7b1c-7def-8a3b-1c2d3e4f5a6b"


@pytest.fixture
async def llm(caller: Caller) -> AsyncIterator[Llm]:
    async with Llm() as running:
        caller.credential("openai", "api_key", [f"http://127.0.0.1:{running.port}"], api_key=KEY)
        yield running


async def test_an_answer(caller: Caller, llm: Llm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "of-the-operator")
    config = {"model": "local", "system": "Be kind", "prompt": "hi", "temperature": "0.5", "max_tokens": 50}
    reply = await caller.call("openai.chat", config, key="event:3")
    assert reply["result"] | {"tool_calls": None} == {
        "text": "Good day, Ann!", "parsed": None, "tool_calls": None, "finish_reason": "stop", "model": "local",
        "tokens_in": 9, "tokens_out": 3,
    }  # fmt: skip
    assert llm.last.path == "/v1/chat/completions"
    assert llm.last.body["messages"] == [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "hi"}]
    assert (llm.last.body["temperature"], llm.last.body["max_tokens"]) == (0.5, 50)
    assert llm.last.headers["idempotency-key"] == "event:3"
    assert "of-the-operator" not in str(llm.last.headers)
    assert caller.parts == []


async def test_an_answer_in_parts(caller: Caller, llm: Llm) -> None:
    reply = await caller.call("openai.chat", {"model": "local", "prompt": "hi", "stream": True})
    assert caller.parts == ["Good ", "Good day, ", "Good day, Ann!"]
    assert reply["result"]["text"] == "Good day, Ann!"
    assert (reply["result"]["finish_reason"], reply["result"]["tokens_out"]) == ("stop", 3)


async def test_functions(caller: Caller, llm: Llm) -> None:
    tool = {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
    config = {"model": "local", "messages": [{"role": "user", "content": "?"}], "tools": [tool]}
    found = (await caller.call("openai.chat", config))["result"]["tool_calls"]
    assert found == [{"id": "c1", "name": "weather", "arguments": {"city": "Oslo"}}]
    llm.call = {"index": 0, "id": "c2", "type": "function", "function": {"name": "weather", "arguments": '{"city": '}}
    found = (await caller.call("openai.chat", config | {"stream": True}))["result"]["tool_calls"]
    assert found == [{"id": "c2", "name": "weather", "arguments": {"city": "Oslo"}}]


async def test_json_by_schema(caller: Caller, llm: Llm) -> None:
    schema = {"type": "object", "properties": {"size": {"type": "integer"}}}
    reply = await caller.call("openai.chat", {"model": "local", "prompt": "?", "json_schema": schema})
    assert reply["result"]["parsed"] == {"size": 42}
    assert llm.last.body["response_format"]["json_schema"]["schema"] == schema


async def test_vectors_in_the_order_of_the_texts(caller: Caller, llm: Llm) -> None:
    reply = await caller.call("openai.embed", {"model": "e", "texts": ["a", "b"]})
    assert reply["result"]["vectors"] == [[0.5, 0.0], [0.5, 1.0]]


async def test_a_recording(caller: Caller, llm: Llm) -> None:
    caller.files[FILE] = OutboundFile("file", "voice.ogg", "audio/ogg", b"OggS-sound")
    reply = await caller.call("openai.transcribe", {"file": FILE, "language": "en"})
    assert reply["result"] == {"text": "one pizza please"}
    assert b"OggS-sound" in llm.last.body and b'filename="voice.ogg"' in llm.last.body
    missing = await caller.call("openai.transcribe", {"file": "no-such"})
    assert (missing["code"], missing["error"]) == ("bad_config", "There is no such file")


async def test_refusals_are_data(caller: Caller, llm: Llm) -> None:
    llm.prepare(said({"error": {"message": f"slow down {KEY}"}}, 429, Retry_After="7"))
    reply = await caller.call("openai.chat", {"model": "m", "prompt": "?", "stream": True})
    assert (reply["code"], reply["status"], reply["retry_after_seconds"]) == ("rate_limited", 429, 7)
    assert KEY not in str(reply) and len(llm.seen) == 1, "nothing is tried again behind the turn's back"
    caller.credential("openai", "api_key", [f"http://127.0.0.1:{llm.port}"], api_key="sk-wrong-key")
    reply = await caller.call("openai.chat", {"model": "m", "prompt": "?"})
    assert (reply["code"], reply["error"]) == ("credential", "the server answered 401: Incorrect API key provided")


async def test_a_broken_answer_is_data(caller: Caller, llm: Llm) -> None:
    llm.prepare(said("nonsense"), said({"choices": []}))
    for _ in range(2):
        reply = await caller.call("openai.chat", {"model": "m", "prompt": "?"})
        assert reply["ok"] is False and reply["error"]
