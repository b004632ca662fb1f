"""Access tokens of a service account: we sign who we are with its key, Google gives a token for an hour.

Tokens are remembered in the process, by a fingerprint of the key file, until shortly before their end.
"""

import hashlib
import json
from collections import OrderedDict
from typing import Any

import jwt

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.rest import Answer, Rest
from dbcv.kit.clock import utc_now

SCOPE = "https://www.googleapis.com/auth/spreadsheets"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
LIFE_SECONDS = 3_600
EARLY_SECONDS = 120
MAX_REMEMBERED = 500

_remembered: OrderedDict[str, tuple[float, str]] = OrderedDict()


async def access_token(call: Call) -> str:
    """Good for the call. Raises IntegrationFailed: the key file is none, or Google does not take it."""
    credential = call.secret
    if credential.strategy == "oauth":
        return credential.secret
    mark = _mark(credential.secret)
    now = utc_now().timestamp()
    ends_at, token = _remembered.get(mark, (0.0, ""))
    if ends_at > now:
        return token
    value = await _ask(call, _key_file(credential.secret), int(now))
    _remembered[mark] = (now + float(value.get("expires_in", 0)) - EARLY_SECONDS, value["access_token"])
    _remembered.move_to_end(mark)
    while len(_remembered) > MAX_REMEMBERED:
        _remembered.popitem(last=False)
    return str(value["access_token"])


def forget(call: Call) -> None:
    """Google does not take the token any more: the next call asks for another one."""
    _remembered.pop(_mark(call.secret.secret), None)


def _mark(key_file: str) -> str:
    return hashlib.sha256(key_file.encode()).hexdigest()


def _key_file(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    wanted = ("client_email", "private_key")
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in wanted):
        raise IntegrationFailed(
            "the credential is no key of a service account: enter the whole JSON file that Google gave",
            code="credential",
        )
    return value


async def _ask(call: Call, key: dict[str, Any], now: int) -> Any:
    url = call.base_url(TOKEN_URL)
    claims = {"iss": key["client_email"], "scope": SCOPE, "aud": TOKEN_URL, "iat": now, "exp": now + LIFE_SECONDS}
    try:
        signed = jwt.encode(claims, key["private_key"], "RS256", headers={"kid": key.get("private_key_id")})
    except (ValueError, TypeError, jwt.PyJWTError) as error:
        raise IntegrationFailed("the private_key in the key file cannot be read", code="credential") from error
    answer = await Rest(call, "Google", url, _reason).exchange(
        "POST", "", form={"grant_type": GRANT, "assertion": signed}
    )
    if answer.status >= 400 or not isinstance(answer.value, dict) or "access_token" not in answer.value:
        why = _reason(answer) or f"it answered {answer.status}"
        raise IntegrationFailed(
            f"Google gave no access to the service account: {why}", code="credential", status=answer.status
        )
    return answer.value


def _reason(answer: Answer) -> str | None:
    if not isinstance(answer.value, dict):
        return None
    words = answer.value.get("error_description") or answer.value.get("error")
    return words if isinstance(words, str) else None
