"""NewsAPI on loopback: https://newsapi.org/docs/endpoints."""

from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

KEY = "0123456789abcdef0123456789abcdef"
ARTICLE: dict[str, Any] = {
    "source": {"id": "bbc-news", "name": "BBC News"},
    "author": "A. Reporter",
    "title": "Bots talk",
    "description": "They do.",
    "url": "https://news.example/bots",
    "urlToImage": "https://news.example/bots.jpg",
    "publishedAt": "2026-11-20T10:00:00Z",
    "content": "They do. [+900 chars]",
}


def refused(status: int, code: str, message: str, **headers: str) -> web.Response:
    """An error as the service words it."""
    return said({"status": "error", "code": code, "message": message}, status, **headers)


class NewsApi(Service):
    """Knows one article."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.headers.get("X-Api-Key") != KEY:
            return refused(401, "apiKeyInvalid", "Your API key is invalid or incorrect. Check your key.")
        if seen.path == "/v2/top-headlines" and seen.query.get("sources") and seen.query.get("country"):
            return refused(400, "parametersIncompatible", "You cannot mix the sources parameter with the country.")
        assert seen.path in ("/v2/top-headlines", "/v2/everything"), seen.path
        found = [] if seen.query.get("q") == "nothing" else [ARTICLE, ARTICLE | {"author": None, "urlToImage": None}]
        return said({"status": "ok", "totalResults": len(found), "articles": found})
