"""`dbcv import FILE` and `dbcv export BOT`: bot documents in and out of the database, with the operator's rights."""

import asyncio
import sys
from pathlib import Path

from dbcv.domains.accounts.service import account_for_operator
from dbcv.domains.bots.document import Format
from dbcv.domains.bots.service import find_for_operator
from dbcv.entrypoints.wiring import make_bots
from dbcv.kit.db import Database
from dbcv.kit.errors import OperatorError
from dbcv.kit.settings import load_settings


def import_file(file: Path, owner: str = "") -> None:
    """Make a bot of a file. `owner` is an e-mail; without it, the first account. Raises Invalid with every problem."""
    print(asyncio.run(_import(file.read_bytes(), _format_of(file), owner)))


def export_bot(bot: str, output: Path | None = None) -> None:
    """Write the draft of a bot, named by its id or its name, to a file or the console (YAML). Raises OperatorError."""
    format = _format_of(output) if output else "yaml"
    text = asyncio.run(_export(bot, format))
    if output:
        _write(output, text)
    else:
        sys.stdout.write(text)


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"{output} cannot be written: {error.strerror}. Name another file with -o") from error


def _format_of(file: Path) -> Format:
    return "json" if file.suffix.lower() == ".json" else "yaml"


async def _import(data: bytes, format: Format, owner: str) -> str:
    db = _database()
    try:
        account = await account_for_operator(db, owner)
        made = await make_bots(db).import_document(account.id, data, format)
    finally:
        await db.close()
    warnings = "".join(f"\n  {problem.path}: {problem.message} {problem.hint}" for problem in made.problems)
    row = made.bot.row
    return f'Bot "{row.name}" of {account.email}: {row.id}{warnings}'


async def _export(bot: str, format: Format) -> str:
    db = _database()
    try:
        row = await find_for_operator(db, bot)
        return await make_bots(db).export(row.owner_id, row.id, format)
    finally:
        await db.close()


def _database() -> Database:
    return Database.connect(load_settings().database_url, pool_size=1, max_overflow=1)
