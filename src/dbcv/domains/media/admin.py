"""How an operator sees files. Drawn by entrypoints/admin; rows change through the service."""

from dbcv.domains.media.tables import AttachmentRow, IconRow
from dbcv.kit.operator_table import OperatorTable, Words

FILES = Words("Files", "Файлы")

TABLES = (
    OperatorTable(
        AttachmentRow,
        Words("Attachments", "Вложения"),
        FILES,
        ("id", "owner_id", "name", "content_type", "size", "created_at"),
        ("account_id", "bot_id", "channel_id", "used_at"),
        found_by=("id", "owner_id", "account_id", "bot_id", "channel_id"),
    ),
    OperatorTable(
        IconRow, Words("Icons", "Значки"), FILES, ("name", "author_id", "updated_at"), found_by=("name", "author_id")
    ),
)
