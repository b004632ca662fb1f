"""Every hostile message: stored and answered, or refused in plain words, and the session goes on."""

import asyncio
import json
import sys
import threading
from typing import Any

import pytest

from tests.corpus import expand, rows
from tests.domains.conversations.conftest import House


def _encoded(channel_id: str, row: dict[str, Any], **substitutes: str) -> bytes:
    """The body; nests of 20,000 levels need a deep stack to be written at all."""
    out: list[bytes] = []

    def write() -> None:
        fields = expand(row["fields"], **substitutes)
        out.append(json.dumps({"channel_id": channel_id, "text": expand(row["text"])} | fields).encode())

    limit, size = sys.getrecursionlimit(), threading.stack_size(512 * 1024 * 1024)
    sys.setrecursionlimit(200_000)
    try:
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    return out[0]


@pytest.mark.parametrize("row", rows("messages_hostile.jsonl"))
async def test_hostile_messages(house: House, row: dict[str, Any]) -> None:
    token, owner_id = await house.account("owner")
    _, other_id = await house.account("other")
    bot_id = str(await house.bot(owner_id))
    channel = await house.channel(token, is_public=True, default_bot_id=bot_id)
    visitor, _ = await house.visitor(channel["id"])
    first = (await house.say(visitor, channel["id"], "before")).body
    body = await asyncio.to_thread(
        _encoded, channel["id"], row,
        OTHER_TENANT_BOT_ID=str(await house.bot(other_id)), OTHER_TENANT_ATTACHMENT_ID=str(other_id),
        EXISTING_MESSAGE_ID=first["message"]["id"],
    )  # fmt: skip
    answered = await house.call("POST", "/messages", visitor, body, prefer="wait=10")
    assert answered.status in {200, 404, 413, 422}, answered.body
    if answered.status == 200:
        expected = expand(row["text"]).replace("\x00", "")
        assert answered.body["message"]["text"] == expected
        assert len(answered.body["replies"]) == 1 and answered.body["error"] is None
        shown = answered.body["replies"][0]["text"]
        assert shown == f"Again: {expected}"[: len(shown)], "said back, not obeyed"
    else:
        assert answered.headers["Content-Type"] == "application/problem+json" and answered.body["title"]
    on = await house.say(visitor, channel["id"], "after")
    assert on.status == 200 and on.body["replies"][0]["text"] == "Again: after"
