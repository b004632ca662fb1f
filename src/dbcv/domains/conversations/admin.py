"""How an operator sees conversations. Drawn by entrypoints/admin; rows change through the service."""

from typing import Any

from dbcv.domains.conversations.service.masking import masked_row
from dbcv.domains.conversations.tables import (
    ChannelRow,
    ChannelSenderRow,
    ChannelSubscriberRow,
    ChannelTransportRow,
    ChannelVariablesRow,
    DeadLetterRow,
    DeliveryRow,
    MailboxRow,
    MessageRow,
    SessionRow,
    SessionVariablesRow,
    ShardRow,
    TimerRow,
    TransportUpdateRow,
    TurnRecordRow,
)
from dbcv.kit.operator_table import OperatorTable, Words

TALKS = Words("Conversations", "Разговоры")
MACHINE = Words("At work", "В работе")


def _without_secrets(config: Any) -> Any:
    """The settings of a channel with only the names of those that could be secret: whatever is no plain switch."""
    if isinstance(config, dict):
        return {key: _without_secrets(value) for key, value in config.items()}
    return config if isinstance(config, bool | int | float | None) else "…"


TABLES = (
    OperatorTable(
        ChannelRow,
        Words("Channels", "Каналы"),
        TALKS,
        ("id", "name", "is_public", "owner_id", "default_bot_id", "transport", "created_at"),
        ("config",),
        found_by=("id", "owner_id", "default_bot_id"),
        masked={"config": _without_secrets},
    ),
    OperatorTable(
        ChannelTransportRow,
        Words("Ways to people", "Связь с людьми"),
        TALKS,
        ("channel_id", "kind", "state", "error", "last_inbound_at", "last_outbound_at"),
        ("account", "credential_id", "config", "cursor", "error_at", "resume_at", "created_at"),
        found_by=("channel_id", "credential_id"),
        masked={"config": _without_secrets},
    ),
    OperatorTable(
        ChannelSubscriberRow,
        Words("Subscribers", "Подписчики"),
        TALKS,
        ("channel_id", "subscriber_id", "created_at"),
        found_by=("channel_id", "subscriber_id"),
    ),
    OperatorTable(
        ChannelSenderRow,
        Words("Senders from outside", "Внешние отправители"),
        TALKS,
        ("channel_id", "external_id", "subscriber_id", "created_at"),
        found_by=("channel_id", "subscriber_id"),
    ),
    OperatorTable(
        ChannelVariablesRow,
        Words("Variables of channels", "Переменные каналов"),
        TALKS,
        ("channel_id", "version"),
        ("data",),
        found_by=("channel_id",),
    ),
    OperatorTable(
        SessionRow,
        Words("Sessions", "Сессии"),
        TALKS,
        ("id", "user_id", "bot_id", "channel_id", "step_id", "revision", "updated_at"),
        ("version", "frames", "claimed_by", "claimed_until", "created_at"),
        found_by=("id", "user_id", "bot_id", "channel_id"),
    ),
    OperatorTable(
        SessionVariablesRow,
        Words("Variables of sessions", "Переменные сессий"),
        TALKS,
        ("session_id",),
        ("data",),
        found_by=("session_id",),
    ),
    OperatorTable(
        MessageRow,
        Words("Messages", "Сообщения"),
        TALKS,
        ("id", "channel_id", "session_id", "sender_id", "text", "created_at"),
        ("recipient_id", "reply_to", "params", "attachments", "widget", "external_id"),
        found_by=("id", "channel_id", "session_id"),
    ),
    OperatorTable(
        TurnRecordRow,
        Words("Turns", "Ходы"),
        TALKS,
        ("id", "session_id", "bot_id", "revision", "kind", "error", "created_at"),
        ("record",),
        found_by=("id", "session_id"),
        masked={"record": masked_row},
    ),
    OperatorTable(
        DeadLetterRow,
        Words("Dead letters", "Недоставленное"),
        TALKS,
        ("id", "kind", "bot_id", "session_id", "error", "attempts", "created_at", "resent_at"),
        ("content",),
        found_by=("id", "bot_id"),
    ),
    OperatorTable(
        MailboxRow,
        Words("Mailbox", "Почтовый ящик"),
        MACHINE,
        ("seq", "id", "session_id", "shard", "kind", "attempts", "error", "created_at"),
        ("event",),
        found_by=("seq", "session_id"),
    ),
    OperatorTable(
        DeliveryRow,
        Words("Deliveries", "Доставка"),
        MACHINE,
        ("seq", "session_id", "shard", "target_kind", "attempts", "error", "next_attempt_at"),
        ("target_id", "payload", "created_at"),
        found_by=("seq", "session_id"),
    ),
    OperatorTable(
        TransportUpdateRow,
        Words("Came in and not taken yet", "Пришло и ещё не принято"),
        MACHINE,
        ("channel_id", "seq", "created_at"),
        ("body",),
        found_by=("channel_id",),
    ),
    OperatorTable(
        TimerRow,
        Words("Timers", "Таймеры"),
        MACHINE,
        ("session_id", "shard", "step_id", "due_at"),
        found_by=("session_id",),
    ),
    OperatorTable(ShardRow, Words("Shards", "Шарды"), MACHINE, ("id", "owner", "is_released"), found_by=("id",)),
)
