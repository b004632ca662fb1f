"""The doctor finds what is broken on purpose, says how to mend it in both languages, and changes nothing."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dbcv.entrypoints import doctor, migrate
from tests.product import Product


def told(home: Path, *options: str, **environment: str) -> tuple[int, str]:
    """(exit code, what it said)."""
    product = Product(home, **environment)
    done = subprocess.run(
        [sys.executable, "-m", "dbcv.entrypoints.cli", "doctor", *options],
        env=product._environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def errors() -> list[str]:
    return [f"{finding.text.en} -> {finding.mend.en}" for finding in doctor.diagnose() if finding.state == "error"]


@pytest.fixture
def sick(home: Path, monkeypatch: pytest.MonkeyPatch):
    """An installation to break, looked at in this process."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECRET_BOX_KEY", "DBCV_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DBCV_HOME", str(home))
    monkeypatch.setenv("DBCV_PORT", str(Product(home).port))
    monkeypatch.setattr(doctor, "_pages", lambda *_: iter(()))
    monkeypatch.setattr(doctor, "CHECKS", tuple(c for c in doctor.CHECKS if c.__name__ != "_pages"))
    home.mkdir(mode=0o700)
    return home


def test_a_healthy_one_in_both_languages(sick: Path) -> None:
    assert errors() == []
    assert "PostgreSQL" in told(sick, "--lang", "en")[1]
    assert "свободно" in told(sick, "--lang", "ru")[1]
    assert "свободно" in told(sick, LC_ALL="ru_RU.UTF-8", PYTHONIOENCODING="utf-8")[1]
    assert list(sick.iterdir()) == []


def test_a_running_one(product: Product) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dbcv.entrypoints.cli", "doctor", "--lang", "en"],
        env=product._environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "`dbcv up` is running" in done.stdout
    assert "the database answers" in done.stdout
    assert "the broker answers" in done.stdout


def test_folders_and_secrets_open_to_others(sick: Path) -> None:
    sick.chmod(0o755)
    (sick / "secrets.json").write_text("{}")
    (sick / "secrets.json").chmod(0o644)
    found = "\n".join(errors())
    assert "chmod o-rwx" in found
    assert "chmod 600" in found


def test_a_folder_that_cannot_be_made_and_a_file_in_its_place(sick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBCV_HOME", str(sick / "not" / "there"))
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        assert any(f"cannot be made in {sick}" in found for found in errors())
    file = sick / "a file"
    file.touch()
    monkeypatch.setenv("DBCV_HOME", str(file))
    assert any("is no folder" in found for found in errors())


@pytest.mark.parametrize("held", ["{bro", "{}", "[]"])
def test_keys_that_are_gone(sick: Path, held: str) -> None:
    (sick / "secrets.json").write_text(held)
    (sick / "secrets.json").chmod(0o600)
    assert ["take it from a backup" in found for found in errors()] == [True]


def test_a_wrong_key_is_shown_with_fresh_ones(sick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_BOX_KEY", "abc")
    assert "fresh ones: SECRET_KEY=" in errors()[0]


def test_wrong_settings(sick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBCV_PORT", "no")
    assert "DBCV_PORT" in errors()[0]


def test_production_without_secrets_and_with_weak_ones(sick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBCV_ENVIRONMENT", "production")
    assert "SECRET_KEY=" in errors()[0]
    monkeypatch.setenv("SECRET_KEY", "short")
    monkeypatch.setenv("SECRET_BOX_KEY", "x" * 43)
    assert "SECRET_KEY: needs 32 characters" in errors()[0]


def test_a_taken_port(sick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("DBCV_PORT", str(taken.getsockname()[1]))
        assert "taken" in errors()[0]


def test_a_full_disk_and_a_newer_version(sick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.DataFolder, "free_bytes", lambda self: 1)
    (sick / "VERSION").write_text('{"format": 99, "postgresql": 18, "schema": "", "dbcv": "9.9"}')
    found = "\n".join(errors())
    assert "is full: 0 MB are free, 300 MB are needed" in found
    assert "newer version" in found


def test_missing_programs(sick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dbcv.kit.local_valkey.program", lambda: Path("/nowhere/valkey"))
    assert "Valkey" in errors()[0]


def test_services_of_your_own_that_do_not_answer(sick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://dbcv@127.0.0.1:1/dbcv")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    found = "\n".join(errors())
    assert "DATABASE_URL" in found
    assert "REDIS_URL" in found


def test_a_schema_of_another_version(sick: Path, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    assert errors() == []
    monkeypatch.setattr(migrate, "head_revision", lambda: "another")
    assert "dbcv migrate" in errors()[0]


def test_what_a_killed_run_left(sick: Path) -> None:
    from dbcv.kit.processes import birth_mark

    (sick / "pids.json").write_text(f'{{"worker": [{os.getpid()}, "{birth_mark(os.getpid())}"]}}')
    left = [finding for finding in doctor.diagnose() if finding.state == "warning"]
    assert "worker" in left[0].text.en
