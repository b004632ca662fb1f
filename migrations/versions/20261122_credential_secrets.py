"""Credentials hold their secrets: encrypted, bound to hosts, with what oauth needs to renew access tokens once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5ab2c7d1e9f0"
down_revision = "3b9e04c7d512"
branch_labels = None
depends_on = None

TABLE = "credential_entity"


def upgrade() -> None:
    jsonb, time = postgresql.JSONB(astext_type=sa.Text()), sa.DateTime(timezone=True)
    op.add_column(TABLE, sa.Column("hosts", jsonb, server_default=sa.text("'[]'::jsonb"), nullable=False))
    op.add_column(TABLE, sa.Column("config", jsonb, server_default=sa.text("'{}'::jsonb"), nullable=False))
    op.add_column(TABLE, sa.Column("secret", sa.LargeBinary(), nullable=True))
    for name in ("secret_set_at", "expires_at", "leased_until"):
        op.add_column(TABLE, sa.Column(name, time, nullable=True))
    op.add_column(TABLE, sa.Column("updated_at", time, server_default=sa.text("now()"), nullable=False))
    op.create_index(
        "ix_credential_entity_secret_id", TABLE, ["id"], unique=False, postgresql_where=sa.text("secret IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_credential_entity_secret_id", table_name=TABLE)
    for name in ("updated_at", "leased_until", "expires_at", "secret_set_at", "secret", "config", "hosts"):
        op.drop_column(TABLE, name)
