"""Reading mailboxes: one statement for all sessions that were rung, with each session as that statement saw it.

Called by the worker with a driver connection. The version read here is the one the ledger must find at the commit:
whatever was handled by somebody else meanwhile moved it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg

from dbcv.kit.db import Driver
from dbcv.runtime.rehearsal import ENDED, STOOD_STILL

EVENTS_A_SESSION = 20
"""Events of one session in one read: a flood of one does not fill everybody's batch."""

QUITE_ALONE_AFTER_TRIES = 3
WORKER_STOPPED = "the worker stopped while this event was in its hands"
"""`error` of an event that is suspected of having taken its worker down."""

_READ = """
SELECT m.seq, m.id, m.kind, m.event, m.attempts, m.error, m.created_at,
       s.id AS session_id, s.version, s.user_id, s.bot_id, s.channel_id, b.published_revision,
       COALESCE(uv.version, 0) AS user_version, COALESCE(bv.version, 0) AS bot_version,
       COALESCE(cv.version, 0) AS channel_version,
       s.paused_by IS NOT NULL AS is_paused,
       s.claimed_by IS NOT NULL AND s.claimed_by <> $4 AND s.claimed_until > now() AS is_claimed,
       s.version <> w.known AS is_fresh,
       CASE WHEN s.version <> w.known THEN s.step_id END AS step_id,
       CASE WHEN s.version <> w.known THEN s.frames END AS frames,
       CASE WHEN s.version <> w.known THEN s.revision END AS revision,
       CASE WHEN s.version <> w.known THEN s.timer_token END AS timer_token,
       sv.data AS variables
FROM unnest($1::uuid[], $2::bigint[]) AS w(session_id, known)
CROSS JOIN LATERAL (SELECT * FROM mailbox WHERE session_id = w.session_id ORDER BY seq LIMIT $3) AS m
JOIN session s ON s.id = w.session_id
LEFT JOIN bot b ON b.id = s.bot_id
LEFT JOIN user_variables uv ON uv.user_id = s.user_id
LEFT JOIN bot_variables bv ON bv.bot_id = s.bot_id
LEFT JOIN channel_variables cv ON cv.channel_id = s.channel_id
LEFT JOIN session_variables sv ON sv.session_id = s.id AND s.version <> w.known
ORDER BY m.seq
"""

# By session, not by row: one with thousands of events in a long turn must not hide the others.
_RUNG_LATE = """
SELECT session_id FROM mailbox WHERE shard = ANY($1::smallint[]) AND created_at < now() - make_interval(secs => $2)
GROUP BY session_id ORDER BY min(created_at) LIMIT $3
"""

_COUNT_TRIES = "UPDATE mailbox SET attempts = attempts + 1 WHERE seq = ANY($1::bigint[])"
# A message that was taken in while its channel was being deleted: nobody can answer it, or see it.
_CLEAR_ORPHANS = """
WITH orphans AS (DELETE FROM mailbox WHERE session_id = ANY($1::uuid[])
                 AND NOT EXISTS (SELECT FROM session s WHERE s.id = mailbox.session_id) RETURNING id)
DELETE FROM message WHERE id IN (SELECT id FROM orphans)
"""

_NOTE_FAILURE = "UPDATE mailbox SET attempts = attempts + $3, error = $2 WHERE seq = $1"

_SUSPECT = """
UPDATE mailbox SET attempts = 1, error = $2
WHERE seq IN (
  SELECT seq FROM (SELECT DISTINCT ON (session_id) seq, attempts FROM mailbox WHERE shard = $1
                   ORDER BY session_id, seq) AS first
  WHERE attempts = 0 ORDER BY seq LIMIT 500)
"""


@dataclass(slots=True)
class MailboxEvent:
    """One row: what a session has yet to handle. `id` is the turn's id."""

    seq: int
    id: uuid.UUID
    kind: str
    event: dict[str, Any]
    attempts: int
    error: str | None
    created_at: datetime

    @property
    def is_suspect(self) -> bool:
        """A worker died while this may have been in its hands; nothing else is known against it."""
        return self.attempts == 1 and self.error == WORKER_STOPPED

    @property
    def may_kill(self) -> bool:
        """It was at hand in a death, or it ended a copy of a worker: it is rehearsed before it runs."""
        return self.attempts > 0 and self.error in (WORKER_STOPPED, ENDED, STOOD_STILL)

    @property
    def has_killed_often(self) -> bool:
        """It was at hand in so many deaths that it must not run beside anything."""
        return self.attempts >= QUITE_ALONE_AFTER_TRIES and self.error == WORKER_STOPPED


