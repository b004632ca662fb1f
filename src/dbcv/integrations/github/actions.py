"""What GitHub does for a bot."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE, unreadable
from dbcv.integrations.github.client import ask
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

ERRORS = UNREADABLE
explain = unreadable


async def create_issue(call: Call, inputs: CreateIssueInputs) -> Issue:
    """Opens an issue."""
    body = {"title": inputs.title, "body": inputs.body, "labels": inputs.labels, "assignees": inputs.assignees}
    return _issue(await ask(call, "POST", f"/repos/{inputs.repository}/issues", body))


async def comment(call: Call, inputs: CommentInputs) -> Comment:
    """Writes below an issue."""
    path = f"/repos/{inputs.repository}/issues/{inputs.number}/comments"
    made = await ask(call, "POST", path, {"body": inputs.text})
    return Comment(id=made["id"], url=made["html_url"])


async def list_issues(call: Call, inputs: ListIssuesInputs) -> Issues:
    """Issues without the pull requests, which GitHub lists among them."""
    wanted = {"state": inputs.state, "labels": ",".join(inputs.labels), "per_page": inputs.limit}
    found = await ask(call, "GET", f"/repos/{inputs.repository}/issues", **wanted)
    issues = [_issue(each) for each in found if "pull_request" not in each]
    return Issues(count=len(issues), issues=issues)


async def dispatch_workflow(call: Call, inputs: DispatchInputs) -> Run:
    """Starts a workflow; older servers do not say which run it became."""
    path = f"/repos/{inputs.repository}/actions/workflows/{inputs.workflow}/dispatches"
    body = {"ref": inputs.ref, "inputs": inputs.inputs, "return_run_details": True}
    run = await ask(call, "POST", path, body) or {}
    return Run(run_id=run.get("workflow_run_id"), url=run.get("html_url"))


def _issue(value: dict[str, Any]) -> Issue:
    return Issue(
        number=value["number"],
        title=value["title"],
        state=value["state"],
        url=value["html_url"],
        body=value.get("body"),
        author=(value.get("user") or {}).get("login"),
        labels=[label if isinstance(label, str) else label["name"] for label in value.get("labels", [])],
        comments=value.get("comments", 0),
        created_at=value.get("created_at"),
    )
