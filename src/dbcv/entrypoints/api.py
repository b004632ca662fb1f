"""The API process: `dbcv api`. Wiring only: endpoints, their parts, and uvicorn around them."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp

from dbcv.domains.accounts import endpoints as accounts
from dbcv.domains.accounts.service import Authenticator, Paces
from dbcv.domains.accounts.service.oidc import Provider
from dbcv.domains.analytics import endpoints as analytics
from dbcv.domains.analytics.service.funnel import Funnels
from dbcv.domains.bots import endpoints as bots
from dbcv.domains.bots.document import MAX_BYTES
from dbcv.domains.bots.service.integrations import IntegrationTrials
from dbcv.domains.conversations import endpoints as conversations
from dbcv.domains.conversations import live
from dbcv.domains.conversations.service.accept import Acceptor
from dbcv.domains.conversations.service.conversations import Conversations
from dbcv.domains.conversations.service.embedding import ancestors_of
from dbcv.domains.credentials import endpoints as credentials
from dbcv.domains.media import endpoints as media
from dbcv.domains.media.service.icons import IconService
from dbcv.domains.schedules import endpoints as schedules
from dbcv.domains.templates import endpoints as templates
from dbcv.entrypoints.http import asyncapi, docs_page, draft_talk, health, metrics, openapi
from dbcv.entrypoints.http.edge import MCP_BODY_BYTES, App, Edge
from dbcv.entrypoints.http.later import Later
from dbcv.entrypoints.http.pages import Pages, web_folder
from dbcv.entrypoints.http.patience import PatientProtocol
from dbcv.entrypoints.http.problems import add_handlers
from dbcv.entrypoints.listening import listen
from dbcv.entrypoints.transports import make_links, open_wire
from dbcv.entrypoints.wiring import (
    make_attachments,
    make_bots,
    make_credentials,
    make_outside,
    make_request_trials,
    make_schedules,
    trial_pace,
)
from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.errors import AppError
from dbcv.kit.logs import configure_logs
from dbcv.kit.metrics import Sharer, process_name
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.realtime import LiveHub
from dbcv.kit.settings import Settings, load_settings
from dbcv.kit.storage import Storage
from dbcv.kit.streams import make_broker, make_valkey
from dbcv.kit.traces import tracer
from dbcv.runtime.draft_talk import DraftTalks
from dbcv.sandbox.opening import open_sandbox

PREFIX = "/api/v1"
FORM_ROOM_BYTES = 16_384
"""What a form may hold beside the file in it."""
WS_FRAME_ROOM_BYTES = 4_096
"""What a frame may hold beside the largest message."""


def create_app(settings: Settings) -> Edge:
    """The whole ASGI application. Its parts are opened and closed by the server's lifespan."""
    app = FastAPI(
        title="DBCV",
        version="1",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # http/docs_page.py serves it
        generate_unique_id_function=_operation_id,
    )
    app.state.settings = settings
    for router in (
        accounts.router,
        bots.router,
        conversations.router,
        media.router,
        credentials.router,
        templates.router,
        schedules.router,
        analytics.router,
    ):
        app.include_router(router, prefix=PREFIX)
    for prefix in ("", PREFIX):
        app.include_router(live.router, prefix=prefix)
    app.include_router(draft_talk.router, prefix=PREFIX)
    app.include_router(media.public)
    app.include_router(conversations.public)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(docs_page.router)
    app.include_router(asyncapi.router)
    hot = _add_hot_routes(app)
    _add_tools_for_assistants(app)
    _add_panel(app)
    app.mount("/", Pages(web_folder(), lambda channel_id: _frame_ancestors(app, channel_id)))
    add_handlers(app)
    return Edge(app, hot, lambda path: _body_limit(settings, path))


