"""Words that a bot is found by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1f6b83d2a9c4"
down_revision = "c5e1f7a30b92"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tags = sa.Column("tags", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False)
    op.add_column("bot", tags)


def downgrade() -> None:
    op.drop_column("bot", "tags")
