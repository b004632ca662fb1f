"""Parts of a draft through tools: the same checks, versions and tenancy as REST."""

from typing import Any
from uuid import uuid4

import pytest

from tests.entrypoints.mcp.conftest import Assistant

KINDS = ("step", "connection_group", "connection", "request", "widget", "note")


async def test_a_bot_is_built_from_parts_and_talks(annas: Assistant) -> None:
    bot = await annas.call("create_bot", bot={"name": "Built"})
    ask = await annas.call("create_step", bot_id=bot["id"], fields={"name": "Ask", "message": {"text": "Your name?"}})
    bye = await annas.call(
        "create_step", bot_id=bot["id"], fields={"name": "Bye", "message": {"text": "Bye {$user.name$}"}}
    )
    saving = {"target": "user.name", "source": "message.text"}
    group = await annas.call(
        "create_connection_group", bot_id=bot["id"], fields={"step_id": ask["id"], "variables": [saving]}
    )
    edge = await annas.call(
        "create_connection", bot_id=bot["id"], fields={"group_id": group["id"], "next_step_id": bye["id"]}
    )
    await annas.call("update_bot", bot_id=bot["id"], changes={"first_step_id": ask["id"]}, version=edge["version"])
    played = await annas.call("simulate", bot_id=bot["id"], events=[{"say": "hi"}, {"say": "Ann"}])
    assert [turn["replies"][0]["text"] for turn in played["turns"]] == ["Your name?", "Bye Ann"]
    assert (await annas.call("check_bot", bot_id=bot["id"]))["publishable"]


async def test_every_kind_can_be_made_read_listed_changed_and_deleted(annas: Assistant) -> None:
    bot = (await annas.call("create_bot", bot={"name": "Parts"}))["id"]
    step = await annas.call("create_step", bot_id=bot, fields={"name": "S"})
    group = await annas.call("create_connection_group", bot_id=bot, fields={"step_id": step["id"]})
    fields: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "step": ({"name": "A"}, {"name": "B"}),
        "connection_group": ({"step_id": step["id"]}, {"priority": 3}),
        "connection": ({"group_id": group["id"]}, {"next_step_id": step["id"]}),
        "request": ({"name": "R", "request_url": "https://x.example/"}, {"method": "post"}),
        "widget": ({"name": "W", "body": "<b>1</b>"}, {"body": "<b>2</b>"}),
        "note": ({"text": "N"}, {"text": "M"}),
    }
    for kind, (new, changed) in fields.items():
        made = await annas.call(f"create_{kind}", bot_id=bot, fields=new)
        read = await annas.call(f"get_{kind}", id=made["id"])
        assert read["fields"] == made["fields"] and new.items() <= read["fields"].items()
        assert made["id"] in [item["id"] for item in (await annas.call(f"list_{kind}s", bot_id=bot))["items"]]
        after = await annas.call(f"update_{kind}", id=made["id"], version=made["version"], fields=changed)
        assert changed.items() <= after["fields"].items()
        stale = await annas.refusal(f"delete_{kind}", id=made["id"], version=made["version"])
        assert stale["code"] == "stale"
        gone = await annas.call(f"delete_{kind}", id=made["id"], version=after["version"])
        assert {"kind": kind, "id": made["id"]} in gone["removed"]
        assert (await annas.refusal(f"get_{kind}", id=made["id"]))["status"] == 404


async def test_many_changes_are_all_or_none(annas: Assistant) -> None:
    bot = await annas.call("create_bot", bot={"name": "Batch"})
    step = str(uuid4())
    changes = [
        {"op": "add", "kind": "step", "id": step, "fields": {"name": "First", "message": {"text": "Hi"}}},
        {"op": "update", "kind": "bot", "fields": {"first_step_id": step}},
    ]
    done = await annas.call("change_bot", bot_id=bot["id"], changes=changes, version=bot["version"])
    assert done["version"] == bot["version"] + 1
    wrong = [
        {"op": "add", "kind": "note", "fields": {"text": "kept?"}},
        {"op": "add", "kind": "connection", "fields": {"group_id": step, "colour": "red"}},
    ]
    problem = await annas.refusal("change_bot", bot_id=bot["id"], changes=wrong)
    assert problem["status"] == 422
    assert any(detail["path"].startswith("changes[1]") for detail in problem["errors"])
    assert (await annas.call("list_notes", bot_id=bot["id"]))["items"] == []


@pytest.mark.parametrize("kind", KINDS)
async def test_another_tenants_parts_are_not_there(annas: Assistant, boriss: Assistant, kind: str) -> None:
    bot = (await annas.call("create_bot", bot={"name": "Mine"}))["id"]
    step = await annas.call("create_step", bot_id=bot, fields={"name": "S"})
    group = await annas.call("create_connection_group", bot_id=bot, fields={"step_id": step["id"]})
    needed = {
        "connection_group": {"step_id": step["id"]},
        "connection": {"group_id": group["id"]},
        "request": {"request_url": "https://x.example/"},
    }
    new = needed.get(kind, {})
    made = await annas.call(f"create_{kind}", bot_id=bot, fields=new)
    for name, arguments in (
        (f"get_{kind}", {"id": made["id"]}),
        (f"update_{kind}", {"id": made["id"], "version": made["version"], "fields": {}}),
        (f"delete_{kind}", {"id": made["id"], "version": made["version"]}),
        (f"create_{kind}", {"bot_id": bot, "fields": new}),
        (f"list_{kind}s", {"bot_id": bot}),
    ):
        assert (await boriss.refusal(name, **arguments))["status"] == 404, name
    assert (await annas.call(f"get_{kind}", id=made["id"]))["fields"] == made["fields"]


async def test_a_long_list_comes_in_pages_that_fit(annas: Assistant) -> None:
    bot = (await annas.call("create_bot", bot={"name": "Long"}))["id"]
    changes = [{"op": "add", "kind": "note", "fields": {"text": f"{number} " + "x" * 9_000}} for number in range(12)]
    await annas.call("change_bot", bot_id=bot, changes=changes)
    texts: list[str] = []
    cursor = None
    while True:
        page = await annas.call("list_notes", bot_id=bot, **({} if cursor is None else {"cursor": cursor}))
        assert len(page["items"]) <= 6
        texts += [item["fields"]["text"].split()[0] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert texts == [str(number) for number in range(12)]


async def test_the_schema_of_a_tool_tells_its_fields(annas: Assistant) -> None:
    async with annas.client() as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    fields = tools["create_step"].input_schema["properties"]["fields"]
    assert "timeout_after" in str(fields) and "Ask age" in str(fields)
    assert {f"{verb}_{kind}" for kind in KINDS for verb in ("create", "get", "update", "delete")} <= set(tools)
    size = sum(len(tool.model_dump_json()) for tool in tools.values())
    assert size < 120_000, size
