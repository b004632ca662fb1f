"""Stripe in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.stripe.providers import PROVIDERS
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

_CHECKOUT = {
    "id": "cs_test_1",
    "payment_url": "https://checkout.stripe.com/c/pay/cs_test_1",
    "status": "open",
    "is_paid": False,
    "amount": "15.00",
    "currency": "usd",
}

INTEGRATION = Integration(
    id="stripe",
    section="payments",
    name=said("Stripe", "Stripe"),
    about=said("Payments by card and more, and refunds.", "Платежи картой и не только, возвраты."),
    library="stripe",
    site="https://stripe.com",
    providers=PROVIDERS,
    actions=(
        Action(
            id="create_checkout",
            name=said("Make a page to pay on", "Создать страницу оплаты"),
            about=said("Send its address to the buyer.", "Отправьте её адрес покупателю."),
            inputs=CreateCheckoutInputs,
            outputs=Checkout,
            example={
                "product": "T-shirt",
                "amount": "15.00",
                "currency": "usd",
                "success_url": "https://shop.example/thanks",
                "reference": "order-7",
            },
            result=_CHECKOUT,
        ),
        Action(
            id="get_checkout",
            name=said("Look at a page to pay on", "Проверить страницу оплаты"),
            about=said("Says whether it was paid.", "Скажет, оплачена ли она."),
            inputs=CheckoutInputs,
            outputs=Checkout,
            example={"checkout_id": "cs_test_1"},
            result=_CHECKOUT | {"status": "complete", "is_paid": True, "payment_id": "pi_1"},
        ),
        Action(
            id="create_payment_link",
            name=said("Make a payment link", "Создать ссылку на оплату"),
            about=said(
                "A link for many buyers, at a price of Stripe.", "Ссылка для многих покупателей по цене из Stripe."
            ),
            inputs=CreateLinkInputs,
            outputs=Link,
            example={"price_id": "price_1", "quantity": 1},
            result={"id": "plink_1", "payment_url": "https://buy.stripe.com/test_1"},
        ),
        Action(
            id="get_payment",
            name=said("Look at a payment", "Проверить платёж"),
            about=said("What became of it.", "Что с ним стало."),
            inputs=PaymentInputs,
            outputs=Payment,
            example={"payment_id": "pi_1"},
            result={
                "id": "pi_1",
                "status": "succeeded",
                "is_paid": True,
                "amount": "15.00",
                "amount_received": "15.00",
                "currency": "usd",
            },
        ),
        Action(
            id="refund",
            name=said("Refund", "Вернуть деньги"),
            about=said("Gives back a payment or a part of it.", "Возвращает платёж или его часть."),
            inputs=RefundInputs,
            outputs=Refund,
            example={"payment_id": "pi_1", "amount": "5.00", "currency": "usd"},
            result={"id": "re_1", "status": "succeeded", "amount": "5.00", "currency": "usd", "payment_id": "pi_1"},
        ),
    ),
)
