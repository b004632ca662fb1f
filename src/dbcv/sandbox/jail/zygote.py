"""The parent of all jailed processes of one service process: builds the walls, loads what code steps may use, and
forks a child whenever the service asks, each with one end of a socket. It never runs a line of anybody's code."""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass, field
from typing import Any, NoReturn

from dbcv.sandbox.jail import walls
from dbcv.sandbox.jail.seccomp import CHANNEL, Filter, NoFilterError

ORDER_BYTES = 9
"""One order: b"f" (fork, a descriptor comes along) or b"k" (kill), then the child's number."""
_REAP_SECONDS = 0.05


def main() -> None:
    """`argv`: the control socket's descriptor, the service's pid, an empty folder, the limits as JSON."""
    control, service, root, limits = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
    walls.die_with(service)
    os.environ.clear()
    sys.argv[:] = [""]
    channel = socket.socket(fileno=control)
    walls.first_to_be_killed()
    built = walls.step_apart()
    if not built:
        _live(channel, root, limits, [])
    walls.as_first_process(lambda: _live(channel, root, limits, built))


def _live(channel: socket.socket, root: str, limits: dict[str, Any], built: list[str]) -> NoReturn:
    from dbcv.sandbox.jail import cell

    try:
        filter_ = Filter()
    except NoFilterError as error:
        channel.send(json.dumps({"error": str(error)}).encode())
        os._exit(1)
    cell.prepare(str(limits["zones_folder"]))
    memory = walls.memory_in_use() + int(limits["memory_bytes"])
    sys.path.clear()
    sys.path_importer_cache.clear()
    built += walls.give_up_everything(root)
    walls.die_with(None)
    gc.collect()
    gc.freeze()
    _Zygote(channel, filter_, limits, memory).serve([*built, "limits", "seccomp"])


@dataclass(slots=True)
class _Zygote:
    channel: socket.socket
    filter: Filter
    limits: dict[str, Any]
    memory: int
    children: dict[int, int] = field(default_factory=dict)
    dying: set[int] = field(default_factory=set)

    def serve(self, built: list[str]) -> NoReturn:
        self.channel.send(json.dumps({"walls": built}).encode())
        while True:
            readable, _, _ = select.select([self.channel], [], [], _REAP_SECONDS if self.dying else None)
            if readable:
                order, descriptors, _, _ = socket.recv_fds(self.channel, ORDER_BYTES, 1)
                if not order:
                    os._exit(0)
                self._obey(order, descriptors)
            self._reap()

    def _obey(self, order: bytes, descriptors: list[int]) -> None:
        number = int.from_bytes(order[1:], "big")
        if order[:1] == b"f" and descriptors:
            self._fork(number, descriptors[0])
        elif order[:1] == b"k" and number in self.children:
            pid = self.children.pop(number)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.dying.add(pid)

    def _reap(self) -> None:
        for pid in list(self.dying):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            self.dying.discard(pid)

    def _fork(self, number: int, end: int) -> None:
        own = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            os.close(end)
            return
        if pid == 0:
            self._become_cell(end, own)
        os.close(end)
        self.children[number] = pid

    def _become_cell(self, end: int, parent: int) -> NoReturn:
        from dbcv.sandbox.jail import cell

        try:
            walls.die_with(parent)
            self.channel.detach()
            spare = os.dup(end) if end == CHANNEL else end
            os.dup2(spare, CHANNEL)
            for standard in (0, 1, 2):
                with contextlib.suppress(OSError):
                    os.close(standard)
            os.closerange(CHANNEL + 1, 1_024)
            cell.get_ready(self.limits)
            walls.limit(self.memory, int(self.limits["cpu_seconds"]), CHANNEL + 1)
            self.filter.enforce()
            cell.live(self.limits)
        finally:
            os._exit(1)


if __name__ == "__main__":
    main()
