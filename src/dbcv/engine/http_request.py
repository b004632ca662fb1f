"""HTTP requests of a bot: compiled once, filled in so that a value stays a value.

A value cannot add a path segment, a query field, a header or a JSON key, nor change the host (see Url).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import inf
from typing import Any, Final
from urllib.parse import quote

from dbcv.engine.effects import CallHttp
from dbcv.engine.limits import Limits
from dbcv.engine.paths import Path
from dbcv.engine.problems import ProblemList
from dbcv.engine.scopes import Scopes
from dbcv.engine.templating import Placeholder, Text, TooDeepError, Value, compile_text, compile_value
from dbcv.engine.url import RequestError, Url
from dbcv.engine.values import fault_of, to_text

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FORBIDDEN_HEADERS: Final = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "keep-alive", "expect",
     "proxy-connection", "proxy-authorization", "http2-settings")
)  # fmt: skip
ONCE_ONLY: Final = frozenset(("POST", "PATCH"))
"""Those that may do their work twice when they arrive twice: they are never tried again."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NOT_VISIBLE = re.compile(r"[^\x20-\x7e]")
_JSON_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')


def header_value(value: Any, limits: Limits) -> str:
    """A value as a header's: control characters become a space, other than ASCII is percent-encoded UTF-8.

    Raises RequestError if it is too long.
    """
    text = to_text(value)
    if len(text) > limits.max_header_chars:
        raise RequestError(f"a header is longer than {limits.max_header_chars} characters")
    return _NOT_VISIBLE.sub(lambda found: quote(found[0], safe="", errors="replace"), _CONTROL.sub(" ", text)).strip()


def compile_json_text(source: str, max_depth: int) -> Value:
    """A JSON text with placeholders as a value: a bare placeholder is one JSON value, whatever it holds.

    Raises RequestError if it is no JSON.
    """
    quoted, inside = [], False
    for part in compile_text(source).parts:
        if isinstance(part, Placeholder):
            token = json.dumps(part.source)
            quoted.append(token[1:-1] if inside else token)
            continue
        quoted.append(part)
        inside ^= len(_JSON_QUOTE.findall(part)) % 2 == 1
    try:
        return compile_value(json.loads("".join(quoted)), max_depth)
    except (ValueError, RecursionError) as error:  # TooDeepError is a ValueError
        raise RequestError("is no JSON") from error


@dataclass(slots=True)
class Request:
    """A compiled HTTP request. `fault` says why it can never be sent; `unused` are url_params without a place."""

    id: str
    name: str
    method: str
    url: Url
    params: tuple[tuple[str, Value], ...]
    headers: tuple[tuple[str, Value], ...]
    json_field: Value | None
    data: tuple[tuple[str, Value], ...] | None
    content: Text | None
    attachments: Value
    proxies: Value
    timeout_seconds: float
    retries: int | None
    fault: str | None
    reads: tuple[Path, ...]

    def fill(self, scopes: Scopes, key: str) -> CallHttp:
        """The effect, filled in; raises RequestError if the values do not allow it."""
        if self.fault is not None:
            raise RequestError(self.fault)
        limits = scopes.limits
        return CallHttp(
            request_id=self.id,
            name=self.name,
            method=self.method,
            url=self.url.render(scopes),
            params={name: _field(value.render(scopes), value) for name, value in self.params},
            headers=_headers(self.headers, scopes),
            json_field=None if self.json_field is None else _kept(self.json_field.render(scopes), limits),
            data=None
            if self.data is None
            else {name: _field(value.render(scopes), value) for name, value in self.data},
            content=None if self.content is None else self.content.text(scopes),
            attachments=_kept(self.attachments.render(scopes), limits),
            proxies=_kept(self.proxies.render(scopes), limits),
            timeout_seconds=min(self.timeout_seconds, limits.http_timeout_seconds),
            key=key,
            retries=self.retries,
        )


def _field(value: Any, compiled: Value) -> str | list[str]:
    """A query or form field: a list in the document repeats the field, any other value is one text."""
    if compiled.is_list and isinstance(value, list):
        return [to_text(item) for item in value]
    return to_text(value)


def _headers(headers: tuple[tuple[str, Value], ...], scopes: Scopes) -> dict[str, str]:
    """The headers whose value is not undefined or null."""
    values = ((name, value.render(scopes)) for name, value in headers)
    return {name: header_value(value, scopes.limits) for name, value in values if value is not None}


def _kept(value: Any, limits: Limits) -> Any:
    fault = fault_of(value, limits.max_value_bytes, limits.max_depth)
    if fault is not None:
        raise RequestError(f"a value of the request is {fault}")
    return value


def compile_request(raw: dict[str, Any], where: str, limits: Limits, problems: ProblemList) -> Request:
    """Compile an entry of `requests`. What is wrong is an error in `problems`; such a request answers ok: false."""
    return _RequestReader(raw, where, limits, problems).read()


