"""How amoCRM is asked, and how it says no."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.rest import Answer, Rest


async def ask(call: Call, method: str, path: str, body: Any = None, **params: Any) -> Any:
    """The answer of the account that the credential is bound to; None where nothing was found."""
    headers = {"Authorization": f"Bearer {call.secret.secret}"}
    rest = Rest(call, "amoCRM", f"{_account(call)}/api/v4", _reason, headers)
    return await rest.ask(method, path, params=params, body=body)


def _account(call: Call) -> str:
    """Every account has a host of its own; the credential says which."""
    places = sorted(call.secret.places)
    if len(places) != 1:
        raise IntegrationFailed(
            "bind the credential to the host of your account, such as mycompany.amocrm.ru, and to no other",
            code="credential",
        )
    return places[0]


def _reason(answer: Answer) -> str | None:
    """Of a refused form the fields that are wrong, else the detail or the title."""
    if not isinstance(answer.value, dict):
        return None
    wrong = [error for each in _dicts(answer.value.get("validation-errors")) for error in _dicts(each.get("errors"))]
    if wrong:
        return "; ".join(f"{error.get('path')}: {error.get('detail') or error.get('code')}" for error in wrong)
    return answer.value.get("detail") or answer.value.get("title")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
