"""Channels of a bot, people of a channel and deliveries that wait for a channel are found by indexes."""

import sqlalchemy as sa
from alembic import op

revision = "b83e5d17f2c6"
down_revision = "1f6b83d2a9c4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_channel_default_bot_id", table_name="channel")
    op.create_index("ix_channel_default_bot_id", "channel", ["default_bot_id", "id"])
    op.create_index("ix_channel_sender_newest", "channel_sender", ["channel_id", "subscriber_id"])
    to_channels = sa.text("target_kind <> 'bot'")
    op.create_index("ix_delivery_target", "delivery", ["target_id"], postgresql_where=to_channels)


def downgrade() -> None:
    op.drop_index("ix_delivery_target", table_name="delivery")
    op.drop_index("ix_channel_sender_newest", table_name="channel_sender")
    op.drop_index("ix_channel_default_bot_id", table_name="channel")
    op.create_index("ix_channel_default_bot_id", "channel", ["default_bot_id"])
