"""How long a page of a list takes when there are 100,000 rows of everything. Medians over HTTP, first and middle page.

Rows are copied by SQL from ones that the API made. Run: make bench-lists (or python bench/lists.py).
"""

import argparse
import json
import statistics
import sys
import time
from typing import Any
from urllib.parse import quote

from growth import sql
from product import BENCH, Product, machine, running

WANTED_MS = 50.0
API = "/api/v1"
COPY = """
INSERT INTO "{table}" SELECT (jsonb_populate_record(NULL::"{table}", to_jsonb(x) || {fields})).*
FROM (SELECT * FROM "{table}" WHERE {where} LIMIT 1) x, {source}
"""
FAILED = """
INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts)
SELECT uuidv7(), 'turn', '{bot}', '{session}', 0, '{{}}', 'it failed', 5 FROM generate_series(1, {count})
"""
NEW = "jsonb_build_object({pairs})"
MANY = "generate_series(1, {count}) n"


def copy(product: Product, table: str, where: str, count: int, source: str = "", **fields: str) -> None:
    """`count` rows like the one; `fields` are SQL. Ids rise, as the product's do."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in fields.items())
    values = {"fields": NEW.format(pairs=pairs), "where": where, "source": source or MANY.format(count=count)}
    sql(product, COPY.format(table=table, **values))


def settle(product: Product) -> dict[str, str]:
    """One of each, by the API."""
    bot = product.publish((BENCH / "bots" / "greet.yaml").read_bytes())
    channel = product.open_channel(bot)
    me = product.call("GET", f"{API}/users/me")["id"]
    said = product.call("POST", f"{API}/messages", {"channel_id": channel, "text": "hello there"})["message"]
    file = product.call("PUT", f"{API}/attachments?name=a.txt&bot_id={bot}", raw=b"words")["id"]
    late = {"bot_id": bot, "message": {"text": "hi"}, "send_at": "2099-01-01T00:00:00Z"}
    emitter = product.call("POST", f"{API}/emitters", late)["id"]
    product.call("POST", f"{API}/emitters/{emitter}/send", {})
    deadline = time.monotonic() + 30
    while sql(product, "SELECT count(*) FROM turn_record") == "0" or sql(product, "SELECT count(*) FROM firing") == "0":
        assert time.monotonic() < deadline, "no turn was recorded"
        time.sleep(0.2)
    return {"bot": bot, "channel": channel, "me": me, "session": said["session_id"], "file": file, "emitter": emitter}


def fill(product: Product, ids: dict[str, str], count: int) -> None:
    """`count` more of each."""
    bot, channel, me, session = (ids[name] for name in ("bot", "channel", "me", "session"))
    sql(
        product,
        f"CREATE TABLE new_ids AS SELECT n, uuidv7() AS id, uuidv7() AS other FROM generate_series(1, {count}) n",
    )
    copy(product, "subscriber", f"id = '{bot}'", count, "new_ids s", id="s.id")
    copy(product, "bot", f"id = '{bot}'", count, "new_ids s", id="s.id", name="'Bot ' || s.n")
    copy(product, "subscriber", f"id = '{me}'", count, "new_ids s", id="s.other")
    copy(
        product,
        "user",
        f"id = '{me}'",
        count,
        "new_ids s",
        id="s.other",
        email="'u' || s.n || '@example.com'",
        username="'U' || s.n",
    )
    sql(product, f"INSERT INTO channel_subscriber (channel_id, subscriber_id) SELECT '{channel}', other FROM new_ids")
    sql(product, "UPDATE new_ids SET id = uuidv7()")
    copy(product, "channel", f"id = '{channel}'", count, "new_ids s", id="s.id", name="'Channel ' || s.n")
    sql(product, f"INSERT INTO channel_subscriber (channel_id, subscriber_id) SELECT id, '{me}' FROM new_ids")
    copy(product, "session", f"id = '{session}'", count, "new_ids s", id="uuidv7()", user_id="s.other")
    copy(
        product,
        "message",
        f"session_id = '{session}' AND sender_id = '{me}'",
        count,
        id="uuidv7()",
        text="'word ' || n",
    )
    copy(product, "turn_record", f"session_id = '{session}'", count, id="uuidv7()")
    copy(product, "audit_event", f"bot_id = '{bot}'", count, id="uuidv7()", actor_id=f"'{me}'")
    copy(product, "attachment", f"id = '{ids['file']}'", count, id="uuidv7()", name="'file ' || n")
    copy(product, "firing", "true", count, id="uuidv7()", fire_at="now() - n * interval '1 minute'")
    sql(product, FAILED.format(bot=bot, session=session, count=count))
    sql(product, "ANALYZE")


def lists(ids: dict[str, str]) -> dict[str, str]:
    """{what: path of its first page}."""
    bot, channel, session = ids["bot"], ids["channel"], ids["session"]
    return {
        "bots": "/bots",
        "channels": "/channels",
        "subscribers of a channel": f"/channels/{channel}/subscribers",
        "sessions of a bot": f"/bots/{bot}/sessions",
        "sessions of a bot in a channel": f"/bots/{bot}/sessions?channel_id={channel}",
        "sessions of a channel": f"/channels/{channel}/sessions",
        "inbox of a bot": f"/bots/{bot}/inbox",
        "inbox, who waits": f"/bots/{bot}/inbox?standing=waiting",
        "inbox, with errors": f"/bots/{bot}/inbox?has_failed=true",
        "inbox in a channel": f"/bots/{bot}/inbox?channel_id={channel}",
        "messages of a channel": f"/channels/{channel}/messages",
        "messages of a session": f"/sessions/{session}/messages",
        "messages by words": f"/messages?channel_id={channel}&query=hello",
        "turns of a session": f"/sessions/{session}/turns",
        "dead letters of a bot": f"/bots/{bot}/dead_letters",
        "files of a person": "/attachments",
        "files of a bot": f"/attachments?bot_id={bot}",
        "audit of all": "/audit",
        "audit of a person": "/users/me/audit",
        "audit of a bot": f"/bots/{bot}/audit",
        "users": "/users",
        "firings of an emitter": f"/emitters/{ids['emitter']}/firings",
    }


def timed(product: Product, path: str, rounds: int) -> tuple[float, Any]:
    """(median milliseconds, the page)."""
    taken, page = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        page = product.call("GET", f"{API}{path}")
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), page


def middle(product: Product, path: str, pages: int) -> str:
    """The address of a page further on: as a reader gets there, 200 a page."""
    joint = "&" if "?" in path else "?"
    cursor = None
    for _ in range(pages):
        at = "" if cursor is None else f"&cursor={quote(str(cursor))}"
        cursor = product.call("GET", f"{API}{path}{joint}limit=200{at}")["next_cursor"] or cursor
    return path if cursor is None else f"{path}{joint}cursor={quote(str(cursor))}"


def main() -> None:
    """Print the table; exit 1 if a median is over what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--pages", type=int, default=100, help="how far the page in the middle is, 200 rows each")
    options = parser.parse_args()
    print(machine())
    late = []
    with running() as product:
        ids = settle(product)
        fill(product, ids, options.rows)
        print(f"{options.rows:,} rows of each, a page of 50, medians of {options.rounds} calls over HTTP")
        print(f"{'list':>32} {'rows':>5} {'first ms':>9} {'middle ms':>9}")
        for what, path in lists(ids).items():
            first, page = timed(product, path, options.rounds)
            later, _ = timed(product, middle(product, path, options.pages), options.rounds)
            print(f"{what:>32} {len(page['items']):>5} {first:>9.1f} {later:>9.1f}", flush=True)
            late += [what] if max(first, later) > WANTED_MS else []
    if late:
        sys.exit(f"over {WANTED_MS:.0f} ms: {', '.join(late)}; {json.dumps(ids)}")


if __name__ == "__main__":
    main()
