"""A file that a document or a schedule names by its id reaches people as a file: with its name and its address."""

import json
import uuid
from typing import Any

from dbcv.integration_kit.parts import parts
from tests.engine.bots import bot, step
from tests.runtime.test_schedules import look, schedule, talkers
from tests.runtime.town import Town

GONE = "01990000-0000-7000-8000-000000000000"


async def file_of(town: Town, bot_id: uuid.UUID, name: str) -> str:
    file_id = await town.value(
        "INSERT INTO attachment (id, owner_id, account_id, bot_id, name, content_type, size) "
        "VALUES (gen_random_uuid(), $1, $1, $2, $3, 'image/png', 5) RETURNING id",
        town.owner_id, bot_id, name,
    )  # fmt: skip
    return str(file_id)


async def republish(town: Town, bot_id: uuid.UUID, entries: list[Any]) -> None:
    """The first step says these attachments."""
    changed = "jsonb_set(document::jsonb, '{steps,0,message,attachments}', $2)"
    await town.run(f"UPDATE revision SET document = {changed} WHERE bot_id = $1", bot_id, json.dumps(entries))


async def said(town: Town, session_id: uuid.UUID) -> list[Any]:
    found = await town.value(
        "SELECT attachments FROM message WHERE session_id = $1 AND text = 'Look' ORDER BY id DESC", session_id
    )
    return found  # type: ignore[no-any-return]


def shown(file_id: str, name: str) -> dict[str, Any]:
    url = f"/api/v1/attachments/{file_id}/content"
    return {"id": file_id, "name": name, "url": url, "size": 5, "content_type": "image/png"}


async def test_a_step_shows_its_files_and_no_others(town: Town) -> None:
    bot_id, other = await town.bot(bot(step("a", "Look", "a"))), await town.bot(bot(step("a", "x")))
    own, elsewhere, foreign = await file_of(town, bot_id, "a.png"), "https://example.com/b.png", "secret.png"
    entries = [own, {"id": own, "field": "photo"}, await file_of(town, other, foreign), GONE, elsewhere]
    await republish(town, bot_id, entries)
    await town.worker()
    (accepted,) = await town.say(await town.person(), bot_id, await town.channel(bot_id), "x")
    await town.settled()
    assert await said(town, accepted.session_id) == [shown(own, "a.png"), shown(own, "a.png"), elsewhere]


async def test_a_schedule_shows_its_files(town: Town) -> None:
    bot_id, _, (session_id,) = await talkers(town)
    own = await file_of(town, bot_id, "a.png")
    await schedule(town, bot_id, message={"text": "Look", "attachments": [own, GONE]})
    await look(town)
    await town.settled()
    assert await said(town, session_id) == [shown(own, "a.png")]


def test_a_bare_address_goes_out_as_one_and_anything_else_stops_nothing() -> None:
    message = {"text": "Look", "attachments": ["https://example.com/b.png", GONE, 5, {"id": "f1"}]}
    made = parts(message, 100, ())
    assert [(part.text, part.file) for part in made] == [("Look", 3), ("https://example.com/b.png", None)]
