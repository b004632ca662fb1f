"""What NewsAPI does for a bot."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE, unreadable
from dbcv.integrations.newsapi.client import ask
from dbcv.integrations.newsapi.shapes import Article, HeadlinesInputs, News, SearchInputs

ERRORS = UNREADABLE
explain = unreadable


async def top_headlines(call: Call, inputs: HeadlinesInputs) -> News:
    """The headlines of a country or a topic."""
    wanted = {"country": inputs.country, "category": inputs.category, "q": inputs.query, "pageSize": inputs.limit}
    return _news(await ask(call, "/top-headlines", **wanted))


async def search(call: Call, inputs: SearchInputs) -> News:
    """All news with these words."""
    wanted = {"q": inputs.query, "language": inputs.language, "sortBy": inputs.sort_by, "pageSize": inputs.limit}
    dates = {"from": inputs.from_date, "to": inputs.to_date}
    return _news(await ask(call, "/everything", **wanted, **{name: str(day) for name, day in dates.items() if day}))


def _news(value: Any) -> News:
    return News(total=value["totalResults"], articles=[_article(article) for article in value["articles"]])


def _article(article: dict[str, Any]) -> Article:
    return Article(
        title=article.get("title") or "",
        description=article.get("description"),
        url=article.get("url") or "",
        image_url=article.get("urlToImage"),
        source=(article.get("source") or {}).get("name"),
        author=article.get("author"),
        published_at=article.get("publishedAt"),
    )
