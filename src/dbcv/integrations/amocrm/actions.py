"""What amoCRM does for a bot."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE, unreadable
from dbcv.integrations.amocrm.client import ask
from dbcv.integrations.amocrm.shapes import (
    AddNoteInputs,
    Contact,
    CreateContactInputs,
    CreateLeadInputs,
    FindContactInputs,
    Made,
    UpdateLeadInputs,
)

ERRORS = UNREADABLE
explain = unreadable


async def find_contact(call: Call, inputs: FindContactInputs) -> Contact:
    """The first that fits."""
    value = await ask(call, "GET", "/contacts", query=inputs.query, limit=1)
    contacts = value["_embedded"]["contacts"] if value else []
    return _contact(contacts[0]) if contacts else Contact(is_found=False)


async def create_contact(call: Call, inputs: CreateContactInputs) -> Made:
    """A person."""
    reached = {"PHONE": inputs.phone, "EMAIL": inputs.email}
    fields = [_field(code, value, enum_code="WORK") for code, value in reached.items() if value]
    fields += _fields(inputs.fields)
    contact = {"name": inputs.name, "responsible_user_id": inputs.responsible_user_id, "custom_fields_values": fields}
    value = await ask(call, "POST", "/contacts", [_given(contact)])
    return Made(id=value["_embedded"]["contacts"][0]["id"])


async def create_lead(call: Call, inputs: CreateLeadInputs) -> Made:
    """A lead, with its contact and tags."""
    embedded = {
        "contacts": [{"id": inputs.contact_id}] if inputs.contact_id else None,
        "tags": [{"name": tag} for tag in inputs.tags],
    }
    lead = _lead(inputs) | {"_embedded": _given(embedded)}
    value = await ask(call, "POST", "/leads", [_given(lead)])
    return Made(id=value["_embedded"]["leads"][0]["id"])


async def update_lead(call: Call, inputs: UpdateLeadInputs) -> Made:
    """What is given, and nothing else."""
    value = await ask(call, "PATCH", f"/leads/{inputs.lead_id}", _given(_lead(inputs)))
    return Made(id=value["id"])


async def add_note(call: Call, inputs: AddNoteInputs) -> Made:
    """A note at a lead or a contact."""
    note = {"note_type": "common", "params": {"text": inputs.text}}
    value = await ask(call, "POST", f"/{inputs.entity}/{inputs.entity_id}/notes", [note])
    return Made(id=value["_embedded"]["notes"][0]["id"])


def _lead(inputs: CreateLeadInputs | UpdateLeadInputs) -> dict[str, Any]:
    same = {"name", "price", "pipeline_id", "status_id", "responsible_user_id"}
    return inputs.model_dump(include=same) | {"custom_fields_values": _fields(inputs.fields)}


def _fields(fields: dict[str, Any]) -> list[dict[str, Any]]:
    return [_field(name, value) for name, value in fields.items()]


def _field(name: str, value: Any, **more: Any) -> dict[str, Any]:
    named = {"field_id": int(name)} if name.isdecimal() else {"field_code": name}
    return named | {"values": [{"value": value} | more]}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _contact(value: dict[str, Any]) -> Contact:
    return Contact(
        is_found=True,
        id=value["id"],
        name=value.get("name"),
        phones=_of(value, "PHONE"),
        emails=_of(value, "EMAIL"),
        responsible_user_id=value.get("responsible_user_id"),
    )


def _of(contact: dict[str, Any], code: str) -> list[str]:
    fields = contact.get("custom_fields_values") or []
    return [str(each["value"]) for field in fields if field.get("field_code") == code for each in field["values"]]
