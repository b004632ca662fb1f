"""HTTP requests of a bot tried out, and drafted from a curl command or an OpenAPI operation."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ConfigDict, Field

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.document.part_shapes import RequestPart
from dbcv.domains.bots.endpoints.given import KnownVersion, Service, Shown, Spoken
from dbcv.domains.bots.schemas import requests as wire
from dbcv.domains.bots.service import requests as service

router = APIRouter(tags=["requests"])


async def _trials(request: Request) -> service.RequestTrials:
    trials: service.RequestTrials = request.app.state.request_trials
    return trials


Trials = Annotated[service.RequestTrials, Depends(_trials)]


class RequestTrialIn(wire.RequestExecuteIn):
    """A request that is not stored, to be tried: the fields of a request, and how."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "fields": {"name": "CRM", "method": "get", "request_url": "https://crm.example/{$user.id$}"},
                "variables": {"user": {"id": 7}},
                "dry_run": True,
            }
        }
    )
    fields: Annotated[dict[str, Any], Shown(RequestPart)] = Field(description="as of POST /requests")


@router.post("/requests/{part_id}/execute")
async def execute(part_id: UUID, wish: wire.RequestExecuteIn, caller: User, trials: Trials) -> wire.RequestExecuteOut:
    """Really make a stored request, with these variables filled in and the bot's credential for its host. What is
    shown of it has dots for secrets. Needs the rights of an editor; nothing is stored."""
    trial = await trials.stored(caller.id, part_id, wish.variables.model_dump(), wish.dry_run)
    return wire.RequestExecuteOut.model_validate(trial)


@router.post("/bots/{bot_id}/requests/execute")
async def execute_posted(
    bot_id: UUID, wish: RequestTrialIn, caller: User, trials: Trials, language: Spoken
) -> wire.RequestExecuteOut:
    """The same for a request that is not stored (yet), as a request of this bot."""
    variables = wish.variables.model_dump()
    trial = await trials.posted(caller.id, bot_id, wish.fields, variables, wish.dry_run, language)
    return wire.RequestExecuteOut.model_validate(trial)


@router.post("/bots/{bot_id}/requests/import")
async def draft_request(
    bot_id: UUID,
    wish: wire.RequestImportIn,
    caller: User,
    bots: Service,
    version: KnownVersion,
    language: Spoken,
    save: bool = False,
) -> wire.RequestImportOut:
    """A request drafted from a curl command line or an operation of an OpenAPI document. Nothing is run or fetched;
    secrets are left out and become proposals of credentials. Stored only with `save`."""
    wanted = service.Wanted(wish.operation_id, wish.path, wish.method)
    source = service.Source(wish.curl, wish.openapi, wanted)
    draft = await service.draft(bots, caller.id, bot_id, source, language)
    out = wire.RequestImportOut.of(draft)
    if save:
        done = await service.save(bots, caller.id, bot_id, draft.fields, version, language)
        out.id, out.version = done.parts[0][1], done.bot.row.version
    return out
