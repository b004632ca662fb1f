"""GitHub in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.github.providers import PROVIDERS
from dbcv.integrations.github.shapes import (
    Comment,
    CommentInputs,
    CreateIssueInputs,
    DispatchInputs,
    Issue,
    Issues,
    ListIssuesInputs,
    Run,
)

_ISSUE = {"number": 7, "title": "Help", "state": "open", "url": "https://github.com/acme/shop/issues/7"}

INTEGRATION = Integration(
    id="github",
    section="development",
    name=said("GitHub", "GitHub"),
    about=said("Issues, comments and workflows of a repository.", "Задачи, комментарии и сценарии репозитория."),
    library="httpx2",
    site="https://github.com",
    providers=PROVIDERS,
    actions=(
        Action(
            id="create_issue",
            name=said("Create an issue", "Создать задачу"),
            about=said("Opens an issue in a repository.", "Открывает задачу в репозитории."),
            inputs=CreateIssueInputs,
            outputs=Issue,
            example={"repository": "acme/shop", "title": "Help", "body": "It does not work", "labels": ["bug"]},
            result=_ISSUE,
        ),
        Action(
            id="comment",
            name=said("Comment on an issue", "Прокомментировать задачу"),
            about=said("Writes below an issue or a pull request.", "Пишет под задачей или запросом на слияние."),
            inputs=CommentInputs,
            outputs=Comment,
            example={"repository": "acme/shop", "number": 7, "text": "We look into it"},
            result={"id": 5, "url": "https://github.com/acme/shop/issues/7#issuecomment-5"},
        ),
        Action(
            id="list_issues",
            name=said("List issues", "Список задач"),
            about=said("Issues of a repository, newest first.", "Задачи репозитория, сначала новые."),
            inputs=ListIssuesInputs,
            outputs=Issues,
            example={"repository": "acme/shop", "state": "open", "limit": 5},
            result={"count": 1, "issues": [_ISSUE]},
        ),
        Action(
            id="dispatch_workflow",
            name=said("Start a workflow", "Запустить сценарий"),
            about=said("Starts a workflow of GitHub Actions.", "Запускает сценарий GitHub Actions."),
            inputs=DispatchInputs,
            outputs=Run,
            example={"repository": "acme/shop", "workflow": "deploy.yml", "ref": "main", "inputs": {"env": "test"}},
            result={"run_id": 42, "url": "https://github.com/acme/shop/actions/runs/42"},
        ),
    ),
)