class _RequestReader:
    def __init__(self, raw: dict[str, Any], where: str, limits: Limits, problems: ProblemList) -> None:
        self.raw = raw
        self.where = where
        self.limits = limits
        self.problems = problems
        self.fault: str | None = None
        self.texts: list[Text] = []

    def read(self) -> Request:
        raw = self.raw
        url = self.url()
        return Request(
            id=str(raw.get("id")),
            name=str(raw.get("name") or raw.get("id")),
            method=self.method(),
            url=url,
            params=self.named("params"),
            headers=self.headers(),
            json_field=self.json_field(),
            data=None if raw.get("data") is None else self.named("data"),
            content=self.content(),
            attachments=self.attachments(),
            proxies=self.value(raw.get("proxies"), "proxies"),
            timeout_seconds=self.timeout_seconds(),
            retries=self.retries(),
            fault=self.fault,
            reads=tuple(path for text in self.texts for path in text.paths),
        )

    def wrong(self, code: str, field: str, message: str, hint: str) -> None:
        self.fault = self.fault or f"{field}: {message}"
        self.problems.error(code, f"{self.where}.{field}", message, hint)

    def value(self, value: Any, field: str) -> Value:
        try:
            return self.seen(compile_value(value, self.limits.max_depth), field)
        except TooDeepError:
            self.wrong("too_deep", field, f"is nested deeper than {self.limits.max_depth}", "Use a simpler value.")
            return compile_value(None)

    def seen(self, value: Value, field: str) -> Value:
        self.texts.extend(value.texts)
        for text in value.texts:
            for fault in text.faults:
                self.wrong("bad_placeholder", field, fault, "Write {$scope.key$}.")
        return value

    def method(self) -> str:
        method = self.raw.get("method") or "GET"
        if isinstance(method, str) and method.upper() in METHODS:
            return method.upper()
        self.wrong("bad_method", "method", "unknown method", f"Use one of {', '.join(METHODS)}.")
        return "GET"

    def url(self) -> Url:
        source = self.raw.get("request_url")
        params = dict(self.named("url_params"))
        if not isinstance(source, str) or not source:
            self.wrong(
                "no_url", "request_url", "there is no URL", "Write one, as https://api.example/users/{$user.id$}."
            )
            return Url("", {})
        self.value(source, "request_url")
        url = Url(source, params)
        if url.fault is not None:
            hint = "Write https://host/path, placeholders in path and query; or begin with one that holds the address."
            self.wrong("bad_url", "request_url", url.fault, hint)
        for name in params:
            if f"{{{name}}}" not in source:
                where = f"{self.where}.url_params.{name}"
                self.problems.warn(
                    "unused_url_param", where, "has no place in the URL", f"Write {{{name}}} in the URL."
                )
        return url

    def named(self, field: str) -> tuple[tuple[str, Value], ...]:
        raw = self.raw.get(field)
        if raw is None:
            return ()
        if not isinstance(raw, dict):
            self.wrong("bad_fields", field, "is no object", 'Write {"name": value}.')
            return ()
        return tuple((str(name), self.value(value, f"{field}.{name}")) for name, value in raw.items())

    def headers(self) -> tuple[tuple[str, Value], ...]:
        seen: set[str] = set()
        good = []
        for name, value in self.named("headers"):
            field, lower = f"headers.{name[:80]}", name.lower()
            if not _TOKEN.fullmatch(name):
                self.wrong("bad_header", field, "is no header name", "Use letters, digits and dashes, no placeholders.")
            elif lower in FORBIDDEN_HEADERS:
                self.wrong("forbidden_header", field, f"{name} is set by the client alone", "Leave it out.")
            elif lower in seen:
                self.wrong("duplicate_header", field, "is there twice", "Leave one of them out.")
            elif isinstance(value.constant, str) and _CONTROL.search(value.constant):
                self.wrong("bad_header", field, "holds a line break or another control character", "Leave it out.")
            else:
                seen.add(lower)
                good.append((name, value))
        return tuple(good)

    def json_field(self) -> Value | None:
        raw = self.raw.get("json_field")
        if not isinstance(raw, str):
            return None if raw is None else self.value(raw, "json_field")
        if not raw.strip():
            return None
        try:
            return self.seen(compile_json_text(raw, self.limits.max_depth), "json_field")
        except RequestError as error:
            self.wrong("bad_json", "json_field", str(error), 'Write JSON; {"a": {$user.a$}} is fine.')
            return None

    def content(self) -> Text | None:
        raw = self.raw.get("content")
        if raw is None:
            return None
        if not isinstance(raw, str):
            self.wrong("bad_content", "content", "is no text", "Use json_field for JSON and data for a form.")
            return None
        self.value(raw, "content")
        return compile_text(raw)

    def attachments(self) -> Value:
        raw = self.raw.get("attachments")
        if raw is not None and not isinstance(raw, list):
            self.wrong("bad_attachments", "attachments", "is no list", "Write a list.")
            raw = None
        return self.value(raw or [], "attachments")

    def timeout_seconds(self) -> float:
        seconds = self.raw.get("timeout_seconds")
        if seconds is None:
            return self.limits.http_timeout_seconds
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds < inf:
            self.wrong("bad_request_timeout", "timeout_seconds", "is no number of seconds", "Write one greater than 0.")
            return self.limits.http_timeout_seconds
        return float(seconds)

    def retries(self) -> int | None:
        retries = self.raw.get("retries")
        if retries is None:
            return None
        if isinstance(retries, bool) or not isinstance(retries, int) or retries < 0:
            self.wrong("bad_retries", "retries", "is no number of tries", "Write 0 or more.")
            return None
        if retries and str(self.raw.get("method")).upper() in ONCE_ONLY:
            what = "a request that may do its work twice is never tried again"
            hint = "Leave it out; PUT and DELETE are tried again."
            self.problems.warn("retries_without_use", f"{self.where}.retries", what, hint)
        return retries
