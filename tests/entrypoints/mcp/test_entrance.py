"""Who comes in: without a valid token nobody, whatever they ask for; the server has no rights of its own."""

import pytest
from mcp import MCPError

from tests.domains.conftest import Api, Person
from tests.entrypoints.mcp.conftest import HELLO, Assistant

MCP = "http://dbcv.test/mcp"
ASK = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_bots", "arguments": {}}}
HEADERS = {"Accept": "application/json, text/event-stream"}


@pytest.mark.parametrize("token", ["", "nonsense", "dbcv_nonsense", "eyJhbGciOiJub25lIn0.e30."])
@pytest.mark.parametrize("method", ["initialize", "tools/list", "tools/call", "resources/read"])
async def test_without_a_valid_token_everything_is_refused(api: Api, token: str, method: str) -> None:
    answer = await api.client(token).post(MCP, json=ASK | {"method": method}, headers=HEADERS)
    assert answer.status_code == 401
    assert "bearer" in answer.headers["www-authenticate"].lower()
    assert "result" not in answer.text


async def test_a_body_beyond_the_limit_is_refused(api: Api, anna: Person) -> None:
    answer = await anna.client.post(MCP, content=b" " * 8_000_001, headers=HEADERS)
    assert answer.status_code == 413


async def test_a_visitor_has_no_tools(api: Api, anna: Person) -> None:
    channel = await anna.client.post("/channels", json={"name": "Room", "is_public": True})
    answer = await api.nobody.post("/login/anonymous-access-token", json={"channel_id": channel.json()["id"]})
    visitor = Assistant(api.client(answer.json()["access_token"]))
    assert (await visitor.refusal("list_bots"))["code"] == "account_needed"


async def test_a_token_does_what_its_scopes_say(api: Api, anna: Person) -> None:
    reader = await api_token(api, anna, "bots:read")
    assert (await reader.call("list_bots"))["items"] == []
    for name, arguments in (
        ("create_bot", {"bot": {"name": "no"}}),
        ("import_bot", {"document": HELLO}),
        ("delete_bot", {"bot_id": anna.id}),
        ("create_step", {"bot_id": anna.id, "fields": {}}),
    ):
        problem = await reader.refusal(name, **arguments)
        assert (problem["status"], problem["code"]) == (403, "scope_needed"), name
    stranger = await api_token(api, anna, "files:read")
    assert (await stranger.refusal("list_bots"))["code"] == "scope_needed"
    writer = await api_token(api, anna, "bots:read", "bots:write")
    await writer.call("create_bot", bot={"name": "yes"})


async def test_a_bot_is_no_resource_for_who_may_not_read_it(api: Api, anna: Person, boris: Person) -> None:
    bot = await Assistant(anna.client).call("import_bot", document=HELLO)
    uri = f"dbcv://bots/{bot['id']}/document"
    async with Assistant(anna.client).client() as client:
        [content] = (await client.read_resource(uri)).contents
        assert "What is your name?" in content.text  # type: ignore[union-attr]
    for other in (boris.client, (await api_token(api, anna, "files:read")).http):
        async with Assistant(other).client() as client:
            with pytest.raises(MCPError):
                await client.read_resource(uri)


async def test_what_an_assistant_reads_first_is_there(annas: Assistant) -> None:
    async with annas.client() as client:
        uris = {str(resource.uri) for resource in (await client.list_resources()).resources}
        for uri in sorted(uris):
            [content] = (await client.read_resource(uri)).contents
            assert len(content.text) > 1_000  # type: ignore[union-attr]
            assert "<!--" not in content.text  # type: ignore[union-attr]
        assert {f"dbcv://language/{name}" for name in ("bots", "document", "rules")} == uris
        assert {prompt.name for prompt in (await client.list_prompts()).prompts} == {"build_bot", "review_bot"}
        [document] = (await client.read_resource("dbcv://language/document")).contents
    example = document.text.partition("```yaml\n")[2].partition("```")[0]  # type: ignore[union-attr]
    assert (await annas.call("import_bot", document=example))["problems"] == []


async def api_token(api: Api, person: Person, *scopes: str) -> Assistant:
    """An assistant with an API token of somebody."""
    answer = await person.client.post("/users/me/api_tokens", json={"name": "for tests", "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    return Assistant(api.client(answer.json()["token"]))
