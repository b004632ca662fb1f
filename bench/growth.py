"""The same turn with few and with millions of messages in the table: its median should not notice.

Two products side by side, one with few and one with many rows of other sessions in `message` and `turn_record`, are
measured in turn: the machine is the same for both. Run: make bench-growth (or python bench/growth.py).
"""

import argparse
import statistics
import subprocess
import time
from dataclasses import dataclass

import uvloop
from pg_limits import address_of
from product import BENCH, Product, machine, running
from turns import measure_turns, show

from dbcv.kit.local_postgres import SUPERUSER, programs

FILL = """
SET synchronous_commit = off;
WITH s AS (SELECT uuidv7() AS session_id, uuidv7() AS user_id FROM generate_series(1, {sessions})),
made AS (
  INSERT INTO message (id, channel_id, session_id, sender_id, recipient_id, text, params)
  SELECT uuidv7(), '{channel}', s.session_id, s.user_id, '{bot}', 'message ' || n, '{{}}'
  FROM s, generate_series(1, {each}) n
  RETURNING id, session_id, text)
INSERT INTO turn_record (id, session_id, bot_id, revision, kind, record)
SELECT id, session_id, '{bot}', 1, 'message',
       '{{"event": {{"message": {{"text": "21"}}}}, "effects": [], "trace": [], "replies": []}}'
FROM made WHERE text = 'message 1';
"""
SESSIONS = (1, 16)
AT_ONCE, EACH = 500_000, 20
# What follows a filling by itself within minutes, done before it is measured: its work is not the turn's.
SETTLING = (("dbcv", "VACUUM (FREEZE, ANALYZE) message, turn_record"), (SUPERUSER, "CHECKPOINT"))
NOT_COUNTED = "SELECT count(*) FROM turn_record WHERE created_at >= (SELECT max(up_to) FROM analytics_progress)"
COUNTED_WITHIN_SECONDS = 300


def sql(product: Product, text: str, user: str = "dbcv") -> str:
    address = address_of(product).replace("//dbcv@", f"//{user}@")
    command = [programs() / "psql", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", text, address]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def fill(product: Product, bot: str, wanted: int) -> None:
    """Brings the table to about `wanted` messages, of another channel than the measured one."""
    channel, started = product.open_channel(bot), time.perf_counter()
    for begin in range(0, wanted, AT_ONCE):
        sessions = max(min(wanted - begin, AT_ONCE) // EACH, 1)
        sql(product, FILL.format(sessions=sessions, each=EACH, channel=channel, bot=bot))
    for user, statement in SETTLING:
        sql(product, statement, user)
    give_up = time.perf_counter() + COUNTED_WITHIN_SECONDS
    while int(sql(product, NOT_COUNTED)) > AT_ONCE / EACH / 10 and time.perf_counter() < give_up:
        time.sleep(1)
    have = int(sql(product, "SELECT count(*) FROM message"))
    print(f"{have:,} messages in the table (filled in {time.perf_counter() - started:.0f} s)", flush=True)


@dataclass
class Place:
    """A product with that many messages, and who talks there."""

    product: Product
    wanted: int

    def __post_init__(self) -> None:
        bot = self.product.publish((BENCH / "bots" / "greet.yaml").read_bytes())
        self.channel = self.product.open_channel(bot)
        self.tokens = [self.product.anonymous(self.channel) for _ in range(max(SESSIONS))]
        fill(self.product, bot, self.wanted)
        uvloop.run(measure_turns(self.product, self.tokens, self.channel, "http", 1.0))

    def p50(self, sessions: int, seconds: float) -> float:
        found = uvloop.run(measure_turns(self.product, self.tokens[:sessions], self.channel, "http", seconds))
        show(f"{self.wanted:>9,} messages, {sessions:2} sessions", found)
        return float(found["latency_ms"][0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=5_000_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(machine(), flush=True)
    own = {"DATABASE_URL": "", "REDIS_URL": ""}
    with running(**own) as one, running(**own) as other:
        places = [Place(one, arguments.few), Place(other, arguments.many)]
        found: dict[int, list[tuple[float, ...]]] = {sessions: [] for sessions in SESSIONS}
        for _ in range(arguments.rounds):
            for sessions, measured in found.items():
                measured.append(tuple(place.p50(sessions, arguments.seconds) for place in places))
    print("\nMedian of the rounds' p50, and of their ratios: both of a round meet the same moment of the machine")
    for sessions, measured in found.items():
        few, many = (statistics.median(figures) for figures in zip(*measured, strict=True))
        grown = statistics.median(other / one for one, other in measured) - 1
        print(f"{sessions:2} sessions: {few:.2f} ms, {many:.2f} ms; {grown * 100:+.0f} %")


if __name__ == "__main__":
    main()
