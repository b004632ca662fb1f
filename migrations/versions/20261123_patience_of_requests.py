"""How long a request waits and how often it is tried again; null: as the operator sets it."""

import sqlalchemy as sa
from alembic import op

revision = "2e8c51d4a7f9"
down_revision = "7d20c4b95e61"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("timeout_seconds", sa.Double(), nullable=True))
    op.add_column("request", sa.Column("retries", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("request", "retries")
    op.drop_column("request", "timeout_seconds")
