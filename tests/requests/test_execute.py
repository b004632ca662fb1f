"""Requests tried by their editors: filled in as a turn does, really made, shown without secrets; nobody else's."""

import asyncio
import time
from typing import Any

import pytest

from dbcv.kit.settings import Settings
from tests.domains.bots.documents import exported, imported, small
from tests.loopback import Asked, Loopback, serve

SECRET = "sk-very-secret-7731"


def request_to(server: Loopback, **fields: Any) -> dict[str, Any]:
    return {"name": "CRM", "request_url": f"http://127.0.0.1:{server.port}/users/{{$user.id$}}"} | fields


async def with_request(person: Any, fields: dict[str, Any]) -> tuple[str, str]:
    """(bot, request)."""
    bot_id = (await imported(person, small("one")))["id"]
    made = await person.client.post("/requests", json={"bot_id": bot_id} | fields)
    assert made.status_code == 201, made.text
    return bot_id, made.json()["id"]


async def credential(person: Any, bot_id: str, server: Loopback) -> None:
    wish = {
        "bot_id": bot_id,
        "name": "CRM",
        "provider": "http",
        "strategy": "api_key",
        "hosts": [f"http://127.0.0.1:{server.port}"],
        "secret": {"api_key": SECRET},
    }
    made = await person.client.post("/credentials", json=wish)
    assert made.status_code == 201, made.text


async def test_a_stored_request_is_made_with_variables_and_the_bots_credential(anna: Any, server: Loopback) -> None:
    fields = request_to(server, method="post", json_field={"name": "{$user.name$}"}, params={"q": "{$bot.kind$}"})
    bot_id, request_id = await with_request(anna, fields)
    await credential(anna, bot_id, server)
    wish = {"variables": {"user": {"id": "a/b", "name": 'A"'}, "bot": {"kind": "x y"}}}
    answer = await anna.client.post(f"/requests/{request_id}/execute", json=wish)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    (asked,) = server.asked
    assert (asked.method, asked.target, asked.body) == ("POST", "/users/a%2Fb?q=x%20y", b'{"name": "A\\""}')
    assert asked.headers["x-api-key"] == SECRET
    assert body["response"]["result"] == {"echo": "•••", "n": 1}
    assert (body["response"]["ok"], body["response"]["status"]) == (True, 200)
    assert body["response"]["headers"]["x-a"] == "1"
    assert body["sent"]["headers"]["X-API-Key"] == "•••"
    assert (body["sent"]["method"], body["sent"]["body"]) == ("POST", '{"name": "A\\""}')
    assert body["sent"]["url"].endswith("/users/a%2Fb?q=x%20y")
    assert (body["undefined"], body["problems"]) == ([], [])
    assert SECRET not in answer.text


async def test_a_dry_run_calls_nobody(anna: Any, server: Loopback) -> None:
    bot_id, request_id = await with_request(anna, request_to(server, headers={"Authorization": "Bearer {$user.t$}"}))
    await credential(anna, bot_id, server)
    wish = {"variables": {"user": {"t": "secret-token-1"}}, "dry_run": True}
    answer = await anna.client.post(f"/requests/{request_id}/execute", json=wish)
    body = answer.json()
    assert body["response"] is None
    assert body["sent"]["headers"]["Authorization"] == "Bearer •••"
    assert body["sent"]["headers"]["X-API-Key"] == "•••"
    assert body["undefined"] == ["user.id"]
    assert "secret-token-1" not in answer.text
    assert server.connections == 0


async def test_a_posted_request_is_tried_and_not_stored(anna: Any, server: Loopback) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    before = await exported(anna, bot_id)
    wish = {"fields": request_to(server), "variables": {"user": {"id": 7}}}
    answer = await anna.client.post(f"/bots/{bot_id}/requests/execute", json=wish)
    assert answer.json()["response"]["result"] == {"echo": "", "n": 1}, answer.text
    assert server.asked[0].target == "/users/7"
    assert await exported(anna, bot_id) == before


