"""What the actions of Bitrix24 take and give."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Id = Annotated[int, Field(ge=1)]
Short = Annotated[str, Field(max_length=250)]
Money = Annotated[float, Field(ge=0)]
Currency = Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]
Fields = Annotated[dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,100}$")], Any], Field(max_length=100)]
_FIELDS = said("{name as in Bitrix24: value}, as UF_CRM_1", "{имя как в Битрикс24: значение}, например UF_CRM_1")


class CreateLeadInputs(Inputs):
    """Somebody who may buy."""

    title: Annotated[str, Field(min_length=1, max_length=250)] = asked(..., "Title", "Название", pick="text")
    name: Short = asked("", "First name", "Имя")
    last_name: Short = asked("", "Last name", "Фамилия")
    phone: Short = asked("", "Phone", "Телефон")
    email: Short = asked("", "E-mail", "Почта")
    comment: Annotated[str, Field(max_length=20_000)] = asked("", "Comment", "Комментарий", pick="text")
    amount: Money | None = asked(None, "Amount", "Сумма")
    currency: Currency = asked("", "Currency", "Валюта")
    responsible_id: Id | None = asked(None, "Responsible (id)", "Ответственный (id)")
    source: Short = asked("", "Source (code)", "Источник (код)")
    fields: Fields = asked({}, "Other fields", "Другие поля", about=_FIELDS, pick="value")


class CreateDealInputs(Inputs):
    """A deal, with its contact if there is one."""

    title: Annotated[str, Field(min_length=1, max_length=250)] = asked(..., "Title", "Название", pick="text")
    amount: Money | None = asked(None, "Amount", "Сумма")
    currency: Currency = asked("", "Currency", "Валюта")
    contact_id: Id | None = asked(None, "Contact (id)", "Контакт (id)")
    category_id: Annotated[int, Field(ge=0)] | None = asked(None, "Pipeline (id)", "Воронка (id)")
    stage: Short = asked("", "Stage (code)", "Стадия (код)")
    responsible_id: Id | None = asked(None, "Responsible (id)", "Ответственный (id)")
    comment: Annotated[str, Field(max_length=20_000)] = asked("", "Comment", "Комментарий", pick="text")
    fields: Fields = asked({}, "Other fields", "Другие поля", about=_FIELDS, pick="value")


class FindContactInputs(Inputs):
    """By phone, by e-mail, or by both at once."""

    phone: Short = asked("", "Phone", "Телефон", about=said("as it stands in Bitrix24", "как записан в Битрикс24"))
    email: Short = asked("", "E-mail", "Почта")

    @model_validator(mode="after")
    def _has_something(self) -> Self:
        if not (self.phone or self.email):
            raise ValueError("give a phone or an e-mail")
        return self


class AddCommentInputs(Inputs):
    """A comment in the story of a lead, a deal, a contact or a company."""

    entity: Literal["lead", "deal", "contact", "company"] = asked(
        "deal",
        "At",
        "К чему",
        labels={
            "lead": said("a lead", "к лиду"),
            "deal": said("a deal", "к сделке"),
            "contact": said("a contact", "к контакту"),
            "company": said("a company", "к компании"),
        },
    )
    entity_id: Id = asked(..., "Id", "Id")
    text: Annotated[str, Field(min_length=1, max_length=20_000)] = asked(..., "Text", "Текст", pick="text")


class CallMethodInputs(Inputs):
    """Any method of Bitrix24's REST that the webhook may call."""

    method: Annotated[str, Field(pattern=r"^[a-zA-Z]\w*(\.[a-zA-Z]\w*){0,6}$", max_length=100)] = asked(
        ..., "Method", "Метод", about=said("as crm.deal.get", "вида crm.deal.get")
    )
    params: Annotated[dict[str, Any], Field(max_length=100)] = asked({}, "Parameters", "Параметры", pick="value")


class Contact(Outputs):
    """`is_found` is false when nobody fits; then the rest is empty."""

    is_found: bool
    id: int | None = None
    name: str | None = None
    last_name: str | None = None
    phones: list[str] = Field(default_factory=list)
    emails: list[str] = Field(default_factory=list)


class Made(Outputs):
    """What was made."""

    id: int


class Said(Outputs):
    """`result` as Bitrix24 gave it; `total` and `next` where it gave a part of a list."""

    result: Any
    total: int | None = None
    next: int | None = None
