"""Posts to a webhook by somebody who has the secret and wishes ill, and by somebody who has not: refused in words, or
one message that harms nobody, and the channel goes on afterwards."""

import gzip
import json
from typing import Any

import pytest
from sqlalchemy import text

from tests.domains.conversations.conftest import House

SECRET = "the secret of this webhook"
WEBHOOK = {"sender": "from.id", "text": "text", "id": "id", "secret": SECRET}
KEY = {"x_webhook_secret": SECRET}
DEEP = "[" * 100_000


def post(**fields: Any) -> bytes:
    return json.dumps({"from": {"id": 7}, "text": "hi", "id": 1} | fields).encode()


def raw(text: str) -> bytes:
    """With pieces that no encoder writes."""
    return text.encode("utf-8", "surrogatepass")


REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b"   ",
    "no object": b"[]",
    "a number": b"1",
    "null": b"null",
    "half": b'{"from": {"id": 7',
    "two": post() + post(),
    "a tail": post() + b"\x00",
    "deep": DEEP.encode(),
    "deep inside": raw('{"from": {"id": 7}, "text": "hi", "x": ' + DEEP + "]" * 100_000 + "}"),
    "deep objects": b'{"a":' * 50_000,
    "latin letters": b'{"from": {"id": "\xe9"}}',
    "utf-16": json.dumps({"from": {"id": 7}}).encode("utf-16"),
    "packed": gzip.compress(post()),
    "a form": b"from.id=7&text=hi",
    "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "no number": raw('{"from": {"id": NaN}, "text": "hi"}'),
    "infinity": raw('{"from": {"id": Infinity}, "text": "hi"}'),
    "a fraction": post(**{"from": {"id": 7.5}}),
    "a large exponent": raw('{"from": {"id": 1e400}, "text": "hi"}'),
    "digits": raw('{"from": {"id": ' + "9" * 5_000 + '}, "text": "hi"}'),
    "a truth": post(**{"from": {"id": True}}),
    "a list": post(**{"from": {"id": [7]}}),
    "a rule": post(**{"from": {"id": {"$ne": None}}}),
    "no sender": post(**{"from": {}}),
    "nobody": post(**{"from": {"id": None}}),
    "an empty name": post(**{"from": {"id": ""}}),
    "a long name": post(**{"from": {"id": "x" * 10_000}}),
    "a list of senders": post(**{"from": [{"id": 7}]}),
    "a dotted key": json.dumps({"from.id": 7, "text": "hi"}).encode(),
    "text that is none": post(text={"a": 1}),
    "text that is a number": post(text=5),
    "text that is a list": post(text=["hi"]),
    "an id that is none": post(id={"a": 1}),
    "an id that is a truth": post(id=False),
    "an id without letters": post(id=""),
    "a long id": post(id="x" * 10_000),
    "an id with a fraction": post(id=1.5),
}
TAKEN: dict[str, bytes] = {
    "a negative id": post(id=-1),
    "a large id": post(id=2**63),
    "a very large sender": post(**{"from": {"id": 10**40}}, id=2),
    "no id": json.dumps({"from": {"id": 7}, "text": "hi"}).encode(),
    "no text": json.dumps({"from": {"id": 7}, "id": 3}).encode(),
    "keys of others": post(id=4, __proto__={"x": 1}, constructor={"prototype": {}}, __class__="x"),
    "a file's path": post(id=5, files={"f": {"filepath": "/etc/passwd", "mimetype": "text/plain"}}),
    "another channel": post(id=6, channel_id="00000000-0000-0000-0000-000000000000", bot_id="x", sender_id="x"),
    "placeholders": post(id=7, text="{$bot.token$} {$user.x|default:{$session.y$}$}"),
    "markup": post(id=8, text="<script>alert(1)</script>"),
    "a letter twice": raw('{"from": {"id": 7}, "from": {"id": 8}, "text": "hi", "id": 9}'),
    "no letters": raw('{"from": {"id": 7}, "text": "a\\u0000b\\ud800c", "id": 10}'),
    "a name without letters": raw('{"from": {"id": "\\u0000\\ud800"}, "text": "hi", "id": 11}'),
    "an id without plain letters": raw('{"from": {"id": 7}, "text": "hi", "id": "\\u0000\\ud800"}'),
    "a key without letters": raw('{"from": {"id": 7}, "text": "hi", "id": 12, "\\u0000\\ud800": "\\u0000"}'),
    "directions": post(id=13, text="\u202egnp.exe\u2066\ufeff", **{"from": {"id": "\u202e7"}}),
    "commands": post(id=14, text="'; DROP TABLE message; --", **{"from": {"id": "7' OR '1'='1"}}),
    "a mark in front": b"\xef\xbb\xbf" + post(id=15),
    "a float among the rest": raw('{"from": {"id": 7}, "text": "hi", "id": 16, "x": 1e400}'),
    "digits among the rest": raw('{"from": {"id": 7}, "text": "hi", "id": 17, "x": ' + "9" * 4_000 + "}"),
    "many keys": post(id=18, **{f"k{index}": index for index in range(5_000)}),
    "a long key": post(id=19, **{"k" * 10_000: 1}),
    "words that never end": post(id=20, text="x" * 200_000),
}
"""What may be kept; what of it is refused is refused in words."""


