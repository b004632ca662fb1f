"""Webhooks: the secret is compared whole, stands in a header only, and says nothing of itself; who sent it is believed
only where the channel's owner said it stands."""

import asyncio
import hmac
from typing import Any

import pytest
from sqlalchemy import text

from dbcv.domains.conversations.service import webhooks
from tests.domains.conversations.conftest import House

SECRET = "a secret of the webhook's sender"
GOOD = {"X_Webhook_Secret": SECRET}


@pytest.fixture
async def channel(house: House) -> str:
    """With a webhook whose sender stands under "from.id"."""
    owner, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id)
    webhook = {"secret": SECRET, "sender": "from.id", "text": "text", "id": "id"}
    made = await house.channel(owner, default_bot_id=str(bot_id), config={"webhook": webhook})
    return str(made["id"])


async def kept(house: House) -> int:
    async with house.db.read() as session:
        return await session.scalar(text("SELECT count(*) FROM message WHERE text = 'hi'")) or 0


def body(**fields: Any) -> dict[str, Any]:
    return {"from": {"id": "u1"}, "text": "hi", "id": "1"} | fields


async def test_a_secret_anywhere_but_in_its_header_is_none(house: House, channel: str) -> None:
    path = f"/channels/{channel}/message"
    for query in (f"secret={SECRET}", f"X-Webhook-Secret={SECRET}", f"token={SECRET}"):
        assert (await house.call("POST", f"{path}?{query.replace(' ', '%20')}", body=body())).status == 401
    inside = body(secret=SECRET) | {"X-Webhook-Secret": SECRET}
    assert (await house.call("POST", path, body=inside)).status == 401
    wrong: list[dict[str, str]] = [
        {}, {"X_Webhook_Secret": ""}, {"X_Webhook_Secret": SECRET[:-1]}, {"X_Webhook_Secret": SECRET + "x"},
        {"X_Webhook_Secret": SECRET.upper()}, {"Authorization": f"Bearer {SECRET}"}, {"X_Secret": SECRET},
    ]  # fmt: skip
    for headers in wrong:
        assert (await house.call("POST", path, body=body(), **headers)).status == 401, headers
    assert await kept(house) == 0


async def test_what_is_kept_of_the_secret_is_not_good_as_one(house: House, channel: str) -> None:
    async with house.db.read() as session:
        config = await session.scalar(text("SELECT config FROM channel WHERE id = :id"), {"id": channel})
    sealed = config["webhook"]["secret"]  # type: ignore[index]
    assert SECRET not in sealed
    for guess in (sealed, sealed.partition("$")[2], sealed.partition("$")[0]):
        answer = await house.call("POST", f"/channels/{channel}/message", body=body(), X_Webhook_Secret=guess)
        assert answer.status == 401


def test_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the one function that is made for it, on digests of equal length, also where nothing fits."""
    compared: list[tuple[int, int]] = []
    real = hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return real(one, other)

    sealed = webhooks.sealed_secret(SECRET)
    monkeypatch.setattr(hmac, "compare_digest", compare)
    for guess in (b"", b"a", SECRET.encode(), b"x" * 10_000):
        assert webhooks.is_secret(guess, sealed) is (guess == SECRET.encode())
    assert compared == [(64, 64)] * 4


async def test_the_sender_is_who_the_checked_body_says_and_nobody_else(house: House, channel: str) -> None:
    """Not a header, not a query, not an account's own id: a webhook's people are the channel's, and theirs only."""
    victim, victim_id = await house.account("victim")
    path = f"/channels/{channel}/message"
    spoofs = {
        "X_User_Id": str(victim_id),
        "X_Forwarded_User": "victim@example.com",
        "Authorization": f"Bearer {victim}",
    }
    answers = [
        await house.call("POST", f"{path}?sender={victim_id}", body=body(sender=str(victim_id)), **GOOD, **spoofs),
        await house.call("POST", path, body=body(id="2") | {"from": {"id": str(victim_id)}}, **GOOD),
        await house.call("POST", path, body=body(id="3") | {"from": {"id": "victim@example.com"}}, **GOOD),
    ]
    senders = {answer.body["message"]["sender_id"] for answer in answers}
    assert len(senders) == 3
    assert str(victim_id) not in senders
    for wrong in (
        {"from": {"id": {"$ne": ""}}},
        {"from": {"id": True}},
        {"from": [1]},
        {"from": None},
        {"from.id": "u1"},
    ):
        assert (await house.call("POST", path, body={"text": "hi", "id": "4"} | wrong, **GOOD)).status == 422, wrong


async def test_a_secret_opens_its_own_channel_only(house: House, channel: str) -> None:
    other, owner_id = await house.account("other")
    bot_id = await house.bot(owner_id)
    webhook = {"secret": "the secret of another channel", "sender": "from.id"}
    theirs = await house.channel(other, default_bot_id=str(bot_id), config={"webhook": webhook})
    assert (await house.call("POST", f"/channels/{theirs['id']}/message", body=body(), **GOOD)).status == 401
    named = await house.call("POST", f"/channels/{channel}/{bot_id}/message", body=body(), **GOOD)
    assert named.status == 404
    assert await kept(house) == 0


async def test_fifty_copies_at_once_are_one_message(house: House, channel: str) -> None:
    copies = [house.call("POST", f"/channels/{channel}/message", body=body(id="same"), **GOOD) for _ in range(50)]
    answers = await asyncio.gather(*copies)
    assert {answer.status for answer in answers} == {202}
    assert len({answer.body["message"]["id"] for answer in answers}) == 1
    assert await kept(house) == 1
