"""The jail's first process, seen from the service: started at the first need, asked for children, told whom to end.

A fresh interpreter with an empty environment and two descriptors, never a copy of the service: none of the service's
memory, secrets or connections is in it.
"""

import asyncio
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path

from dbcv.sandbox.port import CodeLimits

START_SECONDS = 20.0
STOP_SECONDS = 1.0
_BOOT = "import sys; sys.path.insert(0, sys.argv.pop(1)); from dbcv.sandbox.jail.zygote import main; main()"
_MOST_READY_BYTES = 4_096


class SandboxUnavailableError(Exception):
    """No code can run on this host, or not now; the text says why."""


class ZygoteProcess:
    """One a pool. Every method but `start` is quick and does not wait."""

    def __init__(self, limits: CodeLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._orders: deque[tuple[bytes, int | None]] = deque()
        self.walls: list[str] = []

    @property
    def is_alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Returns when children can be had. Raises SandboxUnavailableError. Call it on the main thread: the process
        dies with the thread that started it."""
        self.stop()
        own, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        own.setblocking(False)
        root = _empty_folder()
        try:
            self._process = _spawn(theirs, root, self._limits)
            self._control = own
            theirs.close()
            async with asyncio.timeout(START_SECONDS):
                answer = await asyncio.get_running_loop().sock_recv(own, _MOST_READY_BYTES)
            ready = json.loads(answer or b'{"error": "it ended at its start"}')
        except (OSError, ValueError, TimeoutError) as error:
            self.stop()
            why = "it takes too long" if isinstance(error, TimeoutError) else str(error)
            raise SandboxUnavailableError(f"the sandbox does not start: {why}") from error
        finally:
            theirs.close()
            shutil.rmtree(root, ignore_errors=True)
        if "error" in ready:
            self.stop()
            raise SandboxUnavailableError(f"the sandbox does not start: {ready['error']}")
        self.walls = list(ready["walls"])

    def fork(self, number: int, end: socket.socket) -> None:
        """A new child that holds the other `end`. Raises OSError when the zygote is gone."""
        if self._control is None:
            raise OSError("the sandbox is not running")
        self._order(b"f", number, os.dup(end.fileno()))

    def end(self, number: int) -> None:
        """The child is killed if it still runs, and its remains are cleared."""
        if self._control is not None:
            self._order(b"k", number, None)

    def _order(self, what: bytes, number: int, descriptor: int | None) -> None:
        self._orders.append((what + number.to_bytes(8, "big"), descriptor))
        if len(self._orders) == 1:
            self._send_orders()

    def _send_orders(self) -> None:
        """As many as the socket takes; the rest when it takes more, in this order."""
        control = self._control
        while control is not None and self._orders:
            order, descriptor = self._orders[0]
            try:
                socket.send_fds(control, [order], [] if descriptor is None else [descriptor])
            except BlockingIOError:
                asyncio.get_running_loop().add_writer(control, self._send_orders)
                return
            except OSError:
                self._drop_orders()
                return
            self._orders.popleft()
            if descriptor is not None:
                os.close(descriptor)
        if control is not None:
            asyncio.get_running_loop().remove_writer(control)

    def _drop_orders(self) -> None:
        while self._orders:
            _, descriptor = self._orders.popleft()
            if descriptor is not None:
                os.close(descriptor)

    def stop(self) -> None:
        """Ends it and with it all children."""
        self._drop_orders()
        if self._control is not None:
            asyncio.get_running_loop().remove_writer(self._control)
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def _empty_folder() -> str:
    """Becomes the root of all children, who may read what is not in it; removed once they are in."""
    root = tempfile.mkdtemp(prefix="dbcv-jail-")
    Path(root).chmod(0o755)
    return root


def _spawn(control: socket.socket, root: str, limits: CodeLimits) -> "subprocess.Popen[bytes]":
    package_root = str(Path(__file__).resolve().parents[2])
    given = {
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_bytes,
        "output_bytes": limits.output_bytes,
        "log_chars": limits.log_chars,
        "cpu_seconds": int(limits.calls_a_child * (limits.seconds + 1)),
        "zones_folder": _zones_folder(),
    }
    arguments = [package_root, str(control.fileno()), str(os.getpid()), root, json.dumps(given)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-s", "-S", "-P", "-B", "-X", "utf8", "-c", _BOOT, *arguments],
        env={"PYTHONHASHSEED": "0"},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None,
        pass_fds=(control.fileno(),),
        start_new_session=True,
    )


def _zones_folder() -> str:
    """Time zones of the package, so that they are the same on every host."""
    found = importlib.util.find_spec("tzdata")
    if found is None or not found.submodule_search_locations:
        return ""
    return str(Path(found.submodule_search_locations[0]) / "zoneinfo")
