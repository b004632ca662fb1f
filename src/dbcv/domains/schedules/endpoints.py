"""Emitters and crons over HTTP: two nouns for one thing, sent once or again and again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.endpoints.given import KnownVersion, Limit, Shown, Spoken
from dbcv.domains.schedules import errors
from dbcv.domains.schedules import schemas as wire
from dbcv.domains.schedules.service.moments import cron_of
from dbcv.domains.schedules.service.schedules import Fired, Schedules, Seen, Target
from dbcv.domains.schedules.service.wishes import Kind, flat
from dbcv.domains.schedules.service.wording import describe, describe_cron

NEXT_TIMES = 5


async def _service(request: Request) -> Schedules:
    service: Schedules = request.app.state.schedules
    return service


Service = Annotated[Schedules, Depends(_service)]
Before = Annotated[datetime | None, Query(description="`next_cursor` of the page before")]


def _router(
    kind: Kind, new: type[BaseModel], patch: type[BaseModel], stored: type[BaseModel], page_of: Any
) -> APIRouter:
    """List, read, add, change, remove."""
    router = APIRouter(prefix=f"/{kind}s", tags=[f"{kind}s"])

    @router.get("", response_model=page_of)
    async def page(bot_id: UUID, caller: User, service: Service, limit: Limit = 50, cursor: UUID | None = None) -> Any:
        """Those of a bot, the newest first."""
        found, following = await service.page(caller.id, kind, bot_id, limit, cursor)
        return {"items": [_shown(kind, seen) for seen in found], "next_cursor": following}

    @router.post("", status_code=201, response_model=stored)
    async def create(
        wish: Annotated[dict[str, Any], Shown(new)], caller: User, service: Service, version: KnownVersion,
        language: Spoken, response: Response,
    ) -> Any:  # fmt: skip
        """Add one to the bot; it is in force at once, or as soon as the bot is published."""
        ids = {name: _uuid(wish.pop(name, None), name) for name in ("bot_id", "id", "channel_id", "session_id")}
        if ids["bot_id"] is None:
            raise errors.wrong_field("bot_id", "is missing", "Name the bot that is to speak")
        target = Target(ids["channel_id"], ids["session_id"])
        seen = await service.add(caller.id, kind, ids["bot_id"], ids["id"], wish, target, version, language)
        return _answered(kind, seen, response)

    @router.get("/{part_id}", response_model=stored)
    async def one(part_id: UUID, caller: User, service: Service, response: Response) -> Any:
        """One, with its next five times and how it stands."""
        return _answered(kind, await service.one(caller.id, kind, part_id), response)

    @router.patch("/{part_id}", response_model=stored)
    async def change(
        part_id: UUID, wish: Annotated[dict[str, Any], Shown(patch)], caller: User, service: Service,
        version: KnownVersion, language: Spoken, response: Response,
    ) -> Any:  # fmt: skip
        """Change the fields that are given; in force at once. With If-Match, 412 says what changed meanwhile."""
        return _answered(kind, await service.change(caller.id, kind, part_id, wish, version, language), response)

    @router.delete("/{part_id}", status_code=204)
    async def remove(
        part_id: UUID, caller: User, service: Service, version: KnownVersion, language: Spoken
    ) -> Response:
        """Delete one; what of it is on its way stops."""
        await service.remove(caller.id, kind, part_id, version, language)
        return Response(status_code=204)

    _add_firings(router, kind)
    return router


def _add_firings(router: APIRouter, kind: Kind) -> None:
    """Send now, and what was sent."""

    @router.post("/{part_id}/send", status_code=202)
    async def send(part_id: UUID, caller: User, service: Service, wish: wire.SendIn | None = None) -> wire.FiringOut:
        """Send it now, beside its own times: to all it is for, or to one session to try it out."""
        row = await service.send(caller.id, kind, part_id, wish.session_id if wish else None)
        return wire.FiringOut.model_validate(row)

    @router.get("/{part_id}/firings")
    async def firings(
        part_id: UUID, caller: User, service: Service, limit: Limit = 50, cursor: Before = None
    ) -> wire.FiringList:
        """When it was sent, to how many, and what went wrong; the last time first."""
        found, following = await service.firings(caller.id, kind, part_id, limit, cursor)
        return wire.FiringList(items=[_fired(fired) for fired in found], next_cursor=following)


previews = APIRouter(tags=["crons"])


@previews.post("/crons/preview")
async def preview(
    wish: Annotated[dict[str, Any], Shown(wire.CronPreviewIn)], _: User, service: Service, language: Spoken
) -> wire.CronPreview:
    """The next five times of a cron that need not be stored, and what it says in words."""
    cron, now = await service.preview(wish, language)
    return wire.CronPreview(
        next=list(cron_of(cron).upcoming(now, NEXT_TIMES)), description=wire.Description(**describe_cron(cron))
    )


def _answered(kind: Kind, seen: Seen, response: Response) -> dict[str, Any]:
    response.headers["ETag"] = f'"{seen.version}"'
    return _shown(kind, seen)


def _shown(kind: Kind, seen: Seen) -> dict[str, Any]:
    row, in_force = seen.row, seen.in_force
    return flat(seen.entry, kind) | {
        "id": row.id,
        "bot_id": row.bot_id,
        "channel_id": row.channel_id,
        "session_id": row.session_id,
        "version": seen.version,
        "state": seen.state,
        "description": describe(seen.entry),
        "next": _next(seen),
        "next_fire_at": in_force and in_force.due_at,
        "last_fire_at": in_force and in_force.last_fire_at,
        "error": in_force and in_force.error,
        "last_firing": seen.last and _fired(seen.last),
    }


def _next(seen: Seen) -> list[datetime]:
    if seen.entry["cron"] is not None:
        return list(cron_of(seen.entry["cron"]).upcoming(seen.now, NEXT_TIMES))
    return [seen.row.send_at] if seen.row.send_at is not None and seen.row.send_at > seen.now else []


def _fired(fired: Fired) -> wire.FiringOut:
    shown = wire.FiringOut.model_validate(fired.row)
    return shown.model_copy(update={"failed": fired.failed, "errors": fired.errors})


def _uuid(text: Any, name: str) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except (ValueError, TypeError, AttributeError) as error:
        raise errors.wrong_field(name, "is no UUID", "Copy it from where it is shown") from error


router = APIRouter()
router.include_router(previews)
router.include_router(_router("emitter", wire.EmitterIn, wire.EmitterPatch, wire.EmitterOut, wire.EmitterList))
router.include_router(_router("cron", wire.CronIn, wire.CronPatch, wire.CronOut, wire.CronList))
