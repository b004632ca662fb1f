"""Processes of the product as copies of one that has imported it already, as the product's own supervisor makes them.

A worker that is started anew takes three seconds of processor time, nearly all of it imports; a copy takes none of
them. World orders copies; this runs as a process of its own: a JSON line in, a JSON line out.
"""

import gc
import importlib
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dbcv.kit.processes import Child, fork

_IMPORTED = ("api", "worker", "scheduler", "prepare")


class Copy(Child):
    """A child of the nursery's: it says how it ended."""

    def __init__(self, pid: int, nursery: "Nursery") -> None:
        super().__init__(pid)
        self._nursery = nursery

    def poll(self) -> int | None:
        if self.exit_code is None:
            self.exit_code = self._nursery.order({"poll": self.pid})
        return self.exit_code


class Nursery:
    """The process, as its user sees it. It ends with the one who started it, and its copies with it."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], env=dict(environment), cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def start(self, words: Sequence[str], environment: Mapping[str, str], log: Path) -> Copy:
        """What `python -m WORDS` would be; what it prints is added to `log`."""
        return Copy(self.order({"words": words, "environment": environment, "log": str(log)}), self)

    def order(self, wish: dict[str, Any]) -> Any:
        """One question, one answer. Raises EOFError when the nursery has died."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        with self._turn:
            stdin.write(msgspec.json.encode(wish) + b"\n")
            stdin.flush()
            if not (answer := stdout.readline()):
                raise EOFError("the nursery has died")
        return msgspec.json.decode(answer)

    def close(self) -> None:
        """Whatever still lives in it is killed."""
        self._process.communicate()


def _fork(wish: dict[str, Any]) -> Child:
    words: list[str] = wish["words"]

    def live() -> None:
        log = os.open(wish["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.argv = list(words)
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)

    return fork(live, env=wish["environment"], death_signal=signal.SIGKILL)


def main() -> None:
    for name in _IMPORTED:
        importlib.import_module(f"dbcv.entrypoints.{name}")
    gc.collect()
    gc.freeze()
    children: dict[int, Child] = {}
    for line in sys.stdin.buffer:
        wish = msgspec.json.decode(line)
        if "poll" in wish:
            answer = children[wish["poll"]].poll()
        else:
            child = _fork(wish)
            children[child.pid], answer = child, child.pid
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
