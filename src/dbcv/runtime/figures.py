"""What the runtime counts, and what its tables and streams say at this moment. Read by /metrics and the live topic.

The counters are filled where things happen: accept path, worker, bot worker.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dbcv.kit.db import DATABASE_ERRORS, Database
from dbcv.kit.metrics import SIZES, Counter, Family, Histogram, gauge
from dbcv.kit.streams import bot_messages, user_messages
from dbcv.kit.traces import CLIENT, CONSUMER, PRODUCER, tracer
from dbcv.runtime.turn import SessionRun

log = structlog.get_logger(__name__)

turns = Counter("dbcv_turns_total", "Turns committed, by what began them and how they ended", ("kind", "outcome"))
turn_latency = Histogram("dbcv_turn_latency_seconds", "From the acceptance of an event to the commit of its turn")
commits = Counter("dbcv_commits_total", "Transactions that kept turns")
commit_turns = Histogram("dbcv_commit_turns", "Sessions whose turns one transaction kept", SIZES)
commit_seconds = Histogram("dbcv_commit_duration_seconds", "How long these transactions took")
conflicts = Counter("dbcv_session_conflicts_total", "Sessions that somebody else moved first: read and run again")
deliveries = Counter("dbcv_deliveries_total", "Messages of bots that reached another bot or left the house")
dead_letters = Counter("dbcv_dead_letters_total", "Events and deliveries given up after their last try", ("kind",))

_ACCEPTED_KINDS = frozenset({"message", "webhook"})


def note_commit(batch: Sequence[SessionRun], won: Collection[UUID], began_ns: int) -> None:
    """One transaction of turns is kept; `began_ns` (time.time_ns) is when it was sent."""
    ended_ns = time.time_ns()
    commits.add()
    commit_turns.observe(len(batch))
    commit_seconds.observe((ended_ns - began_ns) / 1e9)
    for run in batch:
        if run.mail.session_id not in won:
            conflicts.add()
            continue
        for event in run.mail.events[: len(run.commit.handled)]:
            turn_latency.observe(max(0.0, ended_ns / 1e9 - event.created_at.timestamp()))
        for turn_id, _bot_id, _revision, kind, _record, error in run.commit.records:
            turns.add(1.0, (kind, "error" if error else "ok"))
            log.debug("turn.committed", turn_id=turn_id, session_id=run.mail.session_id, kind=kind, error=error)
        if tracer.is_on:
            _trace(run, began_ns, ended_ns)


def _trace(run: SessionRun, began_ns: int, ended_ns: int) -> None:
    arrived = {event.id: int(event.created_at.timestamp() * 1e9) for event in run.mail.events}
    for turn_id, bot_id, revision, kind, _record, error in run.commit.records:
        parent = "accept" if kind in _ACCEPTED_KINDS else ""
        tracer.span(
            turn_id, "turn", arrived[turn_id], kind=CONSUMER, parent=parent, error=error or "", ended_ns=ended_ns,
            session_id=str(run.mail.session_id), bot_id=str(bot_id), revision=revision, event=kind,
        )  # fmt: skip
        tracer.span(turn_id, "commit", began_ns, parent="turn", ended_ns=ended_ns)


def trace_effect(turn_id: UUID, number: int, began_ns: int, reply: dict[str, Any]) -> None:
    """A call to the outside that a turn made; neither its address nor its content is told."""
    error = str(reply.get("error") or "")
    tracer.span(turn_id, f"effect {number}", began_ns, kind=CLIENT, parent="turn", error=error, ok=str(reply.get("ok")))


def note_deliveries(messages: Iterable[dict[str, Any]], began_ns: int) -> None:
    """What bots said has arrived. The turn that said it is what `reply_to` names, where it answered something."""
    for message in messages:
        deliveries.add()
        turn_id = message.get("reply_to")
        log.debug("delivery.arrived", turn_id=turn_id, message_id=message["id"])
        if tracer.is_on and turn_id:
            tracer.span(UUID(turn_id), "deliver", began_ns, kind=PRODUCER, parent="turn", message_id=message["id"])


_TABLES = """
SELECT (SELECT count(*) FROM mailbox), (SELECT extract(epoch FROM now() - min(created_at)) FROM mailbox),
       (SELECT count(*) FROM delivery), (SELECT extract(epoch FROM now() - min(created_at)) FROM delivery),
       (SELECT count(*) FROM timer), (SELECT count(*) FROM dead_letter WHERE resent_at IS NULL),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
       pg_database_size(current_database())
"""
_GAUGES = (
    ("dbcv_mailbox_depth", "Events that wait for their turn"),
    ("dbcv_mailbox_oldest_seconds", "How long the oldest of them has waited"),
    ("dbcv_delivery_depth", "Messages of bots that wait to leave"),
    ("dbcv_delivery_oldest_seconds", "How long the oldest of them has waited"),
    ("dbcv_timers_waiting", "Sessions that wait for a timeout"),
    ("dbcv_dead_letters_open", "Dead letters that nobody has sent again"),
    ("dbcv_database_connections", "Connections to the database, of all processes"),
    ("dbcv_database_size_bytes", "What the database takes on disk"),
)
_STREAM_GAUGES = {
    "length": "Entries of a stream",
    "pending": "Entries given to a worker and not acknowledged",
    "consumers": "Workers that have read the stream",
    "lag": "Entries that no worker was given yet",
}


async def cluster_figures(db: Database, valkey: Redis, shards: int) -> list[Family]:
    """Figures that belong to no process. What is away is missing, and `dbcv_up` says so."""
    tables, streams = await _tables(db), await _streams(valkey, shards)
    parts = [({"part": "database"}, float(bool(tables))), ({"part": "streams"}, float(streams is not None))]
    return [gauge("dbcv_up", "Whether a part answers", parts), *tables, *(streams or [])]


async def _tables(db: Database) -> list[Family]:
    try:
        async with db.driver() as connection:
            row = await connection.fetchrow(_TABLES)
    except DATABASE_ERRORS:
        return []
    values = [float(value or 0) for value in row or ()]
    return [gauge(name, help, [({}, value)]) for (name, help), value in zip(_GAUGES, values, strict=True)]


async def _streams(valkey: Redis, shards: int) -> list[Family] | None:
    names = [stream(shard) for stream in (user_messages, bot_messages) for shard in range(shards)]
    pipeline = valkey.pipeline(transaction=False)
    for name in names:
        pipeline.xlen(name)
        pipeline.xinfo_groups(name)
    try:
        answers = await pipeline.execute(raise_on_error=False)
    except (RedisError, OSError):
        return None
    found: dict[str, list[tuple[dict[str, str], float]]] = {key: [] for key in _STREAM_GAUGES}
    for name, length, groups in zip(names, answers[::2], answers[1::2], strict=True):
        found["length"].append(({"stream": name}, float(length)))
        for key, value in _of_groups(groups).items():
            found[key].append(({"stream": name}, value))
    return [gauge(f"dbcv_stream_{key}", help, found[key]) for key, help in _STREAM_GAUGES.items()]


def _of_groups(groups: Any) -> dict[str, float]:
    """Sums over the groups of a stream; a stream that is not there yet has none."""
    known = groups if isinstance(groups, list) else []
    return {key: float(sum(group.get(key) or 0 for group in known)) for key in ("pending", "consumers", "lag")}
