"""How an operator sees credentials: never what is secret. Drawn by entrypoints/admin; rows change by services."""

from dbcv.domains.credentials.tables import CredentialEntityRow
from dbcv.kit.operator_table import OperatorTable, Words

TABLES = (
    OperatorTable(
        CredentialEntityRow,
        Words("Credentials", "Учётные данные"),
        Words("Bots", "Боты"),
        ("id", "bot_id", "name", "provider", "strategy", "secret_set_at", "expires_at"),
        ("hosts", "updated_at"),
        found_by=("id", "bot_id"),
    ),
)
