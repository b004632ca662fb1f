"""`dbcv import`, `dbcv export`, `dbcv user`: as an operator calls them, each a process of its own."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dbcv.domains.accounts import service
from dbcv.kit.db import Database
from dbcv.kit.errors import Unauthorized
from dbcv.kit.settings import Settings

BOT = {"name": "Привет", "first_step_id": "a", "steps": [{"id": "a", "message": {"text": "hello"}}]}


@pytest.fixture
def dbcv(settings: Settings, tmp_path: Path):
    """Calls the command line over the test's database."""
    names = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    secrets = {"SECRET_KEY": settings.secret_key, "SECRET_BOX_KEY": settings.secret_box_key}
    environment = {"PATH": os.environ["PATH"], "DBCV_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"} | names | secrets

    async def call(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dbcv.entrypoints.cli", *arguments]
        return await asyncio.to_thread(
            subprocess.run,
            command,
            input=stdin,
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            timeout=60,
            check=False,
        )

    return call


async def test_accounts_and_bots_by_command(dbcv, db: Database, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "bot.yaml"
    file.write_text(yaml.safe_dump(BOT, allow_unicode=True))
    nobody = await dbcv("import", str(file))
    assert (nobody.returncode, "There is no account yet" in nobody.stderr) == (1, True), nobody.stderr

    made = await dbcv("user", "create", "Chief@example.com", "--admin", stdin="a good password\n")
    assert made.returncode == 0, made.stderr
    assert (await service.log_in(db, settings, "chief@example.com", "a good password", "here")).text
    twice = await dbcv("user", "create", "chief@example.com", stdin="a good password\n")
    assert (twice.returncode, "exists" in twice.stderr, "Traceback" in twice.stderr) == (1, True, False)

    imported = await dbcv("import", str(file), "--owner", "CHIEF@example.com")
    assert imported.returncode == 0, imported.stderr
    target = tmp_path / "out.json"
    exported = await dbcv("export", "Привет", "--output", str(target))
    assert exported.returncode == 0, exported.stderr
    assert '"hello"' in target.read_text()
    shown = await dbcv("export", "Привет")
    assert yaml.safe_load(shown.stdout)["steps"][0]["message"] == {"text": "hello"}


async def test_a_new_password_by_command(dbcv, db: Database, settings: Settings) -> None:
    await service.create_user(db, "a@example.com", "a", "an old password", "USER")
    token = await service.log_in(db, settings, "a@example.com", "an old password", "here")
    assert (await dbcv("user", "reset-password", "a@example.com", stdin="short\n")).returncode == 1
    changed = await dbcv("user", "reset-password", "A@example.com", stdin="a new password\n")
    assert changed.returncode == 0, changed.stderr
    assert (await service.log_in(db, settings, "a@example.com", "a new password", "here")).text
    with pytest.raises(Unauthorized):
        await service.Authenticator(db, settings.secret_key).principal_for(token.text)


async def test_mistakes_are_told_in_lines(dbcv, db: Database, tmp_path: Path) -> None:
    await service.create_user(db, "a@example.com", "a", "a good password", "ADMIN")
    file = tmp_path / "bot.yaml"
    file.write_text(yaml.safe_dump(BOT | {"first_step_id": "nowhere", "nam": "x"}))
    refused = await dbcv("import", str(file))
    assert refused.returncode == 1
    assert "nam" in refused.stderr
    assert "nowhere" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (await dbcv("export", "nothing")).returncode == 1
