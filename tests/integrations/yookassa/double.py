"""YooKassa on loopback: https://yookassa.ru/developers/api. A repeated Idempotence-Key gives the same object."""

import base64
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

SHOP, SECRET = "100500", "test_0123456789abcdefghijklmnop"
PAYMENT: dict[str, Any] = {
    "id": "23d93cac-000f-5000-8000-126628f15141",
    "status": "pending",
    "paid": False,
    "amount": {"value": "100.00", "currency": "RUB"},
    "confirmation": {"type": "redirect", "confirmation_url": "https://yoomoney.ru/pay?orderId=23d93cac"},
    "created_at": "2026-11-20T10:00:00.000Z",
    "description": "Заказ №1",
    "metadata": {},
    "recipient": {"account_id": SHOP, "gateway_id": "100700"},
    "refundable": False,
    "test": True,
}


def refused(status: int, code: str, description: str, **more: Any) -> web.Response:
    """An error as the service words it."""
    return said({"type": "error", "id": "ab5a11cd", "code": code, "description": description} | more, status)


@dataclass(slots=True)
class YooKassa(Service):
    """Knows one payment."""

    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def answer(self, seen: Seen) -> web.Response:
        wanted = "Basic " + base64.b64encode(f"{SHOP}:{SECRET}".encode()).decode()
        if seen.headers.get("Authorization") != wanted:
            return refused(401, "invalid_credentials", "Error in shopId or secret key. Check their validity.")
        if seen.method == "GET":
            known = seen.path == f"/v3/payments/{PAYMENT['id']}"
            return said(PAYMENT) if known else refused(404, "not_found", "Payment doesn't exist or access denied")
        key = seen.headers.get("Idempotence-Key", "")
        if not 0 < len(key) <= 64:
            return refused(400, "invalid_request", "Idempotence key is missing", parameter="Idempotence-Key")
        if key not in self.made:
            answer = self._make(seen)
            if isinstance(answer, web.Response):
                return answer
            self.made[key] = answer
        return said(self.made[key])

    def _make(self, seen: Seen) -> dict[str, Any] | web.Response:
        if seen.path == "/v3/payments":
            if seen.body["amount"]["currency"] != "RUB":
                return refused(400, "invalid_request", "Unsupported currency", parameter="amount.currency")
            return PAYMENT | {"amount": seen.body["amount"], "metadata": seen.body.get("metadata", {})}
        if seen.path == "/v3/refunds":
            made = {"id": "216749f7-0016-50be-b000-078d43a63ae4", "status": "succeeded"}
            return made | {
                "amount": seen.body["amount"],
                "payment_id": seen.body["payment_id"],
                "created_at": "2026-11-20",
            }
        if seen.path == f"/v3/payments/{PAYMENT['id']}/capture":
            return PAYMENT | {"status": "succeeded", "paid": True, "amount": seen.body.get("amount", PAYMENT["amount"])}
        assert seen.path == f"/v3/payments/{PAYMENT['id']}/cancel", seen.path
        details = {"party": "merchant", "reason": "canceled_by_merchant"}
        return PAYMENT | {"status": "canceled", "cancellation_details": details}
