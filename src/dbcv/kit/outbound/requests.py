"""What goes out: checks an outbound request and builds the bytes of it. Pure; called by client.py."""

# ruff: noqa: N818 - exceptions are named by what happened

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import httpx2

from dbcv.kit.outbound.addresses import is_plain_host

MAX_URL_CHARS = 8_192
MAX_HEADERS_BYTES = 64_000
MAX_BODY_BYTES = 10_000_000
USER_AGENT = "DBCV/0.1"
ACCEPTED_ENCODINGS = ("gzip", "deflate")

_METHOD = re.compile(r"[A-Z]{1,20}")
_REFUSED_METHODS = frozenset({"CONNECT", "TRACE"})
_AUTHORITY = re.compile(r"(?i)https?://([^/?#\\]+)(?=[/?#]|$)")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_UNSAFE_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_UNSAFE_URL = re.compile(r"[\x00-\x1f\x7f\\]")
# The connection is the client's: these would let an author lie about the host, the length or the framing.
_OWN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect"}
    | {"accept-encoding", "proxy-authorization", "proxy-connection"}
)
_KEPT_ON_HOST_CHANGE = frozenset({"accept", "accept-encoding", "accept-language", "user-agent", "content-type"})
_PORTS = {"http": 80, "https": 443}


class RequestRefused(Exception):
    """The request is not made; the text is a short sentence for the bot's author, without secrets."""


@dataclass(frozen=True, slots=True)
class OutboundFile:
    """A file that goes along in a form, in the field `field`."""

    field: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundRequest:
    """One request to make. Everything is checked by the client, so values may come straight from a bot.

    The first of `json_field` (any JSON), `data` (form fields, or text that is a form already) and `content` (text,
    bytes or JSON) that is not None is the body. `timeout_seconds` bounds the whole exchange, redirects included.
    """

    method: str
    url: str
    params: Mapping[str, Any] | None = None
    headers: Mapping[str, Any] | None = None
    json_field: Any = None
    data: Any = None
    content: Any = None
    attachments: Sequence[OutboundFile] = ()
    proxies: Any = None
    timeout_seconds: float = 30.0
    follow_redirects: bool = True


@dataclass(frozen=True, slots=True)
class Hop:
    """One exchange with one server: what a redirect turns into the next one."""

    method: str
    url: httpx2.URL
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def message(self) -> httpx2.Request:
        """What the transport sends; text beyond ASCII in a header goes as UTF-8."""
        headers = [(name.encode(), value.strip().encode(errors="replace")) for name, value in self.headers]
        return httpx2.Request(self.method, self.url, headers=headers, content=self.body or None)


def first_hop(request: OutboundRequest) -> Hop:
    """The checked request. Raises RequestRefused."""
    if request.proxies:
        raise RequestRefused("proxies are not available in this version yet")
    content_type, body = _body(request)
    if len(body) > MAX_BODY_BYTES:
        raise RequestRefused(f"the body is larger than {MAX_BODY_BYTES} bytes")
    return Hop(_method(request.method), _with_params(request), _headers(request.headers or {}, content_type), body)


def next_hop(hop: Hop, status: int, location: str) -> Hop:
    """Where a redirect leads, with what may go there: nothing that could be a credential leaves its host."""
    url = read_url(_joined(hop.url, location))
    method, headers, body = hop.method, hop.headers, hop.body
    if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):
        method, body = "GET", b""
        headers = tuple((name, value) for name, value in headers if name.lower() != "content-type")
    if not _same_place(hop.url, url):
        headers = tuple((name, value) for name, value in headers if name.lower() in _KEPT_ON_HOST_CHANGE)
    return Hop(method, url, headers, body)


def read_url(text: str) -> httpx2.URL:
    """An http(s) address that can be read in one way only. Raises RequestRefused."""
    text = text.strip(" ")
    if len(text) > MAX_URL_CHARS:
        raise RequestRefused(f"the address is longer than {MAX_URL_CHARS} characters")
    if _UNSAFE_URL.search(text):
        raise RequestRefused("the address contains control characters or backslashes")
    authority = _AUTHORITY.match(text)
    if authority is None:
        raise RequestRefused("the address must begin with http:// or https:// and a host")
    if "@" in authority[1]:
        raise RequestRefused("the address must not contain a user name or password")
    return _parsed(text)


def _parsed(text: str) -> httpx2.URL:
    try:
        url = httpx2.URL(text)
        host = url.raw_host.decode("ascii")
    except (httpx2.InvalidURL, ValueError) as error:
        raise RequestRefused("the address is not well-formed") from error
    if url.scheme not in _PORTS or not is_plain_host(host):
        raise RequestRefused("the address has no valid host")
    if url.port is not None and not 0 < url.port < 65_536:
        raise RequestRefused("the address has no valid port")
    return url


