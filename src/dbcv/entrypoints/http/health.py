"""Is the API alive, and are the parts it needs there? For load balancers, `dbcv up` and people."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from fastapi import APIRouter, Request, Response
from redis.exceptions import RedisError

from dbcv.kit.errors import AppError

router = APIRouter(tags=["health"])
PART_TIMEOUT_SECONDS = 2.0


@router.get("/health")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(request: Request, response: Response) -> dict[str, Any]:
    """Able to serve, part by part. Without streams messages are kept all the same, so only the database gives 503."""
    state = request.app.state
    database, streams = await asyncio.gather(_part(state.db.ping()), _part(state.valkey.ping()))
    if not database["ok"]:
        response.status_code = 503
    status = "unavailable" if not database["ok"] else "ok" if streams["ok"] else "degraded"
    return {"status": status, "parts": {"database": database, "streams": streams}}


async def _part(ping: Awaitable[Any]) -> dict[str, Any]:
    try:
        await asyncio.wait_for(ping, PART_TIMEOUT_SECONDS)
    except (AppError, RedisError, OSError, TimeoutError):
        return {"ok": False}
    return {"ok": True}
