"""Schedules in force and their firings; emitters that are meant for one channel or one session."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a3c95b7e14d2"
down_revision = "e6b0d94f1a73"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("emitter", sa.Column("channel_id", sa.Uuid(), nullable=True))
    op.add_column("emitter", sa.Column("session_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_emitter_channel_id_channel"), "emitter", "channel", ["channel_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index("ix_emitter_bot_id_id", "emitter", ["bot_id", "id"])
    op.create_index(
        "ix_emitter_channel_id", "emitter", ["channel_id"], postgresql_where=sa.text("channel_id IS NOT NULL")
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("next_fire_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_fire_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_schedule_bot_id_bot"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_schedule_channel_id_channel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index("ix_schedule_due_at", "schedule", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index("ix_schedule_bot_id", "schedule", ["bot_id"])
    op.create_index(
        "ix_schedule_channel_id", "schedule", ["channel_id"], postgresql_where=sa.text("channel_id IS NOT NULL")
    )
    op.create_table(
        "firing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("fire_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("last_session_id", sa.Uuid(), nullable=True),
        sa.Column("up_to_session_id", sa.Uuid(), nullable=True),
        sa.Column("event", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("reached", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_firing_schedule_id_schedule"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firing")),
        sa.UniqueConstraint("schedule_id", "fire_at", name="uq_firing_schedule_id_fire_at"),
    )
    op.create_index("ix_firing_open", "firing", ["schedule_id"], postgresql_where=sa.text("done_at IS NULL"))


def downgrade() -> None:
    op.drop_index("ix_firing_open", table_name="firing", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_table("firing")
    op.drop_index("ix_schedule_channel_id", table_name="schedule", postgresql_where=sa.text("channel_id IS NOT NULL"))
    op.drop_index("ix_schedule_bot_id", table_name="schedule")
    op.drop_index("ix_schedule_due_at", table_name="schedule", postgresql_where=sa.text("due_at IS NOT NULL"))
    op.drop_table("schedule")
    op.drop_index("ix_emitter_channel_id", table_name="emitter", postgresql_where=sa.text("channel_id IS NOT NULL"))
    op.drop_index("ix_emitter_bot_id_id", table_name="emitter")
    op.drop_constraint(op.f("fk_emitter_channel_id_channel"), "emitter", type_="foreignkey")
    op.drop_column("emitter", "session_id")
    op.drop_column("emitter", "channel_id")
