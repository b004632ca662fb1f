"""The MCP server put together: tools of the domains, simulation, guides for assistants; over HTTP or stdio.

Wiring only. Both the process `dbcv mcp` and the api process (under /mcp) serve what is built here.
"""

import logging
from dataclasses import dataclass
from importlib.metadata import version

from fastmcp import FastMCP
from fastmcp.server.http import StarletteWithLifespan
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dbcv.domains.accounts.service import Authenticator
from dbcv.domains.analytics.mcp_tools import AnalyticsTools
from dbcv.domains.bots.mcp_tools import BotTools, IntegrationTools, PartTools, PresetTools, RequestTools
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service.requests import RequestTrials
from dbcv.entrypoints.mcp.entrance import Entrance, Tokens
from dbcv.entrypoints.mcp.guides import INSTRUCTIONS, add_guides
from dbcv.entrypoints.mcp.simulation import SimulationTools
from dbcv.kit.db import Database

PATH = "/mcp"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the tools work with: the same services that REST works with."""

    db: Database
    authenticator: Authenticator
    bots: Bots
    trials: RequestTrials


def build(parts: Parts, own_token: str | None = None) -> FastMCP[None]:
    """The server. `own_token`: whom stdio acts for; None: every request brings a token of its own."""
    _write_with_our_logs()
    server: FastMCP[None] = FastMCP(
        "dbcv",
        INSTRUCTIONS,
        version=version("dbcv"),
        auth=Tokens(parts.authenticator) if own_token is None else None,
        middleware=[Entrance(parts.authenticator, own_token)],
        mask_error_details=True,
        strict_input_validation=False,
        on_duplicate="error",
    )
    bots = parts.bots
    of_bots = (BotTools(bots), PartTools(bots), PresetTools(bots), RequestTools(bots, parts.trials))
    for domain_tools in (*of_bots, IntegrationTools(), SimulationTools(bots), AnalyticsTools(parts.db, bots)):
        for tool in domain_tools.all():
            server.add_tool(tool)
    add_guides(server, parts.bots)
    return server


def http_app(parts: Parts) -> StarletteWithLifespan:
    """Streamable HTTP under PATH. Every request stands alone, so that any number of processes can serve it."""
    server = build(parts)
    server.custom_route("/health", methods=["GET"])(_alive)
    return server.http_app(
        PATH,
        stateless_http=True,
        json_response=True,
        host_origin_protection=False,  # a page that a rebound name brings here has no token to send
    )


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _write_with_our_logs() -> None:
    """FastMCP brings handlers of its own, which would write local variables into traces: tokens among them."""
    library = logging.getLogger("fastmcp")
    library.handlers.clear()
    library.propagate = True
