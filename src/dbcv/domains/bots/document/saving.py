"""The spellings of a group's `variables`: the ordered list is the normal form, the plain object of older documents is
accepted and put into it. Called by the shapes; does not judge paths (the engine does)."""

import re
from typing import Any

_KEPT_SCOPES = frozenset({"bot", "user", "session", "channel"})
_FLAGS = re.compile(r"(?P<path>[^|]+)(?:\|(?P<append>a)|\|file\|(?P<ext>\.[^|/\\\s]{1,20}))?\Z")


class SavingSpellingError(ValueError):
    """One entry of a plain object that cannot be read; `key` says which."""

    def __init__(self, key: str, value: Any) -> None:
        super().__init__(key)
        self.key, self.value = key, value


def normal_savings(plain: dict[str, Any]) -> list[dict[str, Any]]:
    """`{"source": "target|a"}` as `[{"source", "target", "mode": "append"}]`, in the object's order.

    An entry whose key alone is a kept scope (`{"session.age": "message.text"}`) is read as target: source.
    Raises SavingSpellingError.
    """
    return [_normal_saving(key, value) for key, value in plain.items()]


def _normal_saving(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, str):
        raise SavingSpellingError(key, value)
    swapped = _is_kept(key) and not _is_kept(value)
    source, flagged = (value, key) if swapped else (key, value)
    match = _FLAGS.match(flagged)
    if match is None:
        raise SavingSpellingError(key, flagged)
    saving: dict[str, Any] = {"target": match["path"], "source": source}
    if match["append"]:
        saving["mode"] = "append"
    elif match["ext"]:
        saving |= {"mode": "file", "ext": match["ext"]}
    return saving


def _is_kept(path: str) -> bool:
    return path.partition(".")[0] in _KEPT_SCOPES
