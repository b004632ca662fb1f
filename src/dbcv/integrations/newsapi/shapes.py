"""What the actions of NewsAPI take and give."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Query = Annotated[str, Field(max_length=500)]
Category = Literal["", "business", "entertainment", "general", "health", "science", "sports", "technology"]
Language = Literal["", "ar", "de", "en", "es", "fr", "he", "it", "nl", "no", "pt", "ru", "sv", "ud", "zh"]
Limit = Annotated[int, Field(ge=1, le=100)]


class HeadlinesInputs(Inputs):
    """At least one of country, category and query."""

    country: Annotated[str, Field(pattern=r"^([a-z]{2})?$")] = asked(
        "", "Country", "Страна", about=said("Two letters, such as us", "Две буквы, например us")
    )
    category: Category = asked("", "Category", "Рубрика")
    query: Query = asked("", "Words", "Слова", pick="text")
    limit: Limit = asked(10, "How many", "Сколько")

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.country or self.category or self.query):
            raise ValueError("give a country, a category or words to look for")
        return self


class SearchInputs(Inputs):
    """What to look for, and how far back."""

    query: Annotated[str, Field(min_length=1, max_length=500)] = asked(..., "Words", "Слова", pick="text")
    language: Language = asked("", "Language", "Язык")
    from_date: date | None = asked(None, "From", "С даты", about=said("As 2026-01-31", "Вида 2026-01-31"))
    to_date: date | None = asked(None, "To", "По дату", about=said("As 2026-01-31", "Вида 2026-01-31"))
    sort_by: Literal["publishedAt", "relevancy", "popularity"] = asked(
        "publishedAt",
        "Order",
        "Порядок",
        labels={
            "publishedAt": said("newest first", "сначала новые"),
            "relevancy": said("closest first", "сначала самые близкие"),
            "popularity": said("popular sources first", "сначала известные издания"),
        },
    )
    limit: Limit = asked(10, "How many", "Сколько")


class Article(Outputs):
    """One piece of news; what the source leaves out is null."""

    title: str = asked(..., "Title", "Заголовок")
    description: str | None = asked(None, "Beginning", "Начало")
    url: str = asked(..., "Address", "Адрес")
    image_url: str | None = asked(None, "Picture", "Картинка")
    source: str | None = asked(None, "Source", "Издание")
    author: str | None = asked(None, "Author", "Автор")
    published_at: str | None = asked(None, "Published (ISO 8601)", "Вышла (ISO 8601)")


class News(Outputs):
    """`total`: how many there are in all."""

    total: int = asked(..., "How many in all", "Сколько всего")
    articles: list[Article] = asked(..., "News", "Новости")
