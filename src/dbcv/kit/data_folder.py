"""The data folder (`DBCV_HOME`): who may use it, by whom it was written, and where things lie in it.

Used by `dbcv up`, the supervisor and the doctor. Standard library only, as the supervisor holds the lock for good.
"""

import fcntl
import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path

from dbcv.kit.errors import OperatorError
from dbcv.kit.processes import RunAs

FORMAT = 1
MIN_FREE_BYTES_FIRST = 300 * 1024 * 1024
MIN_FREE_BYTES = 64 * 1024 * 1024
# A socket's path holds at most 107 characters (103 on macOS), ".s.PGSQL.5432.lock" included.
_MAX_SOCKET_FOLDER_CHARS = 80


class DataFolderError(OperatorError):
    """The data folder cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Version:
    """Who wrote the data folder: layout, PostgreSQL's major version, the schema's revision, the program."""

    format: int
    postgresql: int
    schema: str
    dbcv: str


class DataFolder:
    """Paths inside, and the checks before anything is started in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.postgres = home / "postgres"
        self.valkey = home / "valkey"
        self.logs = home / "logs"
        self.version_file = home / "VERSION"
        self.lock_file = home / "lock"
        self.pids_file = home / "pids.json"
        self.services_file = home / "services.json"
        self.sockets_file = home / "sockets"

    def make(self) -> None:
        """The folder, readable by its owner only. Raises DataFolderError when that cannot be."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise DataFolderError(
                f"{self.home} cannot be made: {error.strerror}. Set DBCV_HOME to another folder",
                f"папку {self.home} не удалось создать: {error.strerror}. Укажите другую в DBCV_HOME",
            ) from error
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise DataFolderError(
                f"{self.home} cannot be written by this user. Set DBCV_HOME to another folder",
                f"у этого пользователя нет права писать в {self.home}. Укажите другую папку в DBCV_HOME",
            )
        if self.home.stat().st_uid == os.geteuid():
            # As root, the group is that of the services' user, which may pass.
            private = 0o710 if os.geteuid() == 0 else 0o700
            self.home.chmod(stat.S_IMODE(self.home.stat().st_mode) & private)

    def lock(self) -> int:
        """Takes the folder for this process until it ends; the descriptor may be kept over `exec`.

        Raises DataFolderError when another `dbcv up` has it, or nothing can be written.
        """
        try:
            return self._lock()
        except OSError as error:
            self.check_space()
            raise DataFolderError(
                f"{self.lock_file} cannot be written: {error.strerror}. Mend that, or set DBCV_HOME to another folder",
                f"файл {self.lock_file} не удалось записать: {error.strerror}. "
                "Исправьте это или укажите другую папку в DBCV_HOME",
            ) from error

    def _lock(self) -> int:
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = self.lock_file.read_text().strip()
            os.close(descriptor)
            raise DataFolderError(
                f"another `dbcv up` (process {holder or 'unknown'}) already runs on {self.home}. "
                "Stop it first, or set DBCV_HOME to another folder",
                f"в {self.home} уже работает другой `dbcv up` (процесс {holder or 'неизвестен'}). "
                "Сначала остановите его или укажите другую папку в DBCV_HOME",
            ) from None
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def is_locked(self) -> bool:
        """Whether a `dbcv up` runs on it right now."""
        if not self.lock_file.exists():
            return False
        with self.lock_file.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def is_new(self) -> bool:
        """Whether no database was made in it yet."""
        return not (self.postgres / "PG_VERSION").exists()

    def check_space(self) -> None:
        """Raises DataFolderError when the disk is as good as full."""
        free, needed = self.free_bytes(), MIN_FREE_BYTES_FIRST if self.is_new() else MIN_FREE_BYTES
        if free < needed:
            raise DataFolderError(
                f"the disk of {self.home} is full: {free // 2**20} MB are free, {needed // 2**20} MB are needed. "
                "Free some space, or set DBCV_HOME to a folder on another disk",
                f"диск, на котором лежит {self.home}, заполнен: свободно {free // 2**20} МБ, нужно "
                f"{needed // 2**20} МБ. Освободите место или укажите в DBCV_HOME папку на другом диске",
            )

    def free_bytes(self) -> int:
        """What this user can still write."""
        disk = os.statvfs(self.home)
        return disk.f_bavail * disk.f_frsize

    def version(self) -> Version | None:
        """By whom it was written; None for a new folder. Raises DataFolderError when that cannot be read."""
        try:
            found = json.loads(self.version_file.read_text())
            return Version(int(found["format"]), int(found["postgresql"]), str(found["schema"]), str(found["dbcv"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise DataFolderError(
                f"{self.version_file} cannot be read ({error}). Was it edited? Put it back from a backup",
                f"файл {self.version_file} не читается ({error}). Его меняли? Верните его из резервной копии",
            ) from error

    def check_version(self, postgresql: int, known_schemas: set[str]) -> None:
        """Raises DataFolderError when a newer program wrote it, or another major version of PostgreSQL."""
        found = self.version()
        if found is None:
            self._check_postgres_major(postgresql)
            return
        if (
            found.format > FORMAT
            or found.postgresql > postgresql
            or (found.schema and found.schema not in known_schemas)
        ):
            raise DataFolderError(
                f"a newer version of dbcv ({found.dbcv}) wrote {self.home}. "
                "Nothing was touched. Bring the program up to date, or set DBCV_HOME to another folder",
                f"в {self.home} писала более новая версия dbcv ({found.dbcv}). "
                "Ничего не изменено. Обновите программу или укажите другую папку в DBCV_HOME",
            )
        self._check_postgres_major(postgresql)

    def _check_postgres_major(self, postgresql: int) -> None:
        if self.is_new():
            return
        major = (self.postgres / "PG_VERSION").read_text().strip()
        if major != str(postgresql):
            raise DataFolderError(
                f"{self.home} holds a database of PostgreSQL {major}, this version of dbcv brings {postgresql}. "
                "Nothing was touched. Start the version of dbcv that made it and dump its database with pg_dump",
                f"в {self.home} лежит база PostgreSQL {major}, а с этой версией dbcv идёт {postgresql}. Ничего не "
                "изменено. Запустите ту версию dbcv, которая её создала, и выгрузите базу через pg_dump",
            )

    def write_version(self, postgresql: int, schema: str, dbcv: str) -> None:
        """Remembers who wrote here, after the schema was migrated."""
        write_whole(self.version_file, json.dumps(asdict(Version(FORMAT, postgresql, schema, dbcv))))

    def socket_folder(self, run_as: RunAs) -> Path:
        """A folder for sockets that only `run_as` (and root) can enter, short enough for a socket's path.

        Inside the data folder if its path is short, else a private one elsewhere, remembered in the data folder.
        """
        inside = self.home / "run"
        folder = inside if len(os.fsencode(inside)) <= _MAX_SOCKET_FOLDER_CHARS else self._outside_folder(run_as)
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, run_as.uid, run_as.gid)
        folder.chmod(0o700)
        return folder

    def _outside_folder(self, run_as: RunAs) -> Path:
        remembered = self._remembered_folder(run_as)
        if remembered:
            return remembered
        made = _runtime_root(run_as) / f"dbcv-{os.urandom(8).hex()}"
        made.mkdir(mode=0o700)
        write_whole(self.sockets_file, str(made))
        return made

    def _remembered_folder(self, run_as: RunAs) -> Path | None:
        """The one of the last start, if it is still there and still ours (not something put in its place)."""
        try:
            folder = Path(self.sockets_file.read_text().strip())
            found = folder.lstat()
        except (OSError, ValueError):
            return None
        private = stat.S_ISDIR(found.st_mode) and found.st_uid == run_as.uid and not found.st_mode & 0o077
        return folder if private else None


def write_whole(path: Path, content: str, mode: int = 0o600) -> None:
    """Replaces a file so that a reader, or a crash, sees all of the old one or all of the new one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _runtime_root(run_as: RunAs) -> Path:
    """The user's own runtime folder if it is short and the services can enter it, else /tmp."""
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    usable = own and not run_as.switch and len(own) <= 40 and os.access(own, os.W_OK | os.X_OK)
    return Path(own if usable else "/tmp")  # noqa: S108 - a private folder with an unguessable name is made in it