async def test_what_cannot_be_made_says_why_as_in_a_turn(anna: Any, server: Loopback) -> None:
    bot_id = (await imported(anna, small("one")))["id"]

    async def tried(**fields: Any) -> Any:
        wish = {"fields": request_to(server, **fields), "variables": {"user": {"id": ".."}}}
        answer = await anna.client.post(f"/bots/{bot_id}/requests/execute", json=wish)
        assert answer.status_code == 200, answer.text
        return answer.json()

    up = await tried()
    assert (up["sent"], up["response"]["error"]) == (None, "a value makes the path go up (..)")
    inside = await tried(request_url="http://169.254.169.254/")
    assert "is link-local" in inside["response"]["error"]
    wrong = await tried(request_url="ftp://127.0.0.1/")
    assert wrong["response"]["ok"] is False
    assert [each["path"] for each in wrong["problems"]] == ["fields.request_url"]
    nobody = await tried(
        request_url=f"http://127.0.0.1:{server.port}/", attachments=["01890000-0000-7000-8000-000000000009"]
    )
    assert (nobody["sent"], nobody["response"]["ok"]) == (None, False)
    assert server.connections == 0


async def test_bad_shapes_are_refused_with_their_place(anna: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    url = f"/bots/{bot_id}/requests/execute"
    answer = await anna.client.post(url, json={"fields": {"method": "brew", "nam": "x"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert {each["path"] for each in answer.json()["errors"]} == {"fields.method", "fields.nam"}
    for body in ({"fields": {}, "variables": {"world": {}}}, {"fields": {}, "extra": 1}, {}):
        assert (await anna.client.post(url, json=body)).status_code == 422


async def test_nobody_elses_and_no_viewer(anna: Any, boris: Any, server: Loopback) -> None:
    bot_id, request_id = await with_request(anna, request_to(server))
    calls = [
        (f"/requests/{request_id}/execute", {}),
        (f"/bots/{bot_id}/requests/execute", {"fields": request_to(server)}),
    ]
    for url, wish in calls:
        assert (await boris.client.post(url, json=wish)).status_code == 404
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "viewer"})
    for url, wish in calls:
        assert (await boris.client.post(url, json=wish)).status_code == 403
    assert server.connections == 0


class TestPace:
    """Trying has a pace of its own."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Twice, then hardly ever."""
        return settings.model_copy(update={"trial_burst": 2, "trials_per_second": 0.001})

    async def test_trying_too_often_is_refused(self, anna: Any) -> None:
        bot_id = (await imported(anna, small("one")))["id"]
        wish = {"fields": {"request_url": "https://api.example/"}, "dry_run": True}
        statuses = [
            (await anna.client.post(f"/bots/{bot_id}/requests/execute", json=wish)).status_code for _ in range(3)
        ]
        assert statuses == [200, 200, 429]


async def test_a_try_waits_as_long_as_the_request_says(anna: Any) -> None:
    async def never(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    begin = time.monotonic()
    async with serve(never) as silent:
        _, request_id = await with_request(anna, request_to(silent, timeout_seconds=0.1, retries=0))
        answer = await anna.client.post(f"/requests/{request_id}/execute", json={"variables": {"user": {"id": 7}}})
    assert answer.json()["response"]["error"] == "there was no complete answer within 0.1 s"
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timeout_seconds", 0),
        ("timeout_seconds", 301),
        ("timeout_seconds", "5"),
        ("retries", 11),
        ("retries", -1),
        ("retries", True),
    ],
)
async def test_a_wrong_wish_is_refused_with_its_place(anna: Any, field: str, value: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    made = await anna.client.post("/requests", json={"bot_id": bot_id, field: value})
    tried = await anna.client.post(f"/bots/{bot_id}/requests/execute", json={"fields": {field: value}})
    assert (made.status_code, tried.status_code) == (422, 422)
    assert made.json()["errors"][0]["path"].endswith(field)
    assert tried.json()["errors"][0]["path"] == f"fields.{field}"
