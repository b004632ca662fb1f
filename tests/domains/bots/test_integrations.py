"""Integrations over HTTP: the catalogue draws its forms, a wrong use is said at its place, one can be tried."""

import uuid
from typing import Any

import pytest

from dbcv.domains.bots.document.integrations import integration_problems
from dbcv.domains.bots.service.integrations import IntegrationTrials
from dbcv.kit.pace import RateLimiter
from tests.domains.bots.documents import imported, small

FITS = {"chat_id": "42", "text": "Hello {$user.name$}"}


def using(integration_id: str, config: Any = None, credential: str | None = "c", provider: str = "telegram") -> Any:
    """A bot whose first step runs an integration."""
    document = small("one")
    group = {"search_type": "integration", "integration_id": integration_id, "integration_config": config or {}}
    document["steps"][0]["connection_groups"] = [group | ({"credential_id": credential} if credential else {})]
    document["credentials"] = [{"id": "c", "name": "Mine", "provider": provider, "strategy": "api_key"}]
    return document


async def test_the_catalogue_in_pages_and_in_both_languages(anna: Any, api: Any) -> None:
    whole = (await anna.client.get("/integrations")).json()
    found, cursor = [], ""
    while cursor is not None:
        page = (await anna.client.get("/integrations", params={"limit": 2, "cursor": cursor})).json()
        found, cursor = found + page["items"], page["next_cursor"]
    assert found == whole["items"]
    assert {"telegram", "openai"} <= {each["id"] for each in found}
    russian = (await anna.client.get("/integrations/telegram", headers={"Accept-Language": "ru"})).json()
    english = (await anna.client.get("/integrations/telegram")).json()
    first = russian["actions"][0]
    assert first["id"] == "telegram.send_message"
    assert first["inputs"]["properties"]["text"]["title"] == "Текст"
    assert english["actions"][0]["inputs"]["properties"]["text"]["title"] == "Text"
    assert (first["credential_providers"], first["needs_credential"]) == (["telegram"], True)
    for each in found:
        icon = await api.nobody.get(f"http://dbcv.test{each['icon_url']}")
        assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
    assert (await api.nobody.get("/integrations")).status_code == 401


async def test_the_catalogue_is_searched(anna: Any) -> None:
    async def ids(**params: str) -> list[str]:
        return [each["id"] for each in (await anna.client.get("/integrations", params=params)).json()["items"]]

    assert "telegram" in await ids(search="кнопк") and "openai" not in await ids(search="кнопк")
    assert set(await ids(section="ai")) == {"anthropic", "openai"}
    assert (await anna.client.get("/integrations", params={"section": "none"})).status_code == 422


async def test_a_name_nearly_right_is_told(anna: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    answer = await anna.client.post(f"/bots/{bot_id}/integrations/telegram.send_mesage/run", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "integration_not_found")
    assert "telegram.send_message" in answer.json()["title"]


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        (using("telegram.fly"), "unknown_integration", "integration_id"),
        (using("telegram.send_message", {"text": "hi"}), "bad_integration_config", "integration_config.chat_id"),
        (using("telegram.send_message", FITS | {"x": 1}), "bad_integration_config", "integration_config.x"),
        (
            using("telegram.send_message", FITS | {"inline_keyboard": [[{"data": "1"}]]}),
            "bad_integration_config", "integration_config.inline_keyboard[0][0].text",
        ),
        (using("telegram.send_message", FITS, None), "missing_credential", "credential_id"),
        (using("telegram.send_message", FITS, provider="openai"), "wrong_provider", "credential_id"),
    ],
)  # fmt: skip
async def test_a_wrong_use_is_said_at_its_place(anna: Any, document: Any, code: str, path: str) -> None:
    bot = await imported(anna, document)
    place = f"steps[0].connection_groups[0].{path}"
    found = [each for each in bot["problems"] if each["code"] == code]
    assert [each["path"] for each in found] == [place]
    assert found[0]["hint"] and found[0]["severity"] == "error"
    checked = (await anna.client.get(f"/bots/{bot['id']}/check", headers={"Accept-Language": "ru"})).json()["problems"]
    assert place in [each["path"] for each in checked if each["code"] == code]
    refused = await anna.client.post(f"/bots/{bot['id']}/publish", json={})
    assert refused.status_code == 422 and place in [each["path"] for each in refused.json()["errors"]]


