"""Copies of bots and of steps: new ids, what they use comes along, what leads out is cut and told."""

from typing import Any
from uuid import uuid4

from tests.domains.bots.documents import ANY, exported, imported, parts, small, without_ids


async def test_a_copy_is_like_the_bot_and_belongs_to_who_made_it(anna: Any, boris: Any) -> None:
    bot = await imported(anna)
    assert (await boris.client.post(f"/bots/{bot['id']}/copy")).status_code == 404
    await anna.client.put(f"/bots/{bot['id']}/access", json={"email": boris.email, "role": "viewer"})
    answer = await boris.client.post(f"/bots/{bot['id']}/copy", json={"name": "Mine"})
    assert (answer.status_code, answer.json()["name"], answer.json()["owner_id"]) == (201, "Mine", boris.id)
    mine, theirs = await exported(boris, answer.json()["id"]), await exported(anna, bot["id"])
    assert without_ids(mine | {"name": "Greeter"}) == without_ids(theirs)
    assert not {step["id"] for step in mine["steps"]} & {step["id"] for step in theirs["steps"]}
    assert (await anna.client.get(f"/bots/{answer.json()['id']}")).status_code == 404


async def test_steps_take_along_what_they_use(anna: Any) -> None:
    source, target = await imported(anna), await imported(anna, small())
    steps = {step["name"]: step["id"] for step in await parts(anna, "steps", source["id"])}
    wish = {"from_bot_id": source["id"], "step_ids": [steps["Ask age"], steps["Look up"]]}
    answer = await anna.client.post(f"/bots/{target['id']}/steps/copy", json=wish)
    assert answer.status_code == 201, answer.text
    body, document = answer.json(), await exported(anna, target["id"])
    assert [step.get("name") for step in document["steps"]] == [None, "Ask age", "Look up"]
    assert [document[name][0]["name"] for name in ("requests", "widgets")] == ["CRM", "Card"]
    asked = document["steps"][1]
    assert asked["id"] == body["ids"][steps["Ask age"]]
    assert asked["message"]["widget_id"] == document["widgets"][0]["id"]
    ways = asked["connection_groups"][0]["connections"]
    assert [way.get("next_step_id") for way in ways] == [None, body["ids"][steps["Look up"]]]
    assert document["steps"][2]["connection_groups"][0]["request_id"] == document["requests"][0]["id"]
    cut = {(each["kind"], each["field"]) for each in body["cut"]}
    assert cut == {("step", "timeout_step_id"), ("connection", "next_step_id"), ("connection_group", "credential_id")}
    assert body["version"] == 2


async def test_steps_copied_within_a_bot_keep_their_ways_out(anna: Any) -> None:
    bot = await imported(anna)
    steps = {step["name"]: step["id"] for step in await parts(anna, "steps", bot["id"])}
    wish = {"from_bot_id": bot["id"], "step_ids": [steps["Look up"]]}
    answer = await anna.client.post(f"/bots/{bot['id']}/steps/copy", json=wish)
    assert (answer.status_code, answer.json()["cut"]) == (201, [])
    document = await exported(anna, bot["id"])
    assert document["steps"][-1]["connection_groups"] == document["steps"][2]["connection_groups"]
    assert len(document["requests"]) == 1


async def test_steps_of_others_cannot_be_copied(anna: Any, boris: Any) -> None:
    theirs, mine = await imported(boris), await imported(anna, small())
    step = (await parts(boris, "steps", theirs["id"]))[0]["id"]
    own = (await parts(anna, "steps", mine["id"]))[0]["id"]
    for source, steps, target, status in (
        (theirs, [step], mine, 404),
        (mine, [own], theirs, 404),
        (mine, [step], mine, 422),
        (mine, [str(uuid4())], mine, 422),
        (mine, [], mine, 422),
    ):
        wish = {"from_bot_id": source["id"], "step_ids": steps}
        answer = await anna.client.post(f"/bots/{target['id']}/steps/copy", json=wish, headers=ANY)
        assert answer.status_code == status, answer.text
    assert (await anna.client.get(f"/bots/{mine['id']}")).json()["version"] == 1
