"""Counting turns into hours, by the driver alone: the scheduler has nothing else.

A slice of time is counted and the progress moved in one transaction: whatever dies, each turn is counted once.
"""

from datetime import datetime
from uuid import UUID

from dbcv.domains.analytics.repository.latency_classes import added, class_of, counted
from dbcv.kit.driver import Driver

NAME = "turns"
ALL = f"'{UUID(int=0)}'::uuid"
"""In the place of a channel: all of them."""
MARGIN_SECONDS = 2.0

_BEGIN = """
INSERT INTO analytics_progress (name, up_to)
SELECT $1, COALESCE((SELECT to_timestamp((('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint) / 1000.0)
                     FROM turn_record ORDER BY id LIMIT 1) - interval '1 hour', now())
ON CONFLICT DO NOTHING
"""
_LOCK = "SELECT up_to FROM analytics_progress WHERE name = $1 FOR UPDATE SKIP LOCKED"
# `created_at` is when the transaction began that kept the turn. Before the oldest one that is still at work nothing is
# added any more. The margin is for those that began so lately that the view does not show them yet. What is older than
# some minutes keeps no turn: a statement of the ledger ends within one.
_BORDER = """
SELECT least(now() - make_interval(secs => $1), min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start > now() - interval '5 minutes'
"""
# A slice is small beside what the tables hold, which the planner cannot know: it goes by the indexes, row by row.
_PLAN = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off
"""
_COUNT = "SELECT count(*) FROM (SELECT FROM turn_record WHERE created_at >= $1 AND created_at < $2 LIMIT $3) AS found"
_MOVE = "UPDATE analytics_progress SET up_to = $2 WHERE name = $1"

_ACCEPTED = "('x' || left(replace(r.id::text, '-', ''), 12))::bit(48)::bigint"
"""Milliseconds since 1970 that a UUID version 7 holds: a turn has the id of its message."""
_SLICE = f"""
WITH slice AS MATERIALIZED (
  SELECT r.id, r.session_id, r.bot_id, s.channel_id, s.created_at AS begun_at, r.kind, r.error,
         date_trunc('hour', r.created_at, 'UTC') AS start, r.record ->> 'from' AS from_step,
         CASE WHEN r.error IS NULL AND jsonb_typeof(r.record -> 'trace') = 'array' THEN r.record -> 'trace'
              ELSE '[]'::jsonb END AS trace,
         CASE WHEN jsonb_typeof(r.record -> 'replies') = 'array' THEN jsonb_array_length(r.record -> 'replies')
              ELSE 0 END AS said,
         {class_of(f"extract(epoch FROM r.created_at) * 1000 - {_ACCEPTED}")} AS class
  FROM turn_record r JOIN session s ON s.id = r.session_id
  WHERE r.created_at >= $1 AND r.created_at < $2),
hours AS (
  INSERT INTO bot_hour AS h (bot_id, channel_id, start, turns, messages_in, messages_out, errors, latency)
  SELECT bot_id, COALESCE(channel_id, {ALL}), start, count(*),
         count(*) FILTER (WHERE kind IN ('message', 'webhook', 'bot')), sum(said), count(error),
         {counted("(CASE WHEN said > 0 AND kind IN ('message', 'webhook') THEN class END)")}
  FROM slice GROUP BY GROUPING SETS ((bot_id, start, channel_id), (bot_id, start))
  ON CONFLICT (bot_id, channel_id, start) DO UPDATE SET
    turns = h.turns + EXCLUDED.turns, messages_in = h.messages_in + EXCLUDED.messages_in,
    messages_out = h.messages_out + EXCLUDED.messages_out, errors = h.errors + EXCLUDED.errors,
    latency = {added("h.latency", "EXCLUDED.latency")}),
seen AS (
  SELECT DISTINCT session_id, bot_id, channel_id, start, date_trunc('hour', begun_at, 'UTC') AS begun FROM slice),
present AS (
  SELECT e.bot_id, e.channel_id, e.start,
         COALESCE(lag(e.start) OVER (PARTITION BY e.session_id ORDER BY e.start), p.start,
                  CASE WHEN e.begun < e.start - interval '1 hour' THEN e.begun END, '-infinity') AS since
  FROM seen e LEFT JOIN session_presence p ON p.session_id = e.session_id),
presences AS (
  INSERT INTO bot_presence AS b (bot_id, channel_id, start, since, sessions)
  SELECT bot_id, COALESCE(channel_id, {ALL}), start, since, count(*) FROM present WHERE since < start
  GROUP BY GROUPING SETS ((bot_id, start, since, channel_id), (bot_id, start, since))
  ON CONFLICT (bot_id, channel_id, start, since) DO UPDATE SET sessions = b.sessions + EXCLUDED.sessions),
met AS (
  INSERT INTO session_presence AS p (session_id, start) SELECT session_id, max(start) FROM seen GROUP BY session_id
  ON CONFLICT (session_id) DO UPDATE SET start = EXCLUDED.start WHERE p.start < EXCLUDED.start),
