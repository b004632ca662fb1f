"""What the actions of YooKassa take and give. Amounts are in roubles ("100.00"), as people write them."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Amount = Annotated[Decimal, Field(gt=0, le=99_999_999, decimal_places=2)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Metadata = Annotated[
    dict[Annotated[str, Field(max_length=32)], Annotated[str, Field(max_length=512)]], Field(max_length=16)
]
Receipt = Annotated[dict[str, Any], Field(max_length=20)]
Id = Annotated[str, Field(pattern=r"^[\w-]{1,50}$")]
_RECEIPT = said("for the tax office, as in YooKassa's documentation", "для чека по 54-ФЗ, как в документации ЮKassa")


class CreatePaymentInputs(Inputs):
    """A payment that the buyer makes on a page of YooKassa."""

    amount: Amount = asked(..., "Amount", "Сумма", about=said("As 100.00", "Вида 100.00"))
    currency: Currency = asked("RUB", "Currency", "Валюта")
    description: Annotated[str, Field(max_length=128)] = asked("", "What for", "За что", pick="text")
    return_url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2_048)] = asked(
        ..., "Page after the payment", "Страница после оплаты"
    )
    payment_method: Annotated[str, Field(pattern=r"^[a-z_]{0,40}$")] = asked(
        "",
        "Way to pay",
        "Способ оплаты",
        about=said(
            "bank_card, sbp, yoo_money …; empty: the buyer chooses", "bank_card, sbp, yoo_money …; пусто: на выбор"
        ),
    )
    is_captured: bool = asked(
        True,
        "Take the money at once",
        "Списать сразу",
        about=said("else hold it until Capture", "иначе ждать подтверждения"),
    )
    metadata: Metadata = asked(
        {}, "Notes", "Пометки", about=said("come back with the payment", "вернутся вместе с платежом"), pick="value"
    )
    receipt: Receipt | None = asked(None, "Receipt", "Чек", about=_RECEIPT, pick="value")


class PaymentInputs(Inputs):
    """A payment."""

    payment_id: Id = asked(..., "Payment", "Платёж")


class CaptureInputs(PaymentInputs):
    """All of what is held, or less."""

    amount: Amount | None = asked(None, "Amount", "Сумма", about=said("Empty: all of it", "Пусто: вся"))
    currency: Currency = asked("RUB", "Currency", "Валюта")
    receipt: Receipt | None = asked(None, "Receipt", "Чек", about=_RECEIPT, pick="value")


class RefundInputs(PaymentInputs):
    """A part of a payment, or all of it."""

    amount: Amount = asked(..., "Amount", "Сумма", about=said("As 100.00", "Вида 100.00"))
    currency: Currency = asked("RUB", "Currency", "Валюта")
    description: Annotated[str, Field(max_length=250)] = asked("", "Why", "Почему")
    receipt: Receipt | None = asked(None, "Receipt", "Чек", about=_RECEIPT, pick="value")


class Payment(Outputs):
    """`status`: pending, waiting_for_capture, succeeded or canceled."""

    id: str
    status: str
    is_paid: bool
    amount: str
    currency: str
    payment_url: str | None = None
    description: str | None = None
    is_refundable: bool = False
    is_test: bool = False
    created_at: str | None = None
    cancellation_reason: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class Refund(Outputs):
    """`status`: pending, succeeded or canceled."""

    id: str
    status: str
    amount: str
    currency: str
    payment_id: str
    cancellation_reason: str | None = None
