"""Who uses a variable: every place of a bot document that reads or sets one, found with the engine's own parsers and,
in code, in the syntax tree. Called by the services; pure, never raises on a document of the right shape."""

from dbcv.domains.bots.document.usage.code import CodeRead, CodeUse, Literal, code_use
from dbcv.domains.bots.document.usage.places import Kind, Use
from dbcv.domains.bots.document.usage.walking import (
    document_uses,
    group_savings,
    message_uses,
    request_uses,
    rules_uses,
    step_uses,
    template_mapping_uses,
    widget_uses,
    work_uses,
)

__all__ = [
    "CodeRead",
    "CodeUse",
    "Kind",
    "Literal",
    "Use",
    "code_use",
    "document_uses",
    "group_savings",
    "message_uses",
    "request_uses",
    "rules_uses",
    "step_uses",
    "template_mapping_uses",
    "widget_uses",
    "work_uses",
]
