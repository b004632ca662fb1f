"""Ids of everything that is stored: UUIDv7, so rows made later sort later and indexes grow at one end."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh id; ids of one process rise in the order they were made."""
    return uuid7()
