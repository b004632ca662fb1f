"""Places: what a secret is bound to. Scheme, host and port of an address, as one text. Pure."""

from dbcv.kit.outbound.addresses import is_plain_host
from dbcv.kit.outbound.bodies import RequestRefused
from dbcv.kit.outbound.requests import port_of, read_url


def place_of(url: str) -> str:
    """Where a request to this address goes: scheme, host and port. Raises RequestRefused for what is no address."""
    read = read_url(url)
    host = read.raw_host.decode("ascii").rstrip(".")
    if not is_plain_host(host):
        raise RequestRefused("the address has no valid host")
    return f"{read.scheme}://{f'[{host}]' if ':' in host else host}:{port_of(read)}"
