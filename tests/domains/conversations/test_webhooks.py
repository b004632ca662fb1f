"""Webhooks: only with the secret, the same sender the same person, the same id one turn."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from dbcv.domains.conversations.service.webhooks import find_or_make_person, is_secret, sealed_secret, value_at
from tests.corpus import expand, rows
from tests.domains.conversations.conftest import House

SECRET = "the secret of this webhook"
KEY = {"x_webhook_secret": SECRET}
WEBHOOK = {"sender": "message.from.id", "text": "message.text", "id": "update_id", "secret": SECRET}


@pytest.fixture
async def hook(house: House) -> dict[str, str]:
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id))
    channel = await house.channel(token, default_bot_id=bot_id, config={"webhook": WEBHOOK})
    return {"owner": token, "bot": bot_id, "id": channel["id"], "path": f"/channels/{channel['id']}/message"}


def update(number: int = 1, sender: Any = 7, words: Any = "hi") -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": sender}, "text": words}}


async def test_a_webhook_begins_a_turn(house: House, hook: dict[str, str]) -> None:
    answered = await house.call("POST", hook["path"], None, update(), prefer="wait=5", **KEY)
    assert answered.status == 200, answered.body
    assert answered.body["message"]["params"] == update() and answered.body["message"]["external_id"] == "1"
    assert answered.body["replies"][0]["text"] == "You said hi"
    second = await house.call("POST", hook["path"], None, update(2), prefer="wait=5", **KEY)
    assert second.body["replies"][0]["text"] == "Again: hi", "the same sender goes on in his session"
    other = await house.call("POST", hook["path"], None, update(3, sender="b"), prefer="wait=5", **KEY)
    assert other.body["replies"][0]["text"] == "You said hi"
    assert other.body["message"]["sender_id"] != second.body["message"]["sender_id"]
    async with house.db.read() as session:
        kinds = (await session.scalars(text("SELECT DISTINCT kind FROM turn_record"))).all()
    assert kinds == ["webhook"]


async def test_fifty_at_once_are_one_turn_and_one_more_after_a_restart(house: House, hook: dict[str, str]) -> None:
    answers = await asyncio.gather(
        *(house.call("POST", hook["path"], None, update(), prefer="wait=5", **KEY) for _ in range(50))
    )
    assert {a.status for a in answers} == {200}
    house.parts.webhooks._senders.clear()
    again = await house.call("POST", hook["path"], None, update(), prefer="wait=5", **KEY)
    assert {a.body["message"]["id"] for a in [*answers, again]} == {again.body["message"]["id"]}
    async with house.db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM turn_record")) == 1
        assert await session.scalar(text("SELECT count(*) FROM message")) == 2
        assert await session.scalar(text("SELECT count(*) FROM anonymous_user")) == 1


async def test_a_sender_is_one_person_for_all_processes(house: House, hook: dict[str, str]) -> None:
    channel_id = (await house.parts.rooms.room(UUID(hook["id"]))).id
    people = await asyncio.gather(*(find_or_make_person(house.db, channel_id, "somebody") for _ in range(3)))
    assert len(set(people)) == 1


async def test_a_crowd_of_strangers_waits_for_no_connection_while_it_holds_one(
    house: House, hook: dict[str, str]
) -> None:
    """More of them at once than the pool has connections: each would wait for what the others do not let go."""
    channel_id = (await house.parts.rooms.room(UUID(hook["id"]))).id
    async with asyncio.timeout(8):  # a connection is waited for 10 s
        people = await asyncio.gather(*(find_or_make_person(house.db, channel_id, f"p{n}") for n in range(40)))
    assert len(set(people)) == 40


@pytest.mark.parametrize("given", [None, "", "wrong", SECRET + "x", SECRET.upper()])
async def test_without_the_secret_nothing_is_looked_at(house: House, hook: dict[str, str], given: str | None) -> None:
    headers = {} if given is None else {"x_webhook_secret": given}
    for path in (hook["path"], f"{hook['path']}?x_webhook_secret={SECRET}"):
        refused = await house.call("POST", path, None, update(), **headers)
        assert refused.status == 401
        assert "secret_header" in refused.body["errors"][0]["hint"] and SECRET not in str(refused.body)
    refused = await house.call("POST", hook["path"], hook["owner"], update(), **headers)
    assert refused.status == 401, "a token is no secret of the webhook"
    async with house.db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM message")) == 0


async def test_no_config_no_way_in(house: House, hook: dict[str, str]) -> None:
    plain = await house.channel(hook["owner"], is_public=True, default_bot_id=hook["bot"])
    for channel_id in (plain["id"], str(uuid4()), "x"):
        assert (await house.call("POST", f"/channels/{channel_id}/message", None, update(), **KEY)).status == 404


async def test_the_named_bot_must_take_part(house: House, hook: dict[str, str]) -> None:
    _, other_id = await house.account("other")
    foreign = await house.bot(other_id)
    path = f"/channels/{hook['id']}"
    assert (await house.call("POST", f"{path}/{hook['bot']}/message", None, update(), **KEY)).status == 202
    assert (await house.call("POST", f"{path}/{foreign}/message", None, update(2), **KEY)).status == 404
    assert (await house.call("POST", f"{path}/x/message", None, update(3), **KEY)).status == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"{", ""),
        (b"", ""),
        (b"[" * 5000, ""),
        (b"[" * 100 + b"]" * 100, ""),
        (b"[]", "message.from.id"),
        (b'{"message": [1]}', "message.from.id"),
        (b'{"message": {"from": {"id": {"a": 1}}}}', "message.from.id"),
        (b'{"message": {"from": {"id": true}}}', "message.from.id"),
        (b'{"message": {"from": {"id": ""}}}', "message.from.id"),
        (b'{"message": {"from": {"id": 1}, "text": 5}}', "message.text"),
        (b'{"update_id": [], "message": {"from": {"id": 1}}}', "update_id"),
    ],
)
async def test_what_has_no_sender_or_no_shape_is_refused(
    house: House, hook: dict[str, str], body: bytes, path: str
) -> None:
    refused = await house.call("POST", hook["path"], None, body, **KEY)
    assert refused.status == 422 and refused.body["errors"][0]["path"] == path
    async with house.db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM message")) == 0


async def test_other_bodies_than_json_are_refused(house: House, hook: dict[str, str]) -> None:
    for kind in ("multipart/form-data; boundary=x", "text/plain", "application/x-www-form-urlencoded"):
        refused = await house.call("POST", hook["path"], None, update(), content_type=kind, **KEY)
        assert refused.status == 422, kind
    assert (await house.call("POST", hook["path"], None, b"a" * 3_000_000, **KEY)).status == 413


async def test_a_flood_is_slowed_down_for_its_sender_only(house: House, hook: dict[str, str]) -> None:
    limiter = house.parts.messages._limiter
    limiter._cost, limiter._depth = 10.0, 20.0
    statuses = [(await house.call("POST", hook["path"], None, update(n), **KEY)).status for n in range(4)]
    assert statuses == [202, 202, 429, 429]
    assert (await house.call("POST", hook["path"], None, update(9, sender=8), **KEY)).status == 202


@pytest.mark.parametrize("row", rows("webhooks_hostile.jsonl"))
async def test_hostile_webhooks(house: House, hook: dict[str, str], row: dict[str, Any]) -> None:
    """Rows of vendors are tried as a generic webhook of the same shape: what is refused there must be refused here."""
    request = row["request"]
    _, other_id = await house.account("other")
    foreign = str(await house.bot(other_id))
    path = hook["path"]
    if request.get("bot"):
        path = f"/channels/{hook['id']}/{expand(request['bot'], OTHER_TENANT_BOT_ID=foreign)}/message"
    path += expand(request.get("url_suffix", ""), SECRET=SECRET)
    given = {name.replace("-", "_"): value for name, value in request.get("headers", {}).items()}
    if row["class"] != "spoof":
        given |= KEY
    body = request["raw"].encode() if "raw" in request else expand(request.get("body", {}))
    answered = await house.call("POST", path, None, body, **given)
    if row["class"] == "spoof":
        assert answered.status == 401
    elif row["class"] == "tenant":
        assert answered.status == 404
    else:
        assert answered.status in {202, 404, 405, 422}
    on = await house.call("POST", hook["path"], None, update(99), prefer="wait=5", **KEY)
    assert on.status == 200


def test_values_lie_at_own_keys_and_list_places_only() -> None:
    value = {"a": [{"b": 1}], "0": "zero", "__class__": "own"}
    assert value_at(value, "a.0.b") == 1 and value_at(value, "0") == "zero"
    assert value_at(value, "__class__") == "own"
    missing = value_at(value, None)
    for path in ("a.1", "a.-1", "a.b", "a.0.b.c", "keys", "a.__len__", "a.²"):
        assert value_at(value, path) is missing, path


def test_a_sealed_secret_knows_only_itself() -> None:
    sealed = sealed_secret(SECRET)
    assert SECRET not in sealed and sealed != sealed_secret(SECRET)
    assert is_secret(SECRET.encode(), sealed) and not is_secret(b"", sealed) and not is_secret(b"x", "")
