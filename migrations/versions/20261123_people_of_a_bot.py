"""The people of a bot in the order of their ids: for the table of what is remembered of them."""

from alembic import op

revision = "e41b7c93d0a8"
down_revision = "6d2f90b7c3a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_session_bot_user", "session", ["bot_id", "user_id"])


def downgrade() -> None:
    op.drop_index("ix_session_bot_user", table_name="session")
