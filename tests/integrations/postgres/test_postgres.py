"""Queries to a real PostgreSQL over TCP."""

from collections.abc import AsyncIterator

import pytest

from dbcv.kit.local_postgres import ROLE, LocalPostgres
from tests.integrations.caller import Caller
from tests.integrations.postgres.door import door


@pytest.fixture
async def port(postgres: LocalPostgres) -> AsyncIterator[int]:
    async with door(postgres) as number:
        yield number


@pytest.fixture
def base(caller: Caller, port: int) -> dict[str, str]:
    caller.credential("postgres", "basic", [f"127.0.0.1:{port}"], username=ROLE, password="a password")
    return {"database": "postgres", "tls": "off"}


async def test_rows(caller: Caller, base: dict[str, str]) -> None:
    sql = """SELECT $1::int + 1 AS n, $2::text AS t, $3::timestamptz AS at, $4::numeric AS price, $5::int[] AS list,
        $6::jsonb ->> 'a' AS a, NULL AS nothing"""
    params = ["41", 7, "2026-11-23T10:00:00+00:00", "12.50", ["1", 2], {"a": "b"}]
    reply = await caller.call("postgres.query", base | {"sql": sql, "params": params})
    assert reply["ok"], reply
    assert reply["result"]["rows"] == [{
        "n": 42, "t": "7", "at": "2026-11-23T10:00:00+00:00", "price": 12.5, "list": [1, 2], "a": "b", "nothing": None
    }]  # fmt: skip


async def test_no_value_becomes_a_part_of_the_query(caller: Caller, base: dict[str, str]) -> None:
    hostile = "'; DROP TABLE users; --"
    reply = await caller.call("postgres.query", base | {"sql": "SELECT $1::text AS t", "params": [hostile]})
    assert reply["result"]["rows"] == [{"t": hostile}]
    reply = await caller.call("postgres.query", base | {"sql": "SELECT 1; SELECT 2"})
    assert not reply["ok"] and "multiple commands" in reply["error"]


async def test_it_only_reads_unless_it_may_more(caller: Caller, base: dict[str, str]) -> None:
    sql = {"sql": "SELECT set_config('a.b', '1', false), pg_catalog.lo_create(0)"}
    assert "read-only" in (await caller.call("postgres.query", base | sql))["error"]
    temporary = {"sql": "CREATE TABLE dbcv_kit_test (n int)", "read_only": False}
    assert "read-only" in (await caller.call("postgres.query", base | temporary | {"read_only": True}))["error"]
    allowed = {"sql": "CREATE TEMPORARY TABLE t ON COMMIT DROP AS SELECT 1", "read_only": False}
    reply = await caller.call("postgres.query", base | allowed)
    assert reply["ok"] and reply["result"]["rows"] == [], reply


async def test_many_rows_are_cut_and_large_ones_refused(caller: Caller, base: dict[str, str]) -> None:
    reply = await caller.call("postgres.query", base | {"sql": "SELECT generate_series(1, 100000) AS n", "max_rows": 3})
    assert (reply["result"]["is_cut"], len(reply["result"]["rows"])) == (True, 3)
    reply = await caller.call(
        "postgres.query", base | {"sql": "SELECT repeat('x', 20000) FROM generate_series(1, 100)"}
    )
    assert not reply["ok"] and "larger" in reply["error"]


async def test_a_slow_query_ends(caller: Caller, base: dict[str, str]) -> None:
    reply = await caller.call("postgres.query", base | {"sql": "SELECT pg_sleep(30)", "timeout_seconds": 0.2})
    assert reply["ok"] is False and ("too long" in reply["error"] or "in time" in reply["error"])


async def test_what_is_wrong_is_data(caller: Caller, base: dict[str, str]) -> None:
    for config, words in (
        ({"sql": "SELEC 1"}, "syntax error"),
        ({"sql": "SELECT $1::int", "params": ["many"]}, "params[0] is no int4"),
        ({"sql": "SELECT $1::int"}, "1 values, 0 are given"),
        ({"sql": "SELECT 1", "database": "no_such"}, "does not exist"),
    ):
        reply = await caller.call("postgres.query", base | config)
        assert reply["ok"] is False and words in reply["error"], reply


async def test_nobodys_server_and_a_private_one(caller: Caller, base: dict[str, str], port: int) -> None:
    caller.credential("postgres", "basic", [], username=ROLE, password="a password")
    assert "bind the credential" in (await caller.call("postgres.query", base | {"sql": "SELECT 1"}))["error"]
    stranger = Caller(allowed_hosts=())
    stranger.credential("postgres", "basic", [f"127.0.0.1:{port}"], username=ROLE, password="a password")
    reply = await stranger.call("postgres.query", base | {"sql": "SELECT 1"})
    await stranger.close()
    assert (reply["code"], "DBCV_ALLOWED_HOSTS" in reply["error"]) == ("refused", True)