async def test_a_use_that_fits_is_published(anna: Any) -> None:
    bot = await imported(anna, using("telegram.send_message", FITS | {"reply_to_message_id": "{$session.last$}"}))
    assert [each["code"] for each in bot["problems"] if each["severity"] == "error"] == []
    assert (await anna.client.post(f"/bots/{bot['id']}/publish", json={})).status_code in (200, 201)


async def test_a_change_is_judged_too(anna: Any) -> None:
    bot = await imported(anna, small("one"))
    step = bot["first_step_id"]
    fields = {"step_id": step, "search_type": "integration", "integration_id": "telegram.send_message"}
    change = {"op": "add", "kind": "connection_group", "id": str(uuid.uuid4()), "fields": fields}
    answer = await anna.client.post(f"/bots/{bot['id']}/changes", json={"version": bot["version"], "changes": [change]})
    codes = {each["code"] for each in answer.json()["problems"]}
    assert {"bad_integration_config", "missing_credential"} <= codes


def test_hostile_documents_are_judged_without_harm() -> None:
    for document in ({}, {"steps": 7}, {"steps": [None, {"connection_groups": "x"}]}, {"templates": [[]]}):
        assert integration_problems(document) == []
    group = {"search_type": "integration", "integration_id": "a" * 100_000 + ".b", "integration_config": []}
    assert len(integration_problems({"steps": [{"connection_groups": [group]}]})) == 1
    many = using("telegram.send_message", {f"x{index}": 1 for index in range(1_000)})
    assert len(integration_problems(many)) <= 21


class Script:
    """Stands where the performer stands."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def perform(self, effect: Any, bot_id: Any) -> dict[str, Any]:
        self.asked.append((effect, bot_id))
        return {"ok": False, "result": None, "error": "no", "code": "rate_limited", "retry_after_seconds": 2.0}


async def test_it_is_tried_with_the_rights_of_an_editor(anna: Any, api: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    trials: IntegrationTrials = api.edge.app.state.integration_trials
    script = Script()
    api.edge.app.state.integration_trials = IntegrationTrials(trials._bots, script, RateLimiter(0.001, 2))
    url, wish = f"/bots/{bot_id}/integrations/telegram.send_message/run", {"config": FITS}
    body = (await anna.client.post(url, json=wish)).json()
    assert body.pop("elapsed_ms") >= 0
    assert body == {
        "ok": False, "result": None, "error": "no", "code": "rate_limited", "status": None, "retry_after_seconds": 2.0
    }  # fmt: skip
    effect, asked_for = script.asked[0]
    assert (str(asked_for), effect.integration_id, effect.config) == (bot_id, "telegram.send_message", FITS)
    boris = await api.person("boris")
    assert (await boris.client.post(url, json=wish)).status_code == 404
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "viewer"})
    assert (await boris.client.post(url, json=wish)).status_code == 403
    assert (await anna.client.post(url, json=wish)).status_code == 200
    assert (await anna.client.post(url, json=wish)).status_code == 429
    assert len(script.asked) == 2
    api.edge.app.state.integration_trials = trials


async def test_a_credential_of_another_bot_is_none_of_this_one(anna: Any) -> None:
    bots = [(await imported(anna, small(name)))["id"] for name in ("one", "two")]
    wish = {"bot_id": bots[1], "name": "Mine", "provider": "telegram", "secret": {"api_key": "1:abcdef"}}
    other = (await anna.client.post("/credentials", json=wish)).json()["id"]
    answer = await anna.client.post(
        f"/bots/{bots[0]}/integrations/telegram.send_message/run", json={"config": FITS, "credential_id": other}
    )
    assert (answer.status_code, answer.json()["code"]) == (200, "credential"), answer.text