def _with_cors(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Pages of other origins may call the API only if the operator names them exactly; tokens never are cookies."""
    if not settings.cors_origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=settings.cors_origins,
        allow_methods=["*"],
        allow_headers=["Authorization", "Content-Type", "If-Match", "Prefer"],
        expose_headers=["ETag", "Retry-After"],
    )


def _operation_id(route: APIRoute) -> str:
    """Names for generated clients: the first tag and the function's name."""
    return f"{route.tags[0]}_{route.name}".replace(" ", "_") if route.tags else route.name


def _add_hot_routes(app: FastAPI) -> dict[tuple[str, str], App]:
    """Bare applications for what is called most. One with a fixed path does not even pass through FastAPI."""
    hot: dict[tuple[str, str], App] = {}
    for route in conversations.posting.routes():
        route_path = PREFIX + route.path
        if "{" in route_path:
            app.add_route(route_path, route.endpoint, methods=["POST"], include_in_schema=False)
        else:
            hot["POST", route_path] = route.endpoint
    conversations.describe(app, PREFIX)
    openapi.describe(app)
    return hot


def _add_panel(app: FastAPI) -> None:
    """The operator's panel under /admin."""

    def build() -> Starlette:
        from dbcv.entrypoints.admin import build

        return build(app.state.db, app.state.settings, app.state.authenticator)

    app.state.admin = Later(build)
    for path in ("/admin", "/admin/{rest:path}"):
        app.router.routes.append(Route(path, app.state.admin, include_in_schema=False))


def _add_tools_for_assistants(app: FastAPI) -> None:
    """The MCP server under /mcp, as `dbcv mcp` serves it."""

    def build() -> Starlette:
        from dbcv.entrypoints.mcp.server import Parts, http_app

        state = app.state
        return http_app(Parts(state.db, state.authenticator, state.bots, state.request_trials))

    app.state.mcp = Later(build)
    app.router.routes.append(Route("/mcp", app.state.mcp, include_in_schema=False))


async def _frame_ancestors(app: FastAPI, channel_id: str) -> str:
    """Whose pages may show a channel's chat. In doubt, and while the database is away, only this installation's."""
    room = None
    with contextlib.suppress(ValueError, AppError, SQLAlchemyError, OSError, TimeoutError, AttributeError):
        room = await app.state.conversations.rooms.room(UUID(channel_id))
    return ancestors_of(room)


def _body_limit(settings: Settings, path: str) -> int:
    is_document = path.startswith(f"{PREFIX}/templates") or path == f"{PREFIX}/bots/import"
    is_document = is_document or (path.startswith(f"{PREFIX}/bots/") and path.endswith("/document"))
    if path == f"{PREFIX}/attachments":
        return settings.max_file_bytes + FORM_ROOM_BYTES
    if path == "/mcp":
        return MCP_BODY_BYTES
    return MAX_BYTES["json"] if is_document else settings.max_message_bytes


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await _open(app, stack)
        yield


async def _open(app: FastAPI, stack: AsyncExitStack) -> None:
    """Open the parts; the stack closes them in the opposite order."""
    state, settings = app.state, app.state.settings
    state.db = Database.connect(settings.database_url, settings.db_pool_size, settings.db_max_overflow)
    stack.push_async_callback(state.db.close)
    state.valkey = make_valkey(settings)
    stack.push_async_callback(state.valkey.aclose)
    state.broker = make_broker(settings, logger=None)
    stack.push_async_callback(state.broker.stop)
    state.bell = Bell(state.broker, state.valkey)
    state.hub = LiveHub(state.valkey)
    state.acceptor = Acceptor(state.db, state.bell, settings.shards, settings.gather_seconds)
    state.sharer, state.live_metrics = Sharer(state.valkey, process_name("api")), metrics.LiveMetrics(state)
    await tracer.start(settings, state.sharer.name)
    stack.push_async_callback(tracer.stop)
    for part in (state.bell, state.hub, state.acceptor, state.sharer, state.live_metrics):
        await part.start()
        stack.push_async_callback(part.stop)
    state.authenticator = Authenticator(state.db, settings.secret_key, Paces.of(settings))
    state.oidc = _open_oidc(settings, stack) if settings.oidc_issuer else None
    state.code = open_sandbox(settings)
    stack.push_async_callback(state.code.close)
    state.bots = make_bots(state.db, state.bell, state.code, trial_pace(settings))
    state.schedules = make_schedules(state.db, state.bots, state.bell)
    state.funnels = Funnels(state.db, state.bots)
    outside = make_outside(state.db, settings, state.code, state.bell, stack)
    state.credentials = make_credentials(state.db, settings, outside, state.bell)
    state.request_trials = make_request_trials(settings, state.bots, outside.client, outside.resolver, outside.files)
    state.integration_trials = IntegrationTrials(state.bots, outside.performer, trial_pace(settings))
    state.draft_talks = DraftTalks(state.bots, outside.performer, trial_pace(settings))
    state.conversations = Conversations.build(
        state.db, settings, state.authenticator, state.bots, state.acceptor, state.bell, state.hub,
        make_links(outside.resolver, open_wire(settings, stack)),
    )  # fmt: skip
    storage = Storage.open(settings)
    state.attachments = make_attachments(state.db, storage, settings, state.conversations)
    state.icons = IconService(state.db, storage)
    await state.conversations.start()
    stack.push_async_callback(state.conversations.stop)
    stack.push_async_callback(state.mcp.stop)
    stack.push_async_callback(state.admin.stop)


def _open_oidc(settings: Settings, stack: AsyncExitStack) -> Provider:
    """The configured OpenID provider; its libraries are imported by those who have one only."""
    from dbcv.domains.accounts.service.oidc_provider import OidcProvider, reachable

    outbound = OutboundClient(allowed_hosts=reachable(settings))
    stack.push_async_callback(outbound.close)
    return OidcProvider(settings, outbound)


def server_config(settings: Settings) -> uvicorn.Config:
    """Uvicorn as the product runs it."""
    return uvicorn.Config(
        _with_cors(create_app(settings), settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=settings.max_message_bytes + WS_FRAME_ROOM_BYTES,
        ws_per_message_deflate=False,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=int(settings.stop_timeout_seconds),
    )


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests in flight finish."""
    settings = load_settings()
    configure_logs(settings, "api")
    listener = listen(settings.host, settings.port, settings.listen_fd)
    uvicorn.Server(server_config(settings)).run([listener])
