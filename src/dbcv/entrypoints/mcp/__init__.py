"""The MCP process: `dbcv mcp`, over HTTP on a port of its own, or with --stdio for one client. Wiring only."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
import uvloop

from dbcv.domains.accounts.service import Authenticator, Paces
from dbcv.entrypoints.http.edge import MCP_BODY_BYTES, Edge
from dbcv.entrypoints.http.patience import PatientProtocol
from dbcv.entrypoints.listening import listen
from dbcv.entrypoints.mcp.server import Parts, build, http_app
from dbcv.entrypoints.wiring import make_bot_files, make_bots, make_outbound, make_request_trials, make_resolver
from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.errors import OperatorError, Unauthorized
from dbcv.kit.logs import configure_logs
from dbcv.kit.settings import Settings, load_settings
from dbcv.kit.streams import make_broker, make_valkey
from dbcv.sandbox.opening import open_sandbox


def main() -> None:
    """Serve HTTP until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logs(settings, "mcp")
    listener = listen(settings.host, settings.mcp_port, None)
    uvloop.run(_serve(settings, listener))


def serve_stdio() -> None:
    """Serve the client that started this process, as the account of DBCV_TOKEN. Raises OperatorError without one."""
    settings = load_settings()
    configure_logs(settings, "mcp")
    if not settings.mcp_token:
        raise OperatorError("DBCV_TOKEN must hold an API token: make one in DBCV under your account")
    uvloop.run(_serve_stdio(settings))


async def _serve(settings: Settings, listener: socket.socket) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn sends the signal that stopped it once more: here it ends nothing, so that the parts are closed.
        asyncio.get_running_loop().add_signal_handler(number, lambda: None)
    async with _parts(settings) as parts:
        app = Edge(http_app(parts), {}, lambda _path: MCP_BODY_BYTES)
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http=PatientProtocol,
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=int(settings.stop_timeout_seconds),
        )
        await uvicorn.Server(config).serve([listener])


async def _serve_stdio(settings: Settings) -> None:
    async with _parts(settings) as parts:
        try:
            await parts.authenticator.principal_for(settings.mcp_token)
        except Unauthorized as error:
            raise OperatorError("DBCV_TOKEN is not valid (any more): make a new API token in DBCV") from error
        await build(parts, own_token=settings.mcp_token).run_stdio_async(show_banner=False)


@asynccontextmanager
async def _parts(settings: Settings) -> AsyncIterator[Parts]:
    """The services over a database and streams of this process."""
    db = Database.connect(settings.database_url, settings.db_pool_size, settings.db_max_overflow)
    broker, valkey = make_broker(settings, logger=None), make_valkey(settings, 2)
    bell, outbound, sandbox = Bell(broker, valkey), make_outbound(settings), open_sandbox(settings)
    await bell.start()
    try:
        bots = make_bots(db, bell, sandbox)
        resolver, files = make_resolver(db, settings, outbound), make_bot_files(db, settings)
        trials = make_request_trials(settings, bots, outbound, resolver, files)
        yield Parts(db, Authenticator(db, settings.secret_key, Paces.of(settings)), bots, trials)
    finally:
        await sandbox.close()
        await outbound.close()
        await bell.stop()
        await broker.stop()
        await valkey.aclose()
        await db.close()
