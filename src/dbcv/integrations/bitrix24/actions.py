"""What Bitrix24 does for a bot."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE, unreadable
from dbcv.integrations.bitrix24.client import ask
from dbcv.integrations.bitrix24.shapes import (
    AddCommentInputs,
    CallMethodInputs,
    Contact,
    CreateDealInputs,
    CreateLeadInputs,
    FindContactInputs,
    Made,
    Said,
)

ERRORS = UNREADABLE
explain = unreadable


async def create_lead(call: Call, inputs: CreateLeadInputs) -> Made:
    """Somebody who may buy."""
    fields = {
        "TITLE": inputs.title,
        "NAME": inputs.name,
        "LAST_NAME": inputs.last_name,
        "PHONE": _reached(inputs.phone),
        "EMAIL": _reached(inputs.email),
        "COMMENTS": inputs.comment,
        "OPPORTUNITY": inputs.amount,
        "CURRENCY_ID": inputs.currency,
        "ASSIGNED_BY_ID": inputs.responsible_id,
        "SOURCE_ID": inputs.source,
    }
    return await _made(call, "crm.lead.add", fields | inputs.fields)


async def create_deal(call: Call, inputs: CreateDealInputs) -> Made:
    """A deal."""
    fields = {
        "TITLE": inputs.title,
        "OPPORTUNITY": inputs.amount,
        "CURRENCY_ID": inputs.currency,
        "CONTACT_ID": inputs.contact_id,
        "CATEGORY_ID": inputs.category_id,
        "STAGE_ID": inputs.stage,
        "ASSIGNED_BY_ID": inputs.responsible_id,
        "COMMENTS": inputs.comment,
    }
    return await _made(call, "crm.deal.add", fields | inputs.fields)


async def find_contact(call: Call, inputs: FindContactInputs) -> Contact:
    """The first that fits."""
    wanted = {"PHONE": inputs.phone, "EMAIL": inputs.email}
    params = {
        "filter": {name: value for name, value in wanted.items() if value},
        "select": ["ID", "NAME", "LAST_NAME", "PHONE", "EMAIL"],
    }
    found = (await ask(call, "crm.contact.list", params))["result"]
    return _contact(found[0]) if found else Contact(is_found=False)


async def add_comment(call: Call, inputs: AddCommentInputs) -> Made:
    """A comment in a story."""
    fields = {"ENTITY_ID": inputs.entity_id, "ENTITY_TYPE": inputs.entity, "COMMENT": inputs.text}
    return await _made(call, "crm.timeline.comment.add", fields)


async def call_method(call: Call, inputs: CallMethodInputs) -> Said:
    """Any method."""
    value = await ask(call, inputs.method, inputs.params)
    return Said(result=value["result"], total=value.get("total"), next=value.get("next"))


async def _made(call: Call, method: str, fields: dict[str, Any]) -> Made:
    given = {name: value for name, value in fields.items() if value not in (None, "", [])}
    return Made(id=int((await ask(call, method, {"fields": given}))["result"]))


def _reached(value: str) -> list[dict[str, str]]:
    return [{"VALUE": value, "VALUE_TYPE": "WORK"}] if value else []


def _contact(value: dict[str, Any]) -> Contact:
    return Contact(
        is_found=True,
        id=int(value["ID"]),
        name=value.get("NAME"),
        last_name=value.get("LAST_NAME"),
        phones=[each["VALUE"] for each in value.get("PHONE") or []],
        emails=[each["VALUE"] for each in value.get("EMAIL") or []],
    )
