"""NewsAPI in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.newsapi.providers import PROVIDERS
from dbcv.integrations.newsapi.shapes import HeadlinesInputs, News, SearchInputs

_RESULT = {
    "total": 1,
    "articles": [{"title": "Bots talk", "url": "https://news.example/bots", "source": "BBC News"}],
}

INTEGRATION = Integration(
    id="newsapi",
    section="information",
    name=said("NewsAPI", "NewsAPI"),
    about=said("News of many sources: headlines and search.", "Новости многих изданий: главное и поиск."),
    library="httpx2",
    site="https://newsapi.org",
    providers=PROVIDERS,
    actions=(
        Action(
            id="top_headlines",
            name=said("Top headlines", "Главные новости"),
            about=said("The headlines of a country or a topic.", "Главное в стране или по теме."),
            inputs=HeadlinesInputs,
            outputs=News,
            example={"country": "us", "category": "technology", "limit": 5},
            result=_RESULT,
        ),
        Action(
            id="search",
            name=said("Search the news", "Найти новости"),
            about=said("All news that hold some words.", "Все новости, где есть такие слова."),
            inputs=SearchInputs,
            outputs=News,
            example={"query": "chatbot", "language": "en", "limit": 5},
            result=_RESULT,
        ),
    ),
)
