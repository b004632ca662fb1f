"""A real `dbcv up` for tests: on a free port, in a folder of its own, with everything it starts.

conftest's fixture `product` shares one among all tests that do not harm it; fault tests start their own.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMAIL = "admin@example.com"
PASSWORD = "the password of tests"
START_TIMEOUT_SECONDS = 180.0
# Settings of whoever runs the tests must not leak into the product under test.
_FOREIGN = re.compile(r"^(DBCV_.*|DATABASE_URL|REDIS_URL|S3_.*|SECRET_.*|DB_.*|ROLE)$")


class Product:
    """`url` is where it listens. Use as a context manager, or `start` and `stop`; `home` outlives a stop."""

    email, password = EMAIL, PASSWORD

    def __init__(self, home: Path | None = None, **environment: str) -> None:
        self._made = Path(tempfile.mkdtemp(prefix="dbcv-test-")) if home is None else None
        self.home = home or self._made / "home"  # type: ignore[operator]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.log = self.home.with_name(f"{self.home.name}.log")

    def start(self) -> "Product":
        """Comes back when it answers; fails with its output when it does not."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            offset = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dbcv.entrypoints.cli", "up"],
                cwd=self.log.parent,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while "DBCV is running" not in self.output(offset):
            assert self.process.poll() is None, f"dbcv up ended:\n{self.output(offset)}"
            assert time.monotonic() < deadline, f"dbcv up did not get ready:\n{self.output(offset)}"
            time.sleep(0.05)
        return self

    def output(self, offset: int = 0) -> str:
        """What it printed so far."""
        return self.log.read_bytes()[offset:].decode(errors="replace") if self.log.exists() else ""

    def stop(self, number: int = signal.SIGTERM, timeout_seconds: float = 30.0) -> int:
        """Signals it and waits; the exit code."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout_seconds)

    def pids(self) -> dict[str, int]:
        """{name: process} of the api, the workers and the scheduler, as they run right now."""
        import json

        return {name: int(noted[0]) for name, noted in json.loads((self.home / "pids.json").read_text()).items()}

    def service_pid(self, name: str) -> int:
        """Of "postgres" or "valkey"."""
        file = {"postgres": "postgres/postmaster.pid", "valkey": "valkey/valkey.pid"}[name]
        return int((self.home / file).read_text().split()[0])

    def remove(self) -> None:
        """Stops it if it runs; its folder goes too unless it was given."""
        if self.process and self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._made:
            shutil.rmtree(self._made, ignore_errors=True)

    def __enter__(self) -> "Product":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _environment(self) -> dict[str, str]:
        own = {
            "DBCV_HOME": str(self.home),
            "DBCV_PORT": str(self.port),
            "DBCV_ADMIN_EMAIL": EMAIL,
            "DBCV_ADMIN_PASSWORD": PASSWORD,
        }
        kept = {name: value for name, value in os.environ.items() if not _FOREIGN.match(name)}
        return kept | own | self.environment


def free_port() -> int:
    """One that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
