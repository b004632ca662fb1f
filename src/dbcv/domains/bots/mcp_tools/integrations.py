"""Integrations for assistants: what there is, and the form of one."""

from typing import Annotated, Any

from fastmcp.tools import Tool
from pydantic import BaseModel, Field

from dbcv.domains.accounts.mcp_tools import tool
from dbcv.domains.bots.service import integrations
from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import schema_of

ActionId = Annotated[str, Field(max_length=100, description='From list_integrations, such as "telegram.send_message".')]
Search = Annotated[str, Field(max_length=100, description="A word of the name or description; empty: all.")]


class IntegrationEntry(BaseModel):
    """One thing that can be done: what a connection group's integration_id says, and what it is for."""

    id: str
    name: str
    description: str
    credential_providers: list[str]


class IntegrationSheet(IntegrationEntry):
    """With the JSON Schema of integration_config, of response.result, and an example."""

    inputs: dict[str, Any]
    outputs: dict[str, Any]
    example: dict[str, Any]
    needs_credential: bool


class IntegrationEntries(BaseModel):
    """All that fit."""

    items: list[IntegrationEntry]


class IntegrationTools:
    """The tools of integrations."""

    def all(self) -> list[Tool]:
        """What the server offers."""
        return [
            tool(self.list_integrations, "List integrations", "read"),
            tool(self.get_integration, "Look at an integration", "read"),
        ]

    async def list_integrations(self, search: Search = "") -> IntegrationEntries:
        """Ready-made calls of other services: messengers, language models, mail, tables, payments. A connection group
        with search_type "integration" runs one."""
        found, _ = integrations.page("", 1_000, search)
        return IntegrationEntries(
            items=[IntegrationEntry(**_entry(each, one)) for each in found for one in each.actions]
        )

    async def get_integration(self, integration_id: ActionId) -> IntegrationSheet:
        """One of them with the JSON Schema of its integration_config; read it before using it in a bot."""
        integration, action = integrations.action(integration_id)
        return IntegrationSheet(
            **_entry(integration, action),
            inputs=schema_of(action.inputs, "en"),
            outputs=schema_of(action.outputs, "en"),
            example=dict(action.example),
            needs_credential=action.needs_credential,
        )


def _entry(integration: Integration, action: Action) -> dict[str, Any]:
    return {
        "id": f"{integration.id}.{action.id}",
        "name": f"{integration.name['en']}: {action.name['en']}",
        "description": action.about["en"],
        "credential_providers": list(integration.takes(action)),
    }
