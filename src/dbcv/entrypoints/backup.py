"""`dbcv backup FILE` and `dbcv restore FILE`: the database, the files and the keys as one tar file, while it runs.

Read by `backup_file.py` before anything is touched. What lies in Valkey need not be kept.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from dbcv.entrypoints import migrate
from dbcv.entrypoints.backup_file import BackupReader, BackupWriter, Manifest
from dbcv.kit.clock import utc_now
from dbcv.kit.data_folder import DataFolder, write_whole
from dbcv.kit.db import Database
from dbcv.kit.errors import OperatorError
from dbcv.kit.local_postgres import major_version, programs
from dbcv.kit.local_services import LocalServices, Wanted
from dbcv.kit.settings import SECRETS_FILE, Settings, ensure_secrets, load_settings, read_settings
from dbcv.kit.storage import Storage

CHUNK_BYTES = 4 * 1024 * 1024
KEYS = ("secret_key", "secret_box_key", "secret_box_key_previous")
_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
_DROP = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def backup(file: Path) -> None:
    """Write everything into `file`. Raises OperatorError when it is there, or something could not be read."""
    settings = load_settings()
    with _new_file(file) as out:
        size = asyncio.run(_write(settings, out))
    print(f"{file}: {size // 1024:,} KB. It holds the keys: keep it as safe as the data folder")


async def _write(settings: Settings, out: IO[bytes]) -> int:
    revision = await migrate.current_revision(settings.database_url)
    manifest = Manifest(_version(), revision, major_version(), utc_now().isoformat())
    writer = BackupWriter(out, manifest)
    writer.add("keys.json", json.dumps({name: getattr(settings, name) for name in KEYS}).encode())
    # The database first: a file is stored before the row that names it, so every row of the dump finds its file.
    for number, chunk in enumerate(_dumped(settings.database_url)):
        writer.add(f"database/{number:08}", chunk)
    storage = Storage.open(settings)
    async for found in storage.files(""):
        await _add_file(writer, storage, found.key)
    return writer.end()


async def _add_file(writer: BackupWriter, storage: Storage, key: str) -> None:
    """In pieces, so that a file of any size takes constant memory. One deleted meanwhile is left out."""
    number, waiting = 0, bytearray()
    async for chunk in await storage.read(key):
        waiting += chunk
        if len(waiting) >= CHUNK_BYTES:
            writer.add(f"files/{key}/{number:08}", bytes(waiting))
            number, waiting = number + 1, bytearray()
    writer.add(f"files/{key}/{number:08}", bytes(waiting))


def _dumped(database_url: str) -> Iterator[bytes]:
    """What pg_dump writes, in one snapshot of the running database."""
    argv = [str(programs() / "pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--compress=6"]
    with _program(argv, database_url, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while chunk := process.stdout.read(CHUNK_BYTES):
            yield chunk


@contextmanager
def _program(argv: list[str], database_url: str, **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program of PostgreSQL's. The password is in its environment, where other users do not see it."""
    address = urlsplit(database_url)
    bare = address._replace(scheme="postgresql", netloc=_without_password(address.netloc)).geturl()
    environment = dict(os.environ) | {"PGPASSWORD": unquote(address.password or "")}
    process = subprocess.Popen([*argv, f"--dbname={bare}"], env=environment, stderr=subprocess.PIPE, **pipes)  # noqa: S603
    try:
        yield process
        if process.stdin is not None:
            process.stdin.close()
        said = process.stderr.read().decode(errors="replace") if process.stderr else ""
        if process.wait() != 0:
            raise OperatorError(f"{Path(argv[0]).name} failed: {said.strip()[-2000:]}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _without_password(netloc: str) -> str:
    user, at, host = netloc.rpartition("@")
    return f"{user.partition(':')[0]}{at}{host}"


@contextmanager
def _new_file(file: Path) -> Iterator[IO[bytes]]:
    """Under a name of its own until it is whole; an existing file is never written over."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise OperatorError(f"{file} cannot be written: {error.strerror}. Name another place") from error
    try:
        if file.exists():
            raise OperatorError(f"{file} is there already and is not written over. Name another file")
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            raise OperatorError(f"{file} is there already and is not written over. Name another file") from None
    finally:
        draft.unlink(missing_ok=True)


def restore(file: Path, force: bool) -> None:
    """Put everything of `file` into an empty data folder, or into the database of DATABASE_URL.

    Checks the whole file first. Raises OperatorError before anything is touched when something is wrong.
    """
    reader = BackupReader(file)
    manifest = reader.check()
    _check_schema(manifest)
    settings = read_settings()
    keys = json.loads(reader.read("keys.json"))
    _check_keys(settings, keys)
    if settings.database_url:
        asyncio.run(_fill(reader, settings, settings.database_url, force))
        _keep_keys(settings, keys)
    else:
        _into_folder(reader, settings, keys, manifest, force)
    print(f"Everything as it was on {manifest.created_at} is back. Start it with `dbcv up`")


def _into_folder(
    reader: BackupReader, settings: Settings, keys: dict[str, str], manifest: Manifest, force: bool
) -> None:
    folder = DataFolder(settings.home)
    folder.make()
    descriptor = folder.lock()
    if not folder.is_new() and not force:
        raise OperatorError(f"{settings.home} holds a database. Name an empty DBCV_HOME, or say --force to replace it")
    _keep_keys(settings, keys)
    services = LocalServices(folder, Wanted(valkey=False))
    services.start()
    try:
        asyncio.run(_fill(reader, settings, services.addresses()["database_url"], force))
        folder.write_version(major_version(), manifest.schema, manifest.dbcv)
        (settings.home / "prepared.json").unlink(missing_ok=True)
    finally:
        services.stop()
        os.close(descriptor)


async def _fill(reader: BackupReader, settings: Settings, database_url: str, force: bool) -> None:
    await _make_room(database_url, force)
    argv = [str(programs() / "pg_restore"), "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    with _program(argv, database_url, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        for _, chunk in reader.members("database/"):
            try:
                process.stdin.write(chunk)
            except BrokenPipeError:
                break  # it ended early; its exit code and its words say why
    await _restore_files(reader, Storage.open(settings))


async def _make_room(database_url: str, force: bool) -> None:
    db = Database.connect(database_url, 1, 0)
    try:
        async with db.driver() as connection:
            if not await connection.fetchval(_TABLES):
                return
            if not force:
                raise OperatorError(
                    "the database is not empty. Name another DATABASE_URL, or say --force to replace it"
                )
            await connection.execute(_DROP)
    finally:
        await db.close()


async def _restore_files(reader: BackupReader, storage: Storage) -> None:
    for key, chunks in reader.files():
        await storage.put(key, _one_by_one(chunks))


async def _one_by_one(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def _check_schema(manifest: Manifest) -> None:
    if manifest.schema and manifest.schema not in migrate.known_revisions():
        raise OperatorError(
            f"a newer version of dbcv ({manifest.dbcv}) wrote this backup. Nothing was touched. "
            "Bring the program up to date"
        )


def _check_keys(settings: Settings, keys: dict[str, str]) -> None:
    """Given keys win at a start: others than the backup's would leave every credential unreadable."""
    given = {name: getattr(settings, name) for name in ("secret_key", "secret_box_key")}
    for name, value in given.items():
        known = f"{settings.secret_box_key},{settings.secret_box_key_previous}" if name == "secret_box_key" else value
        if value and keys[name] and keys[name] not in known:
            print(
                f"dbcv: {name.upper()} is set and is not the backup's: "
                + (
                    "credentials will need the old key in SECRET_BOX_KEY_PREVIOUS"
                    if "box" in name
                    else "everybody has to log in again"
                ),
                file=sys.stderr,
            )


def _keep_keys(settings: Settings, keys: dict[str, str]) -> None:
    """In the data folder, unless the environment gives them."""
    if settings.secret_key and settings.secret_box_key:
        return
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(settings.home / SECRETS_FILE, json.dumps({name: value for name, value in keys.items() if value}))
    ensure_secrets(settings)


def _version() -> str:
    from importlib.metadata import version

    return version("dbcv")
