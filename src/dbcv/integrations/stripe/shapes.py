"""What the actions of Stripe take and give. Amounts are in whole units ("15.00" dollars), as people write them."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Amount = Annotated[Decimal, Field(gt=0, le=99_999_999, decimal_places=3)]
Currency = Annotated[str, Field(pattern=r"^[A-Za-z]{3}$")]
Url = Annotated[str, Field(pattern=r"^(https?://[^\s\x00-\x1f]+)?$", max_length=2_048)]
Metadata = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=500)]], Field(max_length=50)
]
Id = Annotated[str, Field(pattern=r"^[A-Za-z]+_\w+$", max_length=255)]
PriceId = Annotated[str, Field(pattern=r"^(price_\w+)?$", max_length=255)]
_SAVED = said("comes back with the payment", "вернётся вместе с платежом")


class CreateCheckoutInputs(Inputs):
    """Something at a price of its own, or at a price from the Stripe dashboard."""

    product: Annotated[str, Field(max_length=250)] = asked("", "What is paid for", "За что платят", pick="text")
    amount: Amount | None = asked(None, "Price of one", "Цена за штуку", about=said("As 15.00", "Вида 15.00"))
    currency: Currency = asked("usd", "Currency", "Валюта")
    price_id: PriceId = asked(
        "", "or a price of Stripe", "или цена в Stripe", about=said("As price_1…", "Вида price_1…")
    )
    quantity: Annotated[int, Field(ge=1, le=999_999)] = asked(1, "How many", "Количество")
    mode: Literal["payment", "subscription"] = asked(
        "payment",
        "Kind",
        "Вид",
        labels={
            "payment": said("one payment", "один платёж"),
            "subscription": said("subscription (needs a repeating price)", "подписка (нужна регулярная цена)"),
        },
    )
    success_url: Url = asked(..., "Page after the payment", "Страница после оплаты", min_length=8)
    cancel_url: Url = asked("", "Page if it was given up", "Страница при отказе")
    customer_email: Annotated[str, Field(max_length=500)] = asked("", "E-mail of the buyer", "Почта покупателя")
    reference: Annotated[str, Field(max_length=200)] = asked("", "Your number of the order", "Ваш номер заказа")
    metadata: Metadata = asked({}, "Notes", "Пометки", about=_SAVED, pick="value")

    @model_validator(mode="after")
    def _has_one_price(self) -> Self:
        if bool(self.price_id) == (self.amount is not None):
            raise ValueError("give either price_id, or product and amount")
        if self.amount is not None and not self.product:
            raise ValueError("say in product what is paid for")
        if self.mode == "subscription" and not self.price_id:
            raise ValueError("a subscription needs price_id")
        return self


class CreateLinkInputs(Inputs):
    """A price from the Stripe dashboard."""

    price_id: Annotated[str, Field(pattern=r"^price_\w+$", max_length=255)] = asked(..., "Price", "Цена")
    quantity: Annotated[int, Field(ge=1, le=999_999)] = asked(1, "How many", "Количество")
    metadata: Metadata = asked({}, "Notes", "Пометки", about=_SAVED, pick="value")


class CheckoutInputs(Inputs):
    """A page to pay on that was made before."""

    checkout_id: Id = asked(..., "Checkout", "Страница оплаты", about=said("As cs_…", "Вида cs_…"))


class PaymentInputs(Inputs):
    """A payment."""

    payment_id: Id = asked(..., "Payment", "Платёж", about=said("As pi_…", "Вида pi_…"))


class RefundInputs(PaymentInputs):
    """All of it, or a part."""

    amount: Amount | None = asked(None, "How much", "Сколько", about=said("Empty: all of it", "Пусто: всё"))
    currency: Currency = asked("usd", "Currency", "Валюта", about=said("Of the amount", "Указанной суммы"))
    reason: Literal["", "duplicate", "fraudulent", "requested_by_customer"] = asked("", "Reason", "Причина")


class Checkout(Outputs):
    """`status`: open, complete or expired; `is_paid` says whether the money is there."""

    id: str
    payment_url: str | None
    status: str | None
    is_paid: bool
    payment_id: str | None = None
    amount: str | None = None
    currency: str | None = None
    customer_email: str | None = None
    reference: str | None = None
    expires_at: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class Link(Outputs):
    """It can be paid many times."""

    id: str
    payment_url: str


class Payment(Outputs):
    """`status` as Stripe says it: succeeded, processing, requires_payment_method, canceled …"""

    id: str
    status: str
    is_paid: bool
    amount: str
    amount_received: str
    currency: str
    error: str | None = None
    created_at: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class Refund(Outputs):
    """`status`: succeeded, pending or failed."""

    id: str
    status: str | None
    amount: str
    currency: str
    payment_id: str | None = None
