"""The same turn with few and with millions of messages in the table: its median should not notice.

Fills `message` and `turn_record` of other sessions in the product's own cluster between two measurements, which are
repeated in turn. Run: make bench-growth (or python bench/growth.py).
"""

import argparse
import statistics
import subprocess
import time

import uvloop
from pg_limits import address_of
from product import BENCH, Product, machine, running
from turns import measure_turns, show

from dbcv.kit.local_postgres import SUPERUSER, programs

FILL = """
SET synchronous_commit = off;
WITH s AS (SELECT gen_random_uuid() AS session_id, gen_random_uuid() AS user_id, g
           FROM generate_series(1, {sessions}) g)
INSERT INTO message (id, channel_id, session_id, sender_id, recipient_id, text, params)
SELECT gen_random_uuid(), '{channel}', s.session_id, s.user_id, '{bot}', 'message ' || n, '{{}}'
FROM s, generate_series(1, {each}) n;
INSERT INTO turn_record (id, session_id, bot_id, revision, kind, record)
SELECT id, session_id, '{bot}', 1, 'message',
       '{{"event": {{"message": {{"text": "21"}}}}, "effects": [], "trace": [], "replies": []}}'
FROM message WHERE channel_id = '{channel}' AND text = 'message 1' ON CONFLICT DO NOTHING;
"""


def sql(product: Product, text: str, user: str = "dbcv") -> str:
    """Of the embedded server as that user; of another one as whom DATABASE_URL names."""
    address = address_of(product).replace("//dbcv@/", f"//{user}@/")
    command = [programs() / "psql", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", text, address]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def fill(product: Product, channel: str, bot: str, wanted: int) -> int:
    """Brings the table to about `wanted` messages; returns how many there are."""
    have = int(sql(product, "SELECT count(*) FROM message"))
    while wanted - have > 0:
        step = min(wanted - have, 500_000)
        each = 20
        sql(product, FILL.format(sessions=max(step // each, 1), each=each, channel=channel, bot=bot))
        have += max(step // each, 1) * each
    # What follows a filling by itself within minutes, done now: its work is not the turn's.
    sql(product, "VACUUM (FREEZE, ANALYZE) message")
    sql(product, "VACUUM (FREEZE, ANALYZE) turn_record")
    sql(product, "CHECKPOINT", SUPERUSER)
    return have


def measure(product: Product, tokens: list[str], channel: str, seconds: float) -> dict[int, dict]:
    uvloop.run(measure_turns(product, tokens[:1], channel, "http", 1.0))
    return {count: uvloop.run(measure_turns(product, tokens[:count], channel, "http", seconds)) for count in (1, 16)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=5_000_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(machine(), flush=True)
    found: dict[int, dict[int, list[float]]] = {}
    with running() as product:
        bot = product.publish((BENCH / "bots" / "greet.yaml").read_bytes())
        channel, other = product.open_channel(bot), product.open_channel(bot)
        tokens = [product.anonymous(channel) for _ in range(16)]
        for wanted in (arguments.few, arguments.many):
            started = time.perf_counter()
            have = fill(product, other, bot, wanted)
            print(f"{have:,} messages in the table (filled in {time.perf_counter() - started:.0f} s)", flush=True)
            time.sleep(3.0)
            for _ in range(arguments.rounds):
                for count, result in measure(product, tokens, channel, arguments.seconds).items():
                    show(f"{wanted:>9,} messages, {count:2} sessions", result)
                    found.setdefault(count, {}).setdefault(wanted, []).append(result["latency_ms"][0])
    print("\nMedian of the rounds' p50")
    for count, by_size in found.items():
        few, many = (statistics.median(by_size[size]) for size in (arguments.few, arguments.many))
        print(f"{count:2} sessions: {few:.2f} ms -> {many:.2f} ms ({(many / few - 1) * 100:+.0f} %)")


if __name__ == "__main__":
    main()
