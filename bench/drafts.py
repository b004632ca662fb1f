"""How long the API takes over a large draft: import, export, one batch of 100 changes, publishing. Medians over HTTP.

The bot has 1,000 steps and 2,000 connections. Run: make bench-drafts (or python bench/drafts.py).
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from product import Product, machine, running

WANTED_SECONDS = {"import": 3.0, "export": 1.0, "100 changes": 0.2, "add 100 steps": 0.2, "check": 1.0, "publish": 2.0}
"""What the product promises on two cores."""
API = "/api/v1"


def bot_of(steps: int) -> dict[str, Any]:
    """A bot whose steps ask, save, branch by a rule and lead on, two connections each."""
    return {"name": "Large", "first_step_id": "s0", "steps": [_step(n, steps) for n in range(steps)]}


def _step(number: int, steps: int) -> dict[str, Any]:
    adult = {"condition": "AND", "rules": [{"field": "session.age", "operator": "greater_than", "value": number}]}
    ways = [(adult, (number + 1) % steps), ({}, (number * 7 + 3) % steps)]
    connections = [{"priority": n, "rules": rules, "next_step_id": f"s{to}"} for n, (rules, to) in enumerate(ways)]
    return {
        "id": f"s{number}",
        "name": f"Step {number}",
        "position": [number % 40 * 300, number // 40 * 200],
        "message": {"text": f"Question {number}: how old are you, {{$user.name|default:friend$}}?"},
        "connection_groups": [
            {"variables": [{"target": "session.age", "source": "message.text"}], "connections": connections}
        ],
    }


def edits(ids: list[str], turn: int) -> list[dict[str, Any]]:
    """A hundred steps moved and reworded, as dragging a part of the canvas would."""
    return [
        {
            "op": "update",
            "kind": "step",
            "id": step_id,
            "fields": {"position": [turn, place], "message": {"text": f"Turn {turn} {place}"}},
        }
        for place, step_id in enumerate(ids[turn % 9 * 100 :][:100])
    ]


def timed(work: Callable[[], Any], rounds: int) -> list[float]:
    """Seconds of each call."""
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return seconds


def measure(product: Product, steps: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of every call of each kind."""
    document = bot_of(steps)
    made: list[str] = []
    times = {"import": timed(lambda: made.append(product.call("POST", f"{API}/bots/import", document)["id"]), rounds)}
    bot = made[-1]
    exported = product.call("GET", f"{API}/bots/{bot}/export")
    ids = [step["id"] for step in exported["steps"]]
    turns = iter(range(10_000))

    version = 1

    def change(changes: list[dict[str, Any]]) -> None:
        nonlocal version
        wish = {"version": version, "changes": changes}
        version = product.call("POST", f"{API}/bots/{bot}/changes", wish)["version"]

    times["export"] = timed(lambda: product.call("GET", f"{API}/bots/{bot}/export"), rounds)
    times["100 changes"] = timed(lambda: change(edits(ids, next(turns))), rounds)
    times["publish"] = timed(lambda: product.call("POST", f"{API}/bots/{bot}/publish", {}), rounds)
    times["check"] = timed(lambda: product.call("GET", f"{API}/bots/{bot}/check"), rounds)
    new = [{"op": "add", "kind": "step", "fields": {"name": f"New {n}"}} for n in range(100)]
    times["add 100 steps"] = timed(lambda: change(new), rounds)
    return times


def main() -> None:
    """Print the table; exit 1 if a median is over what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    print(machine())
    with running() as product:
        times = measure(product, options.steps, options.rounds)
    print(f"{options.steps:,} steps, {options.steps * 2:,} connections, {options.rounds} calls each, over HTTP")
    print(f"{'call':>14} {'median s':>9} {'worst s':>9} {'wanted s':>9}")
    late = False
    for call, seconds in times.items():
        median = statistics.median(seconds)
        late = late or median > WANTED_SECONDS[call]
        print(f"{call:>14} {median:>9.3f} {max(seconds):>9.3f} {WANTED_SECONDS[call]:>9.1f}")
    if late:
        sys.exit(1)


if __name__ == "__main__":
    main()
