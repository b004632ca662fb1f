"""Bots and their parts for assistants: tools of the MCP server over the same services as REST. Called by
entrypoints/mcp; every tool acts as the account that calls."""

from dbcv.domains.bots.mcp_tools.bots import BotTools
from dbcv.domains.bots.mcp_tools.given import PAGE_CHARACTERS, FormatOf, Text
from dbcv.domains.bots.mcp_tools.integrations import IntegrationTools
from dbcv.domains.bots.mcp_tools.parts import PartTools
from dbcv.domains.bots.mcp_tools.presets import PresetTools
from dbcv.domains.bots.mcp_tools.requests import RequestTools

__all__ = [
    "PAGE_CHARACTERS",
    "BotTools",
    "FormatOf",
    "IntegrationTools",
    "PartTools",
    "PresetTools",
    "RequestTools",
    "Text",
]
