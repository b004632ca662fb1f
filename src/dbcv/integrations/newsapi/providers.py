"""Who gives out the keys of NewsAPI."""

from dbcv.integration_kit.credentials import Placement, Provider

PROVIDERS = (
    Provider(
        "newsapi",
        "NewsAPI",
        ("api_key",),
        ("newsapi.org",),
        Placement("header", "X-Api-Key", ""),
        test_url="https://newsapi.org/v2/top-headlines/sources?country=us",
    ),
)
