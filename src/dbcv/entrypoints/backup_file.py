"""The file of a backup: a tar whose first member is a manifest and whose last one is the SHA-256 of every other.

Written and read as a stream, a member of some megabytes at a time. It knows no database and no storage.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

from dbcv.kit.errors import OperatorError

FORMAT = "dbcv.backup"
VERSION = 1
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
MAX_MEMBER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """Who wrote it, of which schema, with which PostgreSQL, and when."""

    dbcv: str
    schema: str
    postgresql: int
    created_at: str


class BackupWriter:
    """Members go in one after the other; `end` makes it whole."""

    def __init__(self, out: IO[bytes], manifest: Manifest) -> None:
        self._out = out
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `end`
        self._sums: list[str] = []
        head = {"format": FORMAT, "version": VERSION} | asdict(manifest)
        self.add(MANIFEST, json.dumps(head, indent=2).encode())

    def add(self, name: str, content: bytes) -> None:
        """One member."""
        self._sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
        self._put(name, content)

    def _put(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))

    def end(self) -> int:
        """The list of hashes, and the size of the whole in bytes."""
        self._put(SUMS, ("\n".join(self._sums) + "\n").encode())
        self._tar.close()
        return self._out.tell()


class BackupReader:
    """A backup to restore from. `check` first."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def check(self) -> Manifest:
        """Reads all of it: every member is there, once, in order, unchanged. Raises OperatorError otherwise."""
        found, sums, head = [], b"", b""
        try:
            for name, content in self.members(""):
                if name == SUMS:
                    sums = content
                    continue
                head = head or content
                found.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise self._damaged(str(error)) from error
        if not sums:
            raise self._damaged("its end is missing")
        if sums.decode(errors="replace").splitlines() != found:
            raise self._damaged("its content is not what was written")
        return self._manifest(head)

    def _manifest(self, head: bytes) -> Manifest:
        try:
            said = json.loads(head)
            kind, version = said.pop("format"), said.pop("version")
            manifest = Manifest(**said)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise OperatorError(f"{self._file} is no backup of dbcv: {error}") from error
        if kind != FORMAT:
            raise OperatorError(f"{self._file} is no backup of dbcv: it is {kind!r}")
        if version != VERSION:
            raise OperatorError(
                f"a newer version of dbcv ({manifest.dbcv}) wrote this backup. Bring the program up to date"
            )
        return manifest

    def _damaged(self, why: str) -> OperatorError:
        return OperatorError(f"{self._file} is damaged or no backup of dbcv ({why}). Nothing was touched")

    def read(self, name: str) -> bytes:
        """One member."""
        return next(content for found, content in self.members(name) if found == name)

    def members(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """(name, content) of the members whose name begins so, in order."""
        with self._file.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as tar:
            for info in tar:
                if not info.isreg() or info.size > MAX_MEMBER_BYTES:
                    raise tarfile.ReadError(f"{info.name} does not belong into it")
                content = tar.extractfile(info)
                assert content is not None
                if info.name.startswith(prefix):
                    yield info.name, content.read()

    def files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """(key, its pieces in order) of every stored file."""
        pieces = self.members("files/")
        for key, group in groupby(pieces, key=lambda piece: piece[0].removeprefix("files/").rpartition("/")[0]):
            yield key, (content for _, content in group)
