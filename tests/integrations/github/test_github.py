"""GitHub's actions against a server that speaks its REST API."""

import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.integrations.caller import Caller
from tests.integrations.github.double import TOKEN, GitHub, issue


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[GitHub]:
    async with GitHub() as running:
        caller.credential("github", "bearer", [f"http://127.0.0.1:{running.port}"], token=TOKEN)
        yield running


async def test_an_issue_is_opened(caller: Caller, api: GitHub) -> None:
    config = {"repository": "acme/shop", "title": "Помощь", "body": "It broke", "labels": ["bug"]}
    result = (await caller.call("github.create_issue", config))["result"]
    assert (result["number"], result["title"], result["labels"], result["author"]) == (7, "Помощь", ["bug"], "ann")
    assert api.last.body == {"title": "Помощь", "body": "It broke", "labels": ["bug"], "assignees": []}


async def test_a_comment(caller: Caller, api: GitHub) -> None:
    config = {"repository": "acme/shop", "number": "7", "text": "We look into it"}
    result = (await caller.call("github.comment", config))["result"]
    assert result == {"id": 5, "url": "https://github.com/acme/shop/issues/7#issuecomment-5"}
    reply = await caller.call("github.comment", config | {"number": 8})
    assert (reply["error"], reply["status"]) == ("GitHub refused: Not Found", 404)


async def test_issues_without_pull_requests(caller: Caller, api: GitHub) -> None:
    config = {"repository": "acme/shop", "state": "all", "labels": ["bug", "new"], "limit": 5}
    result = (await caller.call("github.list_issues", config))["result"]
    assert (result["count"], [each["number"] for each in result["issues"]]) == (2, [1, 3])
    assert api.last.query == {"state": "all", "labels": "bug,new", "per_page": "5"}


async def test_a_workflow_is_started(caller: Caller, api: GitHub) -> None:
    config = {"repository": "acme/shop", "workflow": "deploy.yml", "inputs": {"env": "test"}}
    result = (await caller.call("github.dispatch_workflow", config))["result"]
    assert result == {"run_id": 42, "url": "https://github.com/acme/shop/actions/runs/42"}
    api.prepare(web.Response(status=204))
    result = (await caller.call("github.dispatch_workflow", config))["result"]
    assert result == {"run_id": None, "url": None}


async def test_what_github_refuses_is_data(caller: Caller, api: GitHub) -> None:
    config = {"repository": "acme/shop", "title": "Help", "assignees": ["nobody"]}
    reply = await caller.call("github.create_issue", config)
    assert reply["error"] == "GitHub refused: Validation Failed: Issue.assignees (invalid)"
    reset = str(int(time.time()) + 60)
    limit = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    api.prepare(api.refused(403, "API rate limit exceeded for user ID 1.", limit))
    reply = await caller.call("github.list_issues", {"repository": "acme/shop"})
    assert reply["code"] == "rate_limited" and 50 < reply["retry_after_seconds"] <= 60


async def test_odd_issues(caller: Caller, api: GitHub) -> None:
    """What GitHub leaves out: the author of a deleted account, a body."""
    api.prepare(web.json_response([issue(4, user=None, body=None)]))
    result = (await caller.call("github.list_issues", {"repository": "acme/shop"}))["result"]
    assert (result["issues"][0]["author"], result["issues"][0]["body"]) == (None, None)
