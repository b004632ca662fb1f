"""NewsAPI's actions against a server that speaks its protocol."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.caller import Caller
from tests.integrations.newsapi.double import KEY, NewsApi


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[NewsApi]:
    async with NewsApi() as running:
        caller.credential("newsapi", "api_key", [f"http://127.0.0.1:{running.port}"], api_key=KEY)
        yield running


async def test_headlines(caller: Caller, api: NewsApi) -> None:
    result = (await caller.call("newsapi.top_headlines", {"country": "us", "limit": 2}))["result"]
    assert (result["total"], len(result["articles"])) == (2, 2)
    assert result["articles"][0] == {
        "title": "Bots talk", "description": "They do.", "url": "https://news.example/bots",
        "image_url": "https://news.example/bots.jpg", "source": "BBC News", "author": "A. Reporter",
        "published_at": "2026-11-20T10:00:00Z",
    }  # fmt: skip
    assert (result["articles"][1]["author"], api.last.query) == (None, {"country": "us", "pageSize": "2"})


async def test_a_search(caller: Caller, api: NewsApi) -> None:
    config = {"query": "nothing", "language": "ru", "from_date": "2026-11-01"}
    assert (await caller.call("newsapi.search", config))["result"] == {"total": 0, "articles": []}
    assert api.last.query == {
        "q": "nothing", "language": "ru", "from": "2026-11-01", "sortBy": "publishedAt", "pageSize": "10",
    }  # fmt: skip


async def test_nothing_asked_for(caller: Caller, api: NewsApi) -> None:
    reply = await caller.call("newsapi.top_headlines", {})
    assert reply["code"] == "bad_config" and "country" in reply["error"]
    assert not api.seen
