"""What the actions of GitHub take and give."""

from typing import Annotated, Any, Literal

from pydantic import Field

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Repository = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,39}/[A-Za-z0-9_.-]{1,100}$")]
Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=100)]
Number = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(max_length=65_536)]


class _InRepository(Inputs):
    repository: Repository = asked(
        ..., "Repository", "Репозиторий", about=said("As owner/name", "Вида владелец/название")
    )


class CreateIssueInputs(_InRepository):
    """A new issue."""

    title: Annotated[str, Field(min_length=1, max_length=256)] = asked(..., "Title", "Заголовок", pick="text")
    body: Text = asked("", "Text", "Текст", pick="text")
    labels: Names = asked([], "Labels", "Метки")
    assignees: Names = asked([], "Assignees", "Исполнители")


class CommentInputs(_InRepository):
    """A comment below an issue or a pull request."""

    number: Number = asked(..., "Number of the issue", "Номер задачи")
    text: Annotated[str, Field(min_length=1, max_length=65_536)] = asked(..., "Text", "Текст", pick="text")


class ListIssuesInputs(_InRepository):
    """Which issues; pull requests are left out."""

    state: Literal["open", "closed", "all"] = asked(
        "open",
        "State",
        "Состояние",
        labels={"open": said("open", "открытые"), "closed": said("closed", "закрытые"), "all": said("all", "все")},
    )
    labels: Names = asked([], "With all these labels", "Со всеми этими метками")
    limit: Annotated[int, Field(ge=1, le=100)] = asked(20, "At most", "Не больше")


class DispatchInputs(_InRepository):
    """A workflow that listens to `workflow_dispatch`."""

    workflow: Annotated[str, Field(pattern=r"^[\w.-]{1,200}$")] = asked(
        ...,
        "Workflow",
        "Сценарий",
        about=said("File name or id, as deploy.yml", "Имя файла или id, например deploy.yml"),
    )
    ref: Annotated[str, Field(min_length=1, max_length=250)] = asked("main", "Branch or tag", "Ветка или тег")
    inputs: Annotated[dict[str, Any], Field(max_length=25)] = asked({}, "Inputs", "Параметры", pick="value")


class Issue(Outputs):
    """An issue, without what a bot has no use for."""

    number: int = asked(..., "Number", "Номер")
    title: str = asked(..., "Title", "Заголовок")
    state: str = asked(..., "State", "Состояние")
    url: str = asked(..., "Page", "Страница")
    body: str | None = asked(None, "Text", "Текст")
    author: str | None = asked(None, "Author", "Автор")
    labels: list[str] = asked([], "Labels", "Метки")
    comments: int = asked(0, "Comments", "Комментариев")
    created_at: str | None = asked(None, "Made at", "Создана")


class Issues(Outputs):
    """Newest first."""

    count: int = asked(..., "How many", "Сколько")
    issues: list[Issue] = asked(..., "Issues", "Задачи")


class Comment(Outputs):
    """The comment that was made."""

    id: int = asked(..., "Id", "Id")
    url: str = asked(..., "Page", "Страница")


class Run(Outputs):
    """The run that was started; null where the server does not say."""

    run_id: int | None = asked(None, "Id of the run", "Id запуска")
    url: str | None = asked(None, "Page of the run", "Страница запуска")