def _joined(base: httpx2.URL, location: str) -> str:
    if _UNSAFE_URL.search(location) or len(location) > MAX_URL_CHARS:
        raise RequestRefused("the server redirected to an address that is not well-formed")
    try:
        return str(base.join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        raise RequestRefused("the server redirected to an address that is not well-formed") from error


def _same_place(one: httpx2.URL, other: httpx2.URL) -> bool:
    if one.host != other.host:
        return False
    same = (one.scheme, port_of(one)) == (other.scheme, port_of(other))
    return same or ((one.scheme, port_of(one)), (other.scheme, port_of(other))) == (("http", 80), ("https", 443))


def port_of(url: httpx2.URL) -> int:
    """The port a connection to this address goes to."""
    return url.port or _PORTS[url.scheme]


def _method(method: str) -> str:
    name = str(method).strip().upper()
    if not _METHOD.fullmatch(name) or name in _REFUSED_METHODS:
        raise RequestRefused("this HTTP method cannot be used")
    return name


def _with_params(request: OutboundRequest) -> httpx2.URL:
    url = read_url(request.url)
    pairs = _pairs(request.params or {})
    if not pairs:
        return url
    query = urlencode(pairs, quote_via=quote, errors="replace")
    whole = f"{url.query.decode('ascii')}&{query}" if url.query else query
    return read_url(str(url.copy_with(query=whole.encode(), fragment=None)))


def _pairs(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(name), _as_text(item))
        for name, value in fields.items()
        for item in (value if isinstance(value, list | tuple) else [value])
    ]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestRefused("a value to send is no valid JSON") from error


def _body(request: OutboundRequest) -> tuple[str | None, bytes]:
    if request.attachments:
        return _multipart(request)
    if request.json_field is not None:
        return "application/json", _json(request.json_field).encode(errors="replace")
    if request.data is not None:
        return "application/x-www-form-urlencoded", _form(request.data)
    if request.content is not None:
        return _raw(request.content)
    return None, b""


def _multipart(request: OutboundRequest) -> tuple[str, bytes]:
    """Form fields and files. The boundary follows from the contents, so none of them can hold it."""
    if request.json_field is not None or request.content is not None or not isinstance(request.data, Mapping | None):
        raise RequestRefused("files go along with form fields (data), not with JSON or a text")
    fields = [(_disposition(name), value.encode(errors="replace")) for name, value in _pairs(request.data or {})]
    for file in request.attachments:
        kind = f"\r\nContent-Type: {file.content_type}"
        fields.append((f'{_disposition(file.field)}; filename="{_quoted(file.name)}"{kind}', file.content))
    digest = sha256()
    for head, content in fields:
        digest.update(head.encode() + content)
    boundary = digest.hexdigest()
    parts = [f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in fields]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def _disposition(field: str) -> str:
    return f'Content-Disposition: form-data; name="{_quoted(field)}"'


def _quoted(text: str) -> str:
    """As browsers write names in forms: no quote or line break gets through."""
    return _UNSAFE_TEXT.sub(" ", text).replace('"', "%22").encode(errors="replace").decode()


def _form(data: Any) -> bytes:
    if isinstance(data, Mapping):
        return urlencode(_pairs(data), errors="replace").encode()
    return _as_text(data).encode(errors="replace")


def _raw(content: Any) -> tuple[str | None, bytes]:
    if isinstance(content, bytes):
        return "application/octet-stream", content
    kind = "text/plain; charset=utf-8" if isinstance(content, str) else "application/json"
    return kind, _as_text(content).encode(errors="replace")


def _headers(authored: Mapping[str, Any], content_type: str | None) -> tuple[tuple[str, str], ...]:
    headers = [pair for pair in _pairs(authored) if pair[0].lower() not in _OWN_HEADERS]
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name):
            raise RequestRefused("a header's name contains characters that are not allowed there")
        if _UNSAFE_TEXT.search(value):
            raise RequestRefused(f"the value of the header {name} contains line breaks or control characters")
    if sum(len(name) + len(value) for name, value in headers) > MAX_HEADERS_BYTES:
        raise RequestRefused(f"the headers are larger than {MAX_HEADERS_BYTES} bytes")
    return (*headers, *_missing({name.lower() for name, _ in headers}, content_type))


def _missing(given: set[str], content_type: str | None) -> list[tuple[str, str]]:
    defaults = {"accept": "*/*", "user-agent": USER_AGENT, "content-type": content_type}
    own = [("accept-encoding", ", ".join(ACCEPTED_ENCODINGS))]
    return own + [(name, value) for name, value in defaults.items() if value and name not in given]


def seconds(value: Any, default: float, most: float) -> float:
    """A time limit from an author's number: the default if it is none, never over `most`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        return min(default, most)
    return min(float(value), most)
