"""Publishing, revisions, and two people who edit one draft."""

import asyncio
import json
from typing import Any
from uuid import UUID

from sqlalchemy import text

from dbcv.engine.graph import compile_bot
from dbcv.kit.db import Database
from tests.domains.bots.documents import ANY, exported, frozen_document, imported, published_revision, small


async def test_publishing_freezes_and_rolls_back(anna: Any, db: Database) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    first = await anna.client.post(f"/bots/{bot_id}/publish", json={"comment": "first"})
    assert (first.status_code, first.json()["number"], first.json()["is_published"]) == (201, 1, True)
    await anna.client.put(f"/bots/{bot_id}/document", json=small("two"), headers=ANY)
    assert (await anna.client.post(f"/bots/{bot_id}/publish")).json()["number"] == 2

    assert await published_revision(db, UUID(bot_id)) == 2
    assert (await frozen_document(db, UUID(bot_id), 1))["steps"][0]["message"]["text"] == "one"
    back = await anna.client.post(f"/bots/{bot_id}/revisions/1/publish")
    assert (back.status_code, back.json()["is_published"]) == (200, True)
    assert await published_revision(db, UUID(bot_id)) == 1
    assert (await anna.client.get(f"/bots/{bot_id}")).json()["published_revision"] == 1


async def test_published_documents_compile(anna: Any, db: Database) -> None:
    bot_id = (await imported(anna))["id"]
    answer = await anna.client.post(f"/bots/{bot_id}/publish")
    assert answer.status_code == 201, answer.text
    graph = compile_bot(await frozen_document(db, UUID(bot_id), 1))
    assert len(graph.flow.steps) == 4


async def test_revisions_come_in_pages(anna: Any) -> None:
    bot_id = (await imported(anna, small()))["id"]
    for number in range(1, 6):
        await anna.client.post(f"/bots/{bot_id}/publish", json={"comment": f"{number}"})
    page = (await anna.client.get(f"/bots/{bot_id}/revisions", params={"limit": 3})).json()
    assert [row["number"] for row in page["items"]] == [5, 4, 3]
    rest = await anna.client.get(f"/bots/{bot_id}/revisions", params={"limit": 3, "cursor": page["next_cursor"]})
    assert [row["number"] for row in rest.json()["items"]] == [2, 1]
    assert rest.json()["next_cursor"] is None
    assert (await anna.client.get(f"/bots/{bot_id}/revisions/2")).json()["document"]["name"] == "Small"


async def test_a_draft_with_errors_is_not_published(anna: Any) -> None:
    bot_id = (await imported(anna, small(first_step_id=None)))["id"]
    check = (await anna.client.get(f"/bots/{bot_id}/check")).json()
    assert not check["publishable"]
    answer = await anna.client.post(f"/bots/{bot_id}/publish")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_publishable")
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(error["message"] and error["hint"] for error in answer.json()["errors"])


async def test_what_is_wrong_is_told_in_the_language_of_the_caller(anna: Any) -> None:
    russian = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}
    lost = {"steps": [{"id": "a", "message": {"text": "x"}}], "name": "Bot"}
    made = await anna.client.post("/bots/import", json=lost, headers=russian)
    said = [problem["message"] for problem in made.json()["problems"]]
    assert "нет первого шага" in said
    bot_id = made.json()["id"]
    found = (await anna.client.get(f"/bots/{bot_id}/check", headers=russian)).json()["problems"]
    assert len(found) == len(said)
    assert "нет первого шага" in [problem["message"] for problem in found]
    refused = await anna.client.post(f"/bots/{bot_id}/publish", json={}, headers=russian)
    assert refused.status_code == 422
    assert "нет первого шага" in [error["message"] for error in refused.json()["errors"]]
    plain = (await anna.client.get(f"/bots/{bot_id}/check")).json()["problems"]
    assert "there is no first step" in [problem["message"] for problem in plain]


