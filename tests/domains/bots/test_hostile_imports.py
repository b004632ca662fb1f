"""Every hostile bot document of the corpus over HTTP: a clean answer in time, and no row left by a refusal."""

import asyncio
import base64
import json
import sys
import threading
import time
import zlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from dbcv.engine.events import Event
from dbcv.engine.graph import compile_bot
from dbcv.engine.state import State
from dbcv.engine.walk import walk
from dbcv.kit.db import Database
from tests import corpus
from tests.domains.bots.documents import frozen_document

PLACES = {
    "PUBLIC": "https://public.example",
    "SECRET": "a-secret",
    "OTHER_TENANT_CREDENTIAL_ID": "01890000-0000-7000-8000-00000000000c",
    "OTHER_TENANT_ATTACHMENT_ID": "01890000-0000-7000-8000-00000000000a",
}


def in_a_big_thread(work: Any) -> Any:
    """Deeply nested values need a stack of their own to be built."""
    results: list[Any] = []
    limit, size = sys.getrecursionlimit(), threading.stack_size(512 * 1024 * 1024)
    sys.setrecursionlimit(1_000_000)
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    thread.join()
    sys.setrecursionlimit(limit)
    threading.stack_size(size)
    return results[0]


def body_of(payload: Any, places: dict[str, str]) -> tuple[bytes, str]:
    """The request's body and its content type."""
    if isinstance(payload, dict) and "$raw" in payload:
        return corpus.expand(payload["$raw"], **places).encode(), "application/json"
    if isinstance(payload, dict) and "$raw_b64" in payload:
        return base64.b64decode(payload["$raw_b64"]), "application/json"
    if isinstance(payload, dict) and "$zip_bomb" in payload:
        return zlib.compress(bytes(10_000_000)), "application/zip"
    return in_a_big_thread(lambda: json.dumps(corpus.expand(payload, **places)).encode()), "application/json"


async def counts(db: Database) -> dict[str, int]:
    """Rows of every table an import may write."""
    names = ("subscriber", "bot", "step", "connection_group", "connection", "request", "widget", "note", "template")
    names += ("template_instance", "emitter", "cron", "credential_entity", "bot_source_ids", "bot_variables")
    async with db.read() as session:
        return {name: await session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}


async def victim(api: Any) -> tuple[Any, dict[str, Any]]:
    """Another tenant's bot, as exported by its owner."""
    owner = await api.person("victim")
    document = {"name": "Private", "first_step_id": "a", "steps": [{"id": "a", "message": {"text": "mine"}}]}
    bot = (await owner.client.post("/bots/import", json=document)).json()
    return owner, (await owner.client.get(f"/bots/{bot['id']}/export")).json() | {"bot_id": bot["id"]}


@pytest.mark.parametrize("row", corpus.rows("bot_import_hostile.jsonl"))
async def test_hostile_import(api: Any, db: Database, row: dict[str, Any]) -> None:
    owner, private = await victim(api)
    attacker = await api.person("attacker")
    places = PLACES | {
        "OTHER_TENANT_STEP_ID": private["steps"][0]["id"],
        "OTHER_TENANT_USER_ID": owner.id,
        "OTHER_TENANT_BOT_ID": private["bot_id"],
    }
    body, content_type = body_of(row["payload"], places)
    before, started = await counts(db), time.monotonic()
    answer = await attacker.client.post("/bots/import", content=body, headers={"Content-Type": content_type})
    assert time.monotonic() - started < row["safe"]["max_s"]
    if answer.status_code == 201:
        await _check_accepted(row["safe"]["outcome"], attacker, answer.json(), places, db)
    else:
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.content) < 1_000_000
        assert await counts(db) == before
    assert (await owner.client.get(f"/bots/{private['bot_id']}/export")).json()["steps"] == private["steps"]


async def _check_accepted(
    outcome: str, attacker: Any, bot: dict[str, Any], places: dict[str, str], db: Database
) -> None:
    """An accepted document may be so, belongs to who sent it, and comes out without what it must not hold."""
    assert "clean_4xx" not in outcome.replace("clean_4xx_or", "") or outcome.startswith("clean_4xx_or")
    assert outcome not in {"413_or_4xx"}
    assert bot["owner_id"] == attacker.id
    exported = (await attacker.client.get(f"/bots/{bot['id']}/export")).text
    assert "123:ABC" not in exported
    assert not any(
        place in exported for name, place in places.items() if name in {"OTHER_TENANT_STEP_ID", "OTHER_TENANT_USER_ID"}
    )
    published = await attacker.client.post(f"/bots/{bot['id']}/publish")
    assert published.status_code in {201, 422}
    if published.status_code == 201:
        document = await frozen_document(db, UUID(bot["id"]), 1)
        await asyncio.wait_for(asyncio.to_thread(one_turn, document), 5)


def one_turn(document: dict[str, Any]) -> None:
    """One message to the bot, the outside world out of order: the turn ends, within its limits."""
    message = {"id": "1", "text": "hello", "params": {}, "attachments": [], "sender_id": "2"}
    event = Event(id="1", kind="message", now=datetime.now(UTC), seed=1, message=message, data={})
    turn = walk(compile_bot(document), State(), event)
    reply: Any = None
    with pytest.raises(StopIteration) as ended:
        while True:
            turn.send(reply)
            reply = {
                "ok": False,
                "status": 0,
                "headers": {},
                "result": None,
                "error": "away",
                "elapsed_ms": 1,
                "log": "",
            }
    assert len(ended.value.value.entered) <= 101
