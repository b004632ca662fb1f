"""A chat on other people's pages: only those named may show it, and what they say of their visitor is told apart."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from dbcv.domains.conversations.service.embedding import ancestors_of, is_own
from dbcv.kit.settings import Settings
from tests.domains.conversations.conftest import House

SHOP = "https://shop.example"
EVIL = "https://evil.example"


async def _channel(house: House, token: str, **embed: Any) -> dict[str, Any]:
    return await house.channel(token, is_public=True, config={"embed": embed})


async def _look(house: House, channel_id: str, origin: str | None = None) -> tuple[int, Any, dict[str, str]]:
    headers = {"Origin": origin} if origin else {}
    async with house.http.get(f"{house.base}/embed/{channel_id}", headers=headers) as answer:
        return answer.status, await answer.json(), dict(answer.headers)


def _signed(secret: str, variables: dict[str, Any], seconds: float = 60) -> dict[str, str]:
    text = json.dumps({"variables": variables, "expires_at": int(time.time() + seconds)})
    return {"signed": text, "signature": hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}


async def test_only_named_pages_are_told_how_the_chat_looks(house: House) -> None:
    token, _ = await house.account("owner")
    channel = await _channel(house, token, allowed_origins=[SHOP], greeting="Ask us", theme={"accent": "#aa0000"})
    status, look, headers = await _look(house, channel["id"], SHOP)
    assert (status, look["greeting"], look["theme"]["accent"]) == (200, "Ask us", "#aa0000")
    assert headers["Access-Control-Allow-Origin"] == SHOP and headers["Vary"] == "Origin"
    assert (await _look(house, channel["id"], house.base))[0] == 200
    assert (await _look(house, channel["id"]))[0] == 200
    for origin in (EVIL, "https://shop.example.evil.example", "http://shop.example", "null", f"{SHOP}:444"):
        status, problem, headers = await _look(house, channel["id"], origin)
        assert (status, problem["code"]) == (403, "origin_refused"), origin
        assert "Access-Control-Allow-Origin" not in headers


async def test_without_a_word_of_the_owner_only_own_pages_show_it(house: House) -> None:
    token, _ = await house.account("owner")
    plain = await house.channel(token, is_public=True)
    assert (await _look(house, plain["id"], SHOP))[0] == 403
    assert (await _look(house, plain["id"], house.base))[0] == 200
    anywhere = await _channel(house, token, allowed_origins=["*"])
    assert (await _look(house, anywhere["id"], EVIL))[0] == 200
    private = await house.channel(token, config={"embed": {"allowed_origins": ["*"]}})
    assert (await _look(house, private["id"], EVIL))[0] == 404


async def test_the_policy_of_the_page_names_the_pages_around_it(house: House) -> None:
    token, _ = await house.account("owner")
    rooms = house.parts.rooms
    plain = await house.channel(token, is_public=True)
    named = await _channel(house, token, allowed_origins=[SHOP, SHOP, "http://127.0.0.1:8000"])
    anywhere = await house.channel(token, is_public=True, config={"embed": {"allowed_origins": ["*", SHOP]}})
    assert ancestors_of(None) == ancestors_of(await rooms.room(plain["id"])) == "'self'"
    assert ancestors_of(await rooms.room(named["id"])) == f"'self' {SHOP} http://127.0.0.1:8000"
    assert ancestors_of(await rooms.room(anywhere["id"])) == "*"


@pytest.mark.parametrize(
    "embed",
    [
        {"allowed_origins": ["shop.example"]},
        {"allowed_origins": ["https://shop.example/path"]},
        {"allowed_origins": ["https://shop.example; script-src *"]},
        {"allowed_origins": ["https://*.example"]},
        {"allowed_origins": ["'self'"]},
        {"allowed_origins": ["https://a.example"] * 51},
        {"theme": {"accent": "red;background:url(//evil)"}},
        {"theme": {"radius_px": 100}},
        {"greeting": "x" * 301},
        {"position": "top"},
        {"salt": "mine"},
    ],
)
async def test_settings_are_exact(house: House, embed: dict[str, Any]) -> None:
    token, _ = await house.account("owner")
    answered = await house.call("POST", "/channels", token, {"name": "Room", "config": {"embed": embed}})
    assert answered.status == 422, answered.body


def test_own_pages_are_known_by_the_host_that_was_asked_and_by_the_public_address(settings: Settings) -> None:
    proxied = settings.model_copy(update={"public_url": "https://bots.example/"})
    assert is_own("http://127.0.0.1:8003", ["127.0.0.1:8003", ""], settings)
    assert is_own("https://bots.example", ["internal:8003", ""], proxied)
    assert not is_own("http://bots.example", ["internal:8003", ""], proxied)
    for origin in ("null", "", "http://", "https://evil.example", "file://127.0.0.1:8003"):
        assert not is_own(origin, ["127.0.0.1:8003", ""], settings), origin


async def test_a_socket_is_opened_by_own_pages_and_by_those_the_channel_names(house: House) -> None:
    token, _ = await house.account("owner")
    channel = await _channel(house, token, allowed_origins=[SHOP])
    visitor, _ = await house.visitor(channel["id"])
    for origin, person in ((SHOP, visitor), (house.base, visitor), (house.base, token)):
        async with house.socket(person, headers={"Origin": origin}) as socket:
            await socket.send(type="ping")
            await socket.until(type="pong")
    for origin, person in ((EVIL, visitor), ("null", visitor), (SHOP, token)):
        async with house.socket(None, headers={"Origin": origin}) as socket:
            await socket.send(type="auth", token=person)
            assert await socket.closed() == 1008, origin


async def test_a_visit_tells_who_answers(house: House) -> None:
    token, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id)
    channel = await house.channel(token, is_public=True, default_bot_id=str(bot_id))
    visitor, _ = await house.visitor(channel["id"])
    path = f"/channels/{channel['id']}/me"
    said = (await house.say(visitor, channel["id"], "hi")).body
    seen = (await house.call("GET", path, visitor)).body
    assert (seen["bot_ids"], seen["is_person_answering"], seen["name"]) == ([str(bot_id)], False, "Room")
    session = f"/sessions/{said['message']['session_id']}"
    assert (await house.call("POST", f"{session}/pause", token)).status == 200
    assert (await house.call("PATCH", f"/channels/{channel['id']}", token, {"default_bot_id": None})).status == 200
    seen = (await house.call("GET", path, visitor)).body
    assert (seen["bot_ids"], seen["is_person_answering"]) == ([str(bot_id)], True)
    other = await house.channel(token, is_public=True)
    assert (await house.call("GET", f"/channels/{other['id']}/me", visitor)).status == 404


async def test_facts_are_claimed_unless_the_channels_secret_signed_them(house: House) -> None:
    token, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id)
    channel = await house.channel(token, is_public=True, default_bot_id=str(bot_id))
    visitor, visitor_id = await house.visitor(channel["id"])
    path, secret_path = f"/channels/{channel['id']}/me", f"/channels/{channel['id']}/embed_secret"
    unsigned = _signed("guess", {"admin": True})
    assert (await house.call("PUT", path, visitor, unsigned)).status == 422
    secret = (await house.call("POST", secret_path, token)).body["secret"]
    status, look, _ = await _look(house, channel["id"])
    assert status == 200 and "salt" not in str(look), "the chat still shows once there is a secret"
    assert (await house.call("GET", path, visitor)).status == 200
    assert (await house.call("PUT", path, visitor, {"variables": {"name": "Anna"}})).body == {"kept_as": "user.claimed"}
    good = _signed(secret, {"email": "a@example.com"})
    assert (await house.call("PUT", path, visitor, good)).body == {"kept_as": "user.verified"}
    wrong = [
        unsigned,
        good | {"signed": good["signed"].replace("a@", "b@")},
        good | {"variables": {"name": "x"}},
        {"signed": good["signed"]},
        {},
        _signed(secret, {"email": "a@example.com"}, seconds=-1),
        _signed(secret, {"deep": {"a": 1}}),
        _signed(secret, {"a.b": 1}),
    ]
    for body in wrong:
        assert (await house.call("PUT", path, visitor, body)).status == 422, body
    await house.say(visitor, channel["id"], "hi")
    kept = (await house.call("GET", f"/bots/{bot_id}/users/{visitor_id}/variables", token)).body["items"]
    facts = {item["path"]: item["value"] for item in kept}
    assert facts["claimed"] == {"name": "Anna"} and facts["verified"] == {"email": "a@example.com"}
    # A new secret ends the old one; the settings do not show either, and changing the look keeps it.
    second = (await house.call("POST", secret_path, token)).body["secret"]
    assert (await house.call("PUT", path, visitor, good)).status == 422
    looks = {"config": {"embed": {"greeting": "Hi"}}}
    shown = (await house.call("PATCH", f"/channels/{channel['id']}", token, looks)).body["config"]["embed"]
    assert shown["has_secret"] is True and "salt" not in shown and shown["greeting"] == "Hi"
    assert (await house.call("PUT", path, visitor, _signed(second, {"email": "c@example.com"}))).status == 200


async def test_facts_are_bounded_and_for_visitors_of_the_channel(house: House) -> None:
    token, _ = await house.account("owner")
    other, _ = await house.account("other")
    channel = await house.channel(token, is_public=True)
    visitor, _ = await house.visitor(channel["id"])
    path = f"/channels/{channel['id']}/me"
    many = {f"fact_{number}": 1 for number in range(31)}
    for variables in (many, {"a": "x" * 501}, {"a": [1]}, {"1a": 1}, {"__": 2**60}, {"a b": 1}):
        assert (await house.call("PUT", path, visitor, {"variables": variables})).status == 422, variables
    assert (await house.call("PUT", path, other, {"variables": {"a": 1}})).status == 403
    private = await house.channel(token)
    assert (await house.call("PUT", f"/channels/{private['id']}/me", visitor, {"variables": {}})).status == 404
    for person in (other, visitor):
        status = (await house.call("POST", f"/channels/{channel['id']}/embed_secret", person)).status
        assert status in (403, 404)
