"""One operation of an OpenAPI document (3.0, 3.1) as a draft of a request. Pure: nothing is fetched, references lead
into the document only."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.reading import Format, read
from dbcv.domains.bots.document.wording import Language, word
from dbcv.domains.bots.service.requests.draft import Draft, empty
from dbcv.domains.bots.service.requests.schema_example import Document, Examples, plain
from dbcv.engine.http_request import METHODS
from dbcv.kit.errors import ErrorDetail
from dbcv.kit.outbound.bodies import MULTIPART
from dbcv.kit.outbound.secret_names import is_secret_field, is_secret_header

MAX_OFFERED = 30
FORM = "application/x-www-form-urlencoded"
_BRACES = re.compile(r"\{([^{}/]{1,200})\}")
_KEY = re.compile(r"[^A-Za-z0-9_]+")
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which operation: by its id, or by path and method."""

    operation_id: str | None = None
    path: str | None = None
    method: str | None = None


def draft_of(source: str | dict[str, Any], wanted: Wanted, language: Language) -> Draft:
    """The draft. Raises Invalid for what is no such document or holds no such operation."""
    tree = _read(source, language) if isinstance(source, str) else source
    if not isinstance(tree, dict) or not isinstance(tree.get("paths"), dict):
        raise errors.no_openapi("this is no OpenAPI document with paths", "Give an OpenAPI 3.0 or 3.1 document")
    if not str(tree.get("openapi", "")).startswith("3."):
        raise errors.no_openapi("only OpenAPI 3 is read", "Convert a Swagger 2 document first")
    document = Document(tree)
    found = _find(document, wanted)
    return _Reader(document, *found).read()


def _read(text: str, language: Language) -> Any:
    format: Format = "json" if text.lstrip()[:1] == "{" else "yaml"
    source = read(text, format)
    if source.findings:
        details = [ErrorDetail(f"openapi.{each.path}".rstrip("."), *word(each, language)) for each in source.findings]
        raise errors.unreadable_openapi(details[:20])
    return source.tree


def _find(document: Document, wanted: Wanted) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    """(path, method, what the path says, what the operation says)."""
    offered: list[str] = []
    for path, method, item, operation in _operations(document):
        by_id = wanted.operation_id is not None and operation.get("operationId") == wanted.operation_id
        by_place = path == wanted.path and (wanted.method or "get").lower() == method
        if by_id or (wanted.operation_id is None and by_place):
            return path, method, item, operation
        if len(offered) < MAX_OFFERED:
            named = operation.get("operationId")
            offered.append(f"{method.upper()} {path}"[:150] + (f" ({named[:80]})" if isinstance(named, str) else ""))
    hint = f"It has: {', '.join(offered)}" if offered else "It has no operations"
    raise errors.no_operation(hint)


def _operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    for path, raw in document.tree["paths"].items():
        item = document.resolved(raw)
        for method in METHODS:
            operation = item.get(method.lower())
            if isinstance(operation, dict) and isinstance(path, str):
                yield path, method.lower(), item, operation


