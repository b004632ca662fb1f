"""How an operator sees bots and their parts. Drawn by entrypoints/admin; rows change through the service."""

from dbcv.domains.bots.tables import (
    BotAccessRow,
    BotChangeRow,
    BotInvitationRow,
    BotRow,
    BotVariablesRow,
    ConnectionGroupRow,
    ConnectionRow,
    ConversationTestRow,
    NoteRow,
    RequestRow,
    RevisionRow,
    StepRow,
    WidgetRow,
)
from dbcv.kit.operator_table import OperatorTable, Words

BOTS = Words("Bots", "Боты")
PARTS = Words("Parts of bots", "Части ботов")

TABLES = (
    OperatorTable(
        BotRow,
        Words("Bots", "Боты"),
        BOTS,
        ("id", "name", "owner_id", "version", "published_revision", "created_at", "updated_at"),
        ("description", "first_step_id", "variables"),
        found_by=("id", "owner_id"),
    ),
    OperatorTable(
        RevisionRow,
        Words("Revisions", "Ревизии"),
        BOTS,
        ("bot_id", "number", "comment", "author_id", "created_at"),
        ("document",),
        found_by=("bot_id",),
    ),
    OperatorTable(
        BotAccessRow, Words("Shares", "Доступ"), BOTS, ("bot_id", "user_id", "role"), found_by=("bot_id", "user_id")
    ),
    OperatorTable(
        BotInvitationRow,
        Words("Invitations", "Приглашения"),
        BOTS,
        ("id", "bot_id", "email", "role", "invited_by", "created_at", "expires_at"),
        found_by=("id", "bot_id", "invited_by"),
    ),
    OperatorTable(
        BotChangeRow,
        Words("Changes of drafts", "Изменения черновиков"),
        BOTS,
        ("bot_id", "version", "author_id", "created_at"),
        ("changes",),
        found_by=("bot_id",),
    ),
    OperatorTable(
        BotVariablesRow,
        Words("Variables of bots", "Переменные ботов"),
        BOTS,
        ("bot_id", "version"),
        ("data",),
        found_by=("bot_id",),
    ),
    OperatorTable(
        StepRow,
        Words("Steps", "Шаги"),
        PARTS,
        ("id", "bot_id", "name", "is_proxy", "timeout_after"),
        ("timeout_step_id", "message", "position", "preset_id"),
        found_by=("id", "bot_id"),
    ),
    OperatorTable(
        ConnectionGroupRow,
        Words("Connection groups", "Группы связей"),
        PARTS,
        ("id", "bot_id", "step_id", "search_type", "priority"),
        ("request_id", "code", "integration_id", "integration_config", "credential_id", "variables"),
        found_by=("id", "bot_id", "step_id"),
    ),
    OperatorTable(
        ConnectionRow,
        Words("Connections", "Связи"),
        PARTS,
        ("id", "bot_id", "group_id", "priority", "next_step_id"),
        ("rules", "filters"),
        found_by=("id", "bot_id", "group_id"),
    ),
    # Addresses, headers and bodies of requests are shown to nobody but the bot's people: authors write secrets there.
    OperatorTable(
        RequestRow, Words("Requests", "Запросы"), PARTS, ("id", "bot_id", "name", "method"), found_by=("id", "bot_id")
    ),
    OperatorTable(
        WidgetRow,
        Words("Widgets", "Виджеты"),
        PARTS,
        ("id", "bot_id", "name"),
        ("description", "body", "css", "js"),
        found_by=("id", "bot_id"),
    ),
    OperatorTable(
        ConversationTestRow,
        Words("Tests of bots", "Проверки ботов"),
        PARTS,
        ("id", "bot_id", "name", "author_id", "updated_at"),
        ("script", "version"),
        found_by=("id", "bot_id"),
    ),
    OperatorTable(
        NoteRow, Words("Notes", "Заметки"), PARTS, ("id", "bot_id", "text", "step_id"), found_by=("id", "bot_id")
    ),
)
