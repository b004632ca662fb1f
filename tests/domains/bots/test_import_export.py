"""A bot document in and out over HTTP: nothing is lost, ids are new or kept, statements do not grow with the bot."""

import json
from typing import Any

import yaml
from sqlalchemy import event, text

from dbcv.domains.bots.document import normalise
from dbcv.kit.db import Database
from tests.domains.bots.documents import ANY, GREETER, exported, imported, without_ids


async def test_export_of_an_import_is_the_same_bot(anna: Any) -> None:
    first = await exported(anna, (await imported(anna))["id"])
    second = await exported(anna, (await imported(anna, first))["id"])
    assert without_ids(first) == without_ids(second)
    assert not {step["id"] for step in first["steps"]} & {step["id"] for step in second["steps"]}


async def test_export_keeps_everything_of_the_file(anna: Any) -> None:
    document = await exported(anna, (await imported(anna))["id"])
    assert without_ids(normalise(document)) == without_ids(normalise(GREETER))


async def test_yaml_in_and_out(anna: Any) -> None:
    answer = await anna.client.post(
        "/bots/import", content=yaml.safe_dump(GREETER), headers={"Content-Type": "application/yaml"}
    )
    assert answer.status_code == 201, answer.text
    written = (await anna.client.get(f"/bots/{answer.json()['id']}/export", params={"format": "yaml"})).text
    assert yaml.safe_load(written)["name"] == "Greeter"


async def test_an_import_keeps_the_order_of_keys(anna: Any) -> None:
    document = await exported(anna, (await imported(anna))["id"])
    assert list(document["steps"][0]["message"]["params"]) == ["buttons", "a"]
    assert list(document["steps"][2]["connection_groups"][2]["integration_config"]) == ["text", "chat_id"]


async def test_replacing_keeps_the_ids_the_document_names(anna: Any, db: Database) -> None:
    bot = await imported(anna)
    before = await exported(anna, bot["id"])
    changed = json.loads(json.dumps(before))
    changed["steps"][0]["name"] = "Renamed"
    changed["steps"].append({"id": "fresh", "name": "Fresh", "message": {"text": "new"}})
    answer = await anna.client.put(f"/bots/{bot['id']}/document", json=changed, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["version"], answer.headers["etag"]) == (200, 2, '"2"')
    after = await exported(anna, bot["id"])
    assert [step["id"] for step in after["steps"][:4]] == [step["id"] for step in before["steps"]]
    assert after["steps"][0]["name"] == "Renamed"
    assert after["templates"] == before["templates"]


async def test_importing_the_same_file_again_keeps_ids_and_version(anna: Any, db: Database) -> None:
    async def rows() -> Any:
        async with db.read() as session:
            names = ("step", "connection_group", "connection", "request", "widget", "note", "template")
            names += ("credential_entity", "emitter", "template_instance")
            keys = {"template_instance": "step_id"}
            return [
                sorted((await session.scalars(text(f"SELECT {keys.get(name, 'id')} FROM {name}"))).all())
                for name in names
            ]

    bot = await imported(anna)
    before, kept = await exported(anna, bot["id"]), await rows()
    answer = await anna.client.put(f"/bots/{bot['id']}/document", json=GREETER, headers=ANY)
    assert (answer.status_code, answer.json()["version"]) == (200, 1), "nothing changed, so there is no new version"
    assert await exported(anna, bot["id"]) == before
    assert await rows() == kept


async def test_statements_do_not_grow_with_the_bot(api: Any, anna: Any) -> None:
    def bot_of(size: int) -> dict[str, Any]:
        steps = [
            {
                "id": f"s{n}",
                "message": {"text": f"{n}"},
                "connection_groups": [{"connections": [{"next_step_id": f"s{(n + 1) % size}"}]}],
            }
            for n in range(size)
        ]
        return {"name": "Ring", "first_step_id": "s0", "steps": steps}

    async def statements(size: int) -> list[int]:
        made: list[str] = []
        bot_id = ""
        engine = api.edge.app.state.db.engine.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *details: made.append(details[2]))
        counts = []
        document = bot_of(size)
        for call in ("import", "export", "publish", "document"):
            made.clear()
            if call == "import":
                bot_id = (await imported(anna, document))["id"]
            elif call == "export":
                document = await exported(anna, bot_id)
            elif call == "publish":
                assert (await anna.client.post(f"/bots/{bot_id}/publish")).status_code == 201
            else:
                changed = document | {"name": "Changed"}
                assert (await anna.client.put(f"/bots/{bot_id}/document", json=changed, headers=ANY)).status_code == 200
            counts.append(sum('FROM "user"' not in statement for statement in made))  # who calls is remembered a while
        return counts

    assert await statements(3) == await statements(120)
