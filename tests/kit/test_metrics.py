"""Figures: counted cheaply, shared through Valkey, written so that Prometheus' own reader takes them."""

import time
import timeit
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from dbcv.kit import metrics
from dbcv.kit.metrics import Counter, Histogram, Sharer, as_text, gauge, own_figures, shared_figures, together
from tests.runtime.town import eventually


@pytest.fixture(autouse=True)
def own_list(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(metrics, "_all", [])
    yield


def read(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def test_prometheus_reads_what_is_written() -> None:
    counter = Counter("a_total", "Some", ("kind",))
    histogram = Histogram("b_seconds", "Others", (0.1, 1.0))
    counter.add(1.0, ('with "quotes"\n and \\',))
    counter.add(2.5, ("x",))
    for value in (0.05, 0.1, 0.5, 7.0):
        histogram.observe(value)
    found = read(as_text([*own_figures(), gauge("c", "Now", [({"part": "p"}, 0.5)])]))
    assert found["a_total", (("kind", 'with "quotes"\n and \\'),)] == 1
    assert found["a_total", (("kind", "x"),)] == 2.5
    assert [found["b_seconds_bucket", (("le", le),)] for le in ("0.1", "1", "+Inf")] == [2, 3, 4]
    assert found["b_seconds_count", ()] == 4
    assert found["b_seconds_sum", ()] == pytest.approx(7.65)
    assert found["c", (("part", "p"),)] == 0.5
    assert found["process_resident_memory_bytes", ()] > 1e6


def test_counting_costs_about_a_microsecond() -> None:
    counter, histogram = Counter("a_total", "Some", ("kind",)), Histogram("b_seconds", "Others")
    for call in (lambda: counter.add(1.0, ("x",)), lambda: histogram.observe(0.02)):
        assert min(timeit.repeat(call, number=2_000, repeat=50)) / 2_000 < 6e-6


async def test_processes_find_each_others_figures(valkey: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "SHARE_SECONDS", 0.02)
    counter = Counter("a_total", "Some")
    sharers = [Sharer(valkey, name) for name in ("worker-1", "worker-2")]
    for sharer in sharers:
        await sharer.start()
    counter.add(3)
    wanted = {(("process", "worker-1"),): 3, (("process", "worker-2"),): 3}

    async def shown() -> bool:
        found = read(as_text(together(await shared_figures(valkey))))
        return {labels: value for (name, labels), value in found.items() if name == "a_total"} == wanted

    await eventually(shown)
    for sharer in sharers:
        await sharer.stop()
    assert await shared_figures(valkey) == {}


async def test_who_died_is_forgotten_and_rubbish_harms_nobody(valkey: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    sharer = Sharer(valkey, "worker-dead")
    await sharer.start()
    await eventually(lambda: valkey.hexists(metrics.SHARED_KEY, "worker-dead"))
    assert "worker-dead" in await shared_figures(valkey)
    later = time.time() + 60
    monkeypatch.setattr(metrics.time, "time", lambda: later)
    assert await shared_figures(valkey) == {}
    assert await valkey.hlen(metrics.SHARED_KEY) == 0
    await valkey.hset(metrics.SHARED_KEY, "x", b"{")
    assert await shared_figures(valkey) == {}
    await sharer.stop()


async def test_without_valkey_there_are_just_no_others() -> None:
    away: Any = Redis(unix_socket_path="/nowhere/at.all", retry=Retry(NoBackoff(), 1))
    assert await shared_figures(away) == {}
    sharer = Sharer(away, "worker")
    await sharer.start()
    await sharer.stop()
    await away.aclose()