marks AS (
  SELECT s.id, s.bot_id, s.start, s.from_step, t.place, t.entry ->> 'at' AS at, t.entry ->> 'step' AS step_id,
         (t.entry ->> 'group')::smallint AS group_place, (t.entry ->> 'connection')::smallint AS connection_place
  FROM slice s CROSS JOIN LATERAL jsonb_array_elements(s.trace) WITH ORDINALITY AS t(entry, place)
  WHERE t.entry ->> 'at' IN ('enter', 'timeout', 'template_end')
     OR t.entry ->> 'at' = 'connection' AND (t.entry -> 'held')::text = 'true'),
linked AS (
  SELECT *, lead(at) OVER turn AS next_at, lead(step_id) OVER turn AS next_step, lag(step_id) OVER turn AS last_step
  FROM marks WINDOW turn AS (PARTITION BY id ORDER BY place)),
moves AS (
  SELECT bot_id, start, 1 AS visits, 0 AS departures, step_id FROM linked WHERE at = 'enter'
  UNION ALL
  SELECT bot_id, start, 0, 1, CASE WHEN at = 'template_end' THEN last_step WHEN step_id = '' THEN from_step
                                   ELSE step_id END FROM linked WHERE at <> 'enter'),
steps AS (
  INSERT INTO step_hour AS h (bot_id, start, step_id, visits, departures)
  SELECT bot_id, start, step_id, sum(visits), sum(departures) FROM moves WHERE step_id <> '' GROUP BY 1, 2, 3
  ON CONFLICT (bot_id, start, step_id) DO UPDATE SET
    visits = h.visits + EXCLUDED.visits, departures = h.departures + EXCLUDED.departures)
INSERT INTO walk_hour AS w (bot_id, start, step_id, group_place, place, target_id, walks)
SELECT bot_id, start, step_id, COALESCE(group_place, -1), COALESCE(connection_place, -1),
       CASE WHEN next_at = 'enter' THEN next_step ELSE '' END, count(*)
FROM linked WHERE at IN ('connection', 'timeout') GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT (bot_id, start, step_id, group_place, place, target_id) DO UPDATE SET walks = w.walks + EXCLUDED.walks
"""  # noqa: S608  constants

_FOLDS = (
    """
WITH old AS (DELETE FROM step_hour WHERE start < $1 AND start <> date_trunc('day', start, 'UTC') RETURNING *)
INSERT INTO step_hour AS h (bot_id, start, step_id, visits, departures)
SELECT bot_id, date_trunc('day', start, 'UTC'), step_id, sum(visits), sum(departures) FROM old GROUP BY 1, 2, 3
ON CONFLICT (bot_id, start, step_id) DO UPDATE SET
  visits = h.visits + EXCLUDED.visits, departures = h.departures + EXCLUDED.departures
""",
    """
WITH old AS (DELETE FROM walk_hour WHERE start < $1 AND start <> date_trunc('day', start, 'UTC') RETURNING *)
INSERT INTO walk_hour AS w (bot_id, start, step_id, group_place, place, target_id, walks)
SELECT bot_id, date_trunc('day', start, 'UTC'), step_id, group_place, place, target_id, sum(walks)
FROM old GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT (bot_id, start, step_id, group_place, place, target_id) DO UPDATE SET walks = w.walks + EXCLUDED.walks
""",
)
_TABLES = ("bot_hour", "bot_presence", "session_presence", "step_hour", "walk_hour")


async def up_to(connection: Driver) -> datetime | None:
    """Up to when turns are counted, locked until the transaction ends; None while another process is at it."""
    await connection.execute(_BEGIN, NAME)
    moment: datetime | None = await connection.fetchval(_LOCK, NAME)
    return moment


async def border(connection: Driver) -> datetime:
    """The moment before which no turn is added any more."""
    moment: datetime = await connection.fetchval(_BORDER, MARGIN_SECONDS)
    return moment


async def count(connection: Driver, since: datetime, until: datetime, most: int) -> int:
    """How many turns lie in a slice, counted no further than `most`."""
    await connection.execute(_PLAN)
    found: int = await connection.fetchval(_COUNT, since, until, most)
    return found


async def roll(connection: Driver, since: datetime, until: datetime, has_turns: bool) -> None:
    """Counts the turns of a slice, within the transaction that `up_to` locked in."""
    if has_turns:
        await connection.execute(_SLICE, since, until)
    await connection.execute(_MOVE, NAME, until)


async def fold(connection: Driver, before: datetime) -> None:
    """Makes days of the hours of steps and connections that are older than `before`, the beginning of a day."""
    for statement in _FOLDS:
        await connection.execute(statement, before)


async def forget(connection: Driver, before: datetime) -> None:
    """Deletes counts of hours older than `before`."""
    for table in _TABLES:
        await connection.execute(f"DELETE FROM {table} WHERE start < $1", before)  # noqa: S608  a constant
