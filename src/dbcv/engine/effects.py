"""What a turn asks of the outside world. Yielded by walk, performed by the runtime, scripted by conversation tests.

All values are filled in already. `key` is the idempotency key, "{event id}:{ordinal}". A reply is a plain dict;
a failure is a reply whose `ok` is false, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dbcv.engine.events import NO_CAUSE, Cause


@dataclass(frozen=True, slots=True)
class CallHttp:
    """One HTTP request. Reply: {"ok", "status", "headers", "result", "error", "elapsed_ms"}.

    `url` is complete except for `params`, which the client encodes: {name: text or list of texts}. `headers` are
    ASCII without control characters. At most one of `json_field` (any JSON, None is no body), `data` (form fields)
    and `content` (text, sent as it is) is meant to be given; the first that is not None is sent. `timeout_seconds`
    bounds the call with its `retries` (tries after the first; None: as many as the client makes). The client may bound
    both further.
    """

    request_id: str
    name: str
    method: str
    url: str
    params: dict[str, str | list[str]]
    headers: dict[str, str]
    json_field: Any
    data: dict[str, str | list[str]] | None
    content: str | None
    attachments: list[Any]
    proxies: Any
    timeout_seconds: float
    key: str
    retries: int | None = None


@dataclass(frozen=True, slots=True)
class RunCode:
    """One call of `main(message, variables)`. Reply: {"ok": bool, "result": Any, "error": str | None, "log": str}.

    `variables` is {scope: its content with its facts}: user, bot, session, channel, event, response, result, template.
    """

    code: str
    message: dict[str, Any]
    variables: dict[str, Any]
    now: datetime
    seed: int
    key: str


@dataclass(frozen=True, slots=True)
class CallIntegration:
    """One entry of the integration catalogue. Reply: {"ok", "result", "error"}; where it failed, as far as it is known,
    also {"code", "status", "retry_after_seconds"}. `cause` is the turn's: what bots bring about does not go on without
    end."""

    integration_id: str
    config: Any
    credential_id: str | None
    key: str
    cause: Cause = NO_CAUSE


@dataclass(frozen=True, slots=True)
class SaveFile:
    """Keep `value` as a file (`mode: file`). Reply: {"ok", "result": the attachment, "error"}.

    `name` has no folder and no extension; `ext` begins with a dot or is empty.
    """

    name: str
    ext: str
    value: Any
    key: str


@dataclass(frozen=True, slots=True)
class Halt:
    """Whoever watches the turn wants to look before `step_id` is entered. Any reply goes on.

    Yielded only at the steps that `walk` was told to stop at, so never in a conversation with people.
    """

    step_id: str
    key: str = ""


Effect = CallHttp | RunCode | CallIntegration | SaveFile | Halt
