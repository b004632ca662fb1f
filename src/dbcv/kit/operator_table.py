"""How an operator sees a table: which columns, by which it is found, what can be done to a row. Plain data.

A domain's admin module says it; entrypoints/admin draws it. A column that is not named is never read.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dbcv.kit.db import Base, Database


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    en: str
    ru: str


@dataclass(frozen=True, slots=True)
class Doing:
    """What can be done to a row, through the domain's service. `run(db, actor_id, row_id)` raises AppError to refuse;
    whoever presses the button confirms `question` before."""

    name: str
    title: Words
    question: Words
    run: Callable[[Database, UUID, UUID], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class OperatorTable:
    """`listed` are the columns of the list, `shown` those of a row's own page beside them. `found_by` are columns with
    an index, where an exact value is looked for. `masked`: what is shown instead of a value that may hold secrets."""

    row: type[Base]
    title: Words
    group: Words
    listed: tuple[str, ...]
    shown: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    masked: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    doings: tuple[Doing, ...] = ()
