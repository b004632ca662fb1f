"""`dbcv up` as a user meets it: first and second start, and each way it must refuse, with words that help."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from dbcv.kit.processes import is_alive, wait_until
from tests.product import Product


def refused(product: Product) -> str:
    """Tries to start; what it says when it refuses."""
    done = subprocess.run(
        [sys.executable, "-m", "dbcv.entrypoints.cli", "up"],
        env=product._environment(),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def ready(product: Product) -> int:
    with urllib.request.urlopen(f"{product.url}/health/ready", timeout=10) as answer:
        return int(answer.status)


def test_from_nothing_to_running_and_once_more(home: Path) -> None:
    product = Product(home, DBCV_ADMIN_PASSWORD="")
    with product:
        assert ready(product) == 200
        output = product.output()
        assert product.url.replace("127.0.0.1", "localhost") in output
        password = re.search(r"password (\S+)", output)
        assert password
        assert "Ctrl-C" in output
    secrets = home / "secrets.json"
    kept = secrets.read_text()
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert not home.stat().st_mode & 0o007
    for path in home.rglob("*"):
        assert path.name == "VERSION" or password[1] not in _text(path), path

    offset = len(product.log.read_bytes())
    began = time.monotonic()
    with product:
        seconds = time.monotonic() - began
        assert ready(product) == 200
        assert "password" not in product.output(offset)
    print(f"second start: {seconds:.1f} s")
    assert secrets.read_text() == kept
    assert "Preparing" not in product.output(offset)


def _text(path: Path) -> str:
    return path.read_bytes().decode("latin-1") if path.is_file() and "postgres" not in path.parts else ""


def test_a_hard_kill_leaves_nothing_that_a_new_start_stumbles_over(home: Path) -> None:
    product = Product(home)
    with product:
        pids = [*product.pids().values(), product.service_pid("postgres"), product.service_pid("valkey")]
        product.stop(signal.SIGKILL)
        product.start()
        assert ready(product) == 200
        assert wait_until(lambda: not any(is_alive(pid) for pid in pids), 5.0)


def test_two_on_one_data_folder(product: Product) -> None:
    second = Product(product.home)
    said = refused(second)
    assert f"process {product.process.pid}" in said
    assert "DBCV_HOME" in said
    assert f"процесс {product.process.pid}" in refused(Product(product.home, LC_ALL="ru_RU.UTF-8"))
    assert ready(product) == 200


def test_a_taken_port_is_said_before_anything_is_started(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        product = Product(home)
        product.environment["DBCV_PORT"] = str(taken.getsockname()[1])
        said = refused(product)
        product.environment["LC_ALL"] = "ru_RU.UTF-8"
        russian = refused(product)
    assert "is taken" in said
    assert "DBCV_PORT=" in said
    assert "dbcv не запускается: порт" in russian and "DBCV_PORT=" in russian
    assert not (home / "postgres").exists()


def test_a_port_and_other_settings_that_cannot_be(home: Path) -> None:
    assert "DBCV_PORT" in refused(Product(home, DBCV_PORT="70000"))
    assert "nothing can listen" in refused(Product(home, DBCV_HOST="192.0.2.1"))
    assert "SECRET_KEY" in refused(Product(home, DBCV_ENVIRONMENT="production"))
    assert not (home / "postgres").exists()


@pytest.mark.parametrize(
    "newer",
    [
        {"format": 99, "postgresql": 18, "schema": "", "dbcv": "9.9"},
        {"format": 1, "postgresql": 99, "schema": "", "dbcv": "9.9"},
        {"format": 1, "postgresql": 18, "schema": "of the future", "dbcv": "9.9"},
    ],
)
def test_a_data_folder_of_a_newer_version_is_not_touched(home: Path, newer: dict[str, object]) -> None:
    home.mkdir()
    (home / "VERSION").write_text(json.dumps(newer))
    said = refused(Product(home))
    assert "newer version of dbcv (9.9)" in said
    assert "более новая версия dbcv (9.9)" in refused(Product(home, LC_ALL="ru_RU.UTF-8"))
    assert not (home / "postgres").exists()


def test_a_database_of_another_postgresql_is_not_touched(home: Path) -> None:
    (home / "postgres").mkdir(parents=True)
    (home / "postgres" / "PG_VERSION").write_text("12\n")
    assert "PostgreSQL 12" in refused(Product(home))


def test_a_version_file_somebody_broke(home: Path) -> None:
    home.mkdir()
    (home / "VERSION").write_text("{")
    assert "VERSION cannot be read" in refused(Product(home))


def test_a_database_address_that_leads_nowhere(home: Path) -> None:
    product = Product(home, DATABASE_URL="postgresql://dbcv@127.0.0.1:1/dbcv")
    assert "the database could not be prepared" in refused(product)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "DBCV_HOME" in refused(Product(tmp_path / "file" / "home"))


def test_help_lists_every_variable() -> None:
    from dbcv.kit.settings import describe

    environment = os.environ | {"COLUMNS": "200"}
    shown = subprocess.run(
        [sys.executable, "-m", "dbcv.entrypoints.cli", "up", "--help"],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    ).stdout
    for name in ("DBCV_HOME", "DATABASE_URL", "SECRET_BOX_KEY", "S3_ENDPOINT", "DBCV_SHARDS"):
        assert name in shown
    assert all(name in shown for name, _ in describe())
