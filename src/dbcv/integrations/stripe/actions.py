"""What Stripe does for a bot, by the official library over the guarded client."""

from typing import Any

import stripe

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE, at_utc
from dbcv.integrations.stripe.client import explain, in_smallest, in_whole, opened, options
from dbcv.integrations.stripe.shapes import (
    Checkout,
    CheckoutInputs,
    CreateCheckoutInputs,
    CreateLinkInputs,
    Link,
    Payment,
    PaymentInputs,
    Refund,
    RefundInputs,
)

ERRORS = (stripe.StripeError, *UNREADABLE)
__all__ = ["ERRORS", "create_checkout", "create_payment_link", "explain", "get_checkout", "get_payment", "refund"]


async def create_checkout(call: Call, inputs: CreateCheckoutInputs) -> Checkout:
    """A page to pay on."""
    optional = {
        "cancel_url": inputs.cancel_url,
        "customer_email": inputs.customer_email,
        "client_reference_id": inputs.reference,
        "metadata": inputs.metadata,
    }
    wanted: Any = {"mode": inputs.mode, "line_items": [_item(inputs)], "success_url": inputs.success_url}
    wanted |= {name: value for name, value in optional.items() if value}
    async with opened(call) as client:
        return _checkout(await client.v1.checkout.sessions.create_async(wanted, options(call)))


def _item(inputs: CreateCheckoutInputs) -> dict[str, Any]:
    if inputs.amount is None:
        return {"price": inputs.price_id, "quantity": inputs.quantity}
    price = {
        "currency": inputs.currency.lower(),
        "unit_amount": in_smallest(inputs.amount, inputs.currency),
        "product_data": {"name": inputs.product},
    }
    return {"price_data": price, "quantity": inputs.quantity}


async def get_checkout(call: Call, inputs: CheckoutInputs) -> Checkout:
    """What became of a page to pay on."""
    async with opened(call) as client:
        return _checkout(await client.v1.checkout.sessions.retrieve_async(inputs.checkout_id))


async def create_payment_link(call: Call, inputs: CreateLinkInputs) -> Link:
    """A link for many buyers."""
    wanted: Any = {"line_items": [{"price": inputs.price_id, "quantity": inputs.quantity}]}
    if inputs.metadata:
        wanted["metadata"] = inputs.metadata
    async with opened(call) as client:
        made = await client.v1.payment_links.create_async(wanted, options(call))
    return Link(id=made.id, payment_url=made.url)


async def get_payment(call: Call, inputs: PaymentInputs) -> Payment:
    """What became of a payment."""
    async with opened(call) as client:
        found = await client.v1.payment_intents.retrieve_async(inputs.payment_id)
    failed = found.last_payment_error
    return Payment(
        id=found.id,
        status=found.status,
        is_paid=found.status == "succeeded",
        amount=in_whole(found.amount, found.currency),
        amount_received=in_whole(found.amount_received, found.currency),
        currency=found.currency,
        error=failed.message if failed else None,
        created_at=at_utc(found.created),
        metadata=_notes(found.metadata),
    )


async def refund(call: Call, inputs: RefundInputs) -> Refund:
    """Gives money back."""
    wanted: Any = {"payment_intent": inputs.payment_id}
    if inputs.amount is not None:
        wanted["amount"] = in_smallest(inputs.amount, inputs.currency)
    if inputs.reason:
        wanted["reason"] = inputs.reason
    async with opened(call) as client:
        made = await client.v1.refunds.create_async(wanted, options(call))
    return Refund(
        id=made.id,
        status=made.status,
        amount=in_whole(made.amount, made.currency),
        currency=made.currency,
        payment_id=_id(made.payment_intent),
    )


def _checkout(session: stripe.checkout.Session) -> Checkout:
    currency = session.currency or "usd"
    return Checkout(
        id=session.id,
        payment_url=session.url,
        status=session.status,
        is_paid=session.payment_status in ("paid", "no_payment_required"),
        payment_id=_id(session.payment_intent),
        amount=None if session.amount_total is None else in_whole(session.amount_total, currency),
        currency=session.currency,
        customer_email=session.customer_details.email if session.customer_details else None,
        reference=session.client_reference_id,
        expires_at=at_utc(session.expires_at),
        metadata=_notes(session.metadata),
    )


def _id(thing: Any) -> str | None:
    """Stripe gives either an id or the thing itself."""
    return thing if thing is None or isinstance(thing, str) else thing.id


def _notes(metadata: Any) -> dict[str, Any]:
    return {} if metadata is None else dict(metadata.to_dict())
