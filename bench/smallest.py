"""The smallest program of this design, as a measure of the machine: a message is committed before its turn, the turn
before its reply, a stream rings, a channel tells. No accounts, limits, rules, records, second worker or repair.

Started by bench/turns.py: `smallest.py api PORT DATABASE VALKEY` and `smallest.py worker DATABASE VALKEY`.
"""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg
import uvicorn
import uvloop
from product import BENCH, Product, free_port
from redis.asyncio import Redis

STREAM, GROUP, TOLD = "smallest", "worker", "smallest-told"
SCHEMA = """
DROP TABLE IF EXISTS smallest_box, smallest_talk, smallest_said;
CREATE TABLE smallest_box (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL, talk text NOT NULL,
                           body jsonb NOT NULL);
CREATE INDEX ON smallest_box (talk, seq);
CREATE TABLE smallest_talk (id text PRIMARY KEY, version int NOT NULL, turn int NOT NULL) WITH (fillfactor = 70);
CREATE TABLE smallest_said (id uuid PRIMARY KEY, talk text NOT NULL, reply_to uuid, body jsonb NOT NULL,
                            at timestamptz DEFAULT now());
CREATE INDEX ON smallest_said (talk, id);
"""
KEEP = """
WITH came AS (INSERT INTO smallest_said (id, talk, body) SELECT * FROM unnest($1::uuid[], $2::text[], $3::jsonb[]))
INSERT INTO smallest_box (id, talk, body) SELECT * FROM unnest($1::uuid[], $2::text[], $3::jsonb[])
"""
COMMIT = """
WITH won AS (INSERT INTO smallest_talk AS t (id, version, turn) SELECT * FROM unnest($1::text[], $2::int[], $3::int[])
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, turn = excluded.turn
             WHERE t.version = excluded.version - 1 RETURNING t.id),
gone AS (DELETE FROM smallest_box WHERE seq = ANY($4::bigint[]))
INSERT INTO smallest_said (id, talk, reply_to, body)
SELECT * FROM unnest($5::uuid[], $6::text[], $7::uuid[], $8::jsonb[]) AS s(id, talk, reply_to, body)
WHERE talk IN (SELECT id FROM won)
"""
WORDS = ("Hello Bob! How old are you?", "Welcome, Bob ({})", "Bye Bob")


class Api:
    """A bare ASGI application that answers when the turn is told."""

    def __init__(self, database: str, valkey: str) -> None:
        self.database, self.valkey = database, Redis.from_url(valkey)
        self.came: list[tuple[uuid.UUID, str, str]] = []
        self.waiting: dict[str, asyncio.Future[str]] = {}
        self.wake = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            self.tasks = [asyncio.create_task(work()) for work in (self.keep, self.listen)]
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        talk = dict(scope["headers"])[b"authorization"].decode()
        message_id = uuid.uuid4()
        told = self.waiting[str(message_id)] = asyncio.get_running_loop().create_future()
        self.came.append((message_id, talk, (await receive())["body"].decode()))
        self.wake.set()
        body = json.dumps({"replies": [{"text": await told}]}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def keep(self) -> None:
        connection = await asyncpg.connect(self.database)
        while await self.wake.wait():
            self.wake.clear()
            came, self.came = self.came, []
            await connection.execute(KEEP, *(list(column) for column in zip(*came, strict=True)))
            await self.valkey.xadd(STREAM, {"talks": json.dumps([talk for _, talk, _ in came])}, maxlen=1000)

    async def listen(self) -> None:
        async with self.valkey.pubsub() as heard:
            await heard.subscribe(TOLD)
            async for notice in heard.listen():
                for message_id, text in json.loads(notice["data"]) if notice["type"] == "message" else ():
                    self.waiting.pop(message_id).set_result(text)


async def work(database: str, valkey: str) -> None:
    """One worker: rung talks in, committed turns out."""
    connection, bell = await asyncpg.connect(database), Redis.from_url(valkey)
    with contextlib.suppress(Exception):
        await bell.xgroup_create(STREAM, GROUP, mkstream=True)
    known: dict[str, tuple[int, int]] = {}
    while True:
        rung = await bell.xreadgroup(GROUP, "one", {STREAM: ">"}, count=100, block=1000)
        entries = [entry for _, found in rung or () for entry in found]
        talks = list({talk for _, fields in entries for talk in json.loads(fields[b"talks"])})
        rows = await connection.fetch(
            "SELECT seq, id, talk, body FROM smallest_box WHERE talk = ANY($1) ORDER BY seq", talks
        )
        if not rows:
            continue
        said, moved = [], {}
        for row in rows:
            version, turn = moved.get(row["talk"]) or known.get(row["talk"], (0, 0))
            text = WORDS[turn % 3].format(json.loads(row["body"])["text"])
            moved[row["talk"]] = (version + (row["talk"] not in moved), turn + 1)
            said.append((uuid.uuid4(), row["talk"], row["id"], json.dumps({"text": text})))
        states = [
            list(moved),
            [state[0] for state in moved.values()],
            [state[1] for state in moved.values()],
        ]
        await connection.execute(
            COMMIT, *states, [row["seq"] for row in rows], *(list(c) for c in zip(*said, strict=True))
        )
        known |= moved
        pipeline = bell.pipeline(transaction=False)
        pipeline.xack(STREAM, GROUP, *(entry_id for entry_id, _ in entries))
        pipeline.publish(TOLD, json.dumps([(str(one[2]), json.loads(one[3])["text"]) for one in said]))
        await pipeline.execute()


async def _prepare(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute(SCHEMA)
    await connection.close()


@contextlib.contextmanager
def smallest_program(product: Product) -> Iterator[int]:
    """Its port, while it runs on the product's own database and broker."""
    addresses = json.loads((product.home / "services.json").read_text())
    database, valkey, port = addresses["database_url"], addresses["redis_url"], free_port()
    asyncio.run(_prepare(database))
    own = [sys.executable, str(BENCH / "smallest.py")]
    running = [
        subprocess.Popen([*own, "worker", database, valkey]),
        subprocess.Popen([*own, "api", str(port), database, valkey]),
    ]
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield port
    finally:
        for process in running:
            process.kill()
            process.wait()


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        uvloop.run(work(*sys.argv[2:]))
    else:
        app = Api(*sys.argv[3:])
        uvicorn.run(app, port=int(sys.argv[2]), loop="uvloop", http="httptools", log_level="error", access_log=False)
