"""GitHub's REST API on loopback: https://docs.github.com/en/rest."""

import re
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

TOKEN = "github_pat_11AAAAAAA0123456789"  # not a real one
REPOSITORY = "/repos/acme/shop"


def issue(number: int = 7, **more: Any) -> dict[str, Any]:
    """An issue as the API shows it, shortened."""
    return {
        "id": 9001,
        "number": number,
        "title": "Help",
        "state": "open",
        "body": "It does not work",
        "html_url": f"https://github.com/acme/shop/issues/{number}",
        "user": {"login": "ann"},
        "labels": [{"name": "bug"}],
        "comments": 0,
        "created_at": "2026-11-20T10:00:00Z",
        "updated_at": "2026-11-20T10:00:00Z",
        "closed_at": None,
    } | more


class GitHub(Service):
    """Knows the repository acme/shop with a few issues and the workflow deploy.yml."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.refused(401, "Bad credentials")
        assert seen.headers["X-GitHub-Api-Version"]
        assert seen.headers["User-Agent"]
        if not seen.path.startswith(REPOSITORY):
            return self.refused(404, "Not Found")
        return self._in_repository(seen, seen.path.removeprefix(REPOSITORY))

    def _in_repository(self, seen: Seen, path: str) -> web.Response:
        if path == "/issues" and seen.method == "POST":
            return self._create(seen.body)
        if path == "/issues":
            return said([issue(1), issue(2, pull_request={"url": "https://…"}), issue(3)])
        if re.fullmatch(r"/issues/7/comments", path) and seen.method == "POST":
            url = "https://github.com/acme/shop/issues/7#issuecomment-5"
            return said(
                {"id": 5, "html_url": url, "body": seen.body["body"], "created_at": "2026-11-20T10:00:00Z"}, 201
            )
        if path == "/actions/workflows/deploy.yml/dispatches" and seen.method == "POST":
            run = {
                "workflow_run_id": 42,
                "run_url": "https://…",
                "html_url": "https://github.com/acme/shop/actions/runs/42",
            }
            return said(run) if seen.body.get("return_run_details") else web.Response(status=204)
        return self.refused(404, "Not Found")

    def _create(self, body: dict[str, Any]) -> web.Response:
        if "nobody" in body.get("assignees", []):
            errors = [{"value": "nobody", "resource": "Issue", "field": "assignees", "code": "invalid"}]
            return self.refused(422, "Validation Failed", errors=errors)
        return said(issue(title=body["title"], body=body.get("body")), 201)

    @staticmethod
    def refused(status: int, message: str, headers: dict[str, str] | None = None, **more: Any) -> web.Response:
        """An error as the API words it."""
        value = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)} | more
        return web.json_response(value, status=status, headers=headers)
