"""Microseconds a turn of the pure engine, at 10, 1,000 and 10,000 steps in the bot: .venv/bin/python bench/engine.py

The conversation is greet: "start" is answered with a question, "21" is saved and branched on, "bye" leads back.
"""

from __future__ import annotations

import gc
import platform
import statistics
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dbcv.engine.check import check
from dbcv.engine.events import Event
from dbcv.engine.graph import Graph, compile_bot
from dbcv.engine.outcome import Outcome
from dbcv.engine.state import State
from dbcv.engine.walk import walk

SIZES = (10, 1_000, 10_000)
CONVERSATIONS = 5_000
ROUNDS = 50
WANTED_MICROSECONDS = 50
TALK = (("start", "Hello Bob! How old are you?"), ("21", "Welcome, Bob (21)"), ("bye", "Bye Bob"))
FACTS = {"user": {"id": "u", "username": "bob"}, "bot": {"id": "b", "name": "greet"}, "channel": {"id": "c"}}
NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)


def says(text: str) -> dict[str, Any]:
    """Rules that hold when the message is this text."""
    return {"condition": "AND", "rules": [{"field": "message.text", "operator": "equal", "value": text}]}


def greet(steps: int) -> dict[str, Any]:
    """The greet bot, filled up to so many steps with others that hang on it."""
    adult = {"condition": "AND", "rules": [{"field": "session.age", "operator": "greater", "value": 17}]}
    age = [{"target": "session.age", "source": "message.text"}]
    own: list[dict[str, Any]] = [
        step("idle", None, [{"rules": says("start"), "next_step_id": "ask"}, {"priority": 1, "next_step_id": "idle"}]),
        step("ask", "Hello {$user.name$}! How old are you?", [
            {"rules": adult, "next_step_id": "welcome"}, {"priority": 1, "next_step_id": "young"}], age),
        step("welcome", "Welcome, {$user.name$} ({$session.age$})", [{"rules": says("bye"), "next_step_id": "bye"}]),
        step("young", "Too young", [{"next_step_id": "more0"}]),
        {**step("bye", "Bye {$user.name$}", [{"next_step_id": "idle"}]), "is_proxy": True},
    ]  # fmt: skip
    count = steps - len(own)
    others = [
        step(f"more{index}", f"More {index} {{$user.name$}}", [
            {"rules": says(f"{index}"), "next_step_id": f"more{(index + 1) % count}"},
            {"priority": 1, "next_step_id": "idle"}])
        for index in range(count)
    ]  # fmt: skip
    return {"format": "dbcv.bot", "version": 1, "name": "greet", "first_step_id": "idle", "steps": own + others}


def step(name: str, text: str | None, connections: list[dict[str, Any]], variables: Any = None) -> dict[str, Any]:
    """One step with one group."""
    message = None if text is None else {"text": text}
    group = {"search_type": "message", "variables": variables or [], "connections": connections}
    return {"id": name, "name": name, "message": message, "connection_groups": [group]}


def run_turn(graph: Graph, state: State, text: str) -> Outcome:
    """One turn without effects, as the runtime does it."""
    event = Event("e", "message", NOW, 1, {"id": "m", "text": text, "params": None, "attachments": []}, {})
    try:
        next(walk(graph, state, event))
    except StopIteration as done:
        return done.value
    raise AssertionError("greet asks nothing of the outside world")


def talk(graph: Graph, times: list[float] | None) -> None:
    """One conversation; appends the seconds of each turn."""
    state = State(None, {}, {"name": "Bob"}, {}, {}, FACTS, [])
    for text, answer in TALK:
        begin = time.perf_counter()
        outcome = run_turn(graph, state, text)
        end = time.perf_counter()
        if [reply.text for reply in outcome.replies] != [answer]:
            raise AssertionError(outcome)
        if times is not None:
            times.append(end - begin)
        state = State(outcome.step_id, outcome.session, state.user, {}, {}, FACTS, outcome.frames)


def prepare(steps: int) -> tuple[Graph, float, float]:
    """A compiled bot; processor seconds to compile and to check it."""
    document = greet(steps)
    begin = time.process_time()
    graph = compile_bot(document)
    compiled = time.process_time()
    problems = check(document)
    checked = time.process_time()
    if any(problem.severity == "error" for problem in problems):
        raise AssertionError(problems[:3])
    return graph, compiled - begin, checked - compiled


def measure(graphs: list[Graph]) -> list[list[float]]:
    """Seconds of each turn, sorted, a list a graph. The graphs take turns, so that a busy machine is busy for all."""
    times: list[list[float]] = [[] for _ in graphs]
    for graph in graphs:
        for _ in range(CONVERSATIONS // ROUNDS):
            talk(graph, None)
    gc.collect()
    for _ in range(ROUNDS):
        for graph, seconds in zip(graphs, times, strict=True):
            for _ in range(CONVERSATIONS // ROUNDS):
                talk(graph, seconds)
    return [sorted(seconds) for seconds in times]


def cpu_name() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def main() -> None:
    """Print the table; exit 1 if a turn takes too long or its cost grows with the bot."""
    libraries = f"google-re2 {version('google-re2')}"
    print(f"{platform.system()} {platform.machine()}, {cpu_name()}; Python {platform.python_version()}, {libraries}")
    print(f"greet, {CONVERSATIONS * len(TALK):,} turns a row")
    print(f"{'steps':>7} {'median µs':>10} {'p99 µs':>8} {'compile s':>10} {'check s':>8}")
    prepared = [prepare(steps) for steps in SIZES]
    medians = []
    for steps, row, times in zip(SIZES, prepared, measure([graph for graph, _, _ in prepared]), strict=True):
        medians.append(statistics.median(times) * 1e6)
        p99 = times[int(len(times) * 0.99)] * 1e6
        print(f"{steps:>7,} {medians[-1]:>10.1f} {p99:>8.1f} {row[1]:>10.3f} {row[2]:>8.3f}")
    growth = max(medians) / min(medians)
    print(f"growth {growth:.2f}; wanted: at most {WANTED_MICROSECONDS} µs, growth at most 1.20")
    if max(medians) > WANTED_MICROSECONDS or growth > 1.2:
        sys.exit(1)


if __name__ == "__main__":
    main()
