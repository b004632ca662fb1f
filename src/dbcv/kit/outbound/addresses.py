"""The one address checker: which addresses this product may connect to on behalf of a bot or a user.

Used by the guarded HTTP client and by everything else that is given an address (webhooks, S3, OAuth, MCP). Pure: it
resolves nothing and opens nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What an allowed *name* may lead to. Anything else that is refused (metadata services, multicast …) must be allowed by
# its address, so that a name in foreign hands cannot lead there.
INSIDE = "private"
METADATA = "that of a metadata service"

_REFUSED_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", INSIDE),
        ("100.100.100.200/32", METADATA),
        ("100.64.0.0/10", INSIDE),
        ("127.0.0.0/8", INSIDE),
        ("168.63.129.16/32", METADATA),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", INSIDE),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", INSIDE),
        ("198.18.0.0/15", INSIDE),
        ("198.51.100.0/24", "reserved"),
        ("203.0.113.0/24", "reserved"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

# IPv6 the other way round: only global unicast and the well-known NAT64 prefix are let through at all.
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_REFUSED_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), kind)
    for network, kind in (
        ("::/128", "unspecified"),
        ("::1/128", INSIDE),
        ("fd00:ec2::/32", METADATA),
        ("fd20:ce::/32", METADATA),
        ("fc00::/7", INSIDE),
        ("fe80::/10", "link-local"),
        ("fec0::/10", INSIDE),
        ("ff00::/8", "multicast"),
        ("2001::/23", "reserved"),  # Teredo, ORCHID and other assignments that lead elsewhere
        ("2001:db8::/32", "reserved"),
        ("2002::/16", "reserved"),  # 6to4: an IPv4 address inside
        ("3fff::/20", "reserved"),
    )
)

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")


def refusal(address: Address) -> str | None:
    """Why this address is never connected to on its own account ("private", "link-local" …); None: it is public."""
    if isinstance(address, IPv4Address):
        return next((kind for network, kind in _REFUSED_V4 if address in network), None)
    if address.ipv4_mapped is not None:
        return refusal(address.ipv4_mapped)
    if address in _NAT64:
        return refusal(IPv4Address(int(address) & 0xFFFFFFFF))
    kind = next((kind for network, kind in _REFUSED_V6 if address in network), None)
    if kind is None and (address not in _GLOBAL_V6 or _is_isatap(address)):
        return "reserved"
    return kind


def _is_isatap(address: IPv6Address) -> bool:
    return (int(address) >> 32) & 0xFFFFFFFF in (0x5EFE, 0x02005EFE)


def is_plain_host(host: str) -> bool:
    """Is this a lower-case ASCII name or an address, without anything that two parsers could read in two ways."""
    if ":" in host:
        return "%" not in host and _network(host) is not None
    return len(host) <= 253 and ".." not in host and bool(_HOST.fullmatch(host.removesuffix(".")))


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator allows on top of public addresses: `DBCV_ALLOWED_HOSTS`, made by `read_allowed`."""

    names: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[tuple[Network, int | None], ...] = field(default=())

    def refusal(self, host: str, port: int, address: Address) -> str | None:
        """Why a connection to `address`, found under the name `host`, is refused; None: it may be made."""
        kind = refusal(address)
        if kind is None or self._has_address(address, port) or (kind == INSIDE and self._has_name(host, port)):
            return None
        return kind

    def _has_name(self, host: str, port: int) -> bool:
        name = host.lower().rstrip(".")
        return (name, None) in self.names or (name, port) in self.names

    def _has_address(self, address: Address, port: int) -> bool:
        plain = (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
        return any(plain in network and only in (None, port) for network, only in self.networks)


def read_allowed(entries: Iterable[str]) -> Allowed:
    """`host`, `host:port`, an address (IPv6 in brackets when a port follows), `address:port` or a CIDR block each.

    Raises ValueError naming the entry that is none of these.
    """
    names: set[tuple[str, int | None]] = set()
    networks: list[tuple[Network, int | None]] = []
    for entry in entries:
        host, port = _split(entry)
        network = _network(host)
        if network is not None:
            networks.append((network, port))
        elif _HOST.fullmatch(host):
            names.add((host, port))
        else:
            raise ValueError(f"DBCV_ALLOWED_HOSTS: {entry!r} is no host, host:port, address or CIDR block")
    return Allowed(frozenset(names), tuple(networks))


def _split(entry: str) -> tuple[str, int | None]:
    host, _, port = entry.rpartition(":")
    if _network(entry) is not None or not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        host, port = entry, ""
    return host.lower().rstrip(".").removeprefix("[").removesuffix("]"), int(port) if port else None


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def read_address(text: str) -> Address:
    """The address in a resolver's answer (a zone such as `%eth0` is cut off). Raises ValueError if it is none."""
    return ip_address(text.partition("%")[0])
