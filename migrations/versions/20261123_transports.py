"""Channels that reach people outside: how each is bound, what vendors told, whom messages go to, who sends them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c5e1f7a30b92"
down_revision = "9a41c6f0d27b"
branch_labels = None
depends_on = None

_OBJECT = sa.text("'{}'::jsonb")
_TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("channel_sender", sa.Column("address", postgresql.JSONB(), server_default=_OBJECT, nullable=False))
    op.add_column("channel_sender", sa.Column("profile", postgresql.JSONB(), server_default=_OBJECT, nullable=False))
    op.add_column("channel_sender", sa.Column("blocked_at", _TIME, nullable=True))
    op.create_table(
        "channel_transport",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.Column("config", postgresql.JSONB(), server_default=_OBJECT, nullable=False),
        sa.Column("binding", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="connecting", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_at", _TIME, nullable=True),
        sa.Column("last_inbound_at", _TIME, nullable=True),
        sa.Column("last_outbound_at", _TIME, nullable=True),
        sa.Column("resume_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_channel_transport_channel_id_channel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_transport")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_channel_transport_credential_id")),
    )
    op.create_table(
        "transport_update",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _TIME, server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channel_transport.channel_id"],
            name=op.f("fk_transport_update_channel_id_channel_transport"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("channel_id", "seq", name=op.f("pk_transport_update")),
    )
    op.add_column("delivery", sa.Column("leased_by", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("leased_until", _TIME, nullable=True))
    op.create_index(
        "ix_delivery_leased_by", "delivery", ["leased_by"], postgresql_where=sa.text("leased_by IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_leased_by", table_name="delivery", postgresql_where=sa.text("leased_by IS NOT NULL"))
    op.drop_column("delivery", "leased_until")
    op.drop_column("delivery", "leased_by")
    op.drop_table("transport_update")
    op.drop_table("channel_transport")
    op.drop_column("channel_sender", "blocked_at")
    op.drop_column("channel_sender", "profile")
    op.drop_column("channel_sender", "address")
