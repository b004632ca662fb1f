"""A bot's way to files: what it saves, what it sends along, and what becomes of files that nobody wants."""

import os
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dbcv.domains.media.service.keeping import tidy
from dbcv.domains.media.service.saving import as_bytes
from dbcv.entrypoints.wiring import make_bot_files
from dbcv.kit.errors import NotFound, TooLarge, TooManyRequests
from dbcv.kit.settings import Settings
from dbcv.kit.storage import Storage
from tests.domains.conftest import Api, Person
from tests.domains.media.conftest import Files
from tests.domains.media.files import PNG


@pytest.mark.parametrize(
    ("value", "ext", "found"),
    [
        ("plain", ".txt", b"plain"),
        (None, ".txt", b""),
        ({"a": "я"}, ".json", '{"a":"я"}'.encode()),
        ([["a", 1], ["b", None]], ".csv", b"a,1\r\nb,\r\n"),
        ([{"a": 1, "b": "x,y"}, {"a": 2, "c": [1]}], ".csv", b'a,b,c\r\n1,"x,y",\r\n2,,[1]\r\n'),
        ([["=1+1", "@x", "-1+cmd", "+7 (999) 123-45-67", -5]], ".csv", b"'=1+1,'@x,'-1+cmd,+7 (999) 123-45-67,-5\r\n"),
        ([{"=name": "\tx"}], ".csv", b"'=name\r\n'\tx\r\n"),
        ([1, 2], ".csv", b"[1,2]"),
        (7, "", b"7"),
    ],
)
def test_a_value_as_a_file(value: Any, ext: str, found: bytes) -> None:
    assert as_bytes(value, ext) == found


async def test_what_a_bot_saves_is_its_editors_and_the_same_effect_saves_it_once(
    files: Files, anna: Person, api: Api, settings: Settings
) -> None:
    bot_id = UUID(await files.bot(anna))
    kept = make_bot_files(api.edge.app.state.db, settings)
    first = await kept.save(bot_id, "report", ".csv", [["a"]], "event:0")
    again = await kept.save(bot_id, "report", ".csv", [["other"]], "event:0")
    assert first == again
    assert set(first) == {"id", "name", "url", "size", "content_type"}
    assert (first["name"], first["content_type"]) == ("report.csv", "text/plain")
    listed = (await anna.client.get("/attachments", params={"bot_id": str(bot_id)})).json()["items"]
    assert [item["id"] for item in listed] == [first["id"]]
    assert (await files.open(listed[0]["url"])).content == b"a\r\n"
    page = await kept.save(bot_id, "page", ".html", "<html><script>1</script>", "event:1")
    assert page["content_type"] == "application/octet-stream"


async def test_a_bots_savings_are_bounded_too(files: Files, anna: Person, api: Api, settings: Settings) -> None:
    bot_id = UUID(await files.bot(anna))
    small = settings.model_copy(update={"file_quota_bytes": 10})
    kept = make_bot_files(api.edge.app.state.db, small)
    with pytest.raises(TooManyRequests):
        await kept.save(bot_id, "a", "", "x" * 11, "event:0")
    with pytest.raises(NotFound):
        await kept.save(uuid4(), "a", "", "x", "event:0")


async def test_a_bot_sends_only_its_own_files_and_what_it_was_sent(
    files: Files, anna: Person, boris: Person, api: Api, settings: Settings
) -> None:
    channel_id = await files.channel(anna)
    visitor = await files.visitor(channel_id)
    told, untold = await files.sent(visitor), await files.sent(visitor)
    wish = {"channel_id": channel_id, "attachments": [{"id": told["id"]}]}
    bot_id = (await visitor.post("/messages", json=wish)).json()["message"]["recipient_id"]
    own = await files.sent(anna.client, bot_id=bot_id)
    kept = make_bot_files(api.edge.app.state.db, settings)
    loaded = await kept.load(UUID(bot_id), [own, {"id": told["id"], "field": "photo"}, told["id"]])
    assert [(file.field, file.name, file.content) for file in loaded] == [
        ("file", "a.png", PNG),
        ("photo", "a.png", PNG),
        ("file", "a.png", PNG),
    ]
    for foreign in ((await files.sent(boris.client))["id"], untold["id"], str(uuid4()), "no id", None, {}):
        with pytest.raises(NotFound):
            await kept.load(UUID(bot_id), [foreign])
    large = await files.sent(anna.client, b"x" * 2_000_000, bot_id=bot_id)
    with pytest.raises(TooLarge):
        await kept.load(UUID(bot_id), [large["id"]] * 5)


async def test_what_nobody_sent_is_forgotten_and_what_is_used_stays(
    files: Files, anna: Person, api: Api, settings: Settings
) -> None:
    channel_id = await files.channel(anna)
    used, unused = await files.sent(anna.client), await files.sent(anna.client)
    bots = await files.sent(anna.client, bot_id=await files.bot(anna))
    wish = {"channel_id": channel_id, "attachments": [{"id": used["id"]}]}
    assert (await anna.client.post("/messages", json=wish)).status_code == 202
    db, storage = api.edge.app.state.db, Storage.open(settings)
    assert await tidy(db, storage, timedelta(hours=24)) == (0, 0)
    assert await tidy(db, storage, timedelta(seconds=-60)) == (1, 0)
    left = [item["id"] for item in (await anna.client.get("/attachments")).json()["items"]]
    assert left == [bots["id"], used["id"]]
    assert len(files.kept()) == 2
    assert (await anna.client.get(f"/attachments/{unused['id']}")).status_code == 404


async def test_bytes_without_a_row_are_swept_once_they_are_old(
    files: Files, anna: Person, api: Api, settings: Settings
) -> None:
    channel_id = await files.channel(anna)
    await files.sent(await files.visitor(channel_id))
    kept = await files.sent(anna.client)
    strange = files.folder / "attachments" / "README"
    strange.write_bytes(b"not ours")
    assert (await anna.client.delete(f"/channels/{channel_id}")).status_code == 204
    db, storage = api.edge.app.state.db, Storage.open(settings)
    assert await tidy(db, storage, timedelta(hours=24)) == (0, 0)
    old = time.time() - 25 * 3_600
    for path in files.kept():
        os.utime(path, (old, old))
    assert await tidy(db, storage, timedelta(hours=24)) == (0, 1)
    assert strange.exists()
    assert (await anna.client.get(f"/attachments/{kept['id']}/content")).content == PNG
