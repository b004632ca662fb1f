"""How Google Sheets is asked, and how it says no."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import Answer, Rest, failure
from dbcv.integrations.google_sheets.tokens import access_token, forget

BASE_URL = "https://sheets.googleapis.com/v4"


async def ask(
    call: Call, method: str, spreadsheet: str, cells: str, *, body: Any = None, verb: str = "", **params: Any
) -> Any:
    """The answer about some cells. Raises IntegrationFailed."""
    headers = {"Authorization": f"Bearer {await access_token(call)}"}
    path = f"/spreadsheets/{spreadsheet}/values/{quote(cells, safe='')}{verb}"
    rest = Rest(call, "Google Sheets", call.base_url(BASE_URL), _reason, headers)
    answer = await rest.exchange(method, path, params=params, body=body)
    if answer.status < 400:
        return answer.value
    if answer.status == HTTPStatus.UNAUTHORIZED:
        forget(call)
    raise failure("Google Sheets", answer, _reason(answer))


def _reason(answer: Answer) -> str | None:
    error = answer.value.get("error") if isinstance(answer.value, dict) else None
    return error.get("message") if isinstance(error, dict) else None
