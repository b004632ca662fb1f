"""Drafts over the API: made, stored if wished, by editors only."""

from typing import Any

from tests.domains.bots.documents import exported, imported, parts, small

CURL = "curl -u ann:s3cr3t-value -d a=1 https://crm.example/deals"


async def test_a_draft_is_made_and_kept_only_if_wished(anna: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    before = await exported(anna, bot_id)
    url = f"/bots/{bot_id}/requests/import"
    answer = await anna.client.post(url, json={"curl": CURL})
    assert answer.status_code == 200, answer.text
    draft = answer.json()
    assert (draft["id"], draft["version"]) == (None, None)
    assert draft["credentials"] == [
        {
            "name": "crm.example",
            "provider": "http",
            "strategy": "basic",
            "hosts": ["crm.example"],
            "placement": None,
            "username": "ann",
        }
    ]
    assert "s3cr3t-value" not in answer.text
    assert await exported(anna, bot_id) == before
    made = await anna.client.post("/requests", json={"bot_id": bot_id} | draft["fields"])
    assert made.status_code == 201, made.text
    kept = await anna.client.post(f"{url}?save=true", json={"curl": CURL})
    body = kept.json()
    stored = (await anna.client.get(f"/requests/{body['id']}")).json()
    assert {name: stored[name] for name in draft["fields"]} == draft["fields"]
    assert stored["version"] == body["version"]
    assert len(await parts(anna, "requests", bot_id)) == 2


async def test_an_operation_is_drafted_from_a_document_or_its_text(anna: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    url = f"/bots/{bot_id}/requests/import"
    document = {"openapi": "3.0.0", "servers": [{"url": "https://a.example"}], "paths": {"/x": {"get": {}}}}
    for given in (document, "openapi: 3.0.0\nservers: [{url: 'https://a.example'}]\npaths: {/x: {get: {}}}"):
        answer = await anna.client.post(url, json={"openapi": given, "path": "/x"})
        assert answer.json()["fields"]["request_url"] == "https://a.example/x", answer.text


async def test_mistakes_are_said_with_their_place(anna: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    url = f"/bots/{bot_id}/requests/import"
    for wish, code in (
        ({}, "no_source"),
        ({"curl": "curl https://a", "openapi": {}}, "no_source"),
        ({"curl": "rm -rf /"}, "bad_curl"),
        ({"openapi": {}}, "bad_openapi"),
        ({"openapi": {"openapi": "3.0.0", "paths": {}}}, "no_operation"),
    ):
        answer = await anna.client.post(url, json=wish)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
        assert answer.json()["errors"][0]["hint"]
    assert (await anna.client.post(url, json={"curl": "curl x" * 50_000})).status_code == 422
    assert (await anna.client.post(url, json={"curl": "curl a", "url": "b"})).status_code == 422


async def test_nobody_elses_and_no_viewer(anna: Any, boris: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    url = f"/bots/{bot_id}/requests/import?save=true"
    assert (await boris.client.post(url, json={"curl": CURL})).status_code == 404
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "viewer"})
    assert (await boris.client.post(url, json={"curl": CURL})).status_code == 403
    assert await parts(anna, "requests", bot_id) == []
