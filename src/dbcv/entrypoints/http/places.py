"""Where in a body an error is, as its sender wrote it: Pydantic puts names of our classes into the way to a field that
may be of several kinds, and lists what is wrong with each kind. Pure; called by problems.py."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Found = Mapping[str, Any]
"""{"loc", "type", …} as Pydantic tells it."""
_Kind = tuple[tuple[str | int, ...], str]
"""A place, and which of its kinds was tried there."""


def nearest_kind(errors: Sequence[Found], body: Any) -> list[Found]:
    """The errors with places of the body alone; of a field of several kinds those of the kind with the fewest."""
    if not isinstance(body, dict | list):
        return list(errors)
    read = [_read(each, body) for each in errors]
    wrong = Counter(kind for _, kind in read if kind is not None)
    nearest: dict[tuple[str | int, ...], _Kind] = {}
    for kind in wrong:
        if kind[0] not in nearest or wrong[kind] < wrong[nearest[kind[0]]]:
            nearest[kind[0]] = kind
    return [each for each, kind in read if kind is None or nearest[kind[0]] == kind]


def _read(error: Found, body: Any) -> tuple[Found, _Kind | None]:
    """The error at its place in the body, and the first kind on the way there."""
    place: list[str | int] = []
    value, kind = body, None
    first, *rest = error["loc"]
    if first != "body":
        return error, None
    for index, part in enumerate(rest):
        is_new = index == len(rest) - 1 and error["type"] == "missing"
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        elif isinstance(value, dict) and (part in value or is_new):
            value = value.get(part)
        else:
            kind = kind or (tuple(place), part)
            continue
        place.append(part)
    return {**error, "loc": (first, *place)}, kind
