"""Presets over HTTP: the palette draws its forms, a fragment is put into a draft at once or not at all."""

from typing import Any
from uuid import uuid4

import pytest

from tests.domains.bots.documents import exported, imported, small

IF = {"rules": [{"field": "message.text", "operator": "equal", "value": "yes"}]}


async def put(person: Any, bot_id: str, preset_id: str, /, version: int | None = None, **wish: Any) -> Any:
    """Puts a preset into a draft."""
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await person.client.post(f"/bots/{bot_id}/presets/{preset_id}", json=wish, headers=headers)


async def test_the_palette_in_pages_and_in_both_languages(anna: Any, api: Any) -> None:
    whole = (await anna.client.get("/presets")).json()
    assert whole["next_cursor"] is None
    found, cursor = [], ""
    while cursor is not None:
        page = (await anna.client.get("/presets", params={"limit": 3, "cursor": cursor})).json()
        found, cursor = found + page["items"], page["next_cursor"]
    assert found == whole["items"]
    russian = await anna.client.get("/presets/if_else", headers={"Accept-Language": "ru"})
    english = await anna.client.get("/presets/if_else")
    assert russian.json()["name"] == english.json()["name"] == {"en": "If / else", "ru": "Если / иначе"}
    assert russian.json()["inputs"]["properties"]["rules"]["title"] == "Если"
    assert english.json()["inputs"]["properties"]["rules"]["title"] == "If"
    for preset in found:
        icon = await api.nobody.get(f"http://dbcv.test{preset['icon_url']}")
        assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
    assert (await anna.client.get("/presets/nothing")).status_code == 404
    assert (await api.nobody.get("/presets")).status_code == 401


async def test_a_fragment_is_drawn_and_nothing_stored(anna: Any) -> None:
    answer = await anna.client.post("/presets/if_else/fragment", json={"inputs": IF, "position": [10, 20]})
    assert answer.status_code == 200, answer.text
    drawn = answer.json()
    steps = {step["id"]: step for step in drawn["steps"]}
    first = steps[drawn["first_step_id"]]
    assert (first["position"], first["preset_id"]) == ([10, 20], "if_else")
    assert {door["name"] for door in drawn["ways_out"]} == {"then", "else"}
    led = [link["next_step_id"] for link in first["connection_groups"][0]["connections"]]
    assert led == [door["step_id"] for door in drawn["ways_out"]]
    again = (await anna.client.post("/presets/if_else/fragment", json={"inputs": IF})).json()
    assert not steps.keys() & {step["id"] for step in again["steps"]}


async def test_a_bot_of_presets_is_put_together_step_by_step(anna: Any) -> None:
    bot = (await anna.client.post("/bots", json={"name": "Presets"})).json()
    refused = await put(anna, bot["id"], "message", inputs={"text": "Coffee?"}, is_first=True)
    assert refused.status_code == 428
    first = await put(anna, bot["id"], "message", version=1, inputs={"text": "Coffee?"}, is_first=True)
    assert first.status_code == 201, first.text
    ask = first.json()
    assert (ask["version"], first.headers["etag"]) == (2, '"2"')
    branch = (await put(anna, bot["id"], "if_else", inputs=IF, after_step_id=ask["first_step_id"])).json()
    assert branch["version"] == 3
    ends = {door["name"]: door["step_id"] for door in branch["ways_out"]}
    for way, text in (("then", "Here it is"), ("else", "Tea then")):
        put_there = await put(anna, bot["id"], "message", inputs={"text": text}, after_step_id=ends[way])
        assert put_there.status_code == 201, put_there.text
    document = await exported(anna, bot["id"])
    steps = {step["id"]: step for step in document["steps"]}
    assert document["first_step_id"] == ask["first_step_id"]
    assert steps[ask["first_step_id"]]["preset_icon_s3_key"] == "icons/message"
    checked = (await anna.client.get(f"/bots/{bot['id']}/check")).json()
    assert checked["publishable"], checked
    assert (await anna.client.post(f"/bots/{bot['id']}/publish", json={})).status_code == 201


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({"inputs": {}}, "inputs.rules"),
        ({"inputs": IF | {"thn_step_id": "x"}}, "inputs.thn_step_id"),
        ({"inputs": {"rules": []}}, "inputs.rules"),
        ({"inputs": {"rules": [{"field": "age", "value": 1}]}}, "inputs.rules[0].field"),
        ({"inputs": {"rules": [{"field": "user.age", "operator": "is"}]}}, "inputs.rules[0].operator"),
        ({"inputs": {"rules": [{"field": "user.age", "operator": "matches", "value": "("}]}}, "inputs.rules[0].value"),
        ({"inputs": {"rules": [{"field": "user.age", "value": "{$none$}"}]}}, "inputs.rules[0].value"),
        ({"inputs": IF | {"then_step_id": "here"}}, "inputs.then_step_id"),
        ({"inputs": IF | {"else_step_id": str(uuid4())}}, "inputs.else_step_id"),
        ({"inputs": IF | {"name": "a\0b"}}, "inputs.name"),
        ({"inputs": IF, "after_step_id": str(uuid4())}, "after_step_id"),
    ],
)
async def test_mistakes_are_told_at_their_place_and_change_nothing(anna: Any, wish: dict, place: str) -> None:
    bot = await imported(anna, small())
    for language in ("en", "ru"):
        url = f"/bots/{bot['id']}/presets/if_else"
        answer = await anna.client.post(url, json=wish, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json()["code"]) == (422, "preset_invalid"), answer.text
        errors = answer.json()["errors"]
        assert place in [error["path"] for error in errors], errors
        assert all(error["message"] and error["hint"] for error in errors)
    assert (await anna.client.get(f"/bots/{bot['id']}")).json()["version"] == 1


async def test_only_those_who_may_change_the_bot(anna: Any, boris: Any) -> None:
    bot, foreign = await imported(anna, small()), await imported(boris, small())
    assert (await put(boris, bot["id"], "if_else", inputs=IF)).status_code == 404
    assert (await put(anna, str(uuid4()), "if_else", inputs=IF)).status_code == 404
    assert (await put(anna, bot["id"], "nothing", inputs={})).status_code == 404
    there = (await exported(boris, foreign["id"]))["steps"][0]["id"]
    for wish in ({"inputs": IF | {"then_step_id": there}}, {"inputs": IF, "after_step_id": there}):
        assert (await put(anna, bot["id"], "if_else", **wish)).status_code == 422
    share = {"email": boris.email, "role": "viewer"}
    assert (await anna.client.put(f"/bots/{bot['id']}/access", json=share)).status_code == 200
    assert (await put(boris, bot["id"], "if_else", inputs=IF)).status_code == 403
    assert (await anna.client.get(f"/bots/{bot['id']}")).json()["version"] == 1


async def test_odd_requests_are_refused(anna: Any) -> None:
    bot = await imported(anna, small())
    for wish in (
        {"inputs": []},
        {"inputs": IF, "position": [1]},
        {"inputs": IF, "position": [1e300, 0]},
        {"inputs": IF, "is_first": "x"},
        {"inputs": IF, "more": 1},
    ):
        assert (await put(anna, bot["id"], "if_else", **wish)).status_code == 422
