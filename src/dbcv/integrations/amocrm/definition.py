"""amoCRM in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.amocrm.providers import PROVIDERS
from dbcv.integrations.amocrm.shapes import (
    AddNoteInputs,
    Contact,
    CreateContactInputs,
    CreateLeadInputs,
    FindContactInputs,
    Made,
    UpdateLeadInputs,
)

INTEGRATION = Integration(
    id="amocrm",
    section="crm",
    name=said("amoCRM", "amoCRM"),
    about=said("Contacts, leads and notes of amoCRM and Kommo.", "Контакты, сделки и примечания amoCRM."),
    library="httpx2",
    site="https://www.amocrm.ru",
    providers=PROVIDERS,
    actions=(
        Action(
            id="find_contact",
            name=said("Find a contact", "Найти контакт"),
            about=said("By phone, e-mail or name.", "По телефону, почте или имени."),
            inputs=FindContactInputs,
            outputs=Contact,
            example={"query": "ann@example.com"},
            result={
                "is_found": True,
                "id": 11,
                "name": "Ann",
                "phones": ["+79990000000"],
                "emails": ["ann@example.com"],
            },
        ),
        Action(
            id="create_contact",
            name=said("Create a contact", "Создать контакт"),
            about=said("A person with phone and e-mail.", "Человека с телефоном и почтой."),
            inputs=CreateContactInputs,
            outputs=Made,
            example={"name": "Ann", "phone": "+79990000000", "email": "ann@example.com"},
            result={"id": 12},
        ),
        Action(
            id="create_lead",
            name=said("Create a lead", "Создать сделку"),
            about=said("With a budget, a stage and a contact.", "С бюджетом, этапом и контактом."),
            inputs=CreateLeadInputs,
            outputs=Made,
            example={"name": "Order 7", "price": 1500, "contact_id": 11, "tags": ["bot"]},
            result={"id": 21},
        ),
        Action(
            id="update_lead",
            name=said("Change a lead", "Изменить сделку"),
            about=said("Another stage, budget or field.", "Другой этап, бюджет или поле."),
            inputs=UpdateLeadInputs,
            outputs=Made,
            example={"lead_id": 21, "status_id": 142},
            result={"id": 21},
        ),
        Action(
            id="add_note",
            name=said("Add a note", "Добавить примечание"),
            about=said("At a lead or a contact.", "К сделке или контакту."),
            inputs=AddNoteInputs,
            outputs=Made,
            example={"entity": "leads", "entity_id": 21, "text": "Asked about delivery"},
            result={"id": 31},
        ),
    ),
)
