"""Anthropic's action against a server that speaks the Messages API."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.anthropic.messages_api import KEY, MessagesApi
from tests.integrations.caller import Caller

ANSWER = {
    "text": "Good day, Ann!", "tool_calls": [], "finish_reason": "end_turn", "model": "claude", "tokens_in": 9,
    "tokens_out": 3,
}  # fmt: skip


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[MessagesApi]:
    async with MessagesApi() as running:
        caller.credential("anthropic", "api_key", [f"http://127.0.0.1:{running.port}"], api_key=KEY)
        yield running


async def test_an_answer(caller: Caller, api: MessagesApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "of-the-operator")
    config = {"model": "claude", "system": "Be kind", "prompt": "hi", "max_tokens": "50"}
    reply = await caller.call("anthropic.chat", config)
    assert reply["result"] == ANSWER
    assert api.last.body == {
        "model": "claude", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}], "system": "Be kind",
    }  # fmt: skip
    assert "of-the-operator" not in str(api.last.headers)


async def test_an_answer_in_parts(caller: Caller, api: MessagesApi) -> None:
    reply = await caller.call("anthropic.chat", {"model": "claude", "prompt": "hi", "stream": True})
    assert reply["result"] == ANSWER, reply
    assert caller.parts == ["Good ", "Good day, ", "Good day, Ann!"]


async def test_functions(caller: Caller, api: MessagesApi) -> None:
    config = {"model": "claude", "messages": [{"role": "user", "content": "?"}], "tools": [{"name": "weather"}]}
    reply = await caller.call("anthropic.chat", config)
    assert reply["result"]["tool_calls"] == [{"id": "t1", "name": "weather", "arguments": {"city": "Oslo"}}]


async def test_a_wrong_key_is_data(caller: Caller, api: MessagesApi) -> None:
    caller.credential("anthropic", "api_key", [f"http://127.0.0.1:{api.port}"], api_key="sk-ant-wrong")
    reply = await caller.call("anthropic.chat", {"model": "claude", "prompt": "hi", "stream": True})
    assert (reply["code"], reply["error"]) == ("credential", "the server answered 401: invalid key")
