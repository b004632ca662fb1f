"""Accounts, bots and the parts of a bot document; `dbcv_apply_changes` for scopes that many sessions share."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f40e81851f86"
down_revision = None
branch_labels = None
depends_on = None


# The same meaning as dbcv.engine.variables.apply_changes (a test compares them). NULL from dbcv_put: ignore the change.
PUT = """
CREATE FUNCTION dbcv_put(node jsonb, path text[], op text, value jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    key text := path[1];
    is_list boolean := node IS NOT NULL AND jsonb_typeof(node) = 'array';
    old jsonb;
    child jsonb;
BEGIN
    IF is_list THEN
        IF key !~ '^(0|[1-9][0-9]{0,8})$' OR key::int > jsonb_array_length(node) THEN
            RETURN NULL;
        END IF;
        old := node -> key::int;
    ELSE
        IF node IS NULL OR jsonb_typeof(node) <> 'object' THEN
            node := '{}';
        END IF;
        old := node -> key;
    END IF;
    IF cardinality(path) > 1 THEN
        child := dbcv_put(old, path[2:], op, value);
    ELSIF op = 'set' THEN
        child := value;
    ELSIF old IS NULL OR jsonb_typeof(old) = 'null' THEN
        child := jsonb_build_array(value);
    ELSIF jsonb_typeof(old) = 'array' THEN
        child := old || jsonb_build_array(value);
    END IF;
    IF child IS NULL THEN
        RETURN NULL;
    ELSIF is_list THEN
        RETURN CASE WHEN old IS NULL THEN node || jsonb_build_array(child) ELSE jsonb_set(node, ARRAY[key], child) END;
    END IF;
    RETURN node || jsonb_build_object(key, child);
END $$
"""
APPLY = """
CREATE FUNCTION dbcv_apply_changes(doc jsonb, changes jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    change jsonb;
BEGIN
    FOR change IN SELECT item FROM jsonb_array_elements(changes) WITH ORDINALITY AS listed(item, place) ORDER BY place
    LOOP
        doc := coalesce(dbcv_put(
            doc, ARRAY(SELECT jsonb_array_elements_text(change -> 'path')), change ->> 'op', change -> 'value'
        ), doc);
    END LOOP;
    RETURN doc;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "login_attempt",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_attempt")),
    )
    op.create_index(op.f("ix_login_attempt_window_ends_at"), "login_attempt", ["window_ends_at"], unique=False)
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.CheckConstraint("kind IN ('user', 'anonymous', 'bot')", name=op.f("ck_subscriber_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
    )
    op.create_table(
        "anonymous_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["subscriber.id"], name=op.f("fk_anonymous_user_id_subscriber"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anonymous_user")),
    )
    op.create_index(op.f("ix_anonymous_user_channel_id"), "anonymous_user", ["channel_id"], unique=False)
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("token_epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('ADMIN', 'DEVELOPER', 'USER')", name=op.f("ck_user_role")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_email_lower")),
        sa.ForeignKeyConstraint(["id"], ["subscriber.id"], name=op.f("fk_user_id_subscriber"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "user_variables",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["subscriber.id"], name=op.f("fk_user_variables_user_id_subscriber"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_variables")),
    )
    op.create_table(
        "bot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("first_step_id", sa.Uuid(), nullable=True),
        sa.Column(
            "variables", postgresql.JSON(astext_type=sa.Text()), server_default=sa.text("'{}'::json"), nullable=False
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["subscriber.id"], name=op.f("fk_bot_id_subscriber"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_bot_owner_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot")),
    )
    op.create_index("ix_bot_owner_id_id", "bot", ["owner_id", "id"], unique=False)
    op.create_table(
        "bot_access",
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint("role IN ('viewer', 'editor')", name=op.f("ck_bot_access_role")),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_bot_access_bot_id_bot"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_bot_access_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bot_id", "user_id", name=op.f("pk_bot_access")),
    )
    op.create_index(op.f("ix_bot_access_user_id"), "bot_access", ["user_id"], unique=False)
    op.create_table(
        "bot_change",
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("changes", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_bot_change_author_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_bot_change_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bot_id", "version", name=op.f("pk_bot_change")),
    )
    op.create_table(
        "bot_source_ids",
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("ids", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_bot_source_ids_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_bot_source_ids")),
    )
    op.create_table(
        "bot_variables",
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column(
            "data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_bot_variables_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_bot_variables")),
    )
    op.create_table(
        "credential_entity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("provider", sa.String(length=100), nullable=False),
        sa.Column("strategy", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["bot_id"], ["bot.id"], name=op.f("fk_credential_entity_bot_id_bot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_entity")),
    )
    op.create_index("ix_credential_entity_bot_id_ordinal", "credential_entity", ["bot_id", "ordinal"], unique=False)
    op.create_table(
        "emitter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("message", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("send_at_text", sa.String(length=50), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_emitter_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emitter")),
    )
    op.create_index("ix_emitter_bot_id_ordinal", "emitter", ["bot_id", "ordinal"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_note_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_bot_id_ordinal", "note", ["bot_id", "ordinal"], unique=False)
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("request_url", sa.Text(), nullable=False),
        sa.Column("url_params", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("params", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("headers", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("json_field", postgresql.JSON(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("data", postgresql.JSON(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("attachments", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("proxies", postgresql.JSON(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_request_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index("ix_request_bot_id_ordinal", "request", ["bot_id", "ordinal"], unique=False)
    op.create_table(
        "revision",
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("comment", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_revision_author_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_revision_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bot_id", "number", name=op.f("pk_revision")),
    )
    op.create_table(
        "step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("is_proxy", sa.Boolean(), nullable=False),
        sa.Column("timeout_after", sa.Double(), nullable=True),
        sa.Column("timeout_step_id", sa.Uuid(), nullable=True),
        sa.Column("position", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("message", postgresql.JSON(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("preset_id", sa.String(length=255), nullable=True),
        sa.Column("preset_icon_s3_key", sa.String(length=1024), nullable=True),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_step_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    op.create_index("ix_step_bot_id_ordinal", "step", ["bot_id", "ordinal"], unique=False)
    op.create_table(
        "template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("inputs", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("outputs", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("variables", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("first_step_id", sa.Uuid(), nullable=True),
        sa.Column("steps", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_template_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
    )
    op.create_index("ix_template_bot_id_ordinal", "template", ["bot_id", "ordinal"], unique=False)
    op.create_table(
        "widget",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("css", sa.Text(), nullable=False),
        sa.Column("js", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_widget_bot_id_bot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_widget")),
    )
    op.create_index("ix_widget_bot_id_ordinal", "widget", ["bot_id", "ordinal"], unique=False)
    op.create_table(
        "connection_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("search_type", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("integration_id", sa.String(length=255), nullable=True),
        sa.Column(
            "integration_config",
            postgresql.JSON(astext_type=sa.Text()),
            server_default=sa.text("'{}'::json"),
            nullable=False,
        ),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.Column(
            "variables", postgresql.JSON(astext_type=sa.Text()), server_default=sa.text("'[]'::json"), nullable=False
        ),
        sa.CheckConstraint(
            "search_type IN ('message', 'response', 'code', 'integration')",
            name=op.f("ck_connection_group_search_type"),
        ),
        sa.ForeignKeyConstraint(
            ["bot_id"], ["bot.id"], name=op.f("fk_connection_group_bot_id_bot"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["step.id"], name=op.f("fk_connection_group_step_id_step"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_group")),
    )
    op.create_index("ix_connection_group_bot_id_ordinal", "connection_group", ["bot_id", "ordinal"], unique=False)
    op.create_index(op.f("ix_connection_group_step_id"), "connection_group", ["step_id"], unique=False)
    op.create_table(
        "cron",
        sa.Column("emitter_id", sa.Uuid(), nullable=False),
        sa.Column("schedule", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["emitter_id"], ["emitter.id"], name=op.f("fk_cron_emitter_id_emitter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("emitter_id", name=op.f("pk_cron")),
    )
    op.create_table(
        "template_instance",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("inputs_mapping", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("outputs_mapping", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["bot_id"], ["bot.id"], name=op.f("fk_template_instance_bot_id_bot"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["step.id"], name=op.f("fk_template_instance_step_id_step"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["template.id"], name=op.f("fk_template_instance_template_id_template"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_template_instance")),
    )
    op.create_index("ix_template_instance_bot_id", "template_instance", ["bot_id"], unique=False)
    op.create_index(op.f("ix_template_instance_template_id"), "template_instance", ["template_id"], unique=False)
    op.create_table(
        "connection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rules", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("filters", postgresql.JSON(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("next_step_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_connection_bot_id_bot"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["connection_group.id"],
            name=op.f("fk_connection_group_id_connection_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
    )
    op.create_index("ix_connection_bot_id_ordinal", "connection", ["bot_id", "ordinal"], unique=False)
    op.create_index(op.f("ix_connection_group_id"), "connection", ["group_id"], unique=False)
    op.execute(PUT)
    op.execute(APPLY)


def downgrade() -> None:
    op.execute("DROP FUNCTION dbcv_apply_changes(jsonb, jsonb)")
    op.execute("DROP FUNCTION dbcv_put(jsonb, text[], text, jsonb)")
    op.drop_index(op.f("ix_connection_group_id"), table_name="connection")
    op.drop_index("ix_connection_bot_id_ordinal", table_name="connection")
    op.drop_table("connection")
    op.drop_index(op.f("ix_template_instance_template_id"), table_name="template_instance")
    op.drop_index("ix_template_instance_bot_id", table_name="template_instance")
    op.drop_table("template_instance")
    op.drop_table("cron")
    op.drop_index(op.f("ix_connection_group_step_id"), table_name="connection_group")
    op.drop_index("ix_connection_group_bot_id_ordinal", table_name="connection_group")
    op.drop_table("connection_group")
    op.drop_index("ix_widget_bot_id_ordinal", table_name="widget")
    op.drop_table("widget")
    op.drop_index("ix_template_bot_id_ordinal", table_name="template")
    op.drop_table("template")
    op.drop_index("ix_step_bot_id_ordinal", table_name="step")
    op.drop_table("step")
    op.drop_table("revision")
    op.drop_index("ix_request_bot_id_ordinal", table_name="request")
    op.drop_table("request")
    op.drop_index("ix_note_bot_id_ordinal", table_name="note")
    op.drop_table("note")
    op.drop_index("ix_emitter_bot_id_ordinal", table_name="emitter")
    op.drop_table("emitter")
    op.drop_index("ix_credential_entity_bot_id_ordinal", table_name="credential_entity")
    op.drop_table("credential_entity")
    op.drop_table("bot_variables")
    op.drop_table("bot_source_ids")
    op.drop_table("bot_change")
    op.drop_index(op.f("ix_bot_access_user_id"), table_name="bot_access")
    op.drop_table("bot_access")
    op.drop_index("ix_bot_owner_id_id", table_name="bot")
    op.drop_table("bot")
    op.drop_table("user_variables")
    op.drop_table("user")
    op.drop_index(op.f("ix_anonymous_user_channel_id"), table_name="anonymous_user")
    op.drop_table("anonymous_user")
    op.drop_table("subscriber")
    op.drop_index(op.f("ix_login_attempt_window_ends_at"), table_name="login_attempt")
    op.drop_table("login_attempt")
