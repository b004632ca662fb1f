"""Telegram's actions against a server that speaks the Bot API."""

from collections.abc import AsyncIterator

import pytest

from dbcv.kit.outbound import OutboundFile
from tests.integrations.caller import Caller
from tests.integrations.telegram.bot_api import TOKEN, BotApi, flooded


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        caller.credential("telegram", "api_key", [f"http://127.0.0.1:{running.port}"], api_key=TOKEN)
        yield running


async def test_a_text_with_buttons(caller: Caller, api: BotApi) -> None:
    rows = [[{"text": "Yes", "data": "y"}, {"text": "Site", "url": "https://example.com"}]]
    reply = await caller.call("telegram.send_message", {"chat_id": 42, "text": "Привет", "inline_keyboard": rows})
    assert reply == {
        "ok": True, "result": {"message_id": 7, "chat_id": 42, "date": "2026-11-18T11:06:40+00:00", "file_id": None},
        "error": None,
    }  # fmt: skip
    assert api.params["text"] == "Привет"
    yes, site = api.params["reply_markup"]["inline_keyboard"][0]
    assert (yes["callback_data"], site["url"]) == ("y", "https://example.com")


async def test_a_keyboard_and_its_end(caller: Caller, api: BotApi) -> None:
    chat = {"chat_id": "42", "text": "?"}
    await caller.call("telegram.send_message", chat | {"reply_keyboard": [["Yes", "No"]]})
    assert [key["text"] for key in api.params["reply_markup"]["keyboard"][0]] == ["Yes", "No"]
    await caller.call("telegram.send_message", chat | {"remove_keyboard": True})
    assert api.params["reply_markup"]["remove_keyboard"] is True


async def test_a_picture_by_its_address(caller: Caller, api: BotApi) -> None:
    config = {"chat_id": "42", "photo": "https://example.com/cat.jpg", "caption": "Cat"}
    reply = await caller.call("telegram.send_photo", config)
    assert reply["result"]["file_id"] == "large"
    assert (api.params["photo"], api.params["caption"]) == ("https://example.com/cat.jpg", "Cat")


async def test_a_file_of_the_bot(caller: Caller, api: BotApi) -> None:
    file_id = "0190c1a2-7b1c-7def-8a3b-1c2d3e4f5a6b"
    caller.files[file_id] = OutboundFile("file", "report.csv", "text/csv", b"a,b\n1,2\n")
    reply = await caller.call("telegram.send_document", {"chat_id": "42", "document": {"id": file_id}})
    assert reply["result"]["file_id"] == "doc"
    assert b'filename="report.csv"' in api.last.body and b"a,b\n1,2\n" in api.last.body


async def test_a_message_is_changed(caller: Caller, api: BotApi) -> None:
    reply = await caller.call("telegram.edit_message", {"chat_id": "42", "message_id": "7", "text": "New"})
    assert reply["ok"] and api.last.path.endswith("/editMessageText")
    assert (api.params["message_id"], api.params["text"]) == (7, "New")


async def test_a_press_is_answered(caller: Caller, api: BotApi) -> None:
    reply = await caller.call("telegram.answer_callback", {"callback_query_id": "99", "text": "Ok", "is_alert": True})
    assert reply["result"] == {"done": True}
    assert api.params["show_alert"] is True


async def test_what_telegram_refuses_is_data(caller: Caller, api: BotApi) -> None:
    reply = await caller.call("telegram.send_message", {"chat_id": "43", "text": "?"})
    assert (reply["ok"], reply["error"]) == (False, "Telegram refused it: Chat not found")
    api.prepare(flooded(3))
    reply = await caller.call("telegram.send_message", {"chat_id": "42", "text": "?"})
    assert (reply["code"], reply["retry_after_seconds"]) == ("rate_limited", 3)


async def test_no_secret_in_what_comes_back(caller: Caller, api: BotApi) -> None:
    api.prepare("silence")
    reply = await caller.call("telegram.send_message", {"chat_id": "42", "text": "?"}, limit_seconds=0.2)
    assert reply["code"] == "timeout"
    assert TOKEN not in str(reply)


async def test_it_goes_where_the_credential_may_and_nowhere_else(caller: Caller, api: BotApi) -> None:
    config = {"chat_id": "42", "text": "?", "base_url": "https://evil.example"}
    reply = await caller.call("telegram.send_message", config)
    assert (reply["code"], api.seen) == ("refused", [])
    assert "bind the credential" in reply["error"]


async def test_a_private_server_needs_the_operator(api: BotApi) -> None:
    stranger = Caller(allowed_hosts=())
    stranger.credential("telegram", "api_key", [f"http://127.0.0.1:{api.port}"], api_key=TOKEN)
    reply = await stranger.call("telegram.send_message", {"chat_id": "42", "text": "?"})
    await stranger.close()
    assert (reply["code"], api.seen) == ("refused", [])
    assert "DBCV_ALLOWED_HOSTS" in reply["error"]


async def test_a_wrong_configuration_is_named(caller: Caller, api: BotApi) -> None:
    reply = await caller.call("telegram.send_message", {"chat_id": "42"})
    assert reply["error"] == "text: Field required"
    wrong = {"chat_id": "42", "text": "?", "remove_keyboard": True, "reply_keyboard": [["a"]]}
    assert "choose one" in (await caller.call("telegram.send_message", wrong))["error"]
