"""The embedded services: rights, long paths, ordinary users, full disks, leftovers with confusing numbers."""

import errno
import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from dbcv.kit import data_folder, local_postgres, local_valkey, service_user
from dbcv.kit.data_folder import DataFolder, DataFolderError
from dbcv.kit.local_postgres import SUPERUSER, LocalPostgres
from dbcv.kit.local_services import LocalServices, start_in
from dbcv.kit.processes import RunAs, own_identity


async def test_durability_is_on_and_only_sockets_listen(home: Path) -> None:
    services = start_in(home)
    try:
        connection = await asyncpg.connect(services.addresses()["database_url"])
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await connection.fetchval(f"SHOW {name}") == "on"
        assert await connection.fetchval("SHOW listen_addresses") == ""
        assert await connection.fetchval("SELECT usesuper FROM pg_user WHERE usename = current_user") is False
        assert await connection.fetchval("SELECT lower('ПРИВЕТ') = 'привет'")
        await connection.close()
    finally:
        services.stop()


def test_only_the_owner_can_reach_the_sockets(home: Path) -> None:
    services = start_in(home)
    try:
        sockets = [Path(s.socket) if hasattr(s, "socket") else s.sockets / ".s.PGSQL.5432" for s in services.services]
        for path in sockets:
            assert stat.S_ISSOCK(path.stat().st_mode)
            assert not path.stat().st_mode & 0o077
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        services.stop()


def test_a_long_path_gets_a_short_socket_folder_that_is_found_again(home: Path) -> None:
    deep = home / ("long" * 30)
    for _ in range(2):
        services = start_in(deep)
        folder = next(s.sockets for s in services.services if isinstance(s, LocalPostgres))
        services.stop()
        assert len(str(folder)) < 60
    assert str(folder) == (deep / "sockets").read_text()
    shutil.rmtree(folder)
    start_in(deep).stop()
    moved = Path((deep / "sockets").read_text())
    assert moved.exists()
    shutil.rmtree(moved)


def test_a_remembered_folder_that_others_can_enter_is_not_trusted(home: Path, tmp_path: Path) -> None:
    folder = DataFolder(home / ("long" * 30))
    folder.make()
    planted = tmp_path / "planted"
    planted.mkdir(mode=0o777)
    planted.chmod(0o777)
    folder.sockets_file.write_text(str(planted))
    chosen = folder.socket_folder(own_identity())
    assert chosen != planted
    chosen.rmdir()


@pytest.mark.parametrize("free_bytes", [0, data_folder.MIN_FREE_BYTES_FIRST - 1])
def test_a_full_disk_is_said_before_anything_is_started(home: Path, monkeypatch, free_bytes: int) -> None:
    folder = DataFolder(home)
    folder.make()
    monkeypatch.setattr(DataFolder, "free_bytes", lambda self: free_bytes)
    with pytest.raises(DataFolderError, match=r"disk of .* is full"):
        folder.check_space()


def test_a_disk_without_room_for_a_number_is_said_too(home: Path, monkeypatch) -> None:
    folder = DataFolder(home)
    folder.make()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(DataFolderError, match="No space left on device"):
            folder.lock()
        patch.setattr(DataFolder, "free_bytes", lambda self: 0)
        with pytest.raises(DataFolderError, match=r"disk of .* is full"):
            folder.lock()
    os.close(folder.lock())
    folder.lock_file.unlink()
    folder.lock_file.mkdir()
    with pytest.raises(DataFolderError, match=r"lock cannot be written: Is a directory"):
        folder.lock()


@pytest.mark.parametrize(
    "output",
    [
        "initdb: error: could not write to file: No space left on device",
        "FATAL:  could not extend file: No space left on device",
        "PANIC: could not write: Disk quota exceeded",
    ],
)
def test_a_disk_that_fills_up_later_is_said_too(output: str) -> None:
    assert "is full" in local_postgres.explain(output, Path("/data"))


def test_other_reasons_are_passed_on() -> None:
    said = local_postgres.explain("LOG: a\nFATAL:  data directory has wrong ownership\nHINT: b", Path("/data"))
    assert "wrong ownership" in said
    assert "dbcv doctor" in said


def test_a_first_start_that_broke_off_is_made_anew(home: Path) -> None:
    folder = DataFolder(home)
    folder.make()
    (home / "postgres.new").mkdir()
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    start_in(home).stop()
    assert not (home / "postgres.new").exists()


