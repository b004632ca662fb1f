"""The panel's own words in the language of the request. The library translates its own."""

from typing import Any

from babel.support import LazyProxy
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_admin.i18n import get_locale

from dbcv.kit.operator_table import Words

LANGUAGES = ["en", "ru"]


def lazy(words: Words) -> Any:
    """Text that is chosen when it is shown."""
    return LazyProxy(say, words, enable_cache=False)


def say(words: Words) -> str:
    """The words in the language of the present request."""
    return words.ru if get_locale() == "ru" else words.en


class Liked:
    """Hands the library the language a browser likes best: it knows `ru`, browsers say `ru-RU,ru;q=0.9`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = MutableHeaders(scope=scope)
            tags = (entry.strip()[:2].lower() for entry in headers.get("Accept-Language", "").split(","))
            headers["Accept-Language"] = next((tag for tag in tags if tag in LANGUAGES), LANGUAGES[0])
        await self._app(scope, receive, send)
