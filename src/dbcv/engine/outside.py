"""A turn's business with the outside world: effects out, replies made safe, `response` and `result` set. For walk."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dbcv.engine.effects import CallHttp, CallIntegration, Effect, RunCode, SaveFile
from dbcv.engine.http_request import Request
from dbcv.engine.parts import CodeWork, IntegrationWork, Work
from dbcv.engine.scopes import Scopes
from dbcv.engine.url import RequestError
from dbcv.engine.values import clip, fault_of, storable

Errand = Generator[Effect, dict[str, Any], None]
Asked = Generator[Effect, dict[str, Any], dict[str, Any]]

_HTTP_OK_BELOW = 400
_MAX_ERROR_CHARS = 500


class Outside:
    """Asks for one turn's effects, at most Limits.max_effects_per_turn; a failure is a reply, never an exception."""

    __slots__ = ("asked", "scopes")

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self.asked = 0

    def do(self, work: Work, label: str) -> Errand:
        """Do a group's work: `response` or `result` is its outcome for the rest of the turn."""
        if isinstance(work, Request):
            yield from self._call_http(work, label)
        elif isinstance(work, CodeWork):
            yield from self._run_code(work, label)
        else:
            yield from self._integrate(work, label)

    def save_file(self, name: str, ext: str, value: Any) -> Asked:
        """Have a value kept as a file. Returns {"ok", "result": the attachment, "error"}."""
        return (yield from self._ask(SaveFile(name, ext, value, self._key())))

    def _key(self) -> str:
        return f"{self.scopes.event.id}:{self.asked}"

    def _ask(self, effect: Effect) -> Asked:
        limit = self.scopes.limits.max_effects_per_turn
        if self.asked >= limit:
            return {"ok": False, "error": f"more than {limit} calls in one turn"}
        self.asked += 1
        reply = yield effect
        return self._safe(reply)

    def _safe(self, reply: Any) -> dict[str, Any]:
        """The reply if it is a plain object of bearable size; its texts storable."""
        if not isinstance(reply, dict):
            return {"ok": False, "error": "no reply"}
        limits = self.scopes.limits
        fault = fault_of(reply, limits.max_reply_bytes, limits.max_depth)
        if fault is None:
            self.scopes.charge(reply)
        return storable(reply) if fault is None else {"ok": False, "error": f"the reply is {fault}"}

    def _call_http(self, request: Request, label: str) -> Errand:
        try:
            effect: CallHttp | None = request.fill(self.scopes, self._key())
            reply: dict[str, Any] = {}
        except RequestError as error:
            effect, reply = None, {"ok": False, "error": str(error)}
        if effect is not None:
            reply = yield from self._ask(effect)
        response = _http_response(reply)
        self.scopes.values["response"] = response
        self._note("http", label, request.id, response)

    def _run_code(self, work: CodeWork, label: str) -> Errand:
        scopes, event = self.scopes, self.scopes.event
        effect = RunCode(work.code, event.message, scopes.everything(), event.now, event.seed, self._key())
        reply = yield from self._ask(effect)
        ok = reply.get("ok") is True
        scopes.values["result"] = reply.get("result") if ok else None
        self._note("code", label, None, {"ok": ok, "error": reply.get("error")})

    def _integrate(self, work: IntegrationWork, label: str) -> Errand:
        config = work.config.render(self.scopes)
        fault = fault_of(config, self.scopes.limits.max_value_bytes, self.scopes.limits.max_depth)
        if fault is None:
            cause = self.scopes.event.cause
            effect = CallIntegration(work.integration_id, config, work.credential_id, self._key(), cause)
            reply = yield from self._ask(effect)
        else:
            reply = {"ok": False, "error": f"the configuration is {fault}"}
        response = _integration_response(reply)
        self.scopes.values["response"] = response
        self._note("integration", label, work.integration_id, response)

    def _note(self, at: str, label: str, identity: str | None, answer: dict[str, Any]) -> None:
        entry: dict[str, Any] = {"at": at, "step": label, "ok": answer["ok"]}
        if identity is not None:
            entry["id"] = identity
        if answer.get("status") is not None:
            entry["status"] = answer["status"]
        if not answer["ok"] and answer.get("error") is not None:
            entry["error"] = clip(answer["error"], _MAX_ERROR_CHARS)
        self.scopes.trace.add(entry)


def _http_response(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply with all its fields; `ok`, where the reply does not say, is an answer with a status below 400."""
    status = reply.get("status")
    answered = isinstance(status, int) and 0 < status < _HTTP_OK_BELOW and reply.get("error") is None
    ok = reply.get("ok", answered)
    return {
        "ok": ok is True,
        "status": status,
        "headers": reply.get("headers") or {},
        "result": reply.get("result"),
        "error": _error_of(reply),
        "elapsed_ms": reply.get("elapsed_ms", 0),
    }


def _integration_response(reply: dict[str, Any]) -> dict[str, Any]:
    """With why it failed, where the reply says: so that rules can tell a limit from a wrong key."""
    response = {"ok": reply.get("ok") is True, "result": reply.get("result"), "error": _error_of(reply)}
    return response | {name: reply[name] for name in ("code", "status", "retry_after_seconds") if name in reply}


def _error_of(reply: dict[str, Any]) -> Any:
    error = reply.get("error")
    return error[:_MAX_ERROR_CHARS] if isinstance(error, str) else error
