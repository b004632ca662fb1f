"""Who may open, list, delete and hand on a file. What is another's is 404, as if it were not there."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from dbcv.domains.conversations.tables import MessageRow
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from tests.domains.conftest import Api, Person
from tests.domains.media.conftest import LIMITS, Files
from tests.domains.media.files import PNG

ASKS = ("GET", ""), ("DELETE", ""), ("GET", "/content")


async def _statuses(client: Any, file_id: str) -> set[int]:
    return {(await client.request(method, f"/attachments/{file_id}{end}")).status_code for method, end in ASKS}


async def test_anothers_file_is_not_there_and_stays(files: Files, anna: Person, boris: Person) -> None:
    bot_id = await files.bot(anna)
    for query in ({}, {"bot_id": bot_id}):
        made = await files.sent(anna.client, **query)
        assert await _statuses(boris.client, made["id"]) == {404}
        assert await _statuses(boris.client, str(uuid4())) == {404}
        assert (await anna.client.get(f"/attachments/{made['id']}/content")).content == PNG
    assert (await boris.client.get("/attachments")).json()["items"] == []
    for query in ({"bot_id": bot_id}, {"channel_id": await files.channel(anna, is_public=False)}):
        assert (await boris.client.get("/attachments", params=query)).status_code == 404
        assert (await files.send(boris.client, **query)).status_code == 404
    assert len(files.kept()) == 2


async def test_nobody_uploads_lists_or_opens(files: Files, anna: Person) -> None:
    made = await files.sent(anna.client)
    assert await _statuses(files.api.nobody, made["id"]) == {401}
    assert (await files.send(files.api.nobody)).status_code == 401
    assert (await files.api.nobody.get("/attachments")).status_code == 401


async def test_a_bots_files_are_its_editors(files: Files, anna: Person, boris: Person) -> None:
    bot_id = await files.bot(anna)
    made = await files.sent(anna.client, bot_id=bot_id)
    share = {"email": boris.email, "role": "viewer"}
    assert (await anna.client.put(f"/bots/{bot_id}/access", json=share)).status_code == 200
    assert (await boris.client.get(f"/attachments/{made['id']}")).status_code == 200
    assert (await boris.client.delete(f"/attachments/{made['id']}")).status_code == 403
    assert (await files.send(boris.client, bot_id=bot_id)).status_code == 403
    await anna.client.put(f"/bots/{bot_id}/access", json=share | {"role": "editor"})
    theirs = await files.sent(boris.client, bot_id=bot_id)
    listed = (await anna.client.get("/attachments", params={"bot_id": bot_id})).json()["items"]
    assert [item["id"] for item in listed] == [theirs["id"], made["id"]]
    assert (await boris.client.delete(f"/attachments/{made['id']}")).status_code == 204


async def test_a_file_has_one_home(files: Files, anna: Person) -> None:
    both = {"bot_id": await files.bot(anna), "channel_id": await files.channel(anna)}
    assert (await files.send(anna.client, **both)).status_code == 422
    assert (await anna.client.get("/attachments", params=both)).status_code == 422


async def test_visitors_send_small_files_on_the_owners_account(files: Files, anna: Person) -> None:
    channel_id = await files.channel(anna)
    one, other = await files.visitor(channel_id), await files.visitor(channel_id)
    made = await files.sent(one)
    assert made["channel_id"] == channel_id
    assert await _statuses(other, made["id"]) == {404}
    assert (await one.get(f"/attachments/{made['id']}")).status_code == 200
    assert (await anna.client.get(f"/attachments/{made['id']}")).status_code == 200
    too_large = await files.send(one, b"x" * (LIMITS["max_visitor_file_bytes"] + 1))
    assert too_large.status_code == 413
    seen = {"anna": anna.client, "one": one, "other": other}
    listed = {
        name: [item["id"] for item in (await client.get(f"/attachments?channel_id={channel_id}")).json()["items"]]
        for name, client in seen.items()
    }
    assert listed == {"anna": [made["id"]], "one": [made["id"]], "other": []}
    elsewhere = await files.channel(anna)
    assert (await files.send(one, channel_id=elsewhere)).status_code == 404


@pytest.mark.parametrize(
    ("config", "size", "status"),
    [
        ({"visitors": False}, 10, 403),
        ({"visitors": True}, 10, 201),
        ({"max_bytes": 100}, 100, 201),
        ({"max_bytes": 100}, 101, 413),
        ({"max_bytes": 10**9}, LIMITS["max_visitor_file_bytes"] + 1, 413),
        (None, 10, 201),
    ],
)
async def test_a_channel_says_what_visitors_may_send(
    files: Files, anna: Person, config: dict[str, Any] | None, size: int, status: int
) -> None:
    channel_id = await files.channel(anna, config={"files": config})
    visitor = await files.visitor(channel_id)
    assert (await files.send(visitor, b"x" * size)).status_code == status
    shown = (await anna.client.get(f"/channels/{channel_id}")).json()["config"]["files"]
    assert shown == (None if config is None else {"visitors": True, "max_bytes": None} | config)


async def test_a_file_goes_into_a_message_and_only_ones_own(files: Files, anna: Person, boris: Person) -> None:
    channel_id = await files.channel(anna)
    visitor = await files.visitor(channel_id)
    mine, theirs = await files.sent(visitor), await files.sent(boris.client)

    async def say(client: Any, *attachments: Any) -> Any:
        return await client.post("/messages", json={"channel_id": channel_id, "attachments": list(attachments)})

    said = await say(visitor, {"id": mine["id"]}, {"url": "https://example.com/b.pdf", "name": "b"})
    assert said.status_code == 202, said.text
    assert said.json()["message"]["attachments"] == [
        {"id": mine["id"], "name": "a.png", "url": f"/api/v1/attachments/{mine['id']}/content", "size": len(PNG)}
        | {"content_type": "image/png"},
        {"url": "https://example.com/b.pdf", "name": "b"},
    ]
    for wrong in ({"id": theirs["id"]}, {"id": str(uuid4())}):
        refused = await say(visitor, {"id": mine["id"]}, wrong)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (404, "attachments[1].id")
    for wrong in ({}, {"id": mine["id"], "url": "https://example.com/"}, {"id": "x"}, {"url": "javascript:1"}):
        assert (await say(visitor, wrong)).status_code == 422
    assert (await say(visitor, {"id": mine["id"]})).status_code == 202, "the same file may be sent again"


async def test_a_file_that_was_shown_in_a_talk_opens_for_who_is_in_it(
    files: Files, anna: Person, boris: Person, api: Api
) -> None:
    """What the channel's owner uploads for a channel and says there as a person reaches the visitor, nobody else."""
    channel_id = await files.channel(anna)
    visitor, other = await files.visitor(channel_id), await files.visitor(channel_id)
    said = (await visitor.post("/messages", json={"channel_id": channel_id, "text": "hi"})).json()["message"]
    made = await files.sent(anna.client, channel_id=channel_id)
    assert await _statuses(visitor, made["id"]) == {404}
    await _tell(api.edge.app.state.db, said, anna.id, [{"id": made["id"]}])
    assert await _statuses(visitor, made["id"]) == {200, 403}
    assert await _statuses(other, made["id"]) == {404}
    assert await _statuses(boris.client, made["id"]) == {404}


