"""Proxies of a request: what an author writes, read and checked. Pure; the tunnels themselves are in tunnels.py."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from dbcv.kit.outbound.addresses import is_plain_host
from dbcv.kit.outbound.bodies import RequestRefused

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_TARGETS = ("http", "https")
_ADDRESS = re.compile(
    r"(?:(?P<scheme>[a-z0-9]{2,10})://)?(?:(?P<user>[^:@/?#\s]{0,255})(?::(?P<password>[^@/?#\s]{0,255}))?@)?"
    r"(?P<host>\[[0-9a-f:.]{2,45}\]|[^\[\]:@/?#\s]{1,253})(?::(?P<port>\d{1,5}))?/?",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a tunnel begins. `scheme` is http, https (TLS to the proxy itself) or socks5."""

    scheme: str
    host: str
    port: int
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """For people and logs: without what it asks for."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{'•••@' if self.username or self.password else ''}{host}:{self.port}"


def proxies_of(value: Any) -> dict[str, Proxy]:
    """The proxy by the scheme of what is called: {"http": …, "https": …}; {} without one.

    `value` is the address of a proxy for everything, or {"http" | "https" | "all": address}; the names may end in
    "://". Raises RequestRefused, in words that do not repeat the address: it may hold a password.
    """
    if value is None or value in ("", {}, []):
        return {}
    given = value if isinstance(value, Mapping) else {"all": value}
    named = {str(name).lower().removesuffix("://"): _read(each) for name, each in given.items() if each}
    if unknown := set(named) - {"all", *_TARGETS}:
        raise RequestRefused(f"proxies are named http, https or all, not {sorted(unknown)[0][:40]}")
    found = {target: named.get(target, named.get("all")) for target in _TARGETS}
    return {target: proxy for target, proxy in found.items() if proxy is not None}


def _read(address: Any) -> Proxy:
    found = _ADDRESS.fullmatch(address.strip()) if isinstance(address, str) else None
    if found is None:
        raise RequestRefused("the address of the proxy is not well-formed: write http://host:port")
    scheme, host = (found["scheme"] or "http").lower(), found["host"].lower().removeprefix("[").removesuffix("]")
    if scheme not in _PORTS:
        raise RequestRefused("the proxy must be an http, https or socks5 one")
    port = int(found["port"] or _PORTS[scheme])
    if not is_plain_host(host) or not 0 < port < 65_536:
        raise RequestRefused("the address of the proxy has no valid host or port")
    username, password = unquote(found["user"] or ""), unquote(found["password"] or "")
    if _CONTROL.search(username + password) or max(len(username.encode()), len(password.encode())) > 255:
        raise RequestRefused("user name or password of the proxy hold characters that are not allowed there")
    return Proxy("socks5" if scheme == "socks5h" else scheme, host, port, username, password)
