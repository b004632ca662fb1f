"""Asking a vendor's JSON API where there is no library worth having: one exchange, and what went wrong in a sentence.

Called by the `client.py` of integrations. It knows the shape of no vendor's errors: each gives its own `reason`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import structlog

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.kit.clock import utc_now
from dbcv.kit.outbound.requests import USER_AGENT

MAX_REASON_CHARS = 300
MAX_JSON_BYTES = 5_000_000
"""Reading more would hold up the other turns of the process."""
UNREADABLE = (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError)
"""What an action stumbles over when an answer is not made as documented: its `ERRORS`, explained by `unreadable`."""

log = structlog.get_logger(__name__)
_NOISE = re.compile(r"<[^<>]{0,200}>|[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `value`: the JSON of the body; None where there is none."""

    status: int
    headers: Mapping[str, str]
    value: Any


Explain = Callable[[Answer], str | None]
"""What the vendor's error says, from its body; None where the body has not the vendor's shape."""


@dataclass(frozen=True, slots=True)
class Rest:
    """One API for one call of an action. `name`: what people call the vendor. `headers` go with every request."""

    call: Call
    name: str
    base_url: str
    reason: Explain
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON of the answer; None where it is empty. `path` continues the base address; `params` without values
        are left out. Raises IntegrationFailed, and what the network does."""
        answer = await self.exchange(method, path, params=params, body=body, form=form, headers=headers)
        if answer.status >= 400:
            raise failure(self.name, answer, self.reason(answer))
        return answer.value

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The same, whatever the status is."""
        sent = {"Accept": "application/json", "User-Agent": USER_AGENT} | dict(self.headers) | dict(headers or {})
        asked = {name: value for name, value in (params or {}).items() if value not in (None, "")}
        async with self.call.http() as client:
            answer = await client.request(
                method, f"{self.base_url}{path}", params=asked, json=body, data=form, headers=sent
            )
        return Answer(answer.status_code, answer.headers, self._value(answer))

    def _value(self, answer: httpx2.Response) -> Any:
        try:
            return read_json(self.name, answer.content)
        except IntegrationFailed:
            if answer.status_code >= 400:
                return None
            raise


def read_json(name: str, content: bytes) -> Any:
    """The JSON of a body; None where it is empty. Raises IntegrationFailed for too much of it, or none."""
    if not content:
        return None
    if len(content) > MAX_JSON_BYTES:
        raise IntegrationFailed(f"{name} answered with more than {MAX_JSON_BYTES // 1_000_000} MB")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise IntegrationFailed(f"{name} answered something that is no JSON") from error


def failure(
    name: str, answer: Answer, reason: str | None, *, code: str | None = None, wait_seconds: float | None = None
) -> IntegrationFailed:
    """What an answer of 400 and above means: the key, a limit (with the wait that the answer asks for), or the rest."""
    why = f": {shown(reason)}" if reason else ""
    kind = code or {401: "credential", 403: "credential", 429: "rate_limited"}.get(answer.status, "failed")
    if kind == "credential":
        error = f"{name} does not accept the credential, or it may not do this{why}"
    elif kind == "rate_limited":
        error = f"{name} asks to wait{why}"
    else:
        phrase = httpx2.codes.get_reason_phrase(answer.status)
        error = f"{name} refused{why}" if why else f"{name} answered {answer.status} {phrase}".rstrip()
    wait = wait_seconds if wait_seconds is not None else retry_after_seconds(answer.headers.get("retry-after"))
    return IntegrationFailed(error, code=kind, status=answer.status, retry_after_seconds=wait)


def unreadable(error: Exception) -> IntegrationFailed:
    """Of an answer that is not made as documented. The log tells where; never what the answer was."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place else ""
    log.warning("integration.unreadable", error=type(error).__name__, where=where)
    return IntegrationFailed("the service answered in a way that is not understood")


def retry_after_seconds(text: str | None) -> float | None:
    """How long the header Retry-After asks to wait: it holds seconds or a date. None where it holds neither."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - utc_now()).total_seconds())


def shown(text: object) -> str:
    """A vendor's words as one line without markup."""
    return " ".join(_NOISE.sub(" ", str(text)).split())[:MAX_REASON_CHARS]


def at_utc(seconds: Any) -> str | None:
    """Seconds since 1970 as ISO 8601; None for what is none."""
    if not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None
