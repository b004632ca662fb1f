"""Slack's actions against a server that speaks its Web API."""

from collections.abc import AsyncIterator

import pytest

from dbcv.kit.outbound import OutboundFile
from tests.integrations.caller import Caller
from tests.integrations.slack.double import TOKEN, Slack


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[Slack]:
    async with Slack() as running:
        caller.credential("slack", "bearer", [f"http://127.0.0.1:{running.port}"], token=TOKEN)
        yield running


async def test_a_message_in_a_thread_with_blocks(caller: Caller, api: Slack) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Привет*"}}]
    config = {"channel": "#general", "text": "Hi", "blocks": blocks, "thread_ts": "1.1", "is_broadcast": True}
    reply = await caller.call("slack.send_message", config)
    assert reply == {"ok": True, "result": {"channel": "C1", "ts": "1795000000.000100"}, "error": None}
    sent = api.last.body
    assert (sent["thread_ts"], sent["text"], sent["channel"]) == ("1.1", "Hi", "#general")
    assert sent["reply_broadcast"] in (True, "1", "True") and "*Привет*" in str(sent["blocks"])


async def test_a_message_is_changed(caller: Caller, api: Slack) -> None:
    config = {"channel": "C1", "ts": "1795000000.000100", "text": "New"}
    assert (await caller.call("slack.update_message", config))["result"] == {
        "channel": "C1", "ts": "1795000000.000100",
    }  # fmt: skip
    reply = await caller.call("slack.update_message", config | {"ts": "1.1"})
    assert reply["error"] == "Slack refused: message_not_found (there is no such message)"


async def test_a_text_as_a_file(caller: Caller, api: Slack) -> None:
    config = {"channel": "C1", "content": "a;б", "file_name": "report.csv", "comment": "Here"}
    reply = await caller.call("slack.upload_file", config)
    assert reply["result"] == {
        "file_id": "F1", "title": "report.csv", "url": "https://acme.slack.com/files/U1/F1",
    }  # fmt: skip
    asked, bytes_sent, done = api.seen
    assert asked.path == "/api/files.getUploadURLExternal"
    assert bytes_sent.body == "a;б".encode() and "Authorization" not in bytes_sent.headers
    assert done.path == "/api/files.completeUploadExternal"


async def test_a_file_of_the_bot(caller: Caller, api: Slack) -> None:
    caller.files["f-1"] = OutboundFile("file", "photo.png", "image/png", b"\x89PNG")
    reply = await caller.call("slack.upload_file", {"channel": "C1", "file": {"id": "f-1"}})
    assert reply["result"]["title"] == "photo.png"
    assert api.seen[1].body == b"\x89PNG"


async def test_people(caller: Caller, api: Slack) -> None:
    assert (await caller.call("slack.open_direct_message", {"users": ["U1"]}))["result"] == {"channel": "D1"}
    found = (await caller.call("slack.find_user", {"email": "ann@example.com"}))["result"]
    assert (found["is_found"], found["id"], found["real_name"], found["timezone"]) == (
        True, "U1", "Ann Lee", "Europe/Paris",
    )  # fmt: skip
    missed = (await caller.call("slack.find_user", {"email": "bob@example.com"}))["result"]
    assert missed["is_found"] is False and missed["id"] is None


async def test_what_slack_refuses_is_said_in_words(caller: Caller, api: Slack) -> None:
    reply = await caller.call("slack.send_message", {"channel": "C9", "text": "Hi"})
    assert reply["error"] == "Slack refused: channel_not_found (there is no such channel, or the app may not see it)"
    reply = await caller.call("slack.send_message", {"channel": "C1", "blocks": [{"type": "broken"}]})
    assert reply["error"].startswith("Slack refused: invalid_blocks ([ERROR] unsupported type: broken")