class _Reader:
    def __init__(
        self, document: Document, path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
    ) -> None:
        self.document, self.path, self.item, self.operation = document, path, item, operation
        self.draft = empty()
        self.draft.fields["method"] = method
        self.draft.fields["name"] = _text(operation.get("summary") or operation.get("operationId") or path)[:200]

    def read(self) -> Draft:
        self.draft.fields["request_url"] = self._server() + self._path()
        self._parameters()
        self._body()
        self._security()
        for reference in sorted(self.document.outside):
            self.draft.warn("openapi", f"{reference} leads out of the document and was not followed")
        return self.draft

    def _server(self) -> str:
        for holder in (self.operation, self.item, self.document.tree):
            servers = holder.get("servers")
            if isinstance(servers, list) and servers and isinstance(servers[0], dict):
                url = self._filled(servers[0]).rstrip("/")
                if url.lower().startswith(("http://", "https://")):
                    return url
                return self._base(url if url.startswith("/") else "")
        return self._base("")

    def _base(self, path: str) -> str:
        self.draft.warn(
            "request_url", "the document does not say which server", "Set the bot's variable base_url, or write it here"
        )
        return "{$bot.base_url$}" + path

    def _filled(self, server: dict[str, Any]) -> str:
        variables = server.get("variables")
        known = variables if isinstance(variables, dict) else {}

        def value(found: re.Match[str]) -> str:
            entry = known.get(found[1])
            return _text(entry.get("default")) if isinstance(entry, dict) else found[0]

        return _BRACES.sub(value, _text(server.get("url"))[:2_000])

    def _path(self) -> str:
        """With names that may stand in braces, each filled by a variable of the session."""

        def placed(found: re.Match[str]) -> str:
            key = _key(found[1])
            self.draft.fields["url_params"][key] = _placeholder(key)
            return f"{{{key}}}"

        return _BRACES.sub(placed, self.path[:2_000])

    def _parameters(self) -> None:
        optional: list[str] = []
        for parameter in self._all_parameters():
            place, name = parameter.get("in"), _text(parameter.get("name"))[:200]
            if place == "path" or not name:
                continue
            if place == "cookie":
                self.draft.warn(f"headers.{name}", "is a cookie, which is left out")
            elif place == "header" and name.lower() not in _IGNORED_HEADERS:
                self._put(parameter, name, is_secret_header(name), optional)
            elif place == "query":
                self._put(parameter, name, is_secret_field(name), optional)
        if optional:
            listed = ", ".join(optional)[:250]
            self.draft.warn("params", f"optional parameters are left out: {listed}", "Add those that you need")

    def _all_parameters(self) -> list[dict[str, Any]]:
        """The operation's win over the path's."""
        found: dict[tuple[Any, Any], dict[str, Any]] = {}
        for holder in (self.item, self.operation):
            given = holder.get("parameters")
            for raw in given[:200] if isinstance(given, list) else ():
                parameter = self.document.resolved(raw)
                found[_text(parameter.get("in")), _text(parameter.get("name"))] = parameter
        return list(found.values())

    def _put(self, parameter: dict[str, Any], name: str, is_secret: bool, optional: list[str]) -> None:
        given = _given(self.document, parameter)
        if parameter.get("required") is not True and given is None:
            optional.append(name)
            return
        filled = _placeholder(_key(name))
        if parameter["in"] == "query":
            self.draft.add_params([(name, filled if given is None else given)])
        elif is_secret:
            self.draft.add_header(name, "")
        else:
            self.draft.add_header(name, filled if given is None else _text(given))

    def _body(self) -> None:
        content = self.document.resolved(self.operation.get("requestBody")).get("content")
        if not isinstance(content, dict) or not content:
            return
        kinds = [str(kind) for kind in content]
        kind = min(kinds, key=_rank)
        value = self._example(self.document.resolved(content[kind]))
        essence = kind.partition(";")[0].strip().lower()
        fields = self.draft.fields
        if _rank(kind) == 0:
            fields["json_field"] = _as_json(value)
            if essence != "application/json":
                self.draft.add_header("Content-Type", kind)
        elif essence in (FORM, MULTIPART) and isinstance(value, dict):
            fields["data"] = value
            if essence == MULTIPART:
                fields["headers"]["Content-Type"] = MULTIPART
                self.draft.warn("attachments", "files of the form are left out", "Give attachments files of the bot")
        else:
            fields["content"] = value if isinstance(value, str) else ""
            self.draft.add_header("Content-Type", kind)

    def _example(self, media: dict[str, Any]) -> Any:
        examples = Examples(self.document)
        if "example" in media:
            return examples.of({"example": media["example"]})
        named = media.get("examples")
        if isinstance(named, dict) and named:
            first = self.document.resolved(next(iter(named.values())))
            if "value" in first:
                return examples.of({"example": first["value"]})
        return examples.of(media.get("schema"))

    def _security(self) -> None:
        wanted = self.operation.get("security", self.document.tree.get("security"))
        offered = wanted if isinstance(wanted, list) else []
        first = next((each for each in offered if isinstance(each, dict) and each), {})
        components = self.document.resolved(self.document.tree.get("components"))
        schemes = self.document.resolved(components.get("securitySchemes"))
        for name in first:
            self._secure(self.document.resolved(schemes.get(name)))

    def _secure(self, scheme: dict[str, Any]) -> None:
        kind, how = scheme.get("type"), _text(scheme.get("scheme")).lower()
        place, name = scheme.get("in"), _text(scheme.get("name"))[:100]
        if kind == "http" and how in ("bearer", "basic"):
            self.draft.propose(how, "security")
        elif kind == "apiKey" and place in ("header", "query") and name:
            self.draft.propose("api_key", "security", {"where": place, "name": name, "prefix": ""})
        elif kind in ("oauth2", "openIdConnect"):
            self.draft.propose("oauth", "security")
        elif scheme:
            self.draft.warn("security", "this kind of log-in has to be set up by hand")


def _rank(kind: str) -> int:
    """The better it fits a request, the lower."""
    essence = kind.partition(";")[0].strip().lower()
    if essence == "application/json" or essence.endswith("+json") or essence == "*/*":
        return 0
    return {FORM: 1, MULTIPART: 2}.get(essence, 3)


def _given(document: Document, parameter: dict[str, Any]) -> Any:
    """The value the document itself suggests; None without one."""
    schema = document.resolved(parameter.get("schema"))
    if "example" in parameter:
        return Examples(document).of({"example": parameter["example"]})
    if parameter.get("required") is True and any(name in schema for name in ("example", "default", "enum", "const")):
        return Examples(document).of(schema)
    return None


def _as_json(value: Any) -> Any:
    """A text as the source of JSON: a bare one would be read as JSON itself."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else value


def _placeholder(key: str) -> str:
    return f"{{$session.{key}$}}"


def _key(name: str) -> str:
    """A name that may stand in a path of a variable and in braces of an address."""
    return (_KEY.sub("_", name).strip("_") or "value")[:60]


def _text(value: Any) -> str:
    """A text of the document; what it writes never becomes a placeholder of ours."""
    return plain(value) if isinstance(value, str) else "" if value is None else plain(str(value)[:200])
