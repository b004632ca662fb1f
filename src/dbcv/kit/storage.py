"""Files: a folder inside the data folder, or S3 by settings; the same code for both, streaming, in constant memory.

Domains keep bytes here under keys that they make themselves. It knows nothing of owners, types or names of files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from dbcv.kit.errors import NotFound, Unavailable
from dbcv.kit.settings import Settings, SettingsError

if TYPE_CHECKING:
    from obstore import GetResult

FOLDER = "files"
PART_BYTES = 5 * 1024 * 1024
"""What S3 takes as the smallest part; 10,000 parts make 50 GB."""
PARTS_AT_ONCE = 2
READ_BYTES = 256 * 1024
_S3_OPTIONS: Any = {"allow_http": True, "connect_timeout": "5s", "read_timeout": "60s", "timeout": "6h"}
_S3_RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file in the storage."""

    key: str
    size: int
    modified_at: datetime


class Storage:
    """Keeps, gives and forgets files. When it is away, every call raises `Unavailable`."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store

    @classmethod
    def open(cls, settings: Settings) -> Storage:
        """S3 if a bucket is named, else the folder. Raises SettingsError when half of S3's settings are there."""
        if settings.s3_bucket:
            return cls(_s3(settings))
        if settings.s3_endpoint:
            raise SettingsError("S3_ENDPOINT is set, S3_BUCKET is not: name the bucket that files are kept in")
        return cls(_folder(settings.home / FOLDER))

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keep what `chunks` yields, all of it or nothing: what it raises comes out here, and no file is left."""
        with _away_is_unavailable():
            await obstore.put_async(
                self._store, key, chunks, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE, use_multipart=True
            )

    async def put_bytes(self, key: str, content: bytes) -> None:
        """Keep a small file."""
        with _away_is_unavailable():
            await obstore.put_async(self._store, key, content, use_multipart=False)

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`. NotFound and Unavailable are raised here, before the first chunk."""
        options: Any = {} if end is None else {"range": (start, end)}
        with _away_is_unavailable():
            found = await obstore.get_async(self._store, key, options=options)
        return _chunks(found)

    async def read_bytes(self, key: str) -> bytes:
        """A whole small file. Raises NotFound."""
        with _away_is_unavailable():
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

    async def delete(self, key: str) -> None:
        """Forget a file; one that is not there is forgotten already."""
        with _away_is_unavailable():
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                return

    async def files(self, prefix: str) -> AsyncIterator[StoredFile]:
        """Every file whose key begins with the folder `prefix`, in pages."""
        with _away_is_unavailable():
            async for page in obstore.list(self._store, prefix):
                for found in page:
                    yield StoredFile(found["path"], found["size"], found["last_modified"])


def _folder(path: Path) -> LocalStore:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(path)


def _s3(settings: Settings) -> S3Store:
    config: Any = {
        "region": settings.s3_region,
        "virtual_hosted_style_request": False,
        "endpoint": settings.s3_endpoint or None,
        "access_key_id": settings.s3_access_key or None,
        "secret_access_key": settings.s3_secret_key or None,
    }
    given = {name: value for name, value in config.items() if value is not None}
    return S3Store(settings.s3_bucket, client_options=_S3_OPTIONS, retry_config=_S3_RETRIES, **given)


async def _chunks(found: GetResult) -> AsyncIterator[bytes]:
    with _away_is_unavailable():
        async for chunk in found.stream(min_chunk_size=READ_BYTES):
            yield bytes(chunk)


@contextmanager
def _away_is_unavailable() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound("The file is not there any more", code="file_not_found") from error
    except (BaseError, OSError) as error:
        log.warning("storage.unavailable", error=str(error).partition("\n")[0])
        raise Unavailable("Files cannot be kept or read right now", code="storage_unavailable") from error
