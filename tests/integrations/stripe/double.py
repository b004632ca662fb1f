"""Stripe on loopback: https://docs.stripe.com/api. Idempotency keys are kept as Stripe keeps them."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

KEY = "sk_test_51AbCdEfGhIjKlMnOpQrStUv"  # not a real one
SESSION: dict[str, Any] = {
    "id": "cs_test_1",
    "object": "checkout.session",
    "url": "https://checkout.stripe.com/c/pay/cs_test_1",
    "status": "open",
    "payment_status": "unpaid",
    "payment_intent": None,
    "amount_total": 1500,
    "currency": "usd",
    "customer_details": None,
    "client_reference_id": None,
    "expires_at": 1795086400,
    "metadata": {},
}
INTENT: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "succeeded",
    "amount": 1500,
    "amount_received": 1500,
    "currency": "usd",
    "latest_charge": "ch_1",
    "last_payment_error": None,
    "created": 1795000000,
    "metadata": {},
}


def refused(status: int, kind: str, message: str, **more: Any) -> web.Response:
    """An error as Stripe words it."""
    return said({"error": {"type": kind, "message": message} | more}, status, Request_Id="req_1")


@dataclass(slots=True)
class Stripe(Service):
    """Knows the payment pi_1, the price price_1 and the session cs_test_1."""

    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was made, by idempotency key."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.headers.get("Authorization") != f"Bearer {KEY}":
            return refused(401, "invalid_request_error", "Invalid API Key provided: sk_test_*****************StUv")
        if seen.method == "GET":
            return self._read(seen)
        key = seen.headers.get("Idempotency-Key", "")
        if key in self.made:
            return said(self.made[key], Idempotent_Replayed="true")
        return self._make(seen, key)

    def _read(self, seen: Seen) -> web.Response:
        known = {"/v1/payment_intents/pi_1": INTENT, "/v1/checkout/sessions/cs_test_1": SESSION}
        if seen.path in known:
            return said(known[seen.path], Request_Id="req_1")
        message = f"No such object: '{seen.path.rpartition('/')[2]}'"
        return refused(404, "invalid_request_error", message, code="resource_missing", param="id")

    def _make(self, seen: Seen, key: str) -> web.Response:
        made: dict[str, Any]
        if seen.path == "/v1/checkout/sessions":
            made = SESSION | {"id": f"cs_test_{len(self.made) + 2}"}
        elif seen.path == "/v1/payment_links":
            made = {"id": "plink_1", "object": "payment_link", "url": "https://buy.stripe.com/test_1", "active": True}
        elif seen.path == "/v1/refunds":
            made = {
                "id": "re_1",
                "object": "refund",
                "status": "succeeded",
                "currency": "usd",
                "payment_intent": "pi_1",
            }
            made["amount"] = int(seen.body.get("amount", 1500))
            if made["amount"] > 1500:
                message = "Refund amount ($99.00) is greater than unrefunded amount on charge ($15.00)"
                return refused(400, "invalid_request_error", message, param="amount")
        else:
            return refused(404, "invalid_request_error", f"Unrecognized request URL (POST: {seen.path}).")
        self.made[key] = made
        return said(made)
