"""Who comes in: without a valid token nobody, whatever they ask for; the server has no rights of its own."""

import pytest

from tests.domains.conftest import Api

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


async def test_a_body_beyond_the_limit_is_refused(api: Api) -> None:
    answer = await api.nobody.post(MCP, content=b" " * 8_000_001, headers=HEADERS)
    assert answer.status_code == 413
