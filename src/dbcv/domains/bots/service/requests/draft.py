"""A request drafted from what people have at hand, and the secrets it came with: named, never kept. Pure."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from dbcv.engine.http_request import FORBIDDEN_HEADERS
from dbcv.kit.errors import ErrorDetail
from dbcv.kit.outbound.secret_names import is_secret_field, is_secret_header

MAX_WARNINGS = 100
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]{1,20})\s+\S")
_END_OF_HOST = re.compile(r"[/?#\\]")
_CLIENTS_OWN = FORBIDDEN_HEADERS | {"accept-encoding"}
_MEND = "Make a credential of the bot with this secret: requests to its host then carry it"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A credential to make. What is secret about it stays with the person."""

    name: str
    strategy: str
    hosts: list[str]
    placement: dict[str, str] | None = None
    username: str | None = None


@dataclass(slots=True)
class Draft:
    """`fields` of a request; `warnings` say what is not in them; `credentials` what to make for it."""

    fields: dict[str, Any]
    warnings: list[ErrorDetail] = field(default_factory=list)
    credentials: list[Proposal] = field(default_factory=list)

    def warn(self, path: str, message: str, hint: str = "") -> None:
        """One more thing to know, once."""
        warning = ErrorDetail(path[:200], message[:300], hint)
        if len(self.warnings) < MAX_WARNINGS and warning not in self.warnings:
            self.warnings.append(warning)

    @property
    def host(self) -> str:
        """Whom the request goes to, as credentials name hosts; "" if its address does not say."""
        scheme, _, rest = self.fields["request_url"].partition("://")
        host = _END_OF_HOST.split(rest, maxsplit=1)[0].rpartition("@")[2]
        if "{" in host or not host or scheme.lower() not in ("http", "https"):
            return ""
        return f"http://{host}"[:300] if scheme.lower() == "http" else host[:300]

    def propose(
        self, strategy: str, path: str, placement: dict[str, str] | None = None, username: str | None = None
    ) -> None:
        """A secret stood at `path` and was left out."""
        hosts = [self.host] if self.host else []
        made = Proposal((self.host or "API")[:255], strategy, hosts, placement, username)
        if made not in self.credentials:
            self.credentials.append(made)
        self.warn(path, "held a secret, which is left out", _MEND)

    def add_header(self, name: str, value: str) -> None:
        """A header, unless it holds a secret or is the client's own."""
        lower = name.lower()
        if lower in _CLIENTS_OWN:
            self.warn(f"headers.{name}", "is set by the client alone, and left out")
        elif lower == "authorization":
            self._add_authorization(value)
        elif is_secret_header(name):
            self.propose("api_key", f"headers.{name}", {"where": "header", "name": name[:100], "prefix": ""})
        else:
            for known in [each for each in self.fields["headers"] if each.lower() == lower]:
                del self.fields["headers"][known]
            self.fields["headers"][name] = value

    def _add_authorization(self, value: str) -> None:
        scheme = _SCHEME.match(value)
        kind = scheme[1].lower() if scheme else ""
        if kind == "bearer":
            self.propose("bearer", "headers.Authorization")
        elif kind == "basic":
            self.propose("basic", "headers.Authorization", username=_user_of(value.split()[1]))
        else:
            prefix = f"{scheme[1]} " if scheme else ""
            place = {"where": "header", "name": "Authorization", "prefix": prefix}
            self.propose("api_key", "headers.Authorization", place)

    def add_params(self, pairs: Iterable[tuple[str, Any]]) -> None:
        """Fields of the query; one that comes again makes a list."""
        for name, value in pairs:
            if is_secret_field(name):
                self.propose("api_key", f"params.{name}", {"where": "query", "name": name[:100], "prefix": ""})
            else:
                put(self.fields["params"], name, value)

    def take_url(self, url: str) -> None:
        """The address without user, query and fragment; a query of plain fields becomes `params`."""
        rest = url.partition("#")[0]
        base, mark, query = rest.partition("?")
        scheme, _, after = base.partition("://")
        place, slash, path = after.partition("/")
        user, at, host = place.rpartition("@")
        self.fields["request_url"] = f"{scheme}://{host}{slash}{path}"
        if at:
            self.propose("basic", "request_url", username=unquote(user.partition(":")[0])[:255])
        pairs = form_pairs(query)
        if pairs is None:
            self.fields["request_url"] += f"{mark}{query}"
        else:
            self.add_params(pairs)


def empty() -> Draft:
    """A request that says nothing yet."""
    fields = {"name": "", "method": "get", "request_url": "", "url_params": {}, "params": {}, "headers": {}}
    return Draft({**fields, "json_field": None, "data": None, "content": None, "proxies": None})


def put(fields: dict[str, Any], name: str, value: Any) -> None:
    """One more value of a field that may be there already."""
    if name not in fields:
        fields[name] = value
    elif isinstance(fields[name], list):
        fields[name].append(value)
    else:
        fields[name] = [fields[name], value]


def form_pairs(text: str) -> list[tuple[str, str]] | None:
    """The fields of a form or a query; None if it is none, [] for nothing."""
    if not text:
        return []
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=1_000)
    except ValueError:
        return None
    return None if any(not name or "\ufffd" in name + value for name, value in pairs) else pairs


def _user_of(pair: str) -> str | None:
    try:
        return base64.b64decode(pair, validate=True).decode().partition(":")[0][:255]
    except (binascii.Error, ValueError):
        return None