@dataclass(slots=True)
class SessionState:
    """What a worker remembers of a session between turns; true as long as `version` is the database's."""

    version: int
    step_id: str | None
    frames: list[dict[str, Any]]
    revision: int | None
    timer_token: uuid.UUID | None
    variables: dict[str, Any]


@dataclass(slots=True)
class SessionMail:
    """A session with its events, oldest first, from one snapshot. `state` is None when the remembered one holds."""

    session_id: uuid.UUID
    user_id: uuid.UUID
    bot_id: uuid.UUID
    channel_id: uuid.UUID
    version: int
    published_revision: int | None
    user_version: int
    bot_version: int
    channel_version: int
    is_claimed: bool
    state: SessionState | None
    is_paused: bool = False
    """A person answers: events are noted, no turn is walked."""
    events: list[MailboxEvent] = field(default_factory=list)


async def read_mail(connection: Driver, known: Sequence[tuple[uuid.UUID, int]], worker: str) -> list[SessionMail]:
    """The mail of the sessions in `known` ((session id, remembered version or -1)), in order of arrival."""
    ids, versions = [session_id for session_id, _ in known], [version for _, version in known]
    rows = await connection.fetch(_READ, ids, versions, EVENTS_A_SESSION, worker)
    mails: dict[uuid.UUID, SessionMail] = {}
    for row in rows:
        mail = mails.get(row["session_id"])
        if mail is None:
            mail = mails[row["session_id"]] = _mail(row)
        mail.events.append(MailboxEvent(row[0], row[1], row[2], row[3], row[4], row[5], row[6]))
    return list(mails.values())


async def late_sessions(
    connection: Driver, shards: Sequence[int], older_than_seconds: float, limit: int
) -> list[uuid.UUID]:
    """Sessions of the shards whose mail lies longer than that: their bell was lost, or the worker is behind.

    Mail of sessions that were deleted with their channel ends here.
    """
    found = [row[0] for row in await connection.fetch(_RUNG_LATE, list(shards), older_than_seconds, limit)]
    if found:
        await connection.execute(_CLEAR_ORPHANS, found)
    return found


async def count_tries(connection: Driver, seqs: Sequence[int]) -> None:
    """One try more for each of these events, kept before they are begun."""
    await connection.execute(_COUNT_TRIES, list(seqs))


async def note_failure(connection: Driver, seq: int, error: str | None, tries: int) -> None:
    """Adds `tries` to what an event has cost already, and why; kept at once."""
    await connection.execute(_NOTE_FAILURE, seq, error, tries)


async def bring_into_shards(connection: Driver, shards: int) -> None:
    """After the number of shards was made smaller: what waits in one that is gone moves to one that is worked on."""
    for table in ("mailbox", "delivery", "timer"):
        await connection.execute(f"UPDATE {table} SET shard = shard % $1 WHERE shard >= $1", shards)  # noqa: S608


async def suspect_first_events(connection: Driver, shard: int) -> None:
    """After a worker died: the oldest event of each waiting session may have killed it, so it is
    counted before it runs again."""
    await connection.execute(_SUSPECT, shard, WORKER_STOPPED)


def _mail(row: asyncpg.Record) -> SessionMail:
    state = None
    if row["is_fresh"]:
        state = SessionState(
            row["version"], row["step_id"], row["frames"] or [], row["revision"], row["timer_token"],
            row["variables"] or {},
        )  # fmt: skip
    return SessionMail(
        row["session_id"], row["user_id"], row["bot_id"], row["channel_id"], row["version"], row["published_revision"],
        row["user_version"], row["bot_version"], row["channel_version"], row["is_claimed"], state,
        row["is_paused"],
    )  # fmt: skip
