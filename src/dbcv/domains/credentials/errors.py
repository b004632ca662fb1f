"""What can go wrong with a credential, in words for the person who meets it. No text holds anything secret."""

from collections.abc import Iterable
from uuid import UUID

from dbcv.kit.errors import AppError, Conflict, ErrorDetail, Invalid, NotFound


class CredentialUnusable(Exception):  # noqa: N818 - named by what happened
    """A credential is there and cannot be used; the text is for the bot's author."""


def no_such_credential() -> AppError:
    """It is not there, or the caller may not know that it is."""
    return NotFound("There is no such credential", code="credential_not_found")


def wrong(path: str, message: str, hint: str) -> AppError:
    """One field does not fit the others."""
    return Invalid(f"{path}: {message}", code="credential_invalid", errors=[ErrorDetail(path, message, hint)])


def secret_needed_again(fields: Iterable[str]) -> AppError:
    """Where the secret goes was changed without giving it: an editor could send it to a host of his own."""
    hint = "Give `secret` in the same request, or `secret: null` to forget the one that is kept"
    message = "says where the secret goes, so the secret has to be given again"
    details = [ErrorDetail(field, message, hint) for field in fields]
    return Invalid("Give the secret again to send it somewhere else", code="secret_needed", errors=details)


def in_use(places: Iterable[tuple[UUID, str]], channels: Iterable[tuple[UUID, str]] = ()) -> AppError:
    """Groups of the draft name it, channels reach people with it."""
    hint = "Choose another credential there first, or delete with force=true"
    details = [
        ErrorDetail(f"connection_groups[{group_id}]", f'is used in step "{step}"', hint) for group_id, step in places
    ]
    details += [
        ErrorDetail(f"channels[{channel_id}]", f'the channel "{name}" reaches people with it', hint)
        for channel_id, name in channels
    ]
    return Conflict("The credential is in use", code="credential_in_use", errors=details)


def too_many(limit: int) -> AppError:
    """A bot has as many as it may have."""
    return Conflict(f"A bot has at most {limit} credentials", code="too_many_credentials")
