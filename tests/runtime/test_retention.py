"""Old rows go by their ids, in steps, alone; what is younger or kept for ever stays."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.driver import connector
from dbcv.kit.settings import Settings
from dbcv.runtime import retention
from dbcv.runtime.retention import first_id, keep_small, kept_days, sweep
from tests.runtime.town import eventually

INSERT = {
    "turn_record": "INSERT INTO turn_record (id, session_id, bot_id, revision, kind, record) "
    "SELECT id, $2, $2, 1, 'message', '{}' FROM unnest($1::uuid[]) AS t(id)",
    "message": "INSERT INTO message (id, channel_id, session_id, sender_id) "
    "SELECT id, $2, $2, $2 FROM unnest($1::uuid[]) AS t(id)",
}


def aged(days: float, count: int) -> list[UUID]:
    base = first_id(utc_now() - timedelta(days=days)).int
    return [UUID(int=base + number + 1) for number in range(count)]


async def fill(connection: Any, table: str, *ages: tuple[float, int]) -> None:
    for days, count in ages:
        await connection.execute(INSERT[table], aged(days, count), uuid4())


async def left(connection: Any, table: str) -> int:
    count: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
    return count


async def test_what_is_older_goes_in_steps(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS_A_STEP", 10)
    async with db.driver() as connection:
        await fill(connection, "turn_record", (200, 35), (91, 1), (89, 7), (0, 3))
        await fill(connection, "message", (200, 4))
        assert await sweep(connection, {"turn_record": 90}, utc_now(), asyncio.Event()) == {"turn_record": 36}
        assert (await left(connection, "turn_record"), await left(connection, "message")) == (10, 4)
        assert await sweep(connection, {"turn_record": 90}, utc_now(), asyncio.Event()) == {"turn_record": 0}


async def test_for_ever_is_for_ever(settings: Settings) -> None:
    assert kept_days(settings) == {"turn_record": 90, "dead_letter": 365}
    all_of_them = {"keep_turn_records_days": 1, "keep_messages_days": 2, "keep_audit_days": 0.5}
    days = kept_days(settings.model_copy(update=all_of_them | {"keep_dead_letters_days": 0}))
    assert days == {"turn_record": 1, "message": 2, "audit_event": 0.5}


async def test_every_table_that_has_a_setting_is_there(db: Database) -> None:
    async with db.driver() as connection:
        tables = {"turn_record": 1.0, "message": 1.0, "dead_letter": 1.0, "audit_event": 1.0}
        assert await sweep(connection, tables, utc_now(), asyncio.Event()) == dict.fromkeys(tables, 0)


async def test_two_schedulers_do_not_meet(db: Database) -> None:
    async with db.driver() as one, db.driver() as other:
        await fill(one, "message", (9, 5))
        await one.execute("SELECT pg_advisory_lock($1)", retention.LOCK)
        assert await sweep(other, {"message": 1}, utc_now(), asyncio.Event()) == {}
        await one.execute("SELECT pg_advisory_unlock($1)", retention.LOCK)
        assert await sweep(other, {"message": 1}, utc_now(), asyncio.Event()) == {"message": 5}


async def test_a_locked_row_holds_up_nobody_else_and_a_stop_ends_it(
    settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ROWS_A_STEP", 1)
    stop = asyncio.Event()
    keeper = asyncio.create_task(
        keep_small(connector(settings.database_url), settings.model_copy(update={"keep_messages_days": 1}), stop)
    )
    async with db.driver() as connection:
        await fill(connection, "message", (9, 2_000))
        await asyncio.sleep(0.2)
        await connection.execute(INSERT["message"], aged(0, 1), uuid4())
    stop.set()
    await asyncio.wait_for(keeper, 30)


async def test_it_goes_on_when_the_database_was_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AWAY_SECONDS", 0.01)
    tries: list[int] = []

    def away() -> Any:
        tries.append(1)
        raise asyncpg.ConnectionDoesNotExistError("gone")

    stop = asyncio.Event()
    keeper = asyncio.create_task(keep_small(away, settings, stop))
    await eventually(lambda: len(tries) >= 3)
    stop.set()
    await keeper
