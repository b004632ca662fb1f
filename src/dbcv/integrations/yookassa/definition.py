"""YooKassa in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.yookassa.providers import PROVIDERS
from dbcv.integrations.yookassa.shapes import (
    CaptureInputs,
    CreatePaymentInputs,
    Payment,
    PaymentInputs,
    Refund,
    RefundInputs,
)

_ID = "23d93cac-000f-5000-8000-126628f15141"
_PAYMENT = {"id": _ID, "status": "succeeded", "is_paid": True, "amount": "100.00", "currency": "RUB"}

INTEGRATION = Integration(
    id="yookassa",
    section="payments",
    name=said("YooKassa", "ЮKassa"),
    about=said("Payments in Russia: cards, SBP and more.", "Платежи в России: карты, СБП и другое."),
    library="httpx2",
    site="https://yookassa.ru",
    providers=PROVIDERS,
    actions=(
        Action(
            id="create_payment",
            name=said("Make a payment", "Создать платёж"),
            about=said("Send its address to the buyer.", "Отправьте ссылку покупателю."),
            inputs=CreatePaymentInputs,
            outputs=Payment,
            example={
                "amount": "100.00",
                "description": "Order 7",
                "return_url": "https://shop.example/thanks",
                "metadata": {"order": "7"},
            },
            result=_PAYMENT
            | {"status": "pending", "is_paid": False, "payment_url": "https://yoomoney.ru/pay?orderId=1"},
        ),
        Action(
            id="get_payment",
            name=said("Look at a payment", "Проверить платёж"),
            about=said("Says whether it was paid.", "Скажет, оплачен ли он."),
            inputs=PaymentInputs,
            outputs=Payment,
            example={"payment_id": _ID},
            result=_PAYMENT,
        ),
        Action(
            id="capture",
            name=said("Capture a payment", "Подтвердить платёж"),
            about=said("Takes the money that is held.", "Списывает удержанные деньги."),
            inputs=CaptureInputs,
            outputs=Payment,
            example={"payment_id": _ID},
            result=_PAYMENT,
        ),
        Action(
            id="cancel",
            name=said("Cancel a payment", "Отменить платёж"),
            about=said("Lets go of the money that is held.", "Отпускает удержанные деньги."),
            inputs=PaymentInputs,
            outputs=Payment,
            example={"payment_id": _ID},
            result=_PAYMENT | {"status": "canceled", "is_paid": False, "cancellation_reason": "canceled_by_merchant"},
        ),
        Action(
            id="refund",
            name=said("Refund", "Вернуть деньги"),
            about=said("Gives back a payment or a part of it.", "Возвращает платёж или его часть."),
            inputs=RefundInputs,
            outputs=Refund,
            example={"payment_id": _ID, "amount": "50.00"},
            result={"id": "2167", "status": "succeeded", "amount": "50.00", "currency": "RUB", "payment_id": _ID},
        ),
    ),
)
