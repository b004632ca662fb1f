"""The panel's own words in the language of the request. The library translates its own."""

from typing import Any

from babel.support import LazyProxy
from starlette_admin.i18n import get_locale

from dbcv.kit.operator_table import Words


def lazy(words: Words) -> Any:
    """Text that is chosen when it is shown."""
    return LazyProxy(say, words, enable_cache=False)


def say(words: Words) -> str:
    """The words in the language of the present request."""
    return words.ru if get_locale() == "ru" else words.en
