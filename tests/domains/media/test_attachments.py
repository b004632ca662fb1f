"""Files over HTTP: in by form and bare, out whole and in parts, by token and by link; nothing is left of what fails."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from dbcv.domains.media.service.links import Links
from tests.domains.conftest import Api, Person
from tests.domains.media.conftest import LIMITS, Files
from tests.domains.media.files import GIF, HTML, PDF, PNG, SVG, png


async def test_a_form_and_a_bare_body_come_to_the_same(files: Files, anna: Person) -> None:
    form = await anna.client.post("/attachments", files={"file": ("a.png", PNG, "image/png")})
    bare = await files.sent(anna.client)
    assert form.status_code == 201
    same = ("name", "content_type", "size", "is_inline", "owner_id", "bot_id", "channel_id")
    assert {key: form.json()[key] for key in same} == {key: bare[key] for key in same}
    assert bare["content_type"] == "image/png"
    assert [path.read_bytes() for path in files.kept()] == [PNG, PNG]


async def test_bytes_arrive_as_they_were_sent_in_chunks_of_any_size(files: Files, anna: Person) -> None:
    content = bytes(range(256)) * 9_000

    async def crumbs() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 70_001):
            yield content[start : start + 70_001]

    answer = await anna.client.put("/attachments", params={"name": "big.bin"}, content=crumbs())
    form = await anna.client.post("/attachments", files={"file": ("big.bin", content)})
    for made in (answer.json(), form.json()):
        assert made["size"] == len(content)
        assert (await files.open(made["url"])).content == content


async def test_a_link_opens_one_file_for_whoever_has_it_until_it_ends(
    files: Files, anna: Person, api: Api, settings: object
) -> None:
    made, other = await files.sent(anna.client), await files.sent(anna.client, b"another")
    assert (await files.open(made["url"])).content == PNG
    swapped = made["url"].replace(made["id"], other["id"])
    for forged in (swapped, re.sub(r"expires=\d+", "expires=99999999999", made["url"]), made["url"] + "0"):
        assert (await files.open(forged)).status_code == 404
    assert (await files.open(f"/attachments/{made['id']}/content")).status_code == 401
    past = Links(api.edge.app.state.settings.secret_key, -3_600)
    answer = await files.open(past.sign(UUID(made["id"]))[0])
    assert (answer.status_code, answer.json()["code"]) == (403, "link_expired")


async def test_a_token_opens_it_too_and_a_new_look_gives_a_new_link(files: Files, anna: Person) -> None:
    made = await files.sent(anna.client)
    assert (await anna.client.get(f"/attachments/{made['id']}/content")).content == PNG
    again = (await anna.client.get(f"/attachments/{made['id']}")).json()
    assert (await files.open(again["url"])).content == PNG


@pytest.mark.parametrize(
    ("content", "name"), [(PNG, "a.png"), (HTML, "a.html"), (SVG, "a.svg"), (PDF, "a.pdf"), (GIF, "a.gif")]
)
async def test_everything_is_to_be_saved_and_runs_nothing(
    files: Files, anna: Person, content: bytes, name: str
) -> None:
    made = await files.sent(anna.client, content, name=name)
    answer = await files.open(made["url"])
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    shown = await files.open(made["url"] + "&inline=true")
    kind = shown.headers["content-disposition"].partition(";")[0]
    assert kind == ("inline" if name in ("a.png", "a.gif") else "attachment")
    if name in ("a.html", "a.svg"):
        assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("wanted", "status", "found"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=5-999999", 206, slice(5, None)),
        ("bytes=-999999", 206, slice(None)),
        ("bytes=9-2", 200, slice(None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("bytes=" + "9" * 150 + "-", 200, slice(None)),
    ],
)
async def test_parts_of_a_file(files: Files, anna: Person, wanted: str, status: int, found: slice) -> None:
    made = await files.sent(anna.client)
    answer = await files.open(made["url"], Range=wanted)
    assert (answer.status_code, answer.content) == (status, PNG[found])
    assert int(answer.headers["content-length"]) == len(PNG[found])
    if status == 206:
        start = (found.start or 0) % len(PNG)
        assert answer.headers["content-range"] == f"bytes {start}-{start + len(answer.content) - 1}/{len(PNG)}"


async def test_a_part_outside_the_file_and_conditions(files: Files, anna: Person) -> None:
    made = await files.sent(anna.client)
    outside = await files.open(made["url"], Range=f"bytes={len(PNG)}-")
    assert (outside.status_code, outside.headers["content-range"]) == (416, f"bytes */{len(PNG)}")
    tag = (await files.open(made["url"])).headers["etag"]
    unchanged = await files.open(made["url"], **{"If-None-Match": f'"x", {tag}'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    same = await files.open(made["url"], Range="bytes=0-3", **{"If-Range": tag})
    other = await files.open(made["url"], Range="bytes=0-3", **{"If-Range": '"other"'})
    assert (same.status_code, other.status_code, other.content) == (206, 200, PNG)
    head = await files.api.nobody.head(made["url"].removeprefix("/api/v1"))
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PNG)))


@pytest.mark.parametrize(
    ("content", "name", "kind", "status", "code"),
    [
        (b"", "a.bin", "", 422, "file_empty"),
        (HTML, "a.png", "image/png", 422, "type_mismatch"),
        (png(50_000, 50_000), "a.png", "", 413, "picture_too_large"),
        (b"%PDF-1.7 /OpenAction /JS", "a.pdf", "", 422, "active_pdf"),
        (b"x" * (LIMITS["max_file_bytes"] + 1), "a.bin", "", 413, "file_too_large"),
        (PNG + b"x" * LIMITS["max_image_bytes"], "a.png", "", 413, "file_too_large"),
    ],
)
async def test_what_is_refused_leaves_nothing_behind(
    files: Files, anna: Person, content: bytes, name: str, kind: str, status: int, code: str
) -> None:
    bare = await files.send(anna.client, content, name, kind)
    form = await anna.client.post("/attachments", files={"file": (name, content, kind or None)})
    for answer in (bare, form):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.json()["errors"][0]["hint"] and answer.headers["content-type"] == "application/problem+json"
    assert files.kept() == []
    assert (await anna.client.get("/attachments")).json()["items"] == []


_FORM = "multipart/form-data; boundary=x"
_FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (_FORM, b""),
        (_FORM, b"--x--\r\n"),
        ("multipart/form-data", b"--x--\r\n"),
        ("multipart/form-data; boundary=", b"----\r\n"),
        ("application/json", b"{}"),
        (_FORM, b"no form at all"),
        (_FORM, _FILE.replace(b'"file"', b'"a"') + b"1\r\n--x--\r\n"),
        (_FORM, _FILE.replace(b'; filename="a"', b"") + b"1\r\n--x--\r\n"),
        (_FORM, _FILE + b"it breaks off"),
        (_FORM, _FILE + b"1\r\n" + _FILE + b"2\r\n--x--\r\n"),
        (_FORM, b"--x\r\nA: " + b"y" * 20_000 + b"\r\n\r\n1\r\n--x--\r\n"),
        (_FORM, b"--x\r\n\0\xff: \r\n\r\n1\r\n--x--\r\n"),
    ],
)
async def test_a_form_that_is_none_is_refused(files: Files, anna: Person, kind: str, body: bytes) -> None:
    answer = await anna.client.post("/attachments", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_form"), answer.text
    assert files.kept() == []


async def test_a_sender_who_falls_silent_or_leaves_leaves_nothing(
    files: Files, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dbcv.domains.media.endpoints.attachments.SILENCE_SECONDS", 0.05)

    async def stalls() -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        await asyncio.sleep(30)

    answer = await anna.client.put("/attachments", params={"name": "a"}, content=stalls())
    assert (answer.status_code, answer.json()["code"]) == (408, "upload_stalled")
    assert files.kept() == []


async def test_all_files_of_an_account_have_a_limit_also_when_sent_at_once(files: Files, anna: Person) -> None:
    part = b"x" * 2_900_000
    answers = await asyncio.gather(*(files.send(anna.client, part, f"{number}.bin") for number in range(4)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201, 201, 429, 429], [answer.text for answer in answers]
    assert len(files.kept()) == 2
    first = (await anna.client.get("/attachments")).json()["items"][0]
    assert (await anna.client.delete(f"/attachments/{first['id']}")).status_code == 204
    await files.sent(anna.client, part)


async def test_pages_of_ones_own_files(files: Files, anna: Person, boris: Person) -> None:
    made = [(await files.sent(anna.client, name=f"{number}.png"))["id"] for number in range(5)]
    await files.sent(boris.client)
    found, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await anna.client.get("/attachments", params=query)).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == made[::-1]


async def test_a_file_that_a_bot_shows_is_not_deleted_by_mistake(files: Files, anna: Person) -> None:
    bot = await files.bot(anna)
    made = await files.sent(anna.client, bot_id=bot)
    step = (await anna.client.get("/steps", params={"bot_id": bot})).json()["items"][0]["id"]
    shows = {"text": "Look", "attachments": [made["id"]]}
    path, any_version = f"/steps/{step}/message", {"If-Match": "*"}
    assert (await anna.client.put(path, json=shows, headers=any_version)).status_code == 200
    assert (await anna.client.post(f"/bots/{bot}/publish", json={})).status_code == 201
    assert (await anna.client.delete(path, headers=any_version)).status_code == 200  # the published one shows it still
    refused = await anna.client.delete(f"/attachments/{made['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "attachment_in_use")
    assert [error["path"] for error in refused.json()["errors"]] == ["steps[0]"]
    gone = await anna.client.delete(f"/attachments/{made['id']}", params={"force": True})
    assert gone.status_code == 204 and files.kept() == []


async def test_what_was_deleted_is_gone(files: Files, anna: Person) -> None:
    made = await files.sent(anna.client)
    assert (await anna.client.delete(f"/attachments/{made['id']}")).status_code == 204
    assert files.kept() == []
    for answer in (await anna.client.get(f"/attachments/{made['id']}"), await files.open(made["url"])):
        assert answer.status_code == 404


async def test_uploads_at_once_are_bounded(files: Files, anna: Person) -> None:
    gate, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def waits() -> AsyncIterator[bytes]:
        yield b"x"
        begun.release()
        await gate.wait()

    waiting = [asyncio.create_task(anna.client.put("/attachments?name=a", content=waits())) for _ in range(4)]
    for _ in waiting:
        await asyncio.wait_for(begun.acquire(), 10)
    refused = await files.send(anna.client)
    gate.set()
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_uploads")
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {201}
    await files.sent(anna.client)


def test_links_of_one_minute_are_alike() -> None:
    links = Links("secret", timedelta(hours=1).total_seconds())
    file_id = UUID(int=7)
    assert len({links.sign(file_id)[0] for _ in range(10)}) <= 2
