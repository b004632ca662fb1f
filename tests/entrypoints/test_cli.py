"""What commands say when they cannot do it: one line, in the operator's language, with what to do; never a trace."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dbcv.entrypoints.cli import app


@pytest.fixture
def alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder where nothing runs."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECRET_BOX_KEY", "DBCV_ENVIRONMENT", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DBCV_HOME", str(home))
    home.mkdir(mode=0o700)
    return home


def told(*arguments: str, language: str = "en") -> str:
    """What a command that cannot do it says on its last line."""
    done = CliRunner().invoke(app, list(arguments), env={"LC_ALL": language})
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)
    return done.output.strip().splitlines()[-1]


@pytest.mark.parametrize("command", [("export", "Greeter"), ("credentials", "rotate"), ("migrate",)])
def test_nothing_runs(alone: Path, command: tuple[str, ...]) -> None:
    assert "start `dbcv up`, or set DATABASE_URL, REDIS_URL" in told(*command)
    assert "запустите `dbcv up` или задайте DATABASE_URL, REDIS_URL" in told(*command, language="ru_RU.UTF-8")


@pytest.mark.parametrize("command", [("export", "Greeter"), ("migrate",)])
def test_what_ran_was_killed(alone: Path, command: tuple[str, ...]) -> None:
    """`services.json` of the killed run still names its addresses."""
    gone = {"database_url": f"postgresql://dbcv@/dbcv?host={alone}/run", "redis_url": f"unix://{alone}/run/valkey"}
    (alone / "services.json").write_text(json.dumps(gone))
    assert "dbcv up" in told(*command)


def test_a_wrong_setting_in_russian(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBCV_PORT", "none")
    assert told("export", "Greeter", language="ru").startswith("dbcv: настройки неверны: DBCV_PORT")
