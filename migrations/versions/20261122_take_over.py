"""Sessions that a person answers in, or that were deleted; the words of messages to search by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7c1d52a6e0b4"
down_revision = "d0904f3f827b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("paused_by", sa.Uuid(), nullable=True))
    op.add_column("session", sa.Column("paused_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("session", sa.Column("deleted_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_index("ix_session_paused", "session", ["bot_id", "id"], postgresql_where=sa.text("paused_by IS NOT NULL"))
    op.create_index("ix_session_channel_id", "session", ["channel_id", "id"])
    op.create_table(
        "message_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["message.id"], name=op.f("fk_message_words_id_message"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_words")),
    )
    op.create_index("ix_message_words_words", "message_words", ["words"], postgresql_using="gin")
    op.create_table(
        "words_progress",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("up_to", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_words_progress")),
    )


def downgrade() -> None:
    op.drop_table("words_progress")
    op.drop_index("ix_message_words_words", table_name="message_words")
    op.drop_table("message_words")
    op.drop_index("ix_session_channel_id", table_name="session")
    op.drop_index("ix_session_paused", table_name="session", postgresql_where=sa.text("paused_by IS NOT NULL"))
    op.drop_column("session", "deleted_at")
    op.drop_column("session", "paused_at")
    op.drop_column("session", "paused_by")
