"""What an action says when it cannot do its work. It becomes data: the bot's author reads it, rules branch on it."""

# ruff: noqa: N818 - named by what happened

from collections.abc import Iterator
from typing import Any

MAX_ERROR_CHARS = 500


class IntegrationFailed(Exception):
    """`error`: one short sentence, without secrets. `status`: of the answer, where there was one. `code`: for programs
    ("failed", "refused", "rate_limited", "credential", "bad_config", "network", "timeout"; of the product itself also
    "not_found", "conflict")."""

    def __init__(
        self, error: str, *, code: str = "failed", status: int | None = None, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(error)
        self.code, self.status, self.retry_after_seconds = code, status, retry_after_seconds

    def as_reply(self) -> dict[str, Any]:
        """{"ok": False, "result": None, "error", "code"} and what else is known."""
        more = {"status": self.status, "retry_after_seconds": self.retry_after_seconds}
        known = {name: value for name, value in more.items() if value is not None}
        return {"ok": False, "result": None, "error": str(self)[:MAX_ERROR_CHARS], "code": self.code} | known


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, the outermost first: libraries wrap what the guard said."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__
