"""What analytics costs: counting turns, and a page over them. A million turn records of one bot over 90 days.

Rows are made by SQL as turns leave them. Run: make bench-analytics (or python bench/analytics.py).
"""

import argparse
import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import Iterator

from growth import sql
from pg_limits import address_of
from product import Product, kind_of, machine, running

from dbcv.domains.analytics.service.rolling import Rolling
from dbcv.kit.driver import connector

WANTED_MS = 100.0
API = "/bots/{bot}/analytics"
SESSIONS = """
INSERT INTO session (id, user_id, bot_id, channel_id, created_at)
SELECT uuidv7(n * interval '-90 days' / {count}), uuidv7(), '{bot}', '{channel}',
       now() - n * interval '90 days' / {count}
FROM generate_series(1, {count}) n
"""
# Ten turns a session, some minutes apart; a walk through two of the bot's steps with a rule that did not hold.
TURNS = """
INSERT INTO turn_record (id, session_id, bot_id, revision, kind, record, error, created_at)
SELECT uuidv7(at - now() - random() * interval '90 ms'), s.id, s.bot_id, 1, 'message', jsonb_build_object(
    'event', jsonb_build_object('message', jsonb_build_object('text', repeat('words of a person ', 20))),
    'from', NULL, 'to', 'step-' || k, 'effects', '[]'::jsonb, 'seed', 1, 'elapsed_us', 800, 'changed', '[]'::jsonb,
    'replies', jsonb_build_array(s.id), 'trace', jsonb_build_array(
      jsonb_build_object('at', 'connection', 'step', 'step-' || k, 'group', 0, 'connection', 0, 'held', false,
                         'rules', jsonb_build_array(jsonb_build_object('rule', 'message.text greater_than 17'))),
      jsonb_build_object('at', 'connection', 'step', 'step-' || k, 'group', 0, 'connection', 1, 'held', true,
                         'rules', '[]'::jsonb),
      jsonb_build_object('at', 'enter', 'step', 'step-' || (k + 1) % {steps}))),
    CASE WHEN random() < 0.001 THEN 'loop: more than 100 steps in one turn' END, at
FROM (SELECT s.*, n, (n * 7 + abs(hashtext(s.id::text))) % {steps} AS k, s.created_at + n * interval '3 minutes' AS at
      FROM session s, generate_series(0, 9) n WHERE s.bot_id = '{bot}') s
WHERE at < now() ORDER BY at
"""
AGAIN = """
TRUNCATE analytics_progress, bot_hour, bot_presence, session_presence, step_hour, walk_hour
"""
BOT = b"""
format: dbcv.bot
version: 1
name: Bench
first_step_id: a
steps: [{id: a, name: A, message: {text: Hello}}]
"""


def count_all(product: Product) -> float:
    """Seconds that the counting of all turns takes by itself, without the rests between slices."""

    async def count() -> float:
        async with connector(address_of(product))() as connection:
            began = time.perf_counter()
            await Rolling(0).catch_up(connection)
            taken = time.perf_counter() - began
            await Rolling(0).tidy(connection)
            return taken

    return asyncio.run(count())


@contextlib.contextmanager
def alone(product: Product) -> Iterator[None]:
    """The product's own counting would come before ours."""
    schedulers = [process for process in product.processes() if kind_of(process) == "scheduler"]
    for process in schedulers:
        process.suspend()
    yield
    for process in schedulers:
        process.resume()


def pages(bot: str) -> dict[str, str]:
    """{what: path}."""
    base, since = API.format(bot=bot), time.time()
    day = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(since - 86_400))
    quarter = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(since - 89 * 86_400))
    return {
        "a day by the hour": f"{base}?from={day}&timezone=Europe/Moscow",
        "90 days by the day": f"{base}?from={quarter}&timezone=Europe/Moscow",
        "90 days of a channel": f"{base}?from={quarter}&channel_id=CHANNEL",
        "funnel of a day": f"{base}/funnel?from={day}",
        "funnel of 90 days": f"{base}/funnel?from={quarter}",
    }


def times(product: Product, path: str, rounds: int) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        product.call("GET", f"/api/v1{path}")
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def main() -> None:
    """Print the table; exit 1 if a median is over what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=1_000_000)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    print(machine())
    late = []
    with running() as product:
        bot = product.publish(BOT)
        channel = product.open_channel(bot)
        values = {"bot": bot, "channel": channel, "count": options.turns // 10, "steps": options.steps}
        with alone(product):
            sql(product, SESSIONS.format(**values))
            sql(product, TURNS.format(**values))
            sql(product, "VACUUM ANALYZE turn_record")
            turns = int(sql(product, "SELECT count(*) FROM turn_record"))
            sql(product, AGAIN)
            seconds = count_all(product)
        counted = int(sql(product, f"SELECT sum(turns) FROM bot_hour WHERE channel_id = '{channel}'"))
        assert counted == turns, (counted, turns)
        print(f"{turns:,} turns counted in {seconds:.1f} s: {seconds / turns * 10_000 * 1000:.0f} ms for 10,000")
        sql(product, "ANALYZE")
        print(f"{'page':>22} {'median ms':>10} {'best ms':>10}, of {options.rounds} calls over HTTP")
        for what, path in pages(bot).items():
            taken = times(product, path.replace("CHANNEL", channel), options.rounds)
            median = statistics.median(taken)
            print(f"{what:>22} {median:>10.1f} {min(taken):>10.1f}", flush=True)
            late += [what] if median > WANTED_MS else []
    if late:
        sys.exit(f"over {WANTED_MS:.0f} ms: {', '.join(late)}")


if __name__ == "__main__":
    main()
