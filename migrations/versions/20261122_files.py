"""Files: attachments, icons, and a way to find the messages that hold a file."""

import sqlalchemy as sa
from alembic import op

revision = "e6b0d94f1a73"
down_revision = "a41c77e0d9b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=True),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(127), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(255), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["subscriber.id"], name="fk_attachment_owner_id_subscriber", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["user.id"], name="fk_attachment_account_id_user", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name="fk_attachment_bot_id_bot", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name="fk_attachment_channel_id_channel", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("source", name="uq_attachment_source"),
    )
    op.create_index("ix_attachment_owner_id_id", "attachment", ["owner_id", "id"])
    op.create_index("ix_attachment_account_id", "attachment", ["account_id"], postgresql_include=["size"])
    for column in ("bot_id", "channel_id"):
        op.create_index(
            f"ix_attachment_{column}_id",
            "attachment",
            [column, "id"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index(
        "ix_attachment_unused",
        "attachment",
        ["created_at"],
        postgresql_where=sa.text("used_at IS NULL AND bot_id IS NULL"),
    )
    op.create_table(
        "icon",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_icon_author_id_user", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("name", name="pk_icon"),
    )
    op.create_index("ix_icon_author_id", "icon", ["author_id"])
    op.create_index(
        "ix_message_attachments",
        "message",
        ["attachments"],
        postgresql_using="gin",
        postgresql_ops={"attachments": "jsonb_path_ops"},
        postgresql_where=sa.text("attachments <> '[]'::jsonb"),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go forward: put back a backup instead")
