"""The official library over the guarded way out: it writes requests and reads errors, we carry the bytes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx2
import stripe

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.rest import MAX_JSON_BYTES, retry_after_seconds, shown, unreadable

BASE_URL = "https://api.stripe.com"
WITHOUT_CENTS = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"} | {"pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"}
)
WITH_MILLS = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
"""Currencies that are counted otherwise than in hundredths: https://docs.stripe.com/currencies."""


stripe.enable_telemetry = False
"""Else it tells Stripe which system we run on, and how long our calls took."""


class _Guarded(stripe.HTTPClient):
    """What the library sends its requests by."""

    name = "guarded"

    def __init__(self, client: httpx2.AsyncClient) -> None:
        super().__init__()
        self._client = client

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        answer = await self._client.request(method.upper(), url, headers=dict(headers), content=post_data)
        if len(answer.content) > MAX_JSON_BYTES:
            raise IntegrationFailed("Stripe answered with too much")
        return answer.content, answer.status_code, answer.headers


@asynccontextmanager
async def opened(call: Call) -> AsyncIterator[stripe.StripeClient]:
    """A client of this call; it tries once, as a turn's limits are the runtime's."""
    async with call.http() as client:
        yield stripe.StripeClient(
            call.secret.secret,
            http_client=_Guarded(client),
            base_addresses={"api": call.base_url(BASE_URL)},
            max_network_retries=0,
        )


def options(call: Call) -> Any:
    """With the key by which Stripe knows a second try of the same call."""
    return {"idempotency_key": call.key}


def explain(error: Exception) -> IntegrationFailed:
    """Stripe's own words. Of a key it says only the beginning and the end."""
    if not isinstance(error, stripe.StripeError):
        return unreadable(error)
    words, status = shown(error.user_message or error), error.http_status
    if isinstance(error, stripe.RateLimitError):
        wait = retry_after_seconds((error.headers or {}).get("retry-after"))
        return IntegrationFailed(
            f"Stripe asks to wait: {words}", code="rate_limited", status=status, retry_after_seconds=wait
        )
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return IntegrationFailed(
            "Stripe does not accept the key, or it may not do this", code="credential", status=status
        )
    if isinstance(error, stripe.APIError) and not isinstance(error.json_body, dict):
        return IntegrationFailed(f"Stripe answered {status}, and not in JSON", status=status)
    return IntegrationFailed(f"Stripe refused: {words}", status=status)


def in_smallest(amount: Decimal, currency: str) -> int:
    """15.00 dollars as 1500 cents."""
    return int((amount * _parts(currency)).to_integral_value(ROUND_HALF_UP))


def in_whole(amount: int, currency: str) -> str:
    """1500 cents as "15.00" dollars."""
    parts = _parts(currency)
    return str((Decimal(amount) / parts).quantize(Decimal(1) / parts))


def _parts(currency: str) -> int:
    name = currency.lower()
    return 1 if name in WITHOUT_CENTS else 1000 if name in WITH_MILLS else 100
