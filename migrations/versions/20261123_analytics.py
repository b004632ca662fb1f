"""Counts of what bots do by the hour, and the small index that turns are counted along."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "6d2f90b7c3a1"
down_revision = "b83e5d17f2c6"
branch_labels = None
depends_on = None

_TIME = postgresql.TIMESTAMP(timezone=True)
_TABLES = ("bot_hour", "bot_presence", "session_presence", "step_hour", "walk_hour")


def _key(name: str, kind: sa.types.TypeEngine[object]) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    op.create_index(
        "ix_turn_record_created_at",
        "turn_record",
        ["created_at"],
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on", "pages_per_range": "32"},
    )
    op.create_table(
        "bot_hour",
        _key("bot_id", sa.Uuid()),
        _key("channel_id", sa.Uuid()),
        _key("start", _TIME),
        _count("turns"),
        _count("messages_in"),
        _count("messages_out"),
        _count("errors"),
        _key("latency", postgresql.ARRAY(sa.BigInteger())),
        sa.PrimaryKeyConstraint("bot_id", "channel_id", "start", name=op.f("pk_bot_hour")),
    )
    op.create_table(
        "bot_presence",
        _key("bot_id", sa.Uuid()),
        _key("channel_id", sa.Uuid()),
        _key("start", _TIME),
        _key("since", _TIME),
        _count("sessions"),
        sa.PrimaryKeyConstraint("bot_id", "channel_id", "start", "since", name=op.f("pk_bot_presence")),
    )
    op.create_table(
        "session_presence",
        _key("session_id", sa.Uuid()),
        _key("start", _TIME),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_presence")),
    )
    op.create_table(
        "step_hour",
        _key("bot_id", sa.Uuid()),
        _key("start", _TIME),
        _key("step_id", sa.Text()),
        _count("visits"),
        _count("departures"),
        sa.PrimaryKeyConstraint("bot_id", "start", "step_id", name=op.f("pk_step_hour")),
    )
    op.create_table(
        "walk_hour",
        _key("bot_id", sa.Uuid()),
        _key("start", _TIME),
        _key("step_id", sa.Text()),
        _key("group_place", sa.SmallInteger()),
        _key("place", sa.SmallInteger()),
        _key("target_id", sa.Text()),
        _count("walks"),
        sa.PrimaryKeyConstraint(
            "bot_id", "start", "step_id", "group_place", "place", "target_id", name=op.f("pk_walk_hour")
        ),
    )
    for table in _TABLES:
        op.create_index(f"ix_{table}_start", table, ["start"])
    op.create_table(
        "analytics_progress",
        _key("name", sa.Text()),
        _key("up_to", _TIME),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_analytics_progress")),
    )


def downgrade() -> None:
    op.drop_table("analytics_progress")
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_turn_record_created_at", table_name="turn_record")
