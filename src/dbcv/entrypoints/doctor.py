"""`dbcv doctor`: what is wrong with this installation and how to mend it, in Russian or English.

Looks, never changes anything. Each check gives findings; the exit code is 1 when one of them is an error.
"""

import asyncio
import json
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from dbcv.entrypoints import listening, migrate
from dbcv.entrypoints.plan import pids_file
from dbcv.entrypoints.supervisor import is_ready
from dbcv.kit import local_postgres, local_valkey
from dbcv.kit.data_folder import DataFolder, DataFolderError
from dbcv.kit.processes import birth_mark
from dbcv.kit.service_user import USER_NAME
from dbcv.kit.settings import SECRETS_FILE, Settings, SettingsError, load_settings, make_secrets, read_settings

MIN_PYTHON, MIN_POSTGRES, MIN_REDIS = (3, 11), 15, 7
TIMEOUT_SECONDS = 5.0


class Words(NamedTuple):
    """One text in both languages."""

    en: str
    ru: str


NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and how to mend it."""

    state: Literal["ok", "warning", "error"]
    text: Words
    mend: Words = NOTHING


Check = Callable[[Settings, DataFolder], Iterator[Finding]]


def main(lang: str = "") -> int:
    """Prints all findings; the exit code."""
    language = _language(lang)
    findings = list(diagnose())
    for finding in findings:
        print(_shown(finding, language))
    errors = sum(finding.state == "error" for finding in findings)
    print()
    print(_verdict(errors, language))
    return 1 if errors else 0


def diagnose() -> Iterator[Finding]:
    """All findings, the most basic first. Where settings cannot be read there is no more to look at."""
    yield from _python()
    try:
        settings = read_settings()
    except SettingsError as error:
        mend = Words("correct the variable, or the line in .env", "исправьте переменную или строку в .env")
        if "SECRET_" in str(error):
            fresh = _fresh_secrets()
            mend = Words(f"{mend.en}; fresh ones: {fresh}", f"{mend.ru}; новые: {fresh}")
        yield Finding("error", Words(str(error), error.told("ru")), mend)
        return
    folder = DataFolder(settings.home)
    for check in CHECKS:
        yield from check(settings, folder)


def _python() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    if tuple(sys.version_info[:2]) >= MIN_PYTHON:
        yield Finding("ok", Words(f"Python {found}", f"Python {found}"))
    else:
        mend = Words("install Python 3.11 or newer", "установите Python 3.11 или новее")
        yield Finding("error", Words(f"Python {found} is too old", f"Python {found} слишком старый"), mend)


def _programs(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    wanted: list[tuple[str, Callable[[], Path]]] = []
    if not settings.database_url:
        wanted.append(("PostgreSQL", lambda: local_postgres.programs() / "postgres"))
    if not settings.redis_url:
        wanted.append(("Valkey", local_valkey.program))
    for name, find in wanted:
        yield _program(name, find)


def _program(name: str, find: Callable[[], Path]) -> Finding:
    mend = Words("install again: make install", "установите заново: make install")
    try:
        done = subprocess.run([str(find()), "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (DataFolderError, OSError, subprocess.TimeoutExpired) as error:
        return Finding("error", Words(f"{name}: {error}", f"{name}: {error}"), mend)
    if done.returncode:
        text = Words(f"{name} does not run: {done.stderr.strip()}", f"{name} не запускается: {done.stderr.strip()}")
        return Finding("error", text, mend)
    shown = done.stdout.strip()
    return Finding("ok", Words(f"{name}: {shown}", f"{name}: {shown}"))


def _data_folder(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    home = folder.home
    if not home.exists():
        yield _place_for(home)
        return
    if not home.is_dir():
        text = Words(f"{home} is no folder", f"{home} — не папка")
        yield Finding("error", text, Words("set DBCV_HOME to a folder", "укажите в DBCV_HOME папку"))
        return
    found = home.stat()
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        text = Words(f"{home} cannot be used by this user", f"{home} недоступна этому пользователю")
        mend = Words(
            f"sudo chown -R {_user()} {home}, or set DBCV_HOME", f"sudo chown -R {_user()} {home} или DBCV_HOME"
        )
        yield Finding("error", text, mend)
        return
    if found.st_mode & 0o007:
        text = Words(f"{home} is open to other users", f"{home} открыта другим пользователям")
        yield Finding("error", text, Words(f"chmod o-rwx {home}", f"chmod o-rwx {home}"))
    yield _space(folder)
    yield from _version(settings, folder)


def _place_for(home: Path) -> Finding:
    """Whether a folder that is not there yet can be made."""
    parent = next(folder for folder in home.parents if folder.exists())
    if os.access(parent, os.W_OK | os.X_OK) and parent.is_dir():
        return Finding("ok", Words(f"{home}: not there yet", f"{home}: ещё не создана"))
    text = Words(f"{home} cannot be made in {parent}", f"{home} нельзя создать в {parent}")
    mend = Words("set DBCV_HOME to a folder of yours", "укажите в DBCV_HOME свою папку")
    return Finding("error", text, mend)


def _space(folder: DataFolder) -> Finding:
    """As `dbcv up` judges it, which needs more for a first start."""
    try:
        folder.check_space()
    except DataFolderError as error:
        return Finding("error", Words(str(error), error.told("ru")))
    megabytes = folder.free_bytes() // 2**20
    return Finding("ok", Words(f"{folder.home}: {megabytes} MB free", f"{folder.home}: свободно {megabytes} МБ"))


def _version(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    if settings.database_url:
        return
    try:
        folder.check_version(local_postgres.major_version(), set(migrate.known_revisions()))
    except DataFolderError as error:
        mend = Words("bring the program up to date, or set DBCV_HOME", "обновите программу или задайте DBCV_HOME")
        yield Finding("error", Words(str(error), error.told("ru")), mend)


def _secrets(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    path = folder.home / SECRETS_FILE
    given = settings.secret_key and settings.secret_box_key
    if not given and settings.environment == "production":
        fresh = _fresh_secrets()
        text = Words("SECRET_KEY and SECRET_BOX_KEY are not set", "SECRET_KEY и SECRET_BOX_KEY не заданы")
        yield Finding("error", text, Words(f"set them, for example {fresh}", f"задайте их, например {fresh}"))
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        text = Words(f"{path} can be read by others", f"{path} могут прочитать другие")
        yield Finding("error", text, Words(f"chmod 600 {path}", f"chmod 600 {path}"))
    if not given and path.exists() and not _holds_keys(path):
        text = Words(f"{path} does not hold the keys (any more)", f"в {path} нет ключей")
        mend = Words(
            "take it from a backup; with a new one everybody logs in again, and credentials are lost",
            "возьмите его из резервной копии; с новым всем придётся войти заново, а ключи доступа пропадут",
        )
        yield Finding("error", text, mend)


def _fresh_secrets() -> str:
    return " ".join(f"{name.upper()}={value}" for name, value in make_secrets().items())


def _holds_keys(path: Path) -> bool:
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError):
        return False
    return isinstance(kept, dict) and {"secret_key", "secret_box_key"} <= kept.keys()


def _processes(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    if folder.home.exists() and folder.is_locked():
        yield Finding("ok", Words("`dbcv up` is running", "`dbcv up` работает"))
        return
    try:
        noted: dict[str, list[str]] = json.loads(pids_file(folder.home).read_text())
    except (OSError, ValueError):
        noted = {}
    for name, (pid, mark) in noted.items():
        if mark and birth_mark(int(pid)) == mark:
            text = Words(
                f"{name} (process {pid}) is left from a killed run",
                f"{name} (процесс {pid}) остался от прерванной работы",
            )
            yield Finding("warning", text, Words("`dbcv up` will end it", "`dbcv up` его завершит"))


def _port(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    where = f"{settings.host}:{settings.port}"
    if folder.home.exists() and folder.is_locked():
        if not is_ready(settings.host if settings.host != "0.0.0.0" else "127.0.0.1", settings.port):  # noqa: S104
            text = Words(f"{where} does not answer that it is ready", f"{where} не отвечает, что готов")
            yield Finding("error", text, Words("look at what `dbcv up` prints", "посмотрите, что пишет `dbcv up`"))
        return
    try:
        listening.bind(settings.host, settings.port).close()
        yield Finding("ok", Words(f"{where} is free", f"{where} свободен"))
    except listening.PortError as error:
        text = Words(str(error), f"порт {settings.port} на {settings.host} занят или недоступен")
        mend = Words("stop the other program or set DBCV_PORT", "остановите другую программу или задайте DBCV_PORT")
        yield Finding("error", text, mend)


def _pages(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    package = Path(__file__).resolve().parents[1]
    if any((folder / "index.html").exists() for folder in (package / "web", package.parents[1] / "web" / "dist")):
        yield Finding("ok", Words("the web pages are built", "веб-страницы собраны"))
        return
    text = Words("the web pages are not built", "веб-страницы не собраны")
    yield Finding("error", text, Words("make up builds them", "их собирает make up"))


def _system_user(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    if os.geteuid() != 0 or settings.database_url:
        return
    import pwd

    if USER_NAME not in {entry.pw_name for entry in pwd.getpwall()} and not Path("/usr/sbin/useradd").exists():
        text = Words(
            f"as root the system user {USER_NAME} is needed", f"для root нужен системный пользователь {USER_NAME}"
        )
        mend = Words("make it, or start as an ordinary user", "создайте его или запускайте обычным пользователем")
        yield Finding("error", text, mend)


def _services(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    """Only where there is something to reach: addresses are given, or `dbcv up` runs."""
    running = folder.home.exists() and folder.is_locked()
    external = bool(settings.database_url and settings.redis_url)
    if not running and not external:
        return
    try:
        full = load_settings()
    except SettingsError as error:
        yield Finding("error", Words(str(error), f"не хватает настроек: {error}"))
        return

    async def gather() -> list[Finding]:
        return [finding async for finding in _reach(full)]

    yield from asyncio.run(gather())


async def _reach(settings: Settings) -> AsyncIterator[Finding]:
    yield await _database(settings)
    yield await _broker(settings)


async def _database(settings: Settings) -> Finding:
    import asyncpg

    try:
        connection = await asyncpg.connect(_plain(settings.database_url), timeout=TIMEOUT_SECONDS)
        major = connection.get_server_version().major
        await connection.close()
        current = await migrate.current_revision(settings.database_url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, migrate.MigrationError) as error:
        text = Words(f"the database does not answer: {error}", f"база данных не отвечает: {error}")
        return Finding("error", text, Words("check DATABASE_URL, start it", "проверьте DATABASE_URL, запустите её"))
    if major < MIN_POSTGRES:
        text = Words(f"PostgreSQL {major} is too old", f"PostgreSQL {major} слишком старый")
        return Finding("error", text, Words("15 or newer is needed", "нужен 15 или новее"))
    if current != migrate.head_revision():
        text = Words("the database's schema is not this version's", "схема базы не этой версии")
        return Finding("error", text, Words("dbcv migrate", "dbcv migrate"))
    return Finding(
        "ok", Words(f"the database answers (PostgreSQL {major})", f"база данных отвечает (PostgreSQL {major})")
    )


async def _broker(settings: Settings) -> Finding:
    from redis.exceptions import RedisError

    from dbcv.kit.streams import make_valkey

    client = make_valkey(settings)
    try:
        facts = await client.info("server")
    except (RedisError, OSError) as error:
        text = Words(f"the broker does not answer: {error}", f"брокер не отвечает: {error}")
        return Finding("error", text, Words("check REDIS_URL, start it", "проверьте REDIS_URL, запустите его"))
    finally:
        await client.aclose()
    version = str(facts.get("valkey_version") or facts.get("redis_version"))
    if int(version.partition(".")[0]) < MIN_REDIS:
        text = Words(f"the broker is too old: {version}", f"брокер слишком старый: {version}")
        return Finding("error", text, Words("Redis 7, Valkey, or newer", "нужен Redis 7, Valkey или новее"))
    return Finding("ok", Words(f"the broker answers ({version})", f"брокер отвечает ({version})"))


def _code(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    """Which engine runs code steps here, found out by running one."""
    engine, error = asyncio.run(_try_code(settings))
    if error is None:
        yield Finding("ok", Words(f"code steps: {engine}", f"шаги с кодом: {engine}"))
        return
    text = Words(f"code steps cannot run: {error}", f"шаги с кодом не работают: {error}")
    mend = Words(
        "a Linux kernel with seccomp is needed (x86_64 or aarch64), and a container that allows it",
        "нужно ядро Linux с seccomp (x86_64 или aarch64) и контейнер, который его разрешает",
    )
    yield Finding("warning", text, mend)


async def _try_code(settings: Settings) -> tuple[str, str | None]:
    from dbcv.kit.clock import utc_now
    from dbcv.sandbox.opening import open_sandbox
    from dbcv.sandbox.port import CodeCall

    sandbox = open_sandbox(settings)
    try:
        code = "async def main(message, variables):\n    return 6 * 7"
        reply = await sandbox.run(CodeCall("doctor", code, {}, {}, utc_now(), 1))
        walls = ", ".join(sandbox.walls)
        return f"{sandbox.name} ({walls})", None if reply["result"] == 42 else str(reply["error"])
    finally:
        await sandbox.close()


CHECKS: tuple[Check, ...] = (
    _programs,
    _system_user,
    _data_folder,
    _secrets,
    _processes,
    _port,
    _pages,
    _code,
    _services,
)


def _plain(url: str) -> str:
    """asyncpg's own spelling of the address."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def _user() -> str:
    return os.environ.get("USER") or str(os.geteuid())


def _language(asked: str) -> Literal["ru", "en"]:
    spoken = asked or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    return "ru" if spoken.lower().startswith("ru") else "en"


def _shown(finding: Finding, language: Literal["ru", "en"]) -> str:
    sign = {"ok": "+", "warning": "!", "error": "x"}[finding.state]
    mend = getattr(finding.mend, language)
    return f"{sign} {getattr(finding.text, language)}" + (f"\n    -> {mend}" if mend else "")


def _verdict(errors: int, language: Literal["ru", "en"]) -> str:
    if errors:
        return {"en": f"To mend: {errors}", "ru": f"Нужно исправить: {errors}"}[language]
    return {"en": "Nothing is wrong.", "ru": "Всё в порядке."}[language]
