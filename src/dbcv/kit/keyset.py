"""Pages of what belongs to one owner, newest first, always by the index on (owner, id)."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, tuple_

S = TypeVar("S", bound=Select[Any])

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


def newest_of(query: S, owner: Any, row_id: Any, owner_id: UUID, before: UUID | None) -> S:
    """The rows of `owner_id`, newest first, older than the id `before`. `owner` and `row_id` are columns.

    Not as `owner = …`: with one plan for all values PostgreSQL then walks the primary key where one owner has most of
    the rows, and would look through millions of his to find the few of another.
    """
    place = tuple_(owner, row_id)
    query = query.where(place >= tuple_(owner_id, FIRST), place < tuple_(owner_id, before or LAST))
    return query.order_by(owner.desc(), row_id.desc())
