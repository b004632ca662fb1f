"""Rings in a directed graph (Tarjan's strongly connected components), without recursion. Used by lint."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def cycles(ways: Mapping[Node, Sequence[Node]]) -> list[list[Node]]:
    """The groups of nodes that can reach each other (or themselves), each in the order of `ways`.

    Targets that are no key of `ways` are left out. Linear in nodes and ways.
    """
    order = {node: index for index, node in enumerate(ways)}
    rings = [ring for ring in _components(ways) if len(ring) > 1 or ring[0] in ways[ring[0]]]
    return [sorted(ring, key=order.__getitem__) for ring in rings]


def _components(ways: Mapping[Node, Sequence[Node]]) -> Iterator[list[Node]]:
    numbers: dict[Node, int] = {}
    lowest: dict[Node, int] = {}
    stack: list[Node] = []
    stacked: set[Node] = set()
    for root in ways:
        if root in numbers:
            continue
        path = [(root, iter(ways[root]))]
        while path:
            node, rest = path[-1]
            if node not in numbers:
                numbers[node] = lowest[node] = len(numbers)
                stack.append(node)
                stacked.add(node)
            deeper = _next_unseen(node, rest, ways, numbers, lowest, stacked)
            if deeper is not None:
                path.append((deeper, iter(ways[deeper])))
                continue
            path.pop()
            if path:
                parent = path[-1][0]
                lowest[parent] = min(lowest[parent], lowest[node])
            if lowest[node] == numbers[node]:
                yield _pop_to(node, stack, stacked)


def _next_unseen(
    node: Node,
    rest: Iterator[Node],
    ways: Mapping[Node, Sequence[Node]],
    numbers: dict[Node, int],
    lowest: dict[Node, int],
    stacked: set[Node],
) -> Node | None:
    for target in rest:
        if target not in ways:
            continue
        if target not in numbers:
            return target
        if target in stacked:
            lowest[node] = min(lowest[node], numbers[target])
    return None


def _pop_to(node: Node, stack: list[Node], stacked: set[Node]) -> list[Node]:
    ring: list[Node] = []
    while not ring or ring[-1] != node:
        ring.append(stack.pop())
        stacked.discard(ring[-1])
    return ring
