"""The same promises in a folder and in S3 (of moto): all or nothing, parts of files, loss said in one way."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from dbcv.kit.errors import Conflict, NotFound, Unavailable
from dbcv.kit.settings import Settings, SettingsError, read_settings
from dbcv.kit.storage import FOLDER, PART_BYTES, Storage

BUCKET = "dbcv-files"


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """A server of the S3 protocol with an empty bucket."""
    import boto3

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=address, **keys).create_bucket(Bucket=BUCKET)
    yield address
    server.stop()
    assert threading.active_count() < 100


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Each test runs with both."""
    given: dict[str, object] = {"home": tmp_path}
    if request.param == "s3":
        given |= {"s3_endpoint": request.getfixturevalue("s3_address"), "s3_bucket": BUCKET}
        given |= {"s3_access_key": "key", "s3_secret_key": "secret"}
    return read_settings(**given)


@pytest.fixture
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    """Empty before and after."""
    opened = Storage.open(settings)
    yield opened
    async for found in opened.files("t"):
        await opened.delete(found.key)


async def _chunks(*parts: bytes, fails: Exception | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if fails:
        raise fails


async def _whole(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


@pytest.mark.parametrize("sizes", [(0,), (1,), (PART_BYTES,), (PART_BYTES + 1, 7), (3_000_000,) * 5])
async def test_what_was_put_is_read_again(storage: Storage, sizes: tuple[int, ...]) -> None:
    parts = [bytes([number]) * size for number, size in enumerate(sizes)]
    await storage.put("t/a", _chunks(*parts))
    assert await _whole(await storage.read("t/a")) == b"".join(parts)


async def test_parts_of_a_file_are_read(storage: Storage) -> None:
    await storage.put_bytes("t/a", bytes(range(200)))
    assert await _whole(await storage.read("t/a", 10, 20)) == bytes(range(10, 20))
    assert await storage.read_bytes("t/a") == bytes(range(200))


async def test_what_stops_in_the_middle_leaves_nothing_and_comes_out_as_it_is(storage: Storage) -> None:
    reason = Conflict("stop")
    with pytest.raises(Conflict) as raised:
        await storage.put("t/a", _chunks(b"x" * (PART_BYTES + 5), fails=reason))
    assert raised.value is reason
    assert [found async for found in storage.files("t")] == []


async def test_who_is_cancelled_leaves_nothing(storage: Storage) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"x" * (PART_BYTES + 5)
        await asyncio.sleep(60)

    task = asyncio.create_task(storage.put("t/a", never()))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [found async for found in storage.files("t")] == []


async def test_a_file_that_is_not_there(storage: Storage) -> None:
    with pytest.raises(NotFound):
        await storage.read("t/none")
    with pytest.raises(NotFound):
        await storage.read_bytes("t/none")
    await storage.delete("t/none")


async def test_files_are_listed_by_folder_and_deleted(storage: Storage) -> None:
    for key in ("t/1/a", "t/2/b", "tx/c"):
        await storage.put_bytes(key, b"123")
    assert sorted([(found.key, found.size) async for found in storage.files("t")]) == [("t/1/a", 3), ("t/2/b", 3)]
    await storage.delete("t/1/a")
    assert [found.key async for found in storage.files("t")] == ["t/2/b"]
    await storage.delete("tx/c")


async def test_storage_that_is_away_is_unavailable(tmp_path: Path) -> None:
    s3 = {"s3_bucket": "b", "s3_access_key": "k", "s3_secret_key": "s"}
    away = Storage.open(read_settings(home=tmp_path, s3_endpoint="http://127.0.0.1:9", **s3))
    with pytest.raises(Unavailable):
        await asyncio.wait_for(away.read_bytes("t/a"), 60)


async def test_a_key_never_leaves_the_folder(tmp_path: Path) -> None:
    storage = Storage.open(read_settings(home=tmp_path / "home"))
    for key in ("../a", "t/../../a", "/../a"):
        with pytest.raises(Exception, match=r"(?i)path"):
            await storage.put_bytes(key, b"x")
    assert not (tmp_path / "a").exists() and not list((tmp_path / "home" / FOLDER).iterdir())


def test_half_of_the_settings_of_s3_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="S3_BUCKET"):
        Storage.open(read_settings(home=tmp_path, s3_endpoint="http://127.0.0.1:9"))
