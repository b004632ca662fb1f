"""Figures of a process: counted in memory at less than a microsecond each, shared through Valkey, written as
Prometheus reads them. It knows how to count, not what: whoever measures makes a `Counter` or `Histogram` of its own.

One event loop writes, so nothing is locked. Label values come from closed sets, never from users.
"""

import asyncio
import contextlib
import os
import socket
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import msgspec
import psutil
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dbcv.kit.vital import end, start_vital

SHARED_KEY = "metrics"
SHARE_SECONDS = 5.0
STALE_SECONDS = 20.0
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)

Labels: TypeAlias = tuple[str, ...]


class Family(msgspec.Struct):
    """One metric as it travels and is written. `samples`: (suffix, [[label, value], …], number)."""

    name: str
    kind: str
    help: str
    samples: list[tuple[str, list[tuple[str, str]], float]]


_all: list[Callable[[], Family]] = []


class Counter:
    """Only grows. `labels` names what each count is of; their values are given in the same order."""

    def __init__(self, name: str, help: str, labels: Sequence[str] = ()) -> None:
        self._name, self._help, self._labels = name, help, labels
        self._counts: dict[Labels, float] = {} if labels else {(): 0.0}
        _all.append(self._family)

    def add(self, amount: float = 1.0, labels: Labels = ()) -> None:
        """Count `amount` more."""
        self._counts[labels] = self._counts.get(labels, 0.0) + amount

    def _family(self) -> Family:
        named = ((list(zip(self._labels, values, strict=True)), count) for values, count in self._counts.items())
        return Family(self._name, "counter", self._help, [("", labels, count) for labels, count in named])


class Histogram:
    """How often each size came, by upper bounds."""

    def __init__(self, name: str, help: str, bounds: Sequence[float] = SECONDS, labels: Sequence[str] = ()) -> None:
        self._name, self._help, self._bounds, self._labels = name, help, bounds, labels
        self._counts: dict[Labels, list[float]] = {}
        if not labels:
            self._row(())
        _all.append(self._family)

    def _row(self, labels: Labels) -> list[float]:
        """Counts by bound, beyond the last bound, and the sum."""
        return self._counts.setdefault(labels, [0.0] * (len(self._bounds) + 2))

    def observe(self, value: float, labels: Labels = ()) -> None:
        """Count one `value`."""
        row = self._counts.get(labels) or self._row(labels)
        row[bisect_left(self._bounds, value)] += 1
        row[-1] += value

    def _family(self) -> Family:
        samples: list[tuple[str, list[tuple[str, str]], float]] = []
        for values, row in self._counts.items():
            labels, total = list(zip(self._labels, values, strict=True)), 0.0
            for bound, count in zip((*self._bounds, float("inf")), row[:-1], strict=True):
                total += count
                samples.append(("_bucket", [*labels, ("le", "+Inf" if bound == float("inf") else f"{bound:g}")], total))
            samples += [("_sum", labels, row[-1]), ("_count", labels, total)]
        return Family(self._name, "histogram", self._help, samples)


def gauge(name: str, help: str, values: Iterable[tuple[dict[str, str], float]]) -> Family:
    """Figures that are read at this moment: [({label: value}, number)]."""
    return Family(name, "gauge", help, [("", list(labels.items()), number) for labels, number in values])


def process_name(kind: str) -> str:
    """Tells this process from all others: "worker-HOST-PID"."""
    return f"{kind}-{socket.gethostname()[:40]}-{os.getpid()}"


def process_of(name: str) -> tuple[str, str]:
    """(kind, host) of such a name."""
    kind, _, rest = name.partition("-")
    return kind, rest.rpartition("-")[0]


def own_figures() -> list[Family]:
    """All that this process counted, and what every Prometheus client says of its process."""
    return [family() for family in _all] + _of_the_process()


def _of_the_process() -> list[Family]:
    process = psutil.Process()
    with process.oneshot():
        cpu, memory = process.cpu_times(), process.memory_info().rss
        files, started = process.num_fds(), process.create_time()
    used = Family("process_cpu_seconds_total", "counter", "Processor time used", [("", [], cpu.user + cpu.system)])
    return [
        used,
        gauge("process_resident_memory_bytes", "Memory in use", [({}, float(memory))]),
        gauge("process_open_fds", "Open files and sockets", [({}, float(files))]),
        gauge("process_start_time_seconds", "When it was started", [({}, started)]),
    ]


class _Shared(msgspec.Struct):
    at: float
    families: list[Family]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Shared).decode


class Sharer:
    """Puts this process's figures into Valkey every few seconds, where any API process finds them."""

    def __init__(self, valkey: Redis, name: str) -> None:
        self._valkey, self.name = valkey, name
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to share."""
        self._task = start_vital(self._run(), "metrics")

    async def stop(self) -> None:
        """Take them out again."""
        await end(self._task)
        try:
            await self._valkey.hdel(SHARED_KEY, self.name)
        except (RedisError, OSError):
            return

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(RedisError, OSError):  # that Valkey is away, others say in the log
                await self._valkey.hset(SHARED_KEY, self.name, _encode(_Shared(time.time(), own_figures())))
            await asyncio.sleep(SHARE_SECONDS)


async def shared_figures(valkey: Redis) -> dict[str, list[Family]]:
    """{process: its figures} of all processes that shared some lately. {} when Valkey is away."""
    try:
        kept: dict[Any, Any] = await valkey.hgetall(SHARED_KEY)
        found = {name.decode(): _decode(text) for name, text in kept.items()}
        stale = [name for name, shared in found.items() if shared.at < time.time() - STALE_SECONDS]
        if stale:
            await valkey.hdel(SHARED_KEY, *stale)
    except (RedisError, OSError, msgspec.MsgspecError):
        return {}
    return {name: shared.families for name, shared in found.items() if name not in stale}


def together(by_process: dict[str, list[Family]]) -> list[Family]:
    """One family a name; each sample says by the label `process` whose it is."""
    merged: dict[str, Family] = {}
    for process, families in by_process.items():
        for family in families:
            into = merged.setdefault(family.name, Family(family.name, family.kind, family.help, []))
            mark = ("process", process)
            into.samples += [(suffix, [mark, *labels], number) for suffix, labels, number in family.samples]
    return list(merged.values())


def as_text(families: Iterable[Family]) -> str:
    """Prometheus' text format, version 0.0.4."""
    lines = []
    for family in families:
        lines += [f"# HELP {family.name} {family.help}", f"# TYPE {family.name} {family.kind}"]
        lines += [f"{family.name}{suffix}{_labels(labels)} {number:.17g}" for suffix, labels, number in family.samples]
    return "\n".join(lines) + "\n"


def _labels(labels: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
