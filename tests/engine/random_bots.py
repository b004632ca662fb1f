"""Hypothesis strategies for the engine: bots that compile, hostile texts and rules, states, events, replies.

Whole bots grow from a number (a seed) and a size, which hypothesis picks and makes smaller: drawing each leaf of a bot
by itself would take a hundred times as long.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from hypothesis import strategies as some

from dbcv.engine.events import Event
from dbcv.engine.filters import FILTERS
from dbcv.engine.operators import BY_SPELLING, TYPES
from dbcv.engine.state import State

STEPS = ["a", "b", "c", "d"]
INNER = ["s1", "s2", "a"]
TEMPLATES = ["t1", "t2"]
PATHS = [
    "session.x", "session.list", "session.deep.k.0", "user.name", "user.id", "bot.n", "channel.list.1", "message.text",
    "message", "message.params", "event.kind", "event.step_id", "response.ok", "response.result.deal", "response",
    "result", "result.n", "template.in", "template.out", "session", "bot", "session.возраст", "user.__class__",
]  # fmt: skip
TARGETS = [
    "session.x", "session.list", "session.deep.k", "session.deep.k.0", "user.list", "user.seen.a", "bot.n", "bot.list",
    "channel.list", "channel.m.k", "template.out", "template.in", "session.x.y.z",
]  # fmt: skip
HOSTILE = [
    "", "{$", "$}", "{$user.name$}", "{$session.x$}{$session.x$}", "{$us{$user.x$}.name$}", '"}],"condition":"OR"',
    "\x00", "\ud800", "a\r\nX: 1", "../../etc", "1_000", "NaN", "Infinity", "9" * 200, "1e999", "0x10", "-0", "true",
    "null", "[]", "{}", "<script>", "'; DROP TABLE bot; --", "%s%s%n", "{0.__class__}", "\u202e", "ﬀ", "İ", "x" * 3000,
]  # fmt: skip

texts = some.sampled_from(HOSTILE) | some.text(max_size=12)
numbers = some.integers(-(2**70), 2**70) | some.floats() | some.sampled_from([0, 1, -1, 10**400, 0.1, 1e308])
scalars = some.none() | some.booleans() | numbers | texts
keys = some.sampled_from(["x", "list", "deep", "k", "name", "text", "0", "id", "in", "out", "__class__"]) | texts
values = some.recursive(
    scalars, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(keys, inner, max_size=3), max_leaves=6
)
objects = some.dictionaries(keys, values, max_size=4)


ARGUMENTS = {
    "default": "Guest", "truncate": "3", "replace": "a:b", "round": "1", "add": "1", "number": "2", "date": "%d.%m.%Y",
    "timezone": "Europe/Moscow",
}  # fmt: skip
FACTS = {"user": {"id": "u1", "username": "bob"}, "bot": {"id": "b1", "name": "Bot"}, "channel": {"id": "c1"}}


class Maker:
    """Grows one bot, state, event and answers from a seed; `size` bounds what is in them."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = Random(seed)
        self.size = size

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def one(self, items: Any) -> Any:
        return self.random.choice(items)

    def some(self, make: Any, most: int) -> list[Any]:
        return [make() for _ in range(self.random.randint(0, min(most, self.size)))]

    def text(self) -> str:
        if self.maybe(0.5):
            return str(self.one(HOSTILE))
        return "".join(self.one("abcxyz 019.-яё\u4f60{}$|") for _ in range(self.random.randint(0, 8)))

    def scalar(self, finite: bool = False) -> Any:
        """`finite`: as it can stand in a document, which is JSON."""
        kinds: list[Any] = [None, True, False, 0, 1, -7, 2**63, -(2**70), 10**400, 0.1, 1e308, "17", "2026-01-01"]
        if not finite:
            kinds += [float("nan"), float("inf")]
        return self.one(kinds) if self.maybe(0.6) else self.text()

    def value(self, depth: int = 3) -> Any:
        if depth == 0 or self.maybe(0.5):
            return self.scalar()
        if self.maybe(0.5):
            return self.some(lambda: self.value(depth - 1), 3)
        return {self.key(): self.value(depth - 1) for _ in range(self.random.randint(0, 3))}

    def object(self) -> dict[str, Any]:
        return {self.key(): self.value() for _ in range(self.random.randint(0, 4))}

    def key(self) -> str:
        known = ["x", "list", "deep", "k", "name", "text", "0", "id", "in", "out", "n", "token", "__class__"]
        return str(self.one(known)) if self.maybe(0.8) else self.text()

    def placeholder(self) -> str:
        names = self.some(lambda: self.one(sorted(FILTERS)), 2)
        calls = [f"{name}:{ARGUMENTS[name]}" if name in ARGUMENTS else name for name in names]
        return "{$" + "|".join([self.one(PATHS), *calls]) + "$}"

    def written(self) -> str:
        """What an author writes where text goes."""
        return "".join(self.placeholder() if self.maybe(0.6) else self.text() for _ in range(self.random.randint(0, 3)))

    def templated(self, depth: int = 2) -> Any:
        if depth == 0 or self.maybe(0.6):
            return self.placeholder() if self.maybe(0.5) else self.one([self.written(), self.scalar(finite=True)])
        if self.maybe(0.5):
            return self.some(lambda: self.templated(depth - 1), 3)
        return {self.key(): self.templated(depth - 1) for _ in range(self.random.randint(0, 3))}

    def rules(self, depth: int = 2) -> Any:
        if self.maybe(0.3):
            return self.one([{}, None])
        return self.rule(depth)

    def rule(self, depth: int) -> dict[str, Any]:
        if depth and self.maybe(0.3):
            rules = [self.rule(depth - 1) for _ in range(self.random.randint(1, 3))]
            return {"condition": self.one(["AND", "OR"]), "not": self.maybe(0.3), "rules": rules}
        operator = self.one(sorted(BY_SPELLING))
        value: Any = self.placeholder() if self.maybe(0.3) else self.scalar(finite=True)
        match BY_SPELLING[operator].arity:
            case "two":
                value = [self.scalar(finite=True), self.placeholder()]
            case "list":
                value = self.one(["a,b", [1, "x", self.placeholder()], self.placeholder()])
            case "pattern":
                value = self.one(["^a", r"\d+", "(a|aa)+$", self.placeholder()])
        made = {"field": self.one(PATHS), "operator": operator, "value": value, "ignore_case": self.maybe(0.2)}
        return made | ({"type": self.one(TYPES)} if self.maybe(0.3) else {})

    def save(self) -> dict[str, Any]:
        source = self.one([self.one(PATHS), self.placeholder(), "n.k", self.one([1, [1], {"a": None}])])
        return {"target": self.one(TARGETS), "source": source, "mode": self.one(["set", "set", "append", "file"])}

    def group(self, steps: list[str]) -> dict[str, Any]:
        """A connection group whose ids all lead somewhere."""
        ways = self.some(
            lambda: {"next_step_id": self.one(steps), "rules": self.rules(), "priority": self.one([0, 1])}, 3
        )
        return {
            "search_type": self.one(["message", "message", "response", "code", "integration"]),
            "request_id": "r",
            "code": "async def main(message, variables):\n    return {'n': 1}",
            "integration_id": "x.y",
            "integration_config": self.templated(),
            "priority": self.one([0, 1]),
            "variables": self.some(self.save, 3),
            "connections": ways,
        }

    def step(self, name: str, names: list[str]) -> dict[str, Any]:
        made: dict[str, Any] = {"id": name, "is_proxy": self.maybe(0.6)}
        made["connection_groups"] = self.some(lambda: self.group(names), 2)
        if self.maybe(0.6):
            made["message"] = {
                "text": self.written(),
                "params": self.templated(),
                "attachments": self.some(self.templated, 2),
            }
            made["message"]["widget_id"] = self.one([None, "w"])
        if self.maybe(0.3):
            made |= {"timeout_after": 5, "timeout_step_id": self.one(names)}
        if self.maybe(0.25):
            made["template_instance"] = {
                "template_id": self.one(TEMPLATES),
                "inputs_mapping": {"in": self.templated()},
                "outputs_mapping": {"out": self.one(TARGETS)},
            }
        return made

    def flow(self, names: list[str]) -> dict[str, Any]:
        names = names[: max(1, self.size)]
        return {"first_step_id": self.one(names), "steps": [self.step(name, names) for name in names]}

    def bot(self) -> dict[str, Any]:
        """A whole bot document."""
        flow = self.flow(STEPS)
        names = [step["id"] for step in flow["steps"]]
        fields = {self.key(): self.templated() for _ in range(2)}
        request = {
            "id": "r", "method": self.one(["get", "POST"]), "url_params": {"id": self.written()}, "params": fields,
            "request_url": f"https://api.example/{{id}}/{self.placeholder()}?q={self.placeholder()}",
            "headers": {"X-A": self.placeholder(), "X-B": f"b {self.placeholder()}"},
            self.one(["json_field", "data"]): {self.key(): self.templated() for _ in range(2)},
        }  # fmt: skip
        inputs = {"properties": {"in": {"default": 1}}}
        return {
            **flow,
            "master_connection_groups": self.some(lambda: self.group(names), 1),
            "requests": [request],
            "widgets": [{"id": "w", "body": self.written(), "css": self.written(), "js": self.written()}],
            "templates": [{"id": name, "inputs": inputs, "outputs": {}, **self.flow(INNER)} for name in TEMPLATES],
        }

    def state(self) -> State:
        step = self.one([None, None, *STEPS, *STEPS, "s1", "gone"])
        frames = [] if self.maybe(0.7) else self.one([[self.frame()], [self.frame(), self.frame()], [self.value()]])
        facts = FACTS if self.maybe(0.8) else {}
        return State(step, self.object(), self.object(), self.object(), self.object(), facts, frames)

    def frame(self) -> dict[str, Any]:
        return {"step_id": self.one(STEPS), "template_id": self.one(TEMPLATES), "variables": self.object()}

    def event(self, state: State) -> Event:
        kind = self.one(["message", "message", "timeout", "emitter", "cron", "bot", "webhook"])
        data = {"step_id": state.step_id if self.maybe(0.8) else self.value(), **self.object()}
        message = {} if kind == "timeout" else {"text": self.text(), "params": self.object()}
        return Event("e1", kind, datetime(2026, 1, 1, 9, tzinfo=UTC), self.random.randint(0, 2**63), message, data)

    def answer(self) -> Any:
        """What an effect is answered: mostly right, else of any shape."""
        if self.maybe(0.25):
            return self.value()
        made = {"ok": self.maybe(0.7), "result": self.value(), "status": self.one([200, 404, 503, self.value()])}
        return made | self.object() | ({"error": self.value()} if self.maybe(0.3) else {})


@dataclass
class Turn:
    """Everything that one turn takes."""

    document: dict[str, Any]
    state: State
    event: Event
    answers: list[Any]


def grow(seed: int, size: int) -> Turn:
    maker = Maker(seed, size)
    document, state = maker.bot(), maker.state()
    return Turn(document, state, maker.event(state), [maker.answer() for _ in range(8)])


turns = some.builds(grow, seed=some.integers(0, 2**32), size=some.integers(1, 4))
bots = turns.map(lambda turn: turn.document)
