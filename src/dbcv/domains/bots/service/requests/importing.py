"""A request drafted from a curl command or an OpenAPI operation, and stored if wished. Called by the endpoints and the
tools for assistants. Nothing is run or fetched, no secret is kept."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.wording import Language
from dbcv.domains.bots.schemas import KnownVersion
from dbcv.domains.bots.service.bots import Bots
from dbcv.domains.bots.service.parts import Edited
from dbcv.domains.bots.service.requests import curl, openapi
from dbcv.domains.bots.service.requests.draft import Draft
from dbcv.domains.bots.service.requests.openapi import Wanted
from dbcv.domains.bots.service.requests.trial import judged
from dbcv.domains.bots.service.working_set import Change
from dbcv.kit.outbound.secret_names import is_secret_field


@dataclass(frozen=True, slots=True)
class Source:
    """Where a draft comes from: one of the two."""

    curl: str | None
    openapi: str | dict[str, Any] | None
    wanted: Wanted


async def draft(bots: Bots, caller_id: UUID, bot_id: UUID, source: Source, language: Language) -> Draft:
    """The draft, its fields as a request has them. Raises NotFound, Forbidden for viewers, Invalid."""
    seen = await bots.get(caller_id, bot_id)
    if seen.access == "viewer":
        raise errors.not_an_editor()
    if (source.curl is None) == (source.openapi is None):
        raise errors.one_source()
    return await asyncio.to_thread(_draft, source, language)


async def save(
    bots: Bots, caller_id: UUID, bot_id: UUID, fields: dict[str, Any], known: KnownVersion, language: Language
) -> Edited:
    """The drafted request as a part of the bot. Raises what a change raises."""
    return await bots.parts.change(caller_id, bot_id, [Change("add", "request", None, fields)], known, language, True)


def _draft(source: Source, language: Language) -> Draft:
    if source.curl is not None:
        made = curl.draft_of(source.curl)
    else:
        assert source.openapi is not None, "one of the two is given"
        made = openapi.draft_of(source.openapi, source.wanted, language)
    made.fields = judged(made.fields, language)
    for name in made.fields["data"] or ():
        if is_secret_field(name):
            made.warn(f"data.{name}", "looks like a secret", "Keep it out of the bot: write a variable, {$bot.name$}")
    return made
