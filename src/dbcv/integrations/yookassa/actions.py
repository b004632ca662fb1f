"""What YooKassa does for a bot."""

from decimal import Decimal
from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE, unreadable
from dbcv.integrations.yookassa.client import ask
from dbcv.integrations.yookassa.shapes import (
    CaptureInputs,
    CreatePaymentInputs,
    Payment,
    PaymentInputs,
    Refund,
    RefundInputs,
)

ERRORS = UNREADABLE
explain = unreadable


async def create_payment(call: Call, inputs: CreatePaymentInputs) -> Payment:
    """A payment that waits for its buyer."""
    body: dict[str, Any] = {
        "amount": _amount(inputs.amount, inputs.currency),
        "capture": inputs.is_captured,
        "confirmation": {"type": "redirect", "return_url": inputs.return_url},
        "description": inputs.description,
        "metadata": inputs.metadata,
        "payment_method_data": {"type": inputs.payment_method} if inputs.payment_method else None,
        "receipt": inputs.receipt,
    }
    return _payment(await ask(call, "POST", "/payments", _given(body)))


async def get_payment(call: Call, inputs: PaymentInputs) -> Payment:
    """What became of a payment."""
    return _payment(await ask(call, "GET", f"/payments/{inputs.payment_id}"))


async def capture(call: Call, inputs: CaptureInputs) -> Payment:
    """Takes what is held."""
    amount = _amount(inputs.amount, inputs.currency) if inputs.amount is not None else None
    body = _given({"amount": amount, "receipt": inputs.receipt})
    return _payment(await ask(call, "POST", f"/payments/{inputs.payment_id}/capture", body))


async def cancel(call: Call, inputs: PaymentInputs) -> Payment:
    """Lets go of what is held."""
    return _payment(await ask(call, "POST", f"/payments/{inputs.payment_id}/cancel", {}))


async def refund(call: Call, inputs: RefundInputs) -> Refund:
    """Gives money back."""
    body = {
        "payment_id": inputs.payment_id,
        "amount": _amount(inputs.amount, inputs.currency),
        "description": inputs.description,
        "receipt": inputs.receipt,
    }
    made = await ask(call, "POST", "/refunds", _given(body))
    return Refund(
        id=made["id"],
        status=made["status"],
        amount=made["amount"]["value"],
        currency=made["amount"]["currency"],
        payment_id=made["payment_id"],
        cancellation_reason=(made.get("cancellation_details") or {}).get("reason"),
    )


def _amount(amount: Decimal, currency: str) -> dict[str, str]:
    return {"value": f"{amount:.2f}", "currency": currency}


def _given(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value not in (None, "", {})}


def _payment(value: dict[str, Any]) -> Payment:
    return Payment(
        id=value["id"],
        status=value["status"],
        is_paid=value.get("paid", False),
        amount=value["amount"]["value"],
        currency=value["amount"]["currency"],
        payment_url=(value.get("confirmation") or {}).get("confirmation_url"),
        description=value.get("description"),
        is_refundable=value.get("refundable", False),
        is_test=value.get("test", False),
        created_at=value.get("created_at"),
        cancellation_reason=(value.get("cancellation_details") or {}).get("reason"),
        metadata=value.get("metadata") or {},
    )
