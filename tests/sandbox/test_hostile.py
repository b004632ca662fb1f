"""Nothing that an author writes gets out of the jail, hangs, starves others, or reaches the next call."""

import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dbcv.sandbox.port import Reply
from tests.corpus import expand, rows
from tests.sandbox.hostile import HOSTILE
from tests.sandbox.hostile_kinds import EXCESS, OBJECTS
from tests.sandbox.jail import Jail

TOKEN = "token-a55a5e0f-of-the-service"
MAX_ERROR_CHARS = 1_000
LIMIT_SECONDS = 0.6
ALL = HOSTILE | OBJECTS | EXCESS


class World:
    """What must stay untouched: a file that must not appear, a secret file, a secret variable, a port nobody calls."""

    def __init__(self, folder: Path) -> None:
        self.marker, self.secret = folder / "marker", folder / "secret"
        self.secret.write_text(TOKEN)
        self.secret.chmod(0o644)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        os.environ["DBCV_TEST_TOKEN"] = TOKEN

    def fill(self, code: str) -> str:
        port = self.listener.getsockname()[1]
        filled: str = expand(code, MARKER=self.marker, SECRETF=self.secret, TOKEN=TOKEN, PORT=port)
        return filled

    def was_called(self) -> bool:
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self.listener.close()
        del os.environ["DBCV_TEST_TOKEN"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.close()


def resident_megabytes() -> float:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def judged(jail: Jail, world: World, code: str, safe: dict[str, Any]) -> Reply:
    """Runs it and holds the reply to what a safe outcome is."""
    before, begin = resident_megabytes(), time.monotonic()
    variables = {"bot": {"id": "b", "api_token": "kept"}, "user": {"id": "u"}, "session": {}}
    kept = json.dumps(variables)
    reply = jail.run(code, variables=variables)
    took = time.monotonic() - begin
    shown = json.dumps(reply)
    assert took < safe.get("max_wall_s", 5.0)
    assert resident_megabytes() - before < safe.get("max_service_rss_growth_mb", 64)
    assert not world.marker.exists()
    assert TOKEN not in shown
    assert not world.was_called()
    assert json.dumps(variables) == kept
    assert len(reply["error"] or "") <= min(safe.get("max_error_chars", MAX_ERROR_CHARS), MAX_ERROR_CHARS)
    for forbidden in safe.get("not_contains", ()):
        assert forbidden not in json.dumps(reply["result"])
    for forbidden in (*safe.get("error_not_contains", ()), "site-packages", "Traceback"):
        assert forbidden not in (reply["error"] or "")
    if safe.get("result") == "error":
        assert not reply["ok"]
        assert reply["error"]
    return reply


def ordinary(jail: Jail, code: str) -> Reply:
    """What honest code gives. A machine that stood still a moment costs it a try: its time is short here."""
    reply = jail.run(code)
    return jail.run(code) if "took longer" in (reply["error"] or "") else reply


@pytest.mark.parametrize("row", rows("pyjail.jsonl"))
def test_every_row_of_the_corpus_is_contained(jail: Jail, world: World, row: dict[str, Any]) -> None:
    safe = row["safe"]
    judged(jail, world, world.fill(row["code"]), safe)
    follow_up = safe["follow_up"]
    begin = time.monotonic()
    reply = ordinary(jail, follow_up["code"])
    assert reply["result"] == follow_up["expect"], reply
    assert time.monotonic() - begin < follow_up["max_wall_s"] + LIMIT_SECONDS


@pytest.mark.parametrize("name", ALL)
def test_more_of_the_same_kind_is_contained(jail: Jail, world: World, name: str) -> None:
    code, expected = ALL[name]
    reply = judged(jail, world, world.fill(code), {})
    if expected is not None:
        assert expected in (reply["error"] or ""), reply
    after = ordinary(jail, "async def main(message, variables):\n    return [len('abc'), json.loads('[1]')]")
    assert after["result"] == [3, [1]], after
