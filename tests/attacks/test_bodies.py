"""Every call of the API and every tool gets bodies nobody would send: each is refused with a word, at once."""

import gzip
import json
import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from dbcv.entrypoints.api import create_app
from dbcv.kit.db import Database
from tests.api_contract.conftest import page_of
from tests.api_contract.description import Call, Description
from tests.attacks.rows import counted
from tests.domains.conftest import Api, Person

MAX_SECONDS = 3.0
BOMBS: dict[str, bytes] = {
    "nested lists": b"[" * 200_000,
    "nested objects": b'{"a":' * 100_000,
    "whole nested lists": b"[" * 50_000 + b"]" * 50_000,
    "ten thousand fields": json.dumps({f"f{number}": number for number in range(10_000)}).encode(),
    "a number of 100,000 digits": b'{"name": ' + b"9" * 100_000 + b"}",
    "a number beyond all bounds": b'{"name": 1e999999, "priority": -1e400, "limit": 1E+308}',
    "no number": b'{"name": NaN, "priority": Infinity}',
    "half a character": b'{"name": "\\ud800", "text": "\\udfff", "email": "\\ud800@a"}',
    "a zero character": b'{"name": "a\\u0000b", "text": "\\u0000", "email": "a\\u0000@b"}',
    "bytes that are no text": b'{"name": "\xff\xfe"}',
    "the same field twice": b'{"name": "a", "name": {"b": 1}}',
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"text"',
    "packed": b"\x1f\x8b\x08\x00" + bytes(1_000),
    "keys of another language": b'{"__proto__": {"role": "ADMIN"}, "constructor": 1, "py/object": "os.system"}',
}  # fmt: skip


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """All that take a body of JSON."""
    found = list(Description(page_of(create_app)).calls())
    assert len(found) > 100
    return [call for call in found if "application/json" in call.bodies]


def address(call: Call) -> str:
    return "/".join(str(UUID(int=1)) if part.startswith("{") else part for part in call.path.split("/"))


@pytest.mark.parametrize("bomb", BOMBS)
async def test_no_body_is_a_crash_or_takes_long(
    api: Api, anna: Person, db: Database, calls: list[Call], bomb: str
) -> None:
    before = await counted(db)
    headers = {"Content-Type": "application/json", "If-Match": "*", "Prefer": "wait=1"}
    for call in calls:
        began = time.process_time()  # of the API in this process: what else the machine does is not its fault
        path = f"http://dbcv.test{address(call)}"
        answer = await anna.client.request(call.method.upper(), path, content=BOMBS[bomb], headers=headers)
        assert answer.status_code < 500, (call.name, answer.text)
        assert time.process_time() - began < MAX_SECONDS, call.name
        assert len(answer.content) < 200_000, call.name
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", call.name
    after = await counted(db)
    assert after["user"] == before["user"], "a body nobody would send makes no account"


async def test_packed_bodies_are_not_unpacked(api: Api, anna: Person) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    for path in ("/bots", "/bots/import", "/messages", "/templates/import", "/login/register"):
        answer = await anna.client.post(path, content=bomb, headers=headers)
        assert 400 <= answer.status_code < 500, path


def closed(description: Description, schema: dict[str, Any], seen: frozenset[str] = frozenset()) -> list[str]:
    """Names of objects in a body that have named fields and take others too."""
    name = str(schema.get("$ref", ""))
    if name in seen:
        return []
    whole, seen = description.resolved(schema), seen | {name}
    inner = [*whole.get("properties", {}).values(), *whole.get("anyOf", ()), *whole.get("oneOf", ())]
    inner += [whole["items"]] if isinstance(whole.get("items"), dict) else []
    inner += [whole["additionalProperties"]] if isinstance(whole.get("additionalProperties"), dict) else []
    is_open = whole.get("properties") and whole.get("additionalProperties") is not False
    own = [str(whole.get("title", name))] if is_open else []
    return own + [found for part in inner for found in closed(description, part, seen)]


def test_every_described_body_is_closed(calls: list[Call]) -> None:
    description = Description(page_of(create_app))
    found = {call.name: closed(description, call.bodies["application/json"]["schema"]) for call in calls}
    assert {name: where for name, where in found.items() if where} == {}


async def test_an_unknown_field_is_refused_by_every_call(
    api: Api, anna: Person, chief: Person, calls: list[Call]
) -> None:
    """Beside fields that are right: nothing is taken over, nothing is dropped in silence."""
    description = Description(page_of(create_app))
    open_calls = []
    for call in calls:
        content = call.bodies["application/json"]
        examples = [example for example in description.examples(content) if isinstance(example, dict)]
        body = (examples[0] if examples else {}) | {"is_superuser": True, "owner_id": str(uuid4())}
        path = f"http://dbcv.test{address(call)}"
        answer = await chief.client.request(call.method.upper(), path, json=body, headers={"If-Match": "*"})
        if answer.is_success and not _takes_anything(content):
            open_calls.append(f"{call.name}: {answer.text[:100]}")
    assert open_calls == []


def _takes_anything(content: dict[str, Any]) -> bool:
    schema = content["schema"]
    return not schema or ("properties" not in schema and "$ref" not in schema and "anyOf" not in schema)


async def test_an_unknown_argument_is_refused_by_every_tool(api: Api, anna: Person, db: Database) -> None:
    before = await counted(db)
    async with Client(streamable_http_client("http://dbcv.test/mcp", http_client=anna.client)) as client:
        tools = (await client.list_tools()).tools
        assert len(tools) > 20
        for tool in tools:
            schema = tool.input_schema
            arguments = {name: _some(schema["properties"][name], schema) for name in schema.get("required", ())}
            for more in ({"owner_id": anna.id}, {"role": "ADMIN", "__proto__": {}}):
                result = await client.call_tool(tool.name, arguments | more)
                assert result.is_error, tool.name
                assert result.structured_content["code"] == "arguments", (tool.name, result.structured_content)  # type: ignore[index]
    assert await counted(db) == before


def _some(schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    """A value of about the right shape."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].split("/")[-1]]
    kind = next((part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"), schema)
    if kind.get("format") == "uuid":
        return str(uuid4())
    if "enum" in kind:
        return kind["enum"][0]
    return {"string": "a", "integer": 1, "object": {}, "array": [], "boolean": True}.get(str(kind.get("type")), {})


async def test_nested_fields_of_tools_are_closed_too(api: Api, anna: Person) -> None:
    made = (await anna.client.post("/bots", json={"name": "b"})).json()
    tries: dict[str, dict[str, Any]] = {
        "create_bot": {"bot": {"name": "b", "owner_id": anna.id}},
        "create_step": {"bot_id": made["id"], "fields": {"name": "s", "bot_id": str(uuid4()), "evil": 1}},
        "create_request": {"bot_id": made["id"], "fields": {"name": "r", "credentials": {"api_key": "x"}, "evil": 1}},
        "simulate": {"bot_id": made["id"], "events": [{"say": "a", "as_user": anna.id}]},
    }
    async with Client(streamable_http_client("http://dbcv.test/mcp", http_client=anna.client)) as client:
        for name, arguments in tries.items():
            result = await client.call_tool(name, arguments)
            assert result.is_error, (name, result.structured_content)
    assert (await anna.client.get(f"/bots/{made['id']}")).json()["version"] == made["version"]
