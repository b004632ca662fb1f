"""Reading an OpenAPI document: its calls, their bodies, what these hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Call:
    """One operation. `name` is how tests name it: "PATCH /api/v1/bots/{bot_id}"."""

    method: str
    path: str
    operation: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """By media type."""
        return self.operation.get("requestBody", {}).get("content", {})

    def parameters(self, place: str) -> list[dict[str, Any]]:
        return [each for each in self.operation.get("parameters", ()) if each["in"] == place]


class Description:
    """`page` is the document."""

    def __init__(self, page: dict[str, Any]) -> None:
        self.page = page

    def calls(self) -> Iterator[Call]:
        for path, methods in self.page["paths"].items():
            for method in METHODS:
                if method in methods:
                    yield Call(method, path, methods[method])

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema itself where another is named; of "this or null", this."""
        while True:
            if "$ref" in schema:
                kind, name = schema["$ref"].split("/")[-2:]
                schema = self.page["components"][kind][name]
                continue
            rest = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
            if len(rest) != 1:
                return schema
            schema = rest[0]

    def examples(self, content: dict[str, Any]) -> list[Any]:
        """Of a body, wherever they stand."""
        found = []
        for holder in (content, self.resolved(content.get("schema", {}))):
            found += [holder["example"]] if "example" in holder else []
            listed = holder.get("examples", [])
            found += [each["value"] for each in listed.values()] if isinstance(listed, dict) else listed
        return found
