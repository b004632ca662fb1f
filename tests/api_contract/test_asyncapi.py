"""What the streams and the socket are said to carry is what they carry."""

from pathlib import Path
from typing import Any, get_args

import httpx2
import pytest

import dbcv
from dbcv.domains.conversations.live.frames import Frame
from dbcv.entrypoints.api import create_app
from dbcv.entrypoints.http.asyncapi import page
from dbcv.kit.stream_names import bot_messages, user_messages
from tests.api_contract.conftest import SETTINGS


def _target(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for key in reference.removeprefix("#/").split("/"):
        found = found[key.replace("%7B", "{").replace("%7D", "}").replace("~1", "/")]
    return found


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [each for part in value.values() for each in _references(part)]
    return [each for part in value for each in _references(part)] if isinstance(value, list) else []


def test_every_reference_leads_somewhere() -> None:
    document = page()
    assert document["asyncapi"].startswith("3.")
    for reference in _references(document):
        assert _target(document, reference) is not None, reference


def test_the_streams_are_those_of_the_workers() -> None:
    channels = page()["channels"]
    for name in (user_messages(0), bot_messages(0)):
        told = channels[name.replace(".0", ".{shard}")]
        assert told["address"] == name.replace(".0", ".{shard}") and told["description"]
    assert page()["components"]["schemas"]["Ring"]["required"] == ["keys"]


def test_every_frame_that_is_read_or_written_is_told_of() -> None:
    messages = page()["components"]["messages"]
    assert {f"in.{kind.__struct_config__.tag}" for kind in get_args(Frame)} <= messages.keys()
    sources = Path(dbcv.__file__).parent
    written = (sources / "domains/conversations/live").rglob("*.py")
    text = "".join(path.read_text() for path in written)
    for name in ("authenticated", "subscribed", "unsubscribed", "accepted", "message", "pong", "missed", "error"):
        assert f"out.{name}" in messages and f'"type": "{name}"' in text, name


@pytest.mark.parametrize("path", ["/asyncapi", "/asyncapi.json", "/docs/asyncapi.js"])
async def test_it_is_served(path: str) -> None:
    transport = httpx2.ASGITransport(app=create_app(SETTINGS))
    async with httpx2.AsyncClient(transport=transport, base_url="http://dbcv.test") as client:
        answer = await client.get(path)
    assert answer.status_code == 200 and answer.content
