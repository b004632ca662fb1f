"""Every row of the corpus of hostile uploads comes to what its `safe` says."""

import re
from typing import Any

import pytest

from tests.corpus import rows
from tests.domains.conftest import Person
from tests.domains.media.conftest import Files
from tests.domains.media.files import PNG, png

STORED, SAVED, REFUSED = "stored under", "served as attachment", "413/4xx"


def _contents(row: dict[str, Any]) -> list[bytes]:
    """ "png" may be meant as the word or as a picture: both are tried."""
    text = row["content"]
    if text.startswith("$png:"):
        width, height = (int(part) for part in text.removeprefix("$png:").split("x"))
        return [png(width, height)]
    return [text.encode(), PNG] if text == "png" else [text.encode()]


def _form(row: dict[str, Any], content: bytes) -> tuple[bytes, dict[str, str]]:
    """Written by hand: a client library would mend the name and the type."""
    name = row["filename"].encode().replace(b'"', b"%22")
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n'
    head += b"Content-Type: " + row["content_type"].encode() + b"\r\n\r\n"
    return head + content + b"\r\n--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize("row", rows("uploads_hostile.jsonl"))
async def test_row(files: Files, anna: Person, row: dict[str, Any]) -> None:
    expected = row["safe"]["expect"]
    for content in _contents(row):
        body, headers = _form(row, content)
        form = await anna.client.post("/attachments", content=body, headers=headers)
        bare = await files.send(anna.client, content, row["filename"], row["content_type"].split("\r")[0])
        for answer in (form, bare):
            if expected.startswith(REFUSED):
                assert answer.status_code in {413, 422}, answer.text
            elif answer.status_code == 422 and "\0" in row["filename"]:
                assert answer.json()["code"] in {"bad_form", "invalid"}, "a NUL is no part of a header or a query"
            else:
                assert answer.status_code == 201, answer.text
                await _check_served(files, answer.json(), content)
    _check_storage(files, expected.startswith(REFUSED))


async def _check_served(files: Files, made: dict[str, Any], content: bytes) -> None:
    assert not re.search(r"[/\\\x00-\x1f]", made["name"]) and made["name"].strip(".")
    for end in ("", "&inline=true"):
        served = await files.open(made["url"] + end)
        assert served.content == content
        assert served.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in served.headers["content-security-policy"]
        assert "x-injected" not in served.headers
        harmless = served.headers["content-type"] in {"application/octet-stream", "text/plain; charset=utf-8"}
        assert harmless or served.headers["content-type"] in {"image/png", "image/gif"}
        assert (not end and served.headers["content-disposition"].startswith("attachment;")) or end


def _check_storage(files: Files, nothing: bool) -> None:
    keys = [str(path.relative_to(files.folder)) for path in files.kept()]
    assert all(re.fullmatch(r"attachments/[0-9a-f]{2}/[0-9a-f]{32}", key) for key in keys), keys
    assert not (nothing and keys)