async def test_publishing_adds_initial_variables_and_keeps_living_ones(anna: Any, db: Database) -> None:
    async def variables() -> Any:
        async with db.read() as session:
            query = text("SELECT data, version FROM bot_variables WHERE bot_id = :id")
            return (await session.execute(query, {"id": bot_id})).one()

    bot_id = (await imported(anna, small(variables={"visits": 0})))["id"]
    await anna.client.post(f"/bots/{bot_id}/publish")
    assert tuple(await variables()) == ({"visits": 0}, 0)
    async with db.transaction() as session:
        await session.execute(text("""UPDATE bot_variables SET data = '{"visits": 7}', version = 1"""))
    await anna.client.put(f"/bots/{bot_id}/document", json=small(variables={"visits": 1, "new": [1]}), headers=ANY)
    await anna.client.post(f"/bots/{bot_id}/publish")
    assert tuple(await variables()) == ({"visits": 7, "new": [1]}, 2)
    await anna.client.post(f"/bots/{bot_id}/publish")
    assert tuple(await variables()) == ({"visits": 7, "new": [1]}, 2)


async def test_a_stale_write_says_what_changed(anna: Any) -> None:
    bot = await imported(anna)
    document = await exported(anna, bot["id"])
    mine, theirs = json.loads(json.dumps(document)), json.loads(json.dumps(document))
    theirs["steps"][0]["name"] = "Theirs"
    del theirs["steps"][3]["message"]
    mine["name"] = "Mine"
    path, version = f"/bots/{bot['id']}/document", {"If-Match": f'"{bot["version"]}"'}
    assert (await anna.client.put(path, json=theirs, headers=version)).status_code == 200
    answer = await anna.client.put(path, json=mine, headers=version)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert {error["path"] for error in answer.json()["errors"]} == {
        f"step[{document['steps'][0]['id']}]",
        f"step[{document['steps'][3]['id']}]",
    }
    assert (await exported(anna, bot["id"]))["name"] == "Greeter"
    patched = await anna.client.patch(f"/bots/{bot['id']}", json={"name": "Mine"}, headers=version)
    assert patched.status_code == 412


async def test_two_writers_of_one_version_do_not_both_win(anna: Any) -> None:
    bot = await imported(anna, small())
    path, version = f"/bots/{bot['id']}/document", {"If-Match": '"1"'}
    answers = await asyncio.gather(*(anna.client.put(path, json=small(f"text {n}"), headers=version) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_what_is_done_to_a_bot_is_in_the_audit_log(anna: Any, boris: Any) -> None:
    """Who made, changed, published, shared it; a batch is one event that counts its parts."""
    bot_id = (await anna.client.post("/bots", json={"name": "Small"})).json()["id"]
    adds = [{"op": "add", "kind": "step", "fields": {"name": name}} for name in ("Ask", "Bye")]
    await anna.client.post(f"/bots/{bot_id}/changes", json={"changes": adds})
    await anna.client.put(f"/bots/{bot_id}/document", json=small("two"), headers=ANY)
    await anna.client.post(f"/bots/{bot_id}/publish", json={"comment": "first"})
    await anna.client.post(f"/bots/{bot_id}/publish")
    await anna.client.post(f"/bots/{bot_id}/revisions/1/publish")
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "editor"})
    await anna.client.delete(f"/bots/{bot_id}/access/{boris.id}")
    events = (await anna.client.get(f"/bots/{bot_id}/audit")).json()["items"][::-1]
    assert [event["action"].removeprefix("bot.") for event in events] == [
        "created", "changed", "changed", "published", "published", "published_again", "shared", "unshared",
    ]  # fmt: skip
    assert events[1]["after"] == {"version": 2, "step": "2 added"}
    assert events[3]["after"] == {"revision": 1, "comment": "first"}
    assert (events[5]["before"], events[5]["after"]) == ({"revision": 2}, {"revision": 1})
    assert {event["actor_id"] for event in events} == {anna.id}


async def test_a_deleted_bot_stays_in_the_audit_log(anna: Any) -> None:
    bot_id = (await imported(anna, small()))["id"]
    await anna.client.delete(f"/bots/{bot_id}")
    mine = (await anna.client.get("/users/me/audit")).json()["items"]
    assert [event["action"] for event in mine if event["object_id"] == bot_id] == ["bot.deleted", "bot.imported"]


async def test_a_first_version_is_not_called_a_renamed_one(anna: Any) -> None:
    bot_id = (await imported(anna, small()))["id"]
    found = (await anna.client.get(f"/bots/{bot_id}/diff")).json()
    assert found["since"] == 0 and "bot_renamed" not in {each["code"] for each in found["differences"]}
    wrong = (await anna.client.get(f"/bots/{bot_id}/diff", params={"from": "first"})).json()
    assert {error["path"] for error in wrong["errors"]} == {"from"}