def test_a_lock_file_whose_number_belongs_to_another_program_now(home: Path) -> None:
    start_in(home).stop()
    lines = [str(os.getpid()), str(home / "postgres"), "0", "5432", "", "", "0 0", "ready"]
    (home / "postgres" / "postmaster.pid").write_text("\n".join(lines))
    (home / "valkey" / "valkey.pid").write_text(str(os.getpid()))
    start_in(home).stop()


def test_missing_programs_are_named(monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DataFolderError, match="DATABASE_URL"):
        local_postgres.programs()
    with pytest.raises(DataFolderError, match="REDIS_URL"):
        local_valkey.program()


def test_nothing_is_started_for_services_of_your_own(home: Path) -> None:
    folder = DataFolder(home)
    folder.make()
    from dbcv.kit.local_services import Wanted

    services = LocalServices(folder, Wanted(postgres=False, valkey=False))
    services.start()
    assert services.addresses() == {}
    services.stop()
    assert not (home / "postgres").exists()


async def test_own_settings_win(home: Path) -> None:
    start_in(home).stop()
    own = home / "postgres" / "own.conf"
    own.write_text("work_mem = '7MB'\n")
    owner = (home / "postgres").stat()
    os.chown(own, owner.st_uid, owner.st_gid)
    services = start_in(home)
    try:
        postgres = next(s for s in services.services if isinstance(s, LocalPostgres))
        connection = await asyncpg.connect(postgres.url("postgres", SUPERUSER))
        assert await connection.fetchval("SHOW work_mem") == "7MB"
        await connection.close()
    finally:
        services.stop()


if os.geteuid() == 0:

    def test_as_root_the_services_are_another_user_even_below_closed_folders(home: Path) -> None:
        closed = home / "closed"
        closed.mkdir(mode=0o700, parents=True)
        services = start_in(closed / "data")
        owner = pwd.getpwnam(service_user.USER_NAME).pw_uid
        for child in services.children.values():
            assert Path(f"/proc/{child.pid}").stat().st_uid == owner
        services.stop()
        assert not closed.stat().st_mode & 0o006
        # A chmod takes the right away again; the next start gives it back.
        closed.chmod(0o700)
        start_in(closed / "data").stop()

    def test_as_an_ordinary_user(home: Path, tmp_path: Path) -> None:
        """In a fork that gave up being root, with copies of the programs where that user can reach them."""
        nobody = pwd.getpwnam("nobody")
        home.mkdir()
        wheel = local_postgres.programs().parents[1]
        programs = home / wheel.name / local_postgres.programs().parent.name / "bin"
        shutil.copytree(local_postgres.programs().parent, programs.parent, symlinks=True)
        shutil.copytree(wheel.parent / f"{wheel.name}.libs", home / f"{wheel.name}.libs")
        valkey = home / "valkey-server"
        shutil.copy(local_valkey.program(), valkey)
        for path in (home, home.parent):
            path.chmod(0o755)
        data = home / "data"
        data.mkdir()
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
        child = os.fork()
        if child == 0:
            _as_user(nobody, data, programs, valkey)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert (data / "postgres").stat().st_uid == nobody.pw_uid
        assert stat.S_IMODE(data.stat().st_mode) == 0o700

    def _as_user(user: pwd.struct_passwd, data: Path, programs: Path, valkey: Path) -> None:
        code = 1
        try:
            os.setgroups([])
            os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
            os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
            local_postgres.programs = lambda: programs
            local_valkey.program = lambda: valkey
            start_in(data).stop()
            code = 0
        except (OSError, DataFolderError) as error:
            print(repr(error), file=sys.stderr)
        finally:
            os._exit(code)

    def test_folders_are_opened_for_one_user_only(tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        (closed / "data").mkdir()
        stranger = RunAs(54321, 54321, switch=True)
        assert closed in service_user.let_pass(closed / "data", stranger)
        assert service_user.let_pass(closed / "data", stranger) == []
        for uid, code in ((54321, 0), (54322, 1)):
            probe = subprocess.run(
                ["/bin/sh", "-c", f"cd '{closed}' && ! ls . >/dev/null 2>&1"],
                user=uid,
                group=uid,
                extra_groups=[],
                cwd="/",
            )
            assert bool(probe.returncode) == bool(code)
