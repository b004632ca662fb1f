"""Invitations to bots."""

import sqlalchemy as sa
from alembic import op

revision = "9a41c6f0d27b"
down_revision = "a3c95b7e14d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('viewer', 'editor', 'owner')", name=op.f("ck_bot_invitation_role")),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_bot_invitation_bot_id_bot"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user.id"], name=op.f("fk_bot_invitation_invited_by_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_invitation")),
        sa.UniqueConstraint("bot_id", "email", name=op.f("uq_bot_invitation_bot_id_email")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_bot_invitation_token_hash")),
    )
    op.create_index("ix_bot_invitation_bot_id_id", "bot_invitation", ["bot_id", "id"])
    op.create_index(op.f("ix_bot_invitation_invited_by"), "bot_invitation", ["invited_by"])


def downgrade() -> None:
    op.drop_table("bot_invitation")
