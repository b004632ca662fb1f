"""The database's own limit: pgbench writing the rows of a turn into tables like ours, in the product's own cluster."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from product import Product

from dbcv.kit.local_postgres import programs

TABLES = """
CREATE SCHEMA limits;
CREATE TABLE limits.session (id int PRIMARY KEY, version bigint NOT NULL DEFAULT 0, step_id text,
  updated_at timestamptz) WITH (fillfactor = 70);
CREATE TABLE limits.mailbox (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, session_id int, event jsonb);
CREATE INDEX ON limits.mailbox (session_id, seq);
CREATE TABLE limits.message (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, session_id int, channel_id int,
  text text, params jsonb, created_at timestamptz DEFAULT now());
CREATE INDEX ON limits.message (session_id, id);
CREATE INDEX ON limits.message (channel_id, id);
CREATE TABLE limits.turn_record (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, session_id int, record jsonb);
CREATE INDEX ON limits.turn_record (session_id, id);
INSERT INTO limits.session (id, step_id) SELECT g, 'ask' FROM generate_series(1, 1000) g;
"""
EVENT = """'{"message": {"text": "start", "params": null, "attachments": []}}'"""
RECORD = (
    """'{"event": {"message": {"text": "start"}}, "now": "2026-01-01T00:00:00Z", "seed": 1, "effects": [], "trace": """
    """[{"at": "enter", "step": "ask"}, {"at": "connection", "held": true}], "replies": ["01"], "elapsed_us": 40}'"""
)
TURN = f"""
\\set s random(1, 1000)
BEGIN;
WITH m AS (INSERT INTO limits.message (session_id, channel_id, text, params)
           VALUES (:s, 1, 'start', 'null') RETURNING id)
  INSERT INTO limits.mailbox (session_id, event) VALUES (:s, {EVENT});
WITH won AS (UPDATE limits.session SET version = version + 1, step_id = 'age', updated_at = now()
             WHERE id = :s RETURNING id),
  gone AS (DELETE FROM limits.mailbox WHERE session_id = :s),
  said AS (INSERT INTO limits.message (session_id, channel_id, text, params) SELECT id, 1, 'Hello', 'null' FROM won)
  INSERT INTO limits.turn_record (session_id, record) SELECT id, {RECORD} FROM won;
COMMIT;
"""
HUNDRED = f"""
BEGIN;
INSERT INTO limits.message (session_id, channel_id, text, params)
  SELECT g * 10, 1, 'start', 'null' FROM generate_series(1, 100) g;
INSERT INTO limits.mailbox (session_id, event) SELECT g * 10, {EVENT} FROM generate_series(1, 100) g;
WITH won AS (UPDATE limits.session SET version = version + 1, step_id = 'age', updated_at = now()
             WHERE id IN (SELECT g * 10 FROM generate_series(1, 100) g) RETURNING id),
  gone AS (DELETE FROM limits.mailbox WHERE session_id IN (SELECT g * 10 FROM generate_series(1, 100) g)),
  said AS (INSERT INTO limits.message (session_id, channel_id, text, params) SELECT id, 1, 'Hello', 'null' FROM won)
  INSERT INTO limits.turn_record (session_id, record) SELECT id, {RECORD} FROM won;
COMMIT;
"""


def pgbench_limits(product: Product, seconds: int = 5) -> None:
    """Prints durable turns a second of the database alone: one commit a turn, and 100 turns a commit."""
    folder_of_programs = programs()
    address = address_of(product)
    subprocess.run([folder_of_programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", TABLES, address], check=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, script, clients, turns in (
            ("one commit a turn", TURN, (1, 16, 40), 1),
            ("100 turns a commit", HUNDRED, (1,), 100),
        ):
            path = Path(folder) / "script.sql"
            path.write_text(script)
            for count in clients:
                rate = _pgbench(folder_of_programs / "pgbench", path, address, count, seconds) * turns
                print(f"pgbench, the same rows, {name}, {count:2} clients: {rate:8.0f} turns/s", flush=True)


def _pgbench(program: Path, script: Path, address: str, clients: int, seconds: int) -> float:
    command = [
        program,
        "-n",
        "-M",
        "prepared",
        "-c",
        str(min(clients, 40)),
        "-j",
        "1",
        "-T",
        str(seconds),
        "-f",
        script,
        address,
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    return float(found[1]) if found else 0.0


def address_of(product: Product) -> str:
    if os.environ.get("DATABASE_URL"):
        return os.environ["DATABASE_URL"]
    return str(json.loads((product.home / "services.json").read_text())["database_url"])
