"""Requests through tools: drafted, tried dry and really, by editors only, secrets never shown."""

from tests.entrypoints.mcp.conftest import Assistant

CURL = "curl -H 'Authorization: Bearer s3cr3t-token-1' http://127.0.0.1:9/users/{$user.id$}"


async def test_a_request_is_drafted_and_tried(annas: Assistant, boriss: Assistant) -> None:
    bot = (await annas.call("create_bot", bot={"name": "Requests"}))["id"]
    drafted = await annas.call("import_request", bot_id=bot, source={"curl": CURL}, save=True)
    assert drafted["credentials"][0]["strategy"] == "bearer"
    assert "s3cr3t" not in str(drafted)
    request, variables = drafted["id"], {"user": {"id": 7}}
    dry = await annas.call("execute_request", request_id=request, variables=variables)
    assert (dry["sent"]["url"], dry["response"]) == ("http://127.0.0.1:9/users/7", None)
    tried = await annas.call("execute_request", request_id=request, variables=variables, dry_run=False)
    assert "is private" in tried["response"]["error"]
    assert (await boriss.refusal("execute_request", request_id=request))["status"] == 404
    foreign = await boriss.refusal("import_request", bot_id=bot, source={"curl": CURL}, save=True)
    assert foreign["status"] == 404
