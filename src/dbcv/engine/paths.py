"""Variable paths: `scope.key.0.key`. Parsed once, walked over own keys and list indexes only, never over attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

KEPT_SCOPES: Final = ("bot", "user", "session", "channel")
SHARED_SCOPES: Final = frozenset(("bot", "user", "channel"))
WRITABLE_SCOPES: Final = frozenset((*KEPT_SCOPES, "template"))
SCOPES: Final = (*KEPT_SCOPES, "message", "event", "response", "result", "template")
FACTS: Final = {
    "user": frozenset(("id", "username")),
    "bot": frozenset(("id", "name")),
    "channel": frozenset(("id",)),
    "session": frozenset(("id",)),
}
"""Facts that every entity has; State.facts may hold more."""

MAX_PATH_CHARS: Final = 500
MAX_PATH_KEYS: Final = 32
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,8})")
_BAD_KEY = re.compile(r"[\x00-\x1f\x7f{}$|\ud800-\udfff]|^\s|\s$|^$")


class Undefined:
    """The value of a path that leads nowhere. There is one: UNDEFINED."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined()


class PathError(ValueError):
    """A text that is no path; the message says why."""


@dataclass(frozen=True, slots=True)
class Path:
    """`text` as written, `scope` its first part, `keys` the rest."""

    text: str
    scope: str
    keys: tuple[str, ...]


@lru_cache(maxsize=4_096)
def parse_path(text: str) -> Path:
    """Read `scope.key.key`; raises PathError for an unknown scope, an empty key or a path too long."""
    keys = parse_keys(text)
    if keys[0] not in SCOPES:
        raise PathError(f'"{text}" does not begin with a scope ({", ".join(SCOPES)})')
    return Path(text, keys[0], keys[1:])


def parse_keys(text: str) -> tuple[str, ...]:
    """Split a path at its dots; raises PathError where a part cannot be a key."""
    if len(text) > MAX_PATH_CHARS:
        raise PathError(f"a path of {len(text)} characters is too long, the most is {MAX_PATH_CHARS}")
    keys = tuple(text.split("."))
    if len(keys) > MAX_PATH_KEYS:
        raise PathError(f"a path of {len(keys)} keys is too deep, the most is {MAX_PATH_KEYS}")
    for key in keys:
        if _BAD_KEY.search(key):
            raise PathError(f'"{text}" is no path: "{key}" cannot be a key')
    return keys


def index_of(key: str) -> int | None:
    """The list index a key stands for: 0 or digits without a leading zero, at most nine of them; else None."""
    return int(key) if _INDEX.fullmatch(key) else None


def dig(value: Any, keys: tuple[str, ...]) -> Any:
    """Follow keys from a value; UNDEFINED where they lead nowhere."""
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key, UNDEFINED)
        elif isinstance(value, list):
            index = index_of(key)
            value = value[index] if index is not None and index < len(value) else UNDEFINED
        else:
            return UNDEFINED
    return value
