"""An example value out of a JSON Schema of an OpenAPI document: bounded in depth and size, whatever the schema refers
to. Pure; refers to the document only, never fetches."""

from typing import Any

MAX_DEPTH = 8
BINARY = "binary"
MAX_NODES = 500
MAX_REFS = 50
MAX_TEXT_CHARS = 2_000
_BY_FORMAT = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "email": "user@example.com",
    "uuid": "01890000-0000-7000-8000-000000000001",
    "uri": "https://example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
}
_BY_TYPE: dict[str, Any] = {"string": "text", "integer": 0, "number": 0, "boolean": False, "null": None}


class Document:
    """A parsed OpenAPI document whose `$ref`s are looked up in itself."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree
        self.outside: set[str] = set()

    def resolved(self, node: Any) -> dict[str, Any]:
        """The object, references followed (a bounded number: they may go round); {} for what is none."""
        for _ in range(MAX_REFS):
            if not isinstance(node, dict):
                return {}
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            node = self._at(reference)
        return {}

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/") or len(reference) > 1_000:
            self.outside.add(reference[:100])
            return None
        node: Any = self.tree
        for step in reference[2:].split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            node = node.get(key) if isinstance(node, dict) else None
        return node


class Examples:
    """Makes one example; what does not fit into MAX_NODES is null or empty."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = MAX_NODES
        self._inside: list[int] = []

    def of(self, schema: Any, depth: int = 0) -> Any:
        """The schema's own example or default, else one put together."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            return None
        found = self._document.resolved(schema)
        if self._inside.count(id(found)) > 1:
            return None  # a tree of its own kind: one level below says how it goes on
        self._inside.append(id(found))
        try:
            return self._one(found, depth)
        finally:
            self._inside.pop()

    def _one(self, found: dict[str, Any], depth: int) -> Any:
        for name in ("example", "const", "default"):
            if name in found:
                return self._copy(found[name], depth)
        for name in ("examples", "enum"):
            if isinstance(found.get(name), list) and found[name]:
                return self._copy(found[name][0], depth)
        for name in ("oneOf", "anyOf"):
            if isinstance(found.get(name), list) and found[name] and "properties" not in found:
                return self.of(found[name][0], depth + 1)
        return self._made(found, depth)

    def _made(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "null")
        if kind == "array" or (kind is None and "items" in schema):
            item = self.of(schema.get("items"), depth + 1)
            return [] if item is None else [item]
        if kind == "object" or (kind is None and "properties" in schema):
            return self._object(schema, depth)
        if kind is None and isinstance(schema.get("allOf"), list):
            return self._all_of(schema, depth)
        if kind == "string":
            return _BY_FORMAT.get(str(schema.get("format")), "text")
        return _BY_TYPE.get(kind) if isinstance(kind, str) else None

    def _all_of(self, schema: dict[str, Any], depth: int) -> Any:
        """Of objects one object, else the first that says anything."""
        found = [self.of(part, depth + 1) for part in _list(schema["allOf"])[:MAX_REFS]]
        objects = [each for each in found if isinstance(each, dict)]
        if objects or not found:
            return {name: value for each in objects for name, value in each.items()}
        return next((each for each in found if each is not None), None)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        whole = self._all_of(schema, depth) if isinstance(schema.get("allOf"), list) else {}
        made: dict[str, Any] = whole if isinstance(whole, dict) else {}
        properties = schema.get("properties")
        for name, inner in properties.items() if isinstance(properties, dict) else ():
            if self._left <= 0:
                break
            field = self._document.resolved(inner)
            if field.get("readOnly") is not True and not _is_file(field):
                made[plain(str(name)[:200])] = self.of(inner, depth + 1)
        return made

    def _copy(self, value: Any, depth: int) -> Any:
        """An example that the document gives, within the same bounds."""
        self._left -= 1
        if isinstance(value, str):
            return plain(value[:MAX_TEXT_CHARS])
        if not isinstance(value, dict | list):
            return value
        if self._left < 0 or depth > MAX_DEPTH:
            return None
        if isinstance(value, list):
            return [self._copy(each, depth + 1) for each in value[: max(0, self._left)]]
        pairs = list(value.items())[: max(0, self._left)]
        return {plain(str(name)[:200]): self._copy(each, depth + 1) for name, each in pairs}


def _is_file(schema: dict[str, Any]) -> bool:
    """It is no value that can be written down."""
    return schema.get("format") == BINARY or "contentMediaType" in schema


def plain(text: str) -> str:
    """A foreign text without placeholders of ours: it must not ask for a bot's variables."""
    return text.replace("{$", "{ $")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
