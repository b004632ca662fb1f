"""`variables` of a code step: a dict by scope that also takes a whole path, as templates do. Runs inside the jail."""

from typing import Any

_NOTHING = object()


class Variables(dict[str, Any]):
    """`variables["user"]["name"]`, `variables.get("user.name")` and `"user.name" in variables` all work."""

    def __missing__(self, path: str) -> Any:
        found = _dig(self, path)
        if found is _NOTHING:
            raise KeyError(path)
        return found

    def get(self, path: Any, default: Any = None) -> Any:
        """The value at a key or a path (`user.tags.0`), or the default."""
        found = dict.get(self, path, _NOTHING)
        if found is _NOTHING:
            found = _dig(self, path)
        return default if found is _NOTHING else found

    def __contains__(self, path: object) -> bool:
        return dict.__contains__(self, path) or _dig(self, path) is not _NOTHING


def _dig(tree: Any, path: Any) -> Any:
    if not isinstance(path, str) or "." not in path:
        return _NOTHING
    scope, *keys = path.split(".")
    found = dict.get(tree, scope, _NOTHING)
    for key in keys:
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isascii() and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return _NOTHING
    return found
