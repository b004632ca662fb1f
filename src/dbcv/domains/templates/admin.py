"""How an operator sees templates. Drawn by entrypoints/admin; rows change through the service."""

from dbcv.domains.templates.tables import TemplateGroupAccessRow, TemplateGroupRow, TemplateInstanceRow, TemplateRow
from dbcv.kit.operator_table import OperatorTable, Words

TEMPLATES = Words("Templates", "Шаблоны")

TABLES = (
    OperatorTable(
        TemplateGroupRow,
        Words("Template groups", "Группы шаблонов"),
        TEMPLATES,
        ("id", "owner_id", "name", "created_at", "updated_at"),
        ("description",),
        found_by=("id", "owner_id"),
    ),
    OperatorTable(
        TemplateGroupAccessRow,
        Words("Shares of groups", "Доступ к группам"),
        TEMPLATES,
        ("group_id", "user_id", "role"),
        found_by=("group_id", "user_id"),
    ),
    OperatorTable(
        TemplateRow,
        Words("Templates", "Шаблоны"),
        TEMPLATES,
        ("id", "bot_id", "group_id", "name", "version", "updated_at"),
        ("description", "inputs", "outputs", "source_template_id", "source_version"),
        found_by=("id", "bot_id", "group_id", "source_template_id"),
    ),
    OperatorTable(
        TemplateInstanceRow,
        Words("Instances", "Экземпляры"),
        TEMPLATES,
        ("step_id", "bot_id", "template_id"),
        ("inputs_mapping", "outputs_mapping"),
        found_by=("step_id", "bot_id", "template_id"),
    ),
)
