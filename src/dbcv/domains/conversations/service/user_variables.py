"""What is remembered of all who talk to a bot: a table of people, the same as a CSV file, and edits of many at once.

The bot's people read, its editors edit; whoever may not learn of the bot gets NotFound.
"""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.errors import no_such_bot
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import user_variables
from dbcv.domains.conversations.schemas.user_variables import (
    MAX_SHOWN,
    PeopleChanged,
    PeoplePatch,
    PeopleVariables,
    PersonChanges,
    PersonVariables,
)
from dbcv.domains.conversations.schemas.variables import MAX_DOCUMENT_BYTES
from dbcv.domains.conversations.service.cells import cell_of
from dbcv.domains.conversations.service.documents import edited, page_of
from dbcv.domains.conversations.service.rights import check_edits, check_sees
from dbcv.kit.db import Database
from dbcv.kit.errors import AppError, ErrorDetail, Invalid
from dbcv.kit.json_text import dumps

MAX_COLUMNS = 500
ROWS_AT_ONCE = 200


class UserVariables:
    """Use cases of those who look at all people of a bot."""

    def __init__(self, db: Database, bots: Bots) -> None:
        self._db = db
        self._bots = bots

    async def page(self, caller: Principal, bot_id: UUID, limit: int, after: UUID | None) -> PeopleVariables:
        """People by id, each with his first variables. Raises NotFound."""
        await check_sees(self._bots, caller, bot_id, no_such_bot())
        async with self._db.read() as session:
            rows = await user_variables.page(session, bot_id, limit + 1, after)
        items = [_shown(row) for row in rows[:limit]]
        return PeopleVariables(items=items, next_cursor=items[-1].user_id if len(rows) > limit else None)

    async def as_csv(self, caller: Principal, bot_id: UUID) -> AsyncIterator[str]:
        """The whole table in pieces: user_id, username, then a column for each variable. Raises NotFound at once, and
        TooLarge where there would be too many columns."""
        await check_sees(self._bots, caller, bot_id, no_such_bot())
        async with self._db.read() as session:
            names = await user_variables.names(session, bot_id, MAX_COLUMNS + 1)
        if len(names) > MAX_COLUMNS:
            raise errors.too_many_columns(MAX_COLUMNS)
        return self._pieces(bot_id, names)

    async def _pieces(self, bot_id: UUID, names: Sequence[str]) -> AsyncIterator[str]:
        yield "\ufeff" + _lines([["user_id", "username", *map(cell_of, names)]])
        after: UUID | None = None
        while True:
            async with self._db.read() as session:
                rows = await user_variables.page(session, bot_id, ROWS_AT_ONCE, after)
            yield _lines([_line(row, names) for row in rows])
            if len(rows) < ROWS_AT_ONCE:
                return
            after = rows[-1].user_id

    async def change(self, caller: Principal, bot_id: UUID, patch: PeoplePatch, *, is_dry: bool) -> PeopleChanged:
        """Edit many people's variables, all or nothing; the next turn of each sees it.

        Raises NotFound, Forbidden, and Invalid naming every person and edit that cannot be.
        """
        await check_edits(self._bots, caller, bot_id, no_such_bot())
        ids = {person.user_id for person in patch.users}
        async with self._db.transaction() as session:
            strangers = ids - await user_variables.talking(session, bot_id, ids)
            if strangers:
                raise _refused(_strange(patch.users, strangers))
            before = await user_variables.documents(session, ids, lock=not is_dry)
            after = _after(patch.users, before)
            if not is_dry:
                await user_variables.write(session, after)
                told = {"scope": "user", "users": len(after)}
                await audit.record(session, caller.id, "variables.changed", bot_id, bot_id=bot_id, after=told)
        return PeopleChanged(users=len(after), dry_run=is_dry)


def _shown(row: Any) -> PersonVariables:
    items, more = page_of(row.data or {}, "", MAX_SHOWN, None)
    return PersonVariables(
        user_id=row.user_id, username=row.username, version=row.version, items=items, has_more=more is not None
    )


def _line(row: Any, names: Sequence[str]) -> list[str]:
    data = row.data or {}
    cells = [cell_of(data[name]) if name in data else "" for name in names]
    return [str(row.user_id), cell_of(row.username) if row.username else "", *cells]


def _lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _strange(people: Sequence[PersonChanges], strangers: set[UUID]) -> list[ErrorDetail]:
    return [
        ErrorDetail(f"users[{number}].user_id", "does not talk to this bot", "Take the ids from the exported table")
        for number, person in enumerate(people)
        if person.user_id in strangers
    ]


def _after(people: Sequence[PersonChanges], before: dict[UUID, dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    """Everybody's new document. Raises Invalid naming every edit that cannot be made."""
    after, faults = {}, []
    for number, person in enumerate(people):
        try:
            document = edited(before[person.user_id], "user", person.changes)
        except Invalid as error:
            faults += [ErrorDetail(f"users[{number}].{each.path}", each.message, each.hint) for each in error.errors]
            continue
        if len(dumps(document).encode()) > MAX_DOCUMENT_BYTES:
            faults.append(ErrorDetail(f"users[{number}]", "would be too large", "Remove something of it first"))
        after[person.user_id] = document
    if faults:
        raise _refused(faults)
    return after


def _refused(faults: list[ErrorDetail]) -> AppError:
    return Invalid(f"{faults[0].path}: {faults[0].message}", code="variable_refused", errors=faults)
