"""A random or A/B split. There is no chance in the engine; ids are random, and a turn that is replayed has the same
ids: the last digits of the event's id are a throw of dice, those of the person's id a lasting choice."""

from typing import Annotated, Final, Literal
from zlib import crc32

from pydantic import Field

from dbcv.presets.fragment import Part, Sketch, group, literal, save, to, when
from dbcv.presets.inputs import Form, Id, Inputs, Short, Target, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.words import said

BUCKETS: Final = 256
_SCRATCH: Final = "session._split"
_WINDOWS: Final = 7
"""Two digits are looked at, among the last eight, which are random in ids of version 7: independent splits differ."""
_FIELDS: Final = {"person": "user.id", "event": "event.id"}


class Variant(Form):
    """One way, and how often it is taken compared with the others."""

    name: Short = asked(..., "Name", "Название")
    weight: Annotated[int, Field(ge=1, le=100)] = asked(1, "Weight", "Вес")
    next_step_id: Id | None = next_step("Go to", "К шагу")


class SplitInputs(Inputs):
    """The ways, and what the choice hangs on."""

    variants: Annotated[list[Variant], Field(min_length=2, max_length=10)] = asked(..., "Variants", "Варианты")
    by: Literal["person", "event"] = asked(
        "person",
        "Choose anew",
        "Выбирать заново",
        labels={
            "person": said("for each person (A/B)", "для каждого человека (A/B)"),
            "event": said("every time", "каждый раз"),
        },
    )
    remember_as: Target | None = asked(
        None,
        "Remember the choice as",
        "Запомнить выбор в",
        about=said("it stays then, also when weights change", "тогда он останется, даже если веса изменятся"),
        pick="variable",
    )


def draw(inputs: SplitInputs, sketch: Sketch) -> None:
    """A step that lets through, and one for each variant that has to be remembered or leads nowhere yet."""
    targets = [_target(inputs, sketch, at) for at in range(len(inputs.variants))]
    window = crc32(sketch.place.prefix.encode()) % _WINDOWS
    rules = [
        when(_FIELDS[inputs.by], "matches", pattern(low, high, window))
        for low, high in ranges([variant.weight for variant in inputs.variants])
    ]
    drawn = [*(to(target, rule) for target, rule in zip(targets[:-1], rules[:-1], strict=True)), to(targets[-1])]
    groups = [group(*drawn)]
    if inputs.remember_as:
        names = [variant.name for variant in inputs.variants]
        known = [
            to(target, when(inputs.remember_as, "equal", name)) for target, name in zip(targets, names, strict=True)
        ]
        groups.insert(0, group(*known))
    sketch.step("split", is_proxy=True, groups=groups)


def _target(inputs: SplitInputs, sketch: Sketch, at: int) -> str:
    variant, key, where = inputs.variants[at], f"variant-{at + 1}", (1, at)
    if inputs.remember_as is None:
        return sketch.way(key, said(variant.name, variant.name), variant.next_step_id, where)
    links: list[Part] = [] if variant.next_step_id is None else [to(variant.next_step_id)]
    keep = [literal(_SCRATCH, variant.name), save(inputs.remember_as, f"{_SCRATCH}.0")]
    return sketch.passage(key, said(variant.name, variant.name), where, group(*links, saves=keep))


def ranges(weights: list[int]) -> list[tuple[int, int]]:
    """How the buckets are shared out: [low, high) for each weight, none of them empty."""
    total, low, found = sum(weights), 0, []
    for at, _ in enumerate(weights):
        share = round(BUCKETS * sum(weights[: at + 1]) / total)
        high = min(max(share, low + 1), BUCKETS - (len(weights) - 1 - at))
        found.append((low, high))
        low = high
    return found


def pattern(low: int, high: int, window: int) -> str:
    """A regular expression for ids whose two hexadecimal digits before the last `window` are in [low, high)."""
    rows = []
    for first in range(low // 16, (high - 1) // 16 + 1):
        begin, end = max(low - first * 16, 0), min(high - first * 16, 16)
        rows.append(f"{first:x}[{'0123456789abcdef'[begin:end]}]")
    return f"(?:{'|'.join(rows)}).{{{window}}}$"


PRESET = Preset(
    id="split",
    section="flow",
    icon="split",
    name=said("Random split", "Случайный выбор"),
    about=said(
        "Shares people out over several ways, as for an A/B test.",
        "Распределяет людей по путям, например для A/B-теста.",
    ),
    inputs=SplitInputs,
    draw=draw,
)
