"""Drawing a fragment: steps, groups and connections in the shapes of the bot document, with ids, places on the canvas
and open ends. Used by every preset; what is drawn is judged in `preset`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dbcv.presets.words import Language, Words

COLUMN, ROW = 320, 180
"""Between steps of a fragment, in units of the canvas."""
MAX_NAME = 200
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fragment goes. `prefix` begins all of its ids (give one that nothing else has); `language` is that of the
    names and texts that it makes up."""

    prefix: str
    x: float = 0
    y: float = 0
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class Door:
    """A step of the fragment through which it is left or entered again: "then" of an IF, "next" of a loop."""

    name: str
    step_id: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """Steps and requests as a document holds them, to be entered at `first_step_id`.

    `ways_out` are open ends: a connection from there leads on. `ways_in` are steps that what follows may lead back to.
    """

    first_step_id: str
    steps: list[Part]
    requests: list[Part]
    ways_out: list[Door]
    ways_in: list[Door]


@dataclass(slots=True)
class Sketch:
    """A fragment in the making; the first of its own steps is the one it is entered at. `title` names its steps,
    `mark` is what its own steps remember of the preset."""

    place: Place
    title: str
    mark: Part
    steps: list[Part] = field(default_factory=list)
    open_steps: list[Part] = field(default_factory=list)
    requests: list[Part] = field(default_factory=list)
    ways_out: list[Door] = field(default_factory=list)
    ways_in: list[Door] = field(default_factory=list)

    def said(self, words: Words) -> str:
        """Words in the language of the fragment."""
        return words[self.place.language]

    def id_of(self, key: str) -> str:
        """The id of the fragment's step or request of this key."""
        return f"{self.place.prefix}/{key}"

    def step(
        self,
        key: str,
        part: Words | None = None,
        at: tuple[int, int] = (0, 0),
        *,
        groups: Sequence[Part] = (),
        **more: Any,
    ) -> str:
        """Draw a step called by the title (and which `part` of it this is), `at` (column, row). Returns its id."""
        name = self.title if part is None else f"{self.title}: {self.said(part)}"
        self.steps.append(self._drawn(key, name, at, groups) | more | self.mark)
        return self.id_of(key)

    def way(self, key: str, part: Words, target: str | None, at: tuple[int, int]) -> str:
        """The step a way leads to: `target`, or a new open end, which says nothing and lets through."""
        if target is not None:
            return target
        return self.opened(key, f"{self.title}: {self.said(part)}", at)

    def opened(self, key: str, name: str, at: tuple[int, int]) -> str:
        """Draw an open end. Returns its id."""
        self._pass(key, name, at, ())
        self.ways_out.append(Door(key, self.id_of(key)))
        return self.id_of(key)

    def passage(self, key: str, part: Words, at: tuple[int, int], group: Part) -> str:
        """Draw a step on a way that only lets through `group`; an open end if that leads nowhere. Returns its id."""
        self._pass(key, f"{self.title}: {self.said(part)}", at, (group,))
        if not group["connections"]:
            self.ways_out.append(Door(key, self.id_of(key)))
        return self.id_of(key)

    def leaves(self, key: str, target: str | None) -> list[Part]:
        """Connections of the step `key` to `target`; without one the step itself is the open end."""
        if target is not None:
            return [to(target)]
        self.ways_out.append(Door("next", self.id_of(key)))
        return []

    def finished(self) -> Fragment:
        """What was drawn."""
        steps = self.steps + self.open_steps
        return Fragment(steps[0]["id"], steps, self.requests, self.ways_out, self.ways_in)

    def _pass(self, key: str, name: str, at: tuple[int, int], groups: Sequence[Part]) -> None:
        self.open_steps.append(self._drawn(key, name, at, groups) | {"is_proxy": True})

    def _drawn(self, key: str, name: str, at: tuple[int, int], groups: Sequence[Part]) -> Part:
        ordered = [each | {"priority": number} for number, each in enumerate(groups)]
        spot = [self.place.x + at[0] * COLUMN, self.place.y + at[1] * ROW]
        return {"id": self.id_of(key), "name": name[:MAX_NAME], "position": spot, "connection_groups": ordered}


def group(*connections: Part, saves: Sequence[Part] = (), **work: Any) -> Part:
    """A group: `work`, then saves, then connections in this order."""
    ordered = [each | {"priority": number} for number, each in enumerate(connections)]
    return {"variables": list(saves), "connections": ordered} | work


def to(step_id: str, *rules: Part, condition: str = "AND") -> Part:
    """A connection to a step while the rules hold; without rules, always."""
    return {"rules": {"condition": condition, "rules": list(rules)} if rules else {}, "next_step_id": step_id}


def when(path: str, operator: str, value: Any = None, **more: Any) -> Part:
    """A rule."""
    return {"field": path, "operator": operator, "value": value} | more


def save(target: str, source: Any) -> Part:
    """A saving. Texts are paths or hold placeholders; see `literal`."""
    return {"target": target, "source": source, "mode": "set"}


def literal(target: str, value: str) -> Part:
    """Keep a text as it is: `target`.0 has it then (a bare text would be read as a path)."""
    return save(target, [value])


def message(text: str, params: Part | None = None, **more: Any) -> Part:
    """What a step says."""
    return {"text": text, "params": params or {}} | more
