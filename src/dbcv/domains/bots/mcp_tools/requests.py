"""HTTP requests for assistants: tried before conversations make them, and drafted from what a person pasted."""

from typing import Annotated
from uuid import UUID

from fastmcp.tools import Tool
from pydantic import Field

from dbcv.domains.accounts.mcp_tools import tool, user
from dbcv.domains.bots.mcp_tools.given import BotId, OptionalVersion
from dbcv.domains.bots.schemas import requests as wire
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service import requests as service


class RequestTools:
    """The tools of requests beyond making and changing them."""

    def __init__(self, bots: Bots, trials: service.RequestTrials) -> None:
        self._bots, self._trials = bots, trials

    def all(self) -> list[Tool]:
        """What the server offers."""
        return [
            tool(self.execute_request, "Try a request", "write"),
            tool(self.import_request, "Draft a request", "write"),
        ]

    async def execute_request(
        self,
        request_id: Annotated[UUID, Field(description="From list_requests.")],
        variables: wire.TrialVariables = wire.TrialVariables(),  # noqa: B008 - read only; a schema's default
        dry_run: Annotated[bool, Field(description="True: only shows what would be sent, calls nobody.")] = True,
    ) -> wire.RequestExecuteOut:
        """Try a stored HTTP request with variables by scope, as {"user": {"id": 7}}. Without dry_run it calls the
        service, with the bot's credential for its host: ask the person before one that changes something there.
        Secrets are shown as dots."""
        trial = await self._trials.stored(user().id, request_id, variables.model_dump(), dry_run)
        return wire.RequestExecuteOut.model_validate(trial)

    async def import_request(
        self,
        bot_id: BotId,
        source: wire.RequestImportIn,
        save: Annotated[bool, Field(description="True: the request is added to the draft of the bot.")] = False,
        version: OptionalVersion = None,
    ) -> wire.RequestImportOut:
        """Draft a request from a curl command line or one operation of an OpenAPI document. Secrets are left out:
        `credentials` says which credentials the person has to make."""
        wanted = service.Wanted(source.operation_id, source.path, source.method)
        given = service.Source(source.curl, source.openapi, wanted)
        caller_id = user().id
        draft = await service.draft(self._bots, caller_id, bot_id, given, "en")
        out = wire.RequestImportOut.of(draft)
        if save:
            done = await service.save(self._bots, caller_id, bot_id, draft.fields, version, "en")
            out.id, out.version = done.parts[0][1], done.bot.row.version
        return out
