"""A whole product as real processes that a test may harm: database, broker, API, workers, scheduler.

Unlike `dbcv up` nobody restarts what dies: the test decides who lives, or asks for workers under a supervisor.
Everything dies with pytest.
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import psutil

from dbcv.domains.accounts.service import ANONYMOUS_TOKEN_LIFETIME
from dbcv.entrypoints.plan import Plan, Program
from dbcv.kit.crypto import encode_token
from dbcv.kit.local_services import LocalServices, Service, start_in
from dbcv.kit.processes import Child, spawn
from dbcv.kit.settings import load_settings
from tests.faults.nursery import Nursery
from tests.product import EMAIL, PASSWORD, free_port

ROOT = Path(__file__).parents[2]
PREFIX = "/api/v1"
READY_SECONDS = 60.0
SHARDS = "12"
"""Shared evenly by two, three or four workers, so that all of them have something to do."""
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")
_RUN = "dbcv.entrypoints.run"
_LOCKS = """
SELECT count(*) FILTER (WHERE mode = 'ShareLock'), count(*) FILTER (WHERE mode = 'ExclusiveLock'),
       count(DISTINCT pid) FILTER (WHERE mode = 'ExclusiveLock')
FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
"""
FAULTY = ("tests.faults.faulty_worker",)
"""A worker that fails on the magic words of `bots.py`."""
GREEDY = ("tests.faults.greedy_worker",)
"""A worker that takes every shard, whoever holds it."""


class World:
    """Use as a context manager. `api` and the names in `workers` are running processes."""

    def __init__(self, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dbcv-faults-"))
        self.home = self.folder / "home"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.services: LocalServices
        self.api: Child | None = None
        self.scheduler: Child | None = None
        self.workers: list[Child] = []
        self.kills = 0
        self._worker_words: Sequence[str] = (_RUN, "worker")
        self._worker_environment: dict[str, str] = {}
        self._environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "DBCV_HOME": str(self.home), "DBCV_PORT": str(self.port), "DBCV_ADMIN_EMAIL": EMAIL,
            "DBCV_ADMIN_PASSWORD": PASSWORD, "DBCV_LOG_LEVEL": "warning", "DBCV_MESSAGES_PER_SECOND": "0",
            "DBCV_VISITORS_PER_SECOND": "0", "DBCV_ACCESS_TOKEN_MINUTES": "1440",
            "MALLOC_ARENA_MAX": "2", "DBCV_SHARDS": SHARDS, **environment,
        }  # fmt: skip
        self.token = ""
        self._nursery: Nursery

    def __enter__(self) -> "World":
        self._nursery = Nursery(self._environment, ROOT)
        self.services = start_in(self.home)
        try:
            prepare = self._copy((_RUN, "prepare"), "prepare")
            assert prepare.wait(READY_SECONDS) and prepare.exit_code == 0, self.log_text("prepare")
            self.scheduler = self._copy((_RUN, "scheduler"), "scheduler")
            self.start_api()
            self.settings = load_settings(home=self.home, shards=int(SHARDS))
            self.database_url = self.settings.database_url
            self.token = self._log_in()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_workers()
        for child in (self.api, self.scheduler):
            if child is not None:
                child.stop(((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0)))
        self._nursery.close()
        self.services.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- processes -----------------------------------------------------------------------------------------------

    def _copy(self, words: Sequence[str], name: str, **environment: str) -> Child:
        return self._nursery.start(words, self._environment | environment, self.folder / f"{name}.log")

    def log_text(self, name: str) -> str:
        """What processes of that name ("api", "worker", …) printed."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start_api(self) -> None:
        """Comes back when it serves."""
        self.api = self._copy((_RUN, "api"), "api")
        deadline = time.monotonic() + READY_SECONDS
        while self.status("/health/ready") != 200:
            assert self.api.poll() is None and time.monotonic() < deadline, self.log_text("api")
            time.sleep(0.05)

    def stop_api(self, number: int = signal.SIGTERM) -> None:
        assert self.api is not None
        self.api.stop(((number, 20.0),))
        assert self.api.poll() is not None

    async def start_workers(self, count: int, words: Sequence[str] = (), **environment: str) -> None:
        """So many workers and no others, ready when this returns; those that ran are told to stop and waited for."""
        self.stop_workers()
        self._worker_words = words or (_RUN, "worker")
        self._worker_environment = environment
        self.workers = [self.new_worker() for _ in range(count)]
        await self.await_workers()

    async def supervise_workers(self, count: int) -> None:
        """So many workers and no others, kept alive by the product's own supervisor; ready when this returns."""
        self.stop_workers()
        programs = [Program(f"worker-{n}", [], self._environment, role="worker") for n in range(count)]
        plan = Plan(
            home=str(self.home), service_pids={}, programs=programs, listen_fd=0, lock_fd=0, health_host="127.0.0.1",
            health_port=self.port, stop_timeout_seconds=15.0, banner="",
        )  # fmt: skip
        pipe = plan.to_pipe()
        argv = (sys.executable, "-m", "dbcv.entrypoints.supervisor", str(pipe))
        with (self.folder / "worker.log").open("ab") as log:
            self.workers = [
                spawn(argv, env=self._environment, cwd=ROOT, output=log, death_signal=signal.SIGKILL, pass_fds=[pipe])
            ]
        os.close(pipe)
        await self.await_workers(at_least=count)

    async def await_workers(self, at_least: int = 0) -> None:
        """Until every worker (or so many) has shards, and every shard a worker, in both roles."""
        count, deadline = 2 * (at_least or len(self.workers)), time.monotonic() + READY_SECONDS
        database = await asyncpg.connect(self.database_url)
        try:
            while True:
                alive, shards, owners = await database.fetchrow(_LOCKS)
                is_even = at_least or (alive == count and shards == 2 * self.settings.shards)
                if is_even and owners >= count:
                    return
                assert time.monotonic() < deadline, self.log_text("worker")
                await asyncio.sleep(0.05)
        finally:
            await database.close()

    def new_worker(self) -> Child:
        return self.new_worker_of(self._worker_words, **self._worker_environment)

    def new_worker_of(self, words: Sequence[str], **environment: str) -> Child:
        """One of another kind, `python -m WORDS`; the caller puts it into `workers`."""
        return self._copy(words, "worker", **environment)

    def stop_workers(self) -> None:
        """In order: turns in flight finish."""
        for worker in self.workers:
            worker.send(signal.SIGTERM)
        for worker in self.workers:
            worker.stop(((signal.SIGCONT, 20.0), (signal.SIGKILL, 5.0)))
        self.workers = []

    def kill_workers(self) -> None:
        for worker in self.workers:
            worker.stop(((signal.SIGKILL, 5.0),))
        self.workers = []

    def kill_one(self, chance: random.Random) -> None:
        """`kill -9` of a random worker of the supervisor's."""
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(psutil.Process(self.workers[0].pid).children()).kill()
            self.kills += 1

    def kill_all(self) -> None:
        """`kill -9` of every worker of the supervisor's, all at once."""
        for worker in psutil.Process(self.workers[0].pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.kill()
                self.kills += 1

    def kill_scheduler(self) -> None:
        """`kill -9`, and another in its place."""
        assert self.scheduler is not None
        self.scheduler.stop(((signal.SIGKILL, 5.0),))
        self.kills += 1
        self.scheduler = self._copy((_RUN, "scheduler"), "scheduler")

    def revive(self) -> int:
        """Starts anew the workers that ended; how many there were."""
        dead = [place for place, worker in enumerate(self.workers) if worker.poll() is not None]
        for place in dead:
            self.workers[place] = self.new_worker()
        return len(dead)

    def pause_workers(self) -> None:
        for worker in self.workers:
            worker.send(signal.SIGSTOP)

    def resume_workers(self) -> None:
        for worker in self.workers:
            worker.send(signal.SIGCONT)

    def service(self, name: str) -> Service:
        return next(service for service in self.services.services if service.name == name)

    def stop_service(self, name: str, number: int) -> None:
        """Signals "postgres" or "valkey" and waits for its end."""
        child = self.services.children[name]
        child.stop(((number, 30.0),))
        assert child.poll() is not None

    def start_service(self, name: str) -> None:
        self.services.children[name] = self.service(name).start()

    # --- the API, plainly ----------------------------------------------------------------------------------------

    def status(self, path: str) -> int:
        """Of a GET; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """JSON in, JSON out, under /api/v1. Raises urllib.error.HTTPError."""
        data = None if body is None else msgspec.json.encode(body)
        request = urllib.request.Request(self.url + PREFIX + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("Authorization", f"Bearer {token or self.token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return msgspec.json.decode(answer.read() or b"null")

    def _log_in(self) -> str:
        form = f"username={EMAIL}&password={PASSWORD}".replace("@", "%40").replace(" ", "+").encode()
        with urllib.request.urlopen(self.url + PREFIX + "/login/access-token", form, timeout=60) as answer:
            return str(msgspec.json.decode(answer.read())["access_token"])

    def publish(self, document: dict[str, Any]) -> str:
        """The id of a bot that runs."""
        bot_id = str(self.call("POST", "/bots/import", document)["id"])
        self.call("POST", f"/bots/{bot_id}/publish", {})
        return bot_id

    def open_channel(self, bot_id: str, **fields: Any) -> str:
        wish = {"name": "Room", "is_public": True, "default_bot_id": bot_id} | fields
        return str(self.call("POST", "/channels", wish)["id"])

    def visitor_token(self, visitor_id: object) -> str:
        """What the API would hand a visitor; made here, because a crowd of them takes the API minutes."""
        claims = {"sub": str(visitor_id), "kind": "anonymous"}
        return encode_token(claims, self.settings.secret_key, ANONYMOUS_TOKEN_LIFETIME)
