"""Where files lie in the storage: made of ids alone, spread over folders by the random end of the id."""

from uuid import UUID

FILES = "attachments"
ICONS = "icons"


def key_of(attachment_id: UUID) -> str:
    """ "attachments/5b/0199…5b"."""
    text = attachment_id.hex
    return f"{FILES}/{text[-2:]}/{text}"


def id_of(key: str) -> UUID | None:
    """The file whose key it is; None for what we did not put there."""
    try:
        found = UUID(hex=key.rpartition("/")[2])
    except ValueError:
        return None
    return found if key_of(found) == key else None


def icon_key(name: str, digest: str) -> str:
    """ "icons/switch-9f86….svg"."""
    return f"{ICONS}/{name}-{digest}.svg"
