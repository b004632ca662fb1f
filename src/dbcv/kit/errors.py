"""Errors a caller of the product may see, each with its HTTP status.

Services raise them; entrypoints/api.py turns them into problem+json (RFC 9457). They know nothing of HTTP libraries.
"""

# ruff: noqa: N818 - they are named by what happened, as the wire codes are

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One thing that is wrong: `path` into the request ("steps[3].message.text"), what, and how to mend it."""

    path: str
    message: str
    hint: str = ""


class AppError(Exception):
    """Base of all of them. `title` is for people, `code` for programs, `errors` lists every place at once."""

    status: ClassVar[int] = 500
    code: str = "internal"
    default_title: ClassVar[str] = "Something went wrong"

    def __init__(self, title: str = "", *, code: str = "", errors: Sequence[ErrorDetail] = ()) -> None:
        self.title = title or self.default_title
        self.code = code or type(self).code
        self.errors = list(errors)
        super().__init__(self.title)

    def as_problem(self) -> dict[str, Any]:
        """The body of a problem+json answer."""
        return {
            "type": f"about:blank#{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "errors": [asdict(detail) for detail in self.errors],
        }


class OperatorError(Exception):
    """Whoever runs the product can mend it; the text says what is wrong and how. Commands show it without a trace.

    `russian` is the same in Russian, where those who start the product are told so.
    """

    def __init__(self, text: str, russian: str = "") -> None:
        super().__init__(text)
        self.russian = russian

    def told(self, language: str) -> str:
        """The text in "ru" or "en"."""
        return (language == "ru" and self.russian) or str(self)


class Unauthorized(AppError):
    """No token, or one that is not valid (any more)."""

    status = 401
    code = "unauthorized"
    default_title = "Sign in first"


class Forbidden(AppError):
    """Known caller, not allowed. For another tenant's things raise NotFound instead."""

    status = 403
    code = "forbidden"
    default_title = "This is not allowed for you"


class NotFound(AppError):
    """It does not exist, or the caller may not know that it does."""

    status = 404
    code = "not_found"
    default_title = "There is no such thing"


class Conflict(AppError):
    """It contradicts what is stored (a name that is taken)."""

    status = 409
    code = "conflict"
    default_title = "This contradicts what is already there"


class Stale(AppError):
    """The caller edited an older version (`If-Match`)."""

    status = 412
    code = "stale"
    default_title = "Somebody changed this meanwhile"


class VersionNeeded(AppError):
    """A write that must say which version it was made for (`If-Match`) does not."""

    status = 428
    code = "version_needed"
    default_title = "Say which version you are changing"


class TooLarge(AppError):
    """Bigger than a limit allows."""

    status = 413
    code = "too_large"
    default_title = "This is too large"


class Invalid(AppError):
    """Well-formed, but breaks rules; `errors` names every one of them."""

    status = 422
    code = "invalid"
    default_title = "This cannot be accepted as it is"


class TooManyRequests(AppError):
    """A limit of rate or quota is reached; says how long to wait."""

    status = 429
    code = "too_many_requests"
    default_title = "Too many requests, try again later"
    retry_after_seconds = 60


class RateLimited(TooManyRequests):
    """429: somebody goes faster than allowed; says when to go on."""

    def __init__(self, retry_after_seconds: float) -> None:
        self.retry_after_seconds = max(1, round(retry_after_seconds + 0.5))
        super().__init__("Too much at once: wait a moment", code="rate_limited")


class Unavailable(AppError):
    """A part this needs (database, broker) is away; trying again later is right."""

    status = 503
    code = "unavailable"
    default_title = "This is not available right now, try again in a moment"
