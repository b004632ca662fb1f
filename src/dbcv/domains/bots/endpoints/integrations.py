"""The catalogue of integrations over HTTP, and trying one out."""

import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.endpoints.given import Limit, Spoken
from dbcv.domains.bots.endpoints.integration_models import (
    IntegrationList,
    IntegrationOut,
    IntegrationRunIn,
    IntegrationRunOut,
    listed,
    shown,
)
from dbcv.domains.bots.service import integrations as service
from dbcv.domains.bots.service.integrations import IntegrationTrial, IntegrationTrials
from dbcv.integration_kit.definition import Section

router = APIRouter(tags=["integrations"])
IntegrationId = Annotated[str, Path(max_length=100)]
Cursor = Annotated[str, Query(max_length=100, description="`next_cursor` of the page before")]
Search = Annotated[str, Query(max_length=100, description="in names and descriptions, in both languages")]


async def _trials(request: Request) -> IntegrationTrials:
    trials: IntegrationTrials = request.app.state.integration_trials
    return trials


@router.get("/integrations")
async def list_integrations(
    _: User, limit: Limit = 100, cursor: Cursor = "", search: Search = "", section: Section | None = None
) -> IntegrationList:
    """The catalogue: every integration with what it can do."""
    found, next_cursor = service.page(cursor, limit, search, section or "")
    return IntegrationList(items=[listed(each) for each in found], next_cursor=next_cursor)


@router.get("/integrations/{integration_id}")
async def one_integration(integration_id: IntegrationId, _: User, language: Spoken) -> IntegrationOut:
    """One integration with the forms of its actions, labels in the language of Accept-Language."""
    return shown(service.integration(integration_id), language)


@router.post("/bots/{bot_id}/integrations/{integration_id}/run")
async def run_integration(
    bot_id: UUID,
    integration_id: IntegrationId,
    wish: IntegrationRunIn,
    caller: User,
    trials: Annotated[IntegrationTrials, Depends(_trials)],
) -> IntegrationRunOut:
    """Run an action, such as telegram.send_message, as a turn would, with a credential of the bot. It really acts;
    nothing is stored. Needs the rights of an editor."""
    begin = time.perf_counter()
    trial = IntegrationTrial(integration_id, dict(wish.config), wish.credential_id)
    reply = await trials.run(caller.id, bot_id, trial)
    return IntegrationRunOut(**reply, elapsed_ms=round((time.perf_counter() - begin) * 1_000, 3))
