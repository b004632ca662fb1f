"""What the actions of amoCRM take and give."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Id = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(max_length=250)]
Value = str | int | float | bool
Fields = Annotated[dict[Annotated[str, Field(pattern=r"^\w{1,100}$")], Value], Field(max_length=100)]
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=50)]
_FIELDS = said("{id or code of a field: value}", "{id или код поля: значение}")


class FindContactInputs(Inputs):
    """By phone, e-mail or name."""

    query: Annotated[str, Field(min_length=3, max_length=200)] = asked(
        ..., "Phone, e-mail or name", "Телефон, почта или имя"
    )


class CreateContactInputs(Inputs):
    """A person."""

    name: Annotated[str, Field(min_length=1, max_length=250)] = asked(..., "Name", "Имя")
    phone: Name = asked("", "Phone", "Телефон")
    email: Name = asked("", "E-mail", "Почта")
    responsible_user_id: Id | None = asked(None, "Responsible (id)", "Ответственный (id)")
    fields: Fields = asked({}, "Other fields", "Другие поля", about=_FIELDS, pick="value")


class CreateLeadInputs(Inputs):
    """A lead, with its contact if there is one."""

    name: Annotated[str, Field(min_length=1, max_length=250)] = asked(..., "Name", "Название")
    price: Annotated[int, Field(ge=0)] | None = asked(None, "Budget", "Бюджет")
    contact_id: Id | None = asked(None, "Contact (id)", "Контакт (id)")
    pipeline_id: Id | None = asked(None, "Pipeline (id)", "Воронка (id)")
    status_id: Id | None = asked(None, "Stage (id)", "Этап (id)")
    responsible_user_id: Id | None = asked(None, "Responsible (id)", "Ответственный (id)")
    tags: Tags = asked([], "Tags", "Теги")
    fields: Fields = asked({}, "Other fields", "Другие поля", about=_FIELDS, pick="value")


class UpdateLeadInputs(Inputs):
    """What is left out stays."""

    lead_id: Id = asked(..., "Lead (id)", "Сделка (id)")
    name: Name = asked("", "Name", "Название")
    price: Annotated[int, Field(ge=0)] | None = asked(None, "Budget", "Бюджет")
    pipeline_id: Id | None = asked(None, "Pipeline (id)", "Воронка (id)")
    status_id: Id | None = asked(None, "Stage (id)", "Этап (id)")
    responsible_user_id: Id | None = asked(None, "Responsible (id)", "Ответственный (id)")
    fields: Fields = asked({}, "Other fields", "Другие поля", about=_FIELDS, pick="value")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_dump(exclude={"lead_id"}, exclude_defaults=True):
            raise ValueError("say what to change: name, price, status_id …")
        return self


class AddNoteInputs(Inputs):
    """A note at a lead or a contact."""

    entity: Literal["leads", "contacts"] = asked(
        "leads",
        "At",
        "К чему",
        labels={"leads": said("a lead", "к сделке"), "contacts": said("a contact", "к контакту")},
    )
    entity_id: Id = asked(..., "Id", "Id")
    text: Annotated[str, Field(min_length=1, max_length=20_000)] = asked(..., "Text", "Текст", pick="text")


class Contact(Outputs):
    """`is_found` is false when nobody fits; then the rest is empty."""

    is_found: bool
    id: int | None = None
    name: str | None = None
    phones: list[str] = Field(default_factory=list)
    emails: list[str] = Field(default_factory=list)
    responsible_user_id: int | None = None


class Made(Outputs):
    """What was made or changed."""

    id: int
