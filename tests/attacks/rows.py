"""How many rows every table holds: what a refusal must not change."""

from sqlalchemy import text

from dbcv.kit.db import Database

COUNTED_ANYWAY = {"login_attempt", "alembic_version"}
"""What counts tries, and what no call touches."""


async def counted(db: Database) -> dict[str, int]:
    """{table: rows} of the whole schema."""
    async with db.read() as session:
        names = (await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).all()
        wanted = sorted(set(names) - COUNTED_ANYWAY)
        return {name: await session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in wanted}
