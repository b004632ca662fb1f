"""What a person would say changed between two states of a bot: its draft or any of its revisions. Called by the
endpoints."""

import asyncio
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from dbcv.domains.bots.document.diff import MAX_DIFFERENCES, Difference, compare
from dbcv.domains.bots.schemas import Document, Language
from dbcv.domains.bots.service.bots import Bots

State = int | Literal["draft"]
"""The number of a revision, or the draft."""


@dataclass(frozen=True, slots=True)
class Diff:
    """Differences from one state to another; `left_out` of them are not listed."""

    since: State
    to: State
    differences: list[Difference]
    left_out: int


async def diff(bots: Bots, caller_id: UUID, bot_id: UUID, since: State | None, to: State, language: Language) -> Diff:
    """Compare two states of a bot; without `since` the published revision (an empty bot, if there is none). Raises
    NotFound for a bot or a revision that is not there."""
    seen = await bots.get(caller_id, bot_id)
    start = since if since is not None else seen.row.published_revision or 0
    before, after = [await _document(bots, caller_id, bot_id, state) for state in (start, to)]
    found = await asyncio.to_thread(compare, before, after, language)
    return Diff(start, to, found[:MAX_DIFFERENCES], max(0, len(found) - MAX_DIFFERENCES))


async def _document(bots: Bots, caller_id: UUID, bot_id: UUID, state: State) -> Document:
    if state == "draft":
        return (await bots.seen_draft(caller_id, bot_id))[1]
    if state == 0:
        return _EMPTY
    return (await bots.revision(caller_id, bot_id, state))[1].document


_LISTS = ("steps", "requests", "templates", "widgets", "emitters", "credentials", "notes", "master_connection_groups")
_EMPTY: Document = {"name": "", "description": "", "variables": {}, "first_step_id": None} | {n: [] for n in _LISTS}