@pytest.fixture
async def path(house: House) -> str:
    owner, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id)
    channel = await house.channel(owner, default_bot_id=str(bot_id), config={"webhook": WEBHOOK})
    return f"/channels/{channel['id']}/message"


async def kept(house: House) -> int:
    async with house.db.read() as session:
        return await session.scalar(text("SELECT count(*) FROM message WHERE reply_to IS NULL")) or 0


async def still_talks(house: House, path: str) -> None:
    answered = await house.call("POST", path, None, post(id="last"), prefer="wait=10", **KEY)
    assert answered.status == 200, answered.body
    assert [each["text"] for each in answered.body["replies"]] in (["You said hi"], ["Again: hi"])


async def test_bodies_that_say_nothing_are_refused_in_words(house: House, path: str) -> None:
    for name, body in REFUSED.items():
        answered = await house.call("POST", path, None, body, **KEY)
        assert answered.status in (400, 413, 415, 422), (name, answered.status, answered.body)
        assert answered.headers["Content-Type"] == "application/problem+json", name
        assert answered.body["title"], name
        assert SECRET not in json.dumps(answered.body)
    assert await kept(house) == 0
    await still_talks(house, path)


async def test_odd_bodies_are_kept_once_or_refused_in_words(house: House, path: str) -> None:
    taken = 0
    for name, body in TAKEN.items():
        answers = [await house.call("POST", path, None, body, **KEY) for _ in range(2)]
        statuses = {answered.status for answered in answers}
        assert statuses in ({202}, {413}, {422}, {429}), (name, statuses, answers[0].body)
        if statuses == {202}:
            ids = {answered.body["message"]["id"] for answered in answers}
            assert len(ids) == (2 if name == "no id" else 1), name
            assert answers[0].body["message"]["channel_id"] in path
            taken += len(ids)
    assert await kept(house) == taken > 15
    await still_talks(house, path)


async def test_a_head_is_read_in_one_way_only(house: House, path: str) -> None:
    """The secret's name is one whatever its letters, its value whole; and nothing else counts."""
    for given in ({"X_WEBHOOK_SECRET": SECRET}, {"x_wEbHoOk_sEcReT": SECRET}):
        assert (await house.call("POST", path, None, post(id="head"), **given)).status == 202, given
    wrong = [
        f"{SECRET}, {SECRET}", SECRET[:-1], SECRET + "\t.", f'"{SECRET}"', SECRET.title(), "*", "null", "true", "é" * 9,
    ]  # fmt: skip
    for each in wrong:
        assert (await house.call("POST", path, None, post(id="head"), x_webhook_secret=each)).status == 401, each
    for name in ("x_webhook_secret", "x.webhook.secret", "xwebhooksecret", "cookie", "x-forwarded-x-webhook-secret"):
        async with house.http.post(f"{house.base}/api/v1{path}", data=post(), headers={name: SECRET}) as answer:
            assert answer.status == 401, name
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert (await house.call(method, path, None, post(), **KEY)).status == 405, method
    assert (await house.call("POST", path, None, post(id="head"), x_http_method_override="DELETE", **KEY)).status == 202
