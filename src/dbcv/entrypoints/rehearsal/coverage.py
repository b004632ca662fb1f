"""Which steps and connections conversations reached. Called by the test command and by `kept`; pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dbcv.entrypoints.rehearsal.talk import Turn

Edge = tuple[str, int, int]
TIMEOUT = -1
"""The group's index that stands for "time is up" in an Edge."""


@dataclass(slots=True)
class Coverage:
    """All steps and connections of a bot, by the names the engine gives them, and those that were reached."""

    bot: str
    steps: dict[str, str]
    edges: dict[Edge, str]
    reached_steps: set[str] = field(default_factory=set)
    reached_edges: set[Edge] = field(default_factory=set)

    def add(self, turns: Iterable[Turn]) -> None:
        """Count what these turns entered and took."""
        for turn in turns:
            self.reached_steps.update(step for step in turn.outcome.entered if step in self.steps)
            self.reached_edges.update(edge for edge in turn.outcome.taken if edge in self.edges)
            timeouts = (entry["step"] for entry in turn.outcome.trace if entry["at"] == "timeout")
            self.reached_edges.update((step, TIMEOUT, 0) for step in timeouts)
        self.reached_edges &= self.edges.keys()

    @property
    def missed_steps(self) -> list[str]:
        """Words for the steps that were not entered, in the document's order."""
        return [words for step, words in self.steps.items() if step not in self.reached_steps]

    @property
    def missed_edges(self) -> list[str]:
        """Words for the connections and timeouts that were not taken."""
        return [words for edge, words in self.edges.items() if edge not in self.reached_edges]

    @property
    def percent(self) -> float:
        """Reached steps and connections of all, 0 to 100; never 100.0 while one is missing."""
        total = len(self.steps) + len(self.edges)
        reached = len(self.reached_steps) + len(self.reached_edges)
        return 100.0 if reached == total else min(99.9, round(100 * reached / total, 1))


def coverage_of(document: Mapping[str, Any]) -> Coverage:
    """Everything a conversation with this normalised bot document can reach, nothing reached yet."""
    coverage = Coverage(document["name"], {}, {})
    _add_edges(coverage, "", "any step", document["master_connection_groups"])
    _add_steps(coverage, "", document["steps"])
    for template in document["templates"]:
        _add_steps(coverage, f"{template['id']}/", template["steps"])
    return coverage


def _add_steps(coverage: Coverage, prefix: str, steps: list[dict[str, Any]]) -> None:
    for step in steps:
        key = prefix + step["id"]
        words = f"{key} ({step['name']})" if step["name"] else key
        coverage.steps[key] = words
        _add_edges(coverage, key, words, step["connection_groups"])
        if step["timeout_after"] is not None and step["timeout_step_id"] is not None:
            coverage.edges[(key, TIMEOUT, 0)] = f"{words} → {step['timeout_step_id']} when its time is up"


def _add_edges(coverage: Coverage, key: str, words: str, groups: list[dict[str, Any]]) -> None:
    for group_index, connection_index, connection in _connections(groups):
        place = f"group {group_index + 1}, connection {connection_index + 1}"
        coverage.edges[(key, group_index, connection_index)] = f"{words} → {connection['next_step_id']} ({place})"


def _connections(groups: list[dict[str, Any]]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    for group_index, group in enumerate(groups):
        for connection_index, connection in enumerate(group["connections"]):
            yield group_index, connection_index, connection
