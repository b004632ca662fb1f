"""The official library over the guarded way out: it writes requests and reads errors, we carry the bytes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.rest import read_json, retry_after_seconds, shown, unreadable

BASE_URL = "https://slack.com/api"
_KEY_ERRORS = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}
)
_HINTS = {
    "channel_not_found": "there is no such channel, or the app may not see it",
    "not_in_channel": "the app is not in the channel: invite it there",
    "missing_scope": "the app lacks the right to do this: give it the scope and install it again",
    "message_not_found": "there is no such message",
    "user_not_found": "there is no such person",
    "msg_too_long": "the text is too long",
}


class _Guarded(AsyncWebClient):
    """Sends by our client instead of a session of its own."""

    def __init__(self, token: str, base_url: str, client: httpx2.AsyncClient) -> None:
        super().__init__(token=token, base_url=base_url, retry_handlers=[])
        self._client = client

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        """{"data", "headers", "status_code"}, as the library reads it."""
        answer = await self._client.request(
            http_verb,
            api_url,
            params=req_args.get("params"),
            data=req_args.get("data"),
            json=req_args.get("json"),
            headers=req_args.get("headers"),
        )
        try:
            data = read_json("Slack", answer.content)
        except IntegrationFailed:
            if answer.status_code < 400:
                raise
            data = {"ok": False, "error": f"HTTP {answer.status_code}"}
        return {"data": data, "headers": answer.headers, "status_code": answer.status_code}

    async def _upload_file(self, *, url: str, data: bytes, **_: Any) -> FileUploadV2Result:
        """The bytes of a file, to the address that Slack gave for it; without the token."""
        answer = await self._client.post(url, content=data)
        return FileUploadV2Result(status=answer.status_code, body=shown(answer.text))


@asynccontextmanager
async def opened(call: Call) -> AsyncIterator[AsyncWebClient]:
    """A client of this call."""
    async with call.http() as client:
        yield _Guarded(call.secret.secret, call.base_url(BASE_URL), client)


def error_of(error: SlackClientError) -> str:
    """Slack's code of what went wrong; empty where it gave none."""
    return str(error.response.get("error", "")) if isinstance(error, SlackApiError) else ""


def explain(error: Exception) -> IntegrationFailed:
    """Slack's code, in words where we know better ones."""
    if not isinstance(error, SlackClientError):
        return unreadable(error)
    if not isinstance(error, SlackApiError):
        return IntegrationFailed("Slack did not take the file")
    code, answer = error_of(error), error.response
    if answer.status_code == 429 or code in ("ratelimited", "rate_limited"):
        wait = retry_after_seconds(answer.headers.get("retry-after"))
        return IntegrationFailed("Slack asks to wait", code="rate_limited", status=429, retry_after_seconds=wait)
    messages = (answer.get("response_metadata") or {}).get("messages") or []
    words = "; ".join(filter(None, [_HINTS.get(code, ""), *map(shown, messages)]))
    if code in _KEY_ERRORS:
        return IntegrationFailed(f"Slack does not accept the token: {words or code}", code="credential", status=401)
    return IntegrationFailed(f"Slack refused: {code}" + (f" ({words})" if words else ""), status=answer.status_code)
