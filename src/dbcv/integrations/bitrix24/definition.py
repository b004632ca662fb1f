"""Bitrix24 in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.bitrix24.providers import PROVIDERS
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

INTEGRATION = Integration(
    id="bitrix24",
    section="crm",
    name=said("Bitrix24", "Битрикс24"),
    about=said("Leads, deals, contacts and any other method.", "Лиды, сделки, контакты и любой другой метод."),
    library="httpx2",
    site="https://www.bitrix24.ru",
    providers=PROVIDERS,
    actions=(
        Action(
            id="create_lead",
            name=said("Create a lead", "Создать лид"),
            about=said("Somebody who may buy.", "Возможного покупателя."),
            inputs=CreateLeadInputs,
            outputs=Made,
            example={"title": "From the bot", "name": "Ann", "phone": "+79990000000"},
            result={"id": 21},
        ),
        Action(
            id="create_deal",
            name=said("Create a deal", "Создать сделку"),
            about=said("With an amount, a stage and a contact.", "С суммой, стадией и контактом."),
            inputs=CreateDealInputs,
            outputs=Made,
            example={"title": "Order 7", "amount": 1500, "currency": "RUB", "contact_id": 11},
            result={"id": 22},
        ),
        Action(
            id="find_contact",
            name=said("Find a contact", "Найти контакт"),
            about=said("By phone or e-mail.", "По телефону или почте."),
            inputs=FindContactInputs,
            outputs=Contact,
            example={"phone": "+79990000000"},
            result={"is_found": True, "id": 11, "name": "Ann", "phones": ["+79990000000"]},
        ),
        Action(
            id="add_comment",
            name=said("Add a comment", "Добавить комментарий"),
            about=said("To the story of a lead, deal or contact.", "В историю лида, сделки или контакта."),
            inputs=AddCommentInputs,
            outputs=Made,
            example={"entity": "deal", "entity_id": 22, "text": "Asked about delivery"},
            result={"id": 31},
        ),
        Action(
            id="call_method",
            name=said("Call any method", "Вызвать любой метод"),
            about=said("What the documentation of Bitrix24 lists.", "Из документации Битрикс24."),
            inputs=CallMethodInputs,
            outputs=Said,
            example={"method": "crm.deal.get", "params": {"id": 22}},
            result={"result": {"ID": "22", "TITLE": "Order 7"}},
        ),
    ),
)
