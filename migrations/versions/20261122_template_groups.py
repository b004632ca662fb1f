"""Template groups: libraries of templates that belong to no bot; copies in bots remember what they are copies of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a41c77e0d9b2"
down_revision = "5ab2c7d1e9f0"
branch_labels = None
depends_on = None

_NEW_COLUMNS = (
    "group_id",
    "description",
    "requests",
    "widgets",
    "credentials",
    "templates",
    "origins",
    "uses",
    "version",
    "source_template_id",
    "source_version",
    "source_digest",
    "created_at",
    "updated_at",
)


def upgrade() -> None:
    _make_groups()
    op.alter_column("template", "bot_id", nullable=True)
    op.alter_column("template", "ordinal", server_default=sa.text("0"))
    op.add_column("template", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.add_column("template", sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False))
    for name, empty in (
        ("requests", "[]"),
        ("widgets", "[]"),
        ("credentials", "[]"),
        ("templates", "[]"),
        ("origins", "{}"),
    ):
        default = sa.text(f"'{empty}'::json")
        op.add_column(
            "template",
            sa.Column(name, postgresql.JSON(astext_type=sa.Text()), server_default=default, nullable=False),
        )
    op.add_column(
        "template", sa.Column("uses", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("template", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("template", sa.Column("source_template_id", sa.Uuid(), nullable=True))
    op.add_column("template", sa.Column("source_version", sa.Integer(), nullable=True))
    op.add_column("template", sa.Column("source_digest", sa.String(length=64), nullable=True))
    for name in ("created_at", "updated_at"):
        op.add_column(
            "template",
            sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        )
    _link()


def _make_groups() -> None:
    op.create_table(
        "template_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_template_group_owner_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_group")),
    )
    op.create_index("ix_template_group_owner_id_id", "template_group", ["owner_id", "id"], unique=False)
    op.create_table(
        "template_group_access",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint("role IN ('viewer', 'editor')", name=op.f("ck_template_group_access_role")),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["template_group.id"],
            name=op.f("fk_template_group_access_group_id_template_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_template_group_access_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_template_group_access")),
    )
    op.create_index(op.f("ix_template_group_access_user_id"), "template_group_access", ["user_id"], unique=False)


def _link() -> None:
    op.create_foreign_key(
        op.f("fk_template_group_id_template_group"),
        "template",
        "template_group",
        ["group_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_foreign_key(
        op.f("fk_template_source_template_id_template"),
        "template",
        "template",
        ["source_template_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint(op.f("ck_template_home"), "template", "num_nonnulls(bot_id, group_id) = 1")
    op.create_index("ix_template_group_id_id", "template", ["group_id", "id"], unique=False)
    op.create_index("ix_template_uses", "template", ["uses"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_template_source_template_id"), "template", ["source_template_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM template WHERE bot_id IS NULL")
    op.drop_constraint(op.f("ck_template_home"), "template")
    for name in _NEW_COLUMNS:
        op.drop_column("template", name)
    op.alter_column("template", "ordinal", server_default=None)
    op.alter_column("template", "bot_id", nullable=False)
    op.drop_table("template_group_access")
    op.drop_table("template_group")
