"""Conversation tests of a bot over HTTP. A body is the test file's, without its bot: judged by the file's rules."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.document.script_shapes import KeptScript
from dbcv.domains.bots.endpoints.given import KnownVersion, Limit, Service, Shown, Spoken
from dbcv.domains.bots.schemas.conversation_tests import (
    ConversationTestList,
    ConversationTestOut,
    ConversationTestSummary,
    TestRunIn,
    TestRunOut,
    test_run,
)
from dbcv.domains.bots.tables import ConversationTestRow

router = APIRouter(prefix="/bots", tags=["bots"])
Wish = Annotated[dict[str, Any], Shown(KeptScript)]
_KEPT = ("id", "name", "version", "created_at", "updated_at")


@router.get("/{bot_id}/tests")
async def list_tests(
    bot_id: UUID, caller: User, service: Service, limit: Limit = 50, cursor: UUID | None = None
) -> ConversationTestList:
    """Conversation tests that are kept with the bot, the oldest first."""
    found, next_cursor = await service.tests.page(caller.id, bot_id, limit, cursor)
    items = [ConversationTestSummary(**_summary(row)) for row in found]
    return ConversationTestList(items=items, next_cursor=next_cursor)


@router.post("/{bot_id}/tests", status_code=201)
async def keep_test(
    bot_id: UUID, wish: Wish, caller: User, service: Service, language: Spoken, response: Response
) -> ConversationTestOut:
    """Keep a conversation test: what a person says, what the world answers, what the bot must say. 422 lists every
    mistake."""
    return _whole(await service.tests.keep(caller.id, bot_id, wish, language), response)


@router.post("/{bot_id}/tests/run")
async def run_tests(
    bot_id: UUID, caller: User, service: Service, language: Spoken, wish: TestRunIn | None = None
) -> TestRunOut:
    """Run the tests against the draft: what goes another way, and what none of them reached. Nobody outside is called,
    nothing is stored; all of it takes ten seconds at most."""
    seen, done = await service.run_tests(caller.id, bot_id, wish.ids if wish else None, language)
    return test_run(seen.row.version, done)


@router.get("/{bot_id}/tests/{test_id}")
async def one_test(
    bot_id: UUID, test_id: UUID, caller: User, service: Service, response: Response
) -> ConversationTestOut:
    """One test with its script; its version is also the ETag."""
    return _whole(await service.tests.get(caller.id, bot_id, test_id), response)


@router.put("/{bot_id}/tests/{test_id}")
async def change_test(
    bot_id: UUID,
    test_id: UUID,
    wish: Wish,
    caller: User,
    service: Service,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> ConversationTestOut:
    """Put another test in its place. If-Match is the version of the test; without it the last write wins."""
    return _whole(await service.tests.change(caller.id, bot_id, test_id, wish, version, language), response)


@router.delete("/{bot_id}/tests/{test_id}", status_code=204)
async def remove_test(bot_id: UUID, test_id: UUID, caller: User, service: Service) -> Response:
    """Delete a test."""
    await service.tests.remove(caller.id, bot_id, test_id)
    return Response(status_code=204)


def _summary(row: ConversationTestRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _KEPT} | {"turns": len(row.script["turns"])}


def _whole(row: ConversationTestRow, response: Response) -> ConversationTestOut:
    response.headers["ETag"] = f'"{row.version}"'
    return ConversationTestOut(**_summary(row), script=row.script)
