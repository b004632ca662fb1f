"""A new encryption key: everything is encrypted anew with it, while everything goes on. For the operator's command."""

from dataclasses import dataclass, field
from uuid import UUID

from dbcv.domains.credentials import repository
from dbcv.domains.credentials.service.opened import context_of
from dbcv.domains.credentials.tables import CredentialEntityRow
from dbcv.kit.crypto import KEY_ID_BYTES, SecretBox, SecretUnreadable
from dbcv.kit.db import Database

ROWS_AT_ONCE = 200


@dataclass(slots=True)
class Rotated:
    """How many secrets were encrypted anew, how many had the current key already, and which no key opens."""

    changed: int = 0
    current: int = 0
    unreadable: list[UUID] = field(default_factory=list)


async def rotate(db: Database, box: SecretBox) -> Rotated:
    """Encrypt every secret with the current key, some hundred rows a transaction. May be cut off and begun again."""
    done, after = Rotated(), None
    while True:
        async with db.transaction() as session:
            rows = await repository.with_secrets(session, after, ROWS_AT_ONCE)
            anew = [(row.id, sealed) for row in rows if (sealed := _anew(box, row, done)) is not None]
            await repository.reseal(session, anew)
        done.changed += len(anew)
        if len(rows) < ROWS_AT_ONCE:
            return done
        after = rows[-1].id


def _anew(box: SecretBox, row: CredentialEntityRow, done: Rotated) -> bytes | None:
    sealed, context = row.secret or b"", context_of(row.bot_id, row.id)
    try:
        plain = box.open(sealed, context)
    except SecretUnreadable:
        done.unreadable.append(row.id)
        return None
    if sealed[:KEY_ID_BYTES] == box.key_id:
        done.current += 1
        return None
    return box.seal(plain, context)
