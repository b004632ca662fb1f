"""A channel that posts what its bot says: signed, again where it failed, not again where it never will go."""

import hmac
import json
from hashlib import sha256

import pytest

from dbcv.domains.conversations.service.webhooks import find_or_make_person
from dbcv.runtime.transports import outgoing
from tests.loopback import plain, serve
from tests.runtime.town import eventually
from tests.transports.conftest import Port

KEY = "the key that posts are signed with"


async def test_posts_are_signed_repeated_and_given_up(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "WAITS_SECONDS", (0.0,))
    answers = [plain(), plain(status="503 Away"), plain(), plain(status="400 Bad")]

    async def answer(asked: object, writer: object) -> None:
        writer.write(answers.pop(0) if answers else plain())  # type: ignore[attr-defined]

    await port.town.worker()
    async with serve(answer) as server:
        url = f"http://127.0.0.1:{server.port}"
        port.secret.update(api_key=KEY)
        port.places.add(url)
        port.provider["name"] = "http"
        channel = await port.room()
        bot_id = await port.town.value("SELECT default_bot_id FROM channel WHERE id = $1", channel)
        assert (await port.bind_to("webhook", channel, {"url": f"{url}/in?x=1"})).state == "connecting"
        person = await find_or_make_person(port.town.db, channel, "anna@shop")
        await port.town.say(person, bot_id, channel, "one", "two")
        await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM dead_letter"))
        await port.town.settled()
        posts = [json.loads(asked.body) for asked in server.asked]
        assert [post["type"] for post in posts] == ["test", "message", "message", "message"]
        assert [post["message"]["text"] for post in posts[1:]] == ["one", "one", "two"]
        assert {post["recipient"] for post in posts[1:]} == {"anna@shop"}
        keys = [asked.headers["idempotency-key"] for asked in server.asked[1:]]
        assert keys[0] == keys[1] != keys[2]
        for asked in server.asked:
            signed = f"{asked.headers['x-dbcv-timestamp']}.".encode() + asked.body
            expected = hmac.new(KEY.encode(), signed, sha256).hexdigest()
            assert asked.headers["x-dbcv-signature"] == f"sha256={expected}"
