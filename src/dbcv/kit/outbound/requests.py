"""What goes out: checks an outbound request and what a redirect makes of it. Pure; called by client.py."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx2

from dbcv.kit.outbound.addresses import is_plain_host
from dbcv.kit.outbound.bodies import (
    MAX_BODY_BYTES,
    MULTIPART,
    UNSAFE_TEXT,
    OutboundFile,
    RequestRefused,
    body_of,
    pairs,
)
from dbcv.kit.outbound.proxies import proxies_of
from dbcv.kit.outbound.secret_names import hide_in_header, hide_in_url

MAX_URL_CHARS = 8_192
MAX_HEADERS_BYTES = 64_000
MAX_SHOWN_CHARS = 20_000
USER_AGENT = "DBCV/0.1"
ACCEPTED_ENCODINGS = ("gzip", "deflate")

_METHOD = re.compile(r"[A-Z]{1,20}")
_REFUSED_METHODS = frozenset({"CONNECT", "TRACE"})
_AUTHORITY = re.compile(r"(?i)https?://([^/?#\\]+)(?=[/?#]|$)")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_UNSAFE_URL = re.compile(r"[\x00-\x1f\x7f\\]")
# The connection is the client's: these would let an author lie about the host, the length or the framing.
_OWN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect"}
    | {"accept-encoding", "proxy-authorization", "proxy-connection"}
)
_KEPT_ON_HOST_CHANGE = frozenset({"accept", "accept-encoding", "accept-language", "user-agent", "content-type"})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundRequest:
    """One request to make. Everything is checked by the client, so values may come straight from a bot.

    The first of `json_field` (any JSON), `data` (form fields, or text that is a form already) and `content` (text,
    bytes or JSON) that is not None is the body. `proxies` as `proxies.proxies_of` reads them. `timeout_seconds` bounds
    the whole exchange, redirects and retries included; the client has a limit of its own. `retries`: tries after the
    first, of what may arrive twice; None, and what is more, is as many as the client makes.
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
    retries: int | None = None
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
    authored = [pair for pair in pairs(request.headers or {}) if pair[0].lower() not in _OWN_HEADERS]
    wants_parts = any(_is_parts(name, value) for name, value in authored)
    content_type, body = body_of(request.json_field, request.data, request.content, request.attachments, wants_parts)
    if len(body) > MAX_BODY_BYTES:
        raise RequestRefused(f"the body is larger than {MAX_BODY_BYTES} bytes")
    if content_type is not None and content_type.startswith(MULTIPART):
        # Only we know the boundary.
        authored = [pair for pair in authored if pair[0].lower() != "content-type"]
    return Hop(_method(request.method), _with_params(request), _headers(authored, content_type), body)


def _is_parts(name: str, value: str) -> bool:
    return name.lower() == "content-type" and value.strip().lower().startswith(MULTIPART)


def describe(request: OutboundRequest) -> dict[str, Any]:
    """What would be sent first, for people: {"method", "url", "headers", "body", "body_bytes", "proxy"}; a body is cut
    after MAX_SHOWN_CHARS, values that look like secrets are dots. Raises RequestRefused."""
    hop = first_hop(request)
    proxy = proxies_of(request.proxies).get(hop.url.scheme)
    text = hop.body[: MAX_SHOWN_CHARS * 4].decode(errors="replace")[:MAX_SHOWN_CHARS]
    return {
        "method": hop.method,
        "url": hide_in_url(str(hop.url)),
        "headers": {name: hide_in_header(name, value) for name, value in hop.headers},
        "body": text.replace("\x00", "\ufffd") if hop.body else None,
        "body_bytes": len(hop.body),
        "proxy": None if proxy is None else proxy.shown,
    }


def next_hop(hop: Hop, status: int, location: str) -> Hop:
    """Where a redirect leads, with what may go there: nothing that could be a credential leaves its host."""
    url = read_url(_joined(hop.url, location))
    if hop.url.scheme == "https" and url.scheme == "http":
        raise RequestRefused("the server redirected from https to http, which anybody on the way could read")
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
    fields = pairs(request.params or {})
    if not fields:
        return url
    query = urlencode(fields, quote_via=quote, errors="replace")
    whole = f"{url.query.decode('ascii')}&{query}" if url.query else query
    return read_url(str(url.copy_with(query=whole.encode(), fragment=None)))


def _headers(headers: list[tuple[str, str]], content_type: str | None) -> tuple[tuple[str, str], ...]:
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name):
            raise RequestRefused("a header's name contains characters that are not allowed there")
        if UNSAFE_TEXT.search(value):
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
