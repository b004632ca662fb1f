"""Settings: from the environment, `.env` and the data folder; secrets made once, safely."""

import json
import stat
import threading
from pathlib import Path

import pytest

from dbcv.kit import settings as settings_module
from dbcv.kit.settings import SettingsError, describe, ensure_secrets, load_settings, read_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, _ in describe():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_need_nothing() -> None:
    settings = read_settings()
    assert (settings.host, settings.port, settings.shards) == ("127.0.0.1", 8003, 4)
    assert settings.home == Path.cwd() / ".dbcv"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("DBCV_PORT=9001\nDBCV_HOST=0.0.0.0\nDBCV_ALLOWED_HOSTS= a.lan, 10.0.0.1 ,\n")
    monkeypatch.setenv("DBCV_PORT", "9002")
    settings = read_settings()
    assert (settings.port, settings.host, settings.allowed_hosts) == (9002, "0.0.0.0", ("a.lan", "10.0.0.1"))


def test_every_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBCV_PORT", "x")
    monkeypatch.setenv("DBCV_SHARDS", "0")
    with pytest.raises(SettingsError, match=r"DBCV_PORT.*DBCV_SHARDS"):
        read_settings()


def test_no_services_and_no_address_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="dbcv up"):
        load_settings(home=tmp_path)


def test_addresses_of_the_embedded_services_are_found(tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text(json.dumps({"database_url": "postgresql://x", "redis_url": "unix://y"}))
    assert load_settings(home=tmp_path).redis_url == "unix://y"
    assert load_settings(home=tmp_path, redis_url="redis://own").redis_url == "redis://own"


def test_secrets_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first = ensure_secrets(read_settings(home=tmp_path / "new"))
    assert ensure_secrets(read_settings(home=tmp_path / "new")) == first
    assert len(first["secret_key"]) >= 43
    assert stat.S_IMODE((tmp_path / "new" / "secrets.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secrets.json"]


def test_processes_that_race_for_the_secrets_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings(home=tmp_path)
    numbers = iter(range(10_000))
    monkeypatch.setattr(settings_module.os, "getpid", lambda: next(numbers))
    found: list[dict[str, str]] = []
    threads = [threading.Thread(target=lambda: found.append(ensure_secrets(settings))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({json.dumps(secrets) for secrets in found}) == 1


def test_production_makes_up_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        ensure_secrets(read_settings(home=tmp_path, environment="production"))
    given = read_settings(home=tmp_path, environment="production", secret_key="a" * 32, secret_box_key="b" * 43)
    assert ensure_secrets(given) == {}
    assert list(tmp_path.iterdir()) == []


def test_secrets_do_not_show_in_a_print() -> None:
    keys = {"secret_key": "hush-1" * 6, "secret_box_key": "hush-2" + "x" * 37}
    shown = repr(read_settings(**keys, admin_password="hush-3"))
    assert "hush" not in shown


def test_a_broken_secrets_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("[")
    with pytest.raises(SettingsError, match=r"secrets\.json"):
        ensure_secrets(read_settings(home=tmp_path))


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [
        ("DATABASE_URL", "mysql://a/b", "postgresql://"),
        ("DATABASE_URL", "nonsense", "postgresql://"),
        ("DATABASE_URL", "postgresql://a:b@host:port/x", "ort"),
        ("REDIS_URL", "foo", "redis://"),
    ],
)
def test_addresses_of_something_else_are_refused(
    variable: str, value: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"{variable}.*{word}"):
        read_settings()


def test_nothing_is_written_where_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.internal/dbcv")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(SettingsError, match="start `dbcv up`, or set REDIS_URL"):
        load_settings(home=tmp_path / "new")
    assert not (tmp_path / "new").exists()
