"""Is the API alive, and are the parts it needs there? For load balancers, `dbcv up` and people."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from redis.exceptions import RedisError

from dbcv.kit.errors import AppError

router = APIRouter(tags=["health"])
PART_TIMEOUT_SECONDS = 2.0


class AliveOut(BaseModel):
    """It answers."""

    status: Literal["ok"]


class PartStateOut(BaseModel):
    """Whether a part answers."""

    ok: bool


class ReadyOut(BaseModel):
    """How it stands; "degraded": all is kept, live notices wait."""

    status: Literal["ok", "degraded", "unavailable"]
    parts: dict[str, PartStateOut]


@router.get("/health", response_model=AliveOut)
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", response_model=ReadyOut, responses={503: {"model": ReadyOut}})
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
