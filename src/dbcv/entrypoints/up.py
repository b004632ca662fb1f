"""`dbcv up`: checks everything first, starts the services, prepares the database, then becomes the supervisor."""

import json
import os
import socket
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from dbcv.entrypoints import first_start, listening, migrate
from dbcv.entrypoints.language import language_of
from dbcv.entrypoints.plan import Plan, Program, pids_file
from dbcv.kit.data_folder import DataFolder, write_whole
from dbcv.kit.errors import OperatorError
from dbcv.kit.local_postgres import major_version
from dbcv.kit.local_services import LocalServices, Wanted
from dbcv.kit.processes import birth_mark, end_leftover
from dbcv.kit.settings import Settings, ensure_secrets, read_settings

# Longer than the processes' own limit, so that they end by themselves.
STOP_GRACE_SECONDS = 1.0
_WITH_PARENT_GONE_STEPS = ((15, 11.0), (9, 2.0))
_MALLOC = {"MALLOC_ARENA_MAX": "2"}
"""malloc's arenas are kept few, since each keeps memory for itself."""


class UpError(OperatorError):
    """It cannot start; the text says why and what to do."""


def main() -> None:
    """Does not come back: ends as the supervisor, or with exit code 1 and a clear word."""
    try:
        plan = start()
    except OperatorError as error:
        language = language_of("")
        word = "dbcv не запускается" if language == "ru" else "dbcv cannot start"
        print(f"{word}: {error.told(language)}", file=sys.stderr)
        raise SystemExit(1) from None
    argv = [sys.executable, "-m", "dbcv.entrypoints.supervisor", str(plan.to_pipe())]
    sys.stdout.flush()
    # malloc reads its settings when a program begins, and the other processes are copies of this one.
    os.execve(sys.executable, argv, dict(os.environ) | _MALLOC)  # noqa: S606 - our own interpreter


def start() -> Plan:
    """Checks, starts the services, prepares the database. Raises the errors above, leaving nothing running."""
    settings = read_settings()
    folder = DataFolder(settings.home)
    folder.make()
    lock_descriptor = folder.lock()
    os.set_inheritable(lock_descriptor, True)
    check(settings, folder)
    ensure_secrets(settings)
    end_strays(folder)
    listener = listening.bind(settings.host, settings.port)
    listener.set_inheritable(True)
    services = LocalServices(folder, Wanted(not settings.database_url, not settings.redis_url))
    services.start()
    try:
        found = prepare(settings, folder, services)
    except BaseException:
        services.stop()
        raise
    return make_plan(settings, services, listener, lock_descriptor, found)


def check(settings: Settings, folder: DataFolder) -> None:
    """What can be known before anything is touched."""
    folder.check_space()
    if not settings.database_url:
        folder.check_version(major_version(), set(migrate.known_revisions()))


def end_strays(folder: DataFolder) -> None:
    """Processes of an earlier run whose supervisor was killed: they are told to stop, and waited for."""
    try:
        noted = json.loads(pids_file(folder.home).read_text())
    except (OSError, ValueError):
        return
    for name, (pid, mark) in noted.items():
        if mark and birth_mark(pid) == mark:
            print(f"Ending {name} (process {pid}), left over from a run that was killed.")
            end_leftover(pid, _WITH_PARENT_GONE_STEPS)
    pids_file(folder.home).unlink(missing_ok=True)


def prepare(settings: Settings, folder: DataFolder, services: LocalServices) -> dict[str, str]:
    """Schema, first account, demo: in a process of its own, and only when there may be something to do."""
    note = folder.home / "prepared.json"
    fingerprint = _fingerprint(settings)
    if not settings.database_url and note.exists():
        known: dict[str, str] = json.loads(note.read_text())
        if known.get("fingerprint") == fingerprint:
            return known
    found = _run_prepare(settings, services)
    write_whole(note, json.dumps({"fingerprint": fingerprint} | found))
    if not settings.database_url:
        folder.write_version(major_version(), migrate.head_revision(), version("dbcv"))
    return found


def _fingerprint(settings: Settings) -> str:
    """Changes with the program, the schema and the demo's documents."""
    parts = [version("dbcv"), settings.admin_email, *sorted(migrate.known_revisions())]
    parts += [path.read_text() for path in sorted((Path(__file__).parent / "demo").glob("*.yaml"))]
    return sha256("\0".join(parts).encode()).hexdigest()


def _run_prepare(settings: Settings, services: LocalServices) -> dict[str, str]:
    print("Preparing the database ...", flush=True)
    argv = [sys.executable, "-m", "dbcv.entrypoints.run", "prepare"]
    environment = dict(os.environ) | _environment(settings)
    done = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise UpError(
            "the database could not be prepared; the lines above say why",
            "базу данных не удалось подготовить; почему, сказано строками выше",
        )
    answer: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def make_plan(
    settings: Settings,
    services: LocalServices,
    listener: socket.socket,
    lock_descriptor: int,
    found: dict[str, str],
) -> Plan:
    """Everything the supervisor needs to know."""
    descriptor = listener.detach()
    wildcard = settings.host in ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound
    return Plan(
        home=str(settings.home),
        service_pids={name: child.pid for name, child in services.children.items()},
        programs=programs(settings, descriptor),
        listen_fd=descriptor,
        lock_fd=lock_descriptor,
        health_host="127.0.0.1" if wildcard else settings.host,
        health_port=settings.port,
        stop_timeout_seconds=settings.stop_timeout_seconds + STOP_GRACE_SECONDS,
        banner=banner(settings, found),
    )


def programs(settings: Settings, listen_descriptor: int) -> list[Program]:
    """The api, the workers, the scheduler."""
    environment = _environment(settings)

    def program(name: str, role: str, **extra: str) -> Program:
        argv = [sys.executable, "-m", "dbcv.entrypoints.run", role]
        return Program(name, argv, environment | extra, listens=bool(extra), role=role)

    names = ["worker"] if settings.workers == 1 else [f"worker-{n}" for n in range(1, settings.workers + 1)]
    return [
        program("api", "api", DBCV_LISTEN_FD=str(listen_descriptor)),
        *(program(name, "worker") for name in names),
        program("scheduler", "scheduler"),
    ]


def _environment(settings: Settings) -> dict[str, str]:
    """Beside our own."""
    return {"DBCV_HOME": str(settings.home)} | _MALLOC


def banner(settings: Settings, found: dict[str, str]) -> str:
    """What a newcomer needs to know, shown once everything answers."""
    russian = language_of("") == "ru"
    host = "localhost" if settings.host in ("0.0.0.0", "::", "127.0.0.1", "") else settings.host  # noqa: S104
    address = settings.public_url.rstrip("/") or f"http://{host}:{settings.port}"
    lines = [("DBCV is running", "DBCV работает", address)]
    if found.get("chat"):
        lines.append(("Talk to the demo bot", "Поговорить с ботом", f"{address}{found['chat']}"))
    if password := first_start.password(settings.home):
        words = ("пароль", "показан один раз") if russian else ("password", "shown only now")
        lines.append(("First account", "Первый вход", f"{found['email']}  {words[0]} {password}  ({words[1]})"))
    lines += [("Data folder", "Папка с данными", str(settings.home)), ("Stop with", "Остановить", "Ctrl-C")]
    return "\n".join(["", *(f"  {ru if russian else en:<22} {value}" for en, ru, value in lines), ""])
