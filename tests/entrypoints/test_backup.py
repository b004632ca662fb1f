"""Everything as one file, taken while messages flow, put back elsewhere: nothing accepted before it is missing."""

import json
import os
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dbcv.entrypoints.backup_file import BackupReader, BackupWriter, Manifest
from dbcv.kit.errors import OperatorError
from tests.product import Product

MANIFEST = Manifest("0.1.0", "abc", 18, "2026-01-01T00:00:00Z")


def written(file: Path, **members: bytes) -> Path:
    with file.open("wb") as out:
        writer = BackupWriter(out, MANIFEST)
        for name, content in members.items():
            writer.add(name, content)
        writer.end()
    return file


def test_a_backup_reads_as_it_was_written(tmp_path: Path) -> None:
    members = {"keys.json": b"{}", "files/a/b/00000000": b"1", "files/a/b/00000001": b"2", "files/c/00000000": b""}
    reader = BackupReader(written(tmp_path / "b.tar", **members))
    assert reader.check() == MANIFEST
    assert reader.read("keys.json") == b"{}"
    assert [(key, b"".join(chunks)) for key, chunks in reader.files()] == [("a/b", b"12"), ("c", b"")]


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:2_000])


def changed(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"hello", b"hullo"))


def without_end(file: Path) -> None:
    with tarfile.open(file) as old:
        names = [member for member in old if member.name != "SHA256SUMS"]
        kept = [(member, old.extractfile(member).read()) for member in names]  # type: ignore[union-attr]
    import io

    with tarfile.open(file, "w") as new:
        for member, content in kept:
            new.addfile(member, io.BytesIO(content))


def something_else(file: Path) -> None:
    file.write_bytes(b"not a tar at all" * 100)


@pytest.mark.parametrize("harm", [cut_off, changed, without_end, something_else])
def test_a_damaged_backup_is_found_out_before_anything_happens(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    file = written(tmp_path / "b.tar", **{"keys.json": b"{}", "database/00000000": b"hello" * 500})
    harm(file)
    with pytest.raises(OperatorError, match="Nothing was touched"):
        BackupReader(file).check()


def dbcv(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBCV_", "DATABASE", "REDIS"))}
    return subprocess.run(
        [sys.executable, "-m", "dbcv.entrypoints.cli", *arguments],
        env=kept | {"DBCV_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=100,
    )


class Talker(threading.Thread):
    """Sends one message after the other, and remembers which were accepted when."""

    def __init__(self, product: Product, token: str, channel: str) -> None:
        super().__init__(daemon=True)
        self.accepted: list[tuple[float, str]] = []
        self.ended = threading.Event()
        self._http = httpx2.Client(base_url=product.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self._channel = channel

    def run(self) -> None:
        while not self.ended.is_set():
            answer = self._http.post("/api/v1/messages", json={"channel_id": self._channel, "text": "hi"})
            if answer.status_code == 202:
                self.accepted.append((time.monotonic(), answer.json()["message"]["id"]))
            time.sleep(0.02)


def log_in(product: Product) -> tuple[str, str]:
    form = {"username": product.email, "password": product.password}
    token = httpx2.post(f"{product.url}/api/v1/login/access-token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    channels = httpx2.get(f"{product.url}/api/v1/channels", headers=headers).json()["items"]
    return token, channels[0]["id"]


@pytest.mark.timeout(240)
def test_taken_under_load_and_put_back_elsewhere(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "all.dbcv"
    with Product() as product:
        token, channel = log_in(product)
        headers = {"Authorization": f"Bearer {token}"}
        wish = {"bot_id": first_bot(product, headers), "name": "CRM", "secret": {"api_key": "hush-hush-key"}}
        made = httpx2.post(f"{product.url}/api/v1/credentials", json=wish, headers=headers)
        assert made.status_code == 201, made.text
        (product.home / "files" / "probe").mkdir(parents=True, exist_ok=True)
        (product.home / "files" / "probe" / "big").write_bytes(bytes(range(256)) * 40_000)
        talker = Talker(product, token, channel)
        talker.start()
        time.sleep(1.0)
        began = time.monotonic()
        done = dbcv(product.home, "backup", str(file))
        ended = time.monotonic()
        talker.ended.set()
        talker.join()
        assert done.returncode == 0, done.stderr
        assert any(began < moment < ended for moment, _ in talker.accepted), "messages were accepted meanwhile"
        again = dbcv(product.home, "backup", str(file))
    assert (again.returncode, "not written over" in again.stderr) == (1, True)
    assert file.stat().st_mode & 0o777 == 0o600
    before = [message_id for moment, message_id in talker.accepted if moment < began]
    check_restored(file, home, set(before), channel, made.json()["id"])


def first_bot(product: Product, headers: dict[str, str]) -> str:
    bots = httpx2.get(f"{product.url}/api/v1/bots", headers=headers).json()["items"]
    return str(bots[0]["id"])


def check_restored(file: Path, home: Path, before: set[str], channel: str, credential_id: str) -> None:
    with Product(home) as copy:  # begun from nothing: with keys of its own
        copy.stop()
        refused = dbcv(copy.home, "restore", str(file))
        assert (refused.returncode, "--force" in refused.stderr) == (1, True)
        restored = dbcv(copy.home, "restore", str(file), "--force")
        assert restored.returncode == 0, restored.stderr
        copy.start()
        token, _ = log_in(copy)
        with httpx2.Client(base_url=f"{copy.url}/api/v1", headers={"Authorization": f"Bearer {token}"}) as http:
            assert before <= said_in(http, channel)
            wish = {"channel_id": channel, "text": "hello again"}
            answer = http.post("/messages", json=wish, headers={"Prefer": "wait=20"}, timeout=40)
            assert (answer.status_code, bool(answer.json()["replies"])) == (200, True)
            assert http.get(f"/credentials/{credential_id}").json()["is_readable"]
        assert (copy.home / "files" / "probe" / "big").read_bytes() == bytes(range(256)) * 40_000


def said_in(http: httpx2.Client, channel: str) -> set[str]:
    found: set[str] = set()
    cursor: str | None = None
    while True:
        query: dict[str, Any] = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        page = http.get(f"/channels/{channel}/messages", params=query).json()
        found |= {message["id"] for message in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "b.tar", **{"keys.json": json.dumps({}).encode()})
    done = dbcv(tmp_path / "home", "restore", str(file))
    assert done.returncode == 1
    assert "a newer version of dbcv" in done.stderr
    assert not (tmp_path / "home").exists()