async def test_a_bot_cannot_show_anothers_file_by_naming_its_id(files: Files, anna: Person, boris: Person) -> None:
    secret = await files.sent(anna.client)
    bots = await files.sent(anna.client, bot_id=await files.bot(anna))
    channel_id = await files.channel(boris)
    said = (await boris.client.post("/messages", json={"channel_id": channel_id, "text": "hi"})).json()["message"]
    db = files.api.edge.app.state.db
    await _tell(db, said, said["recipient_id"], [{"id": secret["id"]}, {"id": bots["id"]}])
    for made in (secret, bots):
        assert await _statuses(boris.client, made["id"]) == {404}


async def _tell(db: Database, said: dict[str, Any], sender_id: str, attachments: list[Any]) -> None:
    """A reply in the conversation of a message, as a worker would store it."""
    async with db.transaction() as session:
        fields = {"id": uuid4(), "channel_id": UUID(said["channel_id"]), "session_id": UUID(said["session_id"])}
        who = {"sender_id": UUID(sender_id), "recipient_id": UUID(said["sender_id"]), "created_at": utc_now()}
        await session.execute(insert(MessageRow).values(**fields, **who, text="", attachments=attachments))


async def test_a_bots_own_file_opens_for_whom_the_bot_showed_it(files: Files, anna: Person, boris: Person) -> None:
    channel_id = await files.channel(anna)
    said = (await boris.client.post("/messages", json={"channel_id": channel_id, "text": "hi"})).json()["message"]
    made = await files.sent(anna.client, bot_id=said["recipient_id"])
    assert (await boris.client.get(f"/attachments/{made['id']}")).status_code == 404
    await _tell(files.api.edge.app.state.db, said, said["recipient_id"], [{"id": made["id"], "name": "x"}])
    shown = await boris.client.get(f"/attachments/{made['id']}")
    assert (await files.open(shown.json()["url"])).content == PNG


async def test_who_answers_instead_of_the_bot_sends_files_too(files: Files, anna: Person, boris: Person) -> None:
    channel_id = await files.channel(anna)
    visitor = await files.visitor(channel_id)
    said = (await visitor.post("/messages", json={"channel_id": channel_id, "text": "hi"})).json()["message"]
    session = f"/sessions/{said['session_id']}"
    assert (await anna.client.post(f"{session}/pause")).status_code == 200
    mine, theirs = await files.sent(anna.client), await files.sent(boris.client)
    refused = await anna.client.post(f"{session}/messages", json={"attachments": [{"id": theirs["id"]}]})
    assert refused.status_code == 404
    replied = await anna.client.post(f"{session}/messages", json={"attachments": [{"id": mine["id"]}]})
    assert replied.json()["attachments"][0]["name"] == "a.png", replied.text
    assert (await visitor.get(f"/attachments/{mine['id']}/content")).content == PNG
