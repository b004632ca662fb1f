"""The guarded way out: every HTTP request made for a bot or a user goes through `OutboundClient`.

Called by runtime/perform, later by integrations, webhooks, OAuth and transports. It knows nothing of bots.
"""

from dbcv.kit.outbound.addresses import Allowed, read_allowed
from dbcv.kit.outbound.bodies import OutboundFile, RequestRefused
from dbcv.kit.outbound.client import OutboundClient, Patience
from dbcv.kit.outbound.network import Resolver
from dbcv.kit.outbound.requests import OutboundRequest, describe

__all__ = [
    "Allowed",
    "OutboundClient",
    "OutboundFile",
    "OutboundRequest",
    "Patience",
    "RequestRefused",
    "Resolver",
    "describe",
    "read_allowed",
]
