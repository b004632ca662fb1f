"""Ready bots to start from, and what a card of the list tells."""

from typing import Any

import pytest


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_every_bot_of_the_gallery_is_made_without_a_problem(anna: Any, language: str) -> None:
    spoken = {"Accept-Language": language}
    items = (await anna.client.get("/gallery", headers=spoken)).json()["items"]
    assert len(items) >= 8
    assert all(item["opening"] and item["description"] and "{$" not in item["opening"] for item in items)
    assert any(item["buttons"] for item in items)
    for item in items:
        made = await anna.client.post(f"/gallery/{item['id']}", headers=spoken)
        assert made.status_code == 201, made.text
        assert (made.json()["name"], made.json()["problems"]) == (item["name"], [])


async def test_a_bot_of_the_gallery_can_have_its_own_name_and_nowhere_is_404(anna: Any) -> None:
    made = await anna.client.post("/gallery/faq", json={"name": "Ours"})
    assert made.json()["name"] == "Ours"
    assert (await anna.client.post("/gallery/nothing")).status_code == 404
    assert (await anna.client.post("/gallery/faq", json={"name": ""})).status_code == 422


async def test_tags_are_kept_apart_from_the_draft(anna: Any, boris: Any) -> None:
    bot = (await anna.client.post("/bots", json={"name": "Tagged"})).json()
    path = f"/bots/{bot['id']}/tags"
    assert (await anna.client.put(path, json={"tags": [" sales ", "old", "sales"]})).json() == {
        "tags": ["sales", "old"]
    }
    after = (await anna.client.get(f"/bots/{bot['id']}")).json()
    assert (after["tags"], after["version"]) == (["sales", "old"], bot["version"])
    assert (await boris.client.put(path, json={"tags": []})).status_code == 404
    for bad in ([""], ["x" * 41], ["a\0"], [str(number) for number in range(21)], "sales"):
        assert (await anna.client.put(path, json={"tags": bad})).status_code == 422, bad
    assert (await anna.client.get(f"/bots/{bot['id']}")).json()["tags"] == ["sales", "old"]


async def test_a_card_counts_what_is_not_published(anna: Any) -> None:
    bot = (await anna.client.post("/gallery/faq")).json()
    bot_id = bot["id"]

    async def card() -> tuple[int | None, int]:
        items = (await anna.client.get("/bots?limit=200")).json()["items"]
        found = next(item for item in items if item["id"] == bot_id)
        return found["published_revision"], found["unpublished_changes"]

    assert await card() == (None, 0)
    assert (await anna.client.post(f"/bots/{bot_id}/publish")).status_code == 201
    assert await card() == (1, 0)
    assert (
        await anna.client.patch(f"/bots/{bot_id}", json={"name": "Other"}, headers={"If-Match": "*"})
    ).status_code == 200
    assert await card() == (1, 1)
    assert (await anna.client.post(f"/bots/{bot_id}/publish")).status_code == 201
    assert await card() == (2, 0)


async def test_figures_are_told_of_ones_own_bots_only(anna: Any, boris: Any) -> None:
    bot_id = (await anna.client.post("/bots", json={"name": "Counted"})).json()["id"]
    empty = {"bot_id": bot_id, "sessions_today": 0, "paused": 0, "errors_today": 0}
    nowhere = "01940000-0000-7000-8000-00000000dead"
    asked = f"/bot_figures?bot_id={nowhere}&bot_id={bot_id}&bot_id={bot_id}"
    assert (await anna.client.get(asked)).json() == {"items": [empty]}
    assert (await boris.client.get(asked)).json() == {"items": []}
    assert (await anna.client.get("/bot_figures")).status_code == 422
