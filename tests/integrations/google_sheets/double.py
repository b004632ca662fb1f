"""Google Sheets and Google's token endpoint on loopback: https://developers.google.com/sheets/api/reference/rest.

It checks the signature and the claims of what a service account signs.
"""

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.integrations.service import Seen, Service, said

SHEET = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"
EMAIL = "bot@project.iam.gserviceaccount.com"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _file(key: rsa.RSAPrivateKey) -> str:
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*kinds).decode()


PRIVATE_KEY = _file(_KEY)
OTHER_KEY = _file(rsa.generate_private_key(public_exponent=65537, key_size=2048))
ACCOUNT = {
    "type": "service_account",
    "project_id": "project",
    "private_key_id": "k1",
    "private_key": PRIVATE_KEY,
    "client_email": EMAIL,
    "token_uri": "https://oauth2.googleapis.com/token",
}


def refused(status: int, word: str, message: str) -> web.Response:
    """An error as Google words it."""
    return said({"error": {"code": status, "message": message, "status": word}}, status)


def _rows() -> list[list[Any]]:
    return [["Name", "E-mail", "Age"], ["Ann", "ann@example.com", "31"], ["Борис", "boris@example.com", "40"]]


@dataclass(slots=True)
class GoogleSheets(Service):
    """Knows one spreadsheet with one sheet, "Sheet1"."""

    rows: list[list[Any]] = field(default_factory=_rows)
    token: str = "ya29.fresh"

    async def answer(self, seen: Seen) -> web.Response:
        if seen.path == "/token":
            return self._token(seen.body)
        if seen.headers.get("Authorization") != f"Bearer {self.token}":
            return refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        parts = seen.path.split("/")  # "", v4, spreadsheets, id, values, range
        if parts[3] != SHEET:
            return refused(404, "NOT_FOUND", "Requested entity was not found.")
        name = unquote(parts[5]).removesuffix(":append")
        if name.startswith("Nowhere"):
            return refused(400, "INVALID_ARGUMENT", f"Unable to parse range: {name}")
        return said(self._values(seen, name))

    def _token(self, form: dict[str, str]) -> web.Response:
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        try:
            claims = jwt.decode(form["assertion"], _KEY.public_key(), ["RS256"], audience=ACCOUNT["token_uri"])
        except jwt.InvalidTokenError:
            return said({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400)
        assert claims["iss"] == EMAIL
        assert claims["scope"] == SCOPE
        assert claims["exp"] <= time.time() + 3600
        return said({"access_token": self.token, "expires_in": 3599, "token_type": "Bearer"})

    def _values(self, seen: Seen, name: str) -> dict[str, Any]:
        if seen.method == "GET":
            return {"range": f"{name}!A1:C{len(self.rows)}", "majorDimension": "ROWS", "values": self.rows}
        assert seen.query["valueInputOption"] in ("USER_ENTERED", "RAW")
        values = seen.body["values"]
        cells = sum(len(row) for row in values)
        updated = {"spreadsheetId": SHEET, "updatedRows": len(values), "updatedColumns": len(values[0])}
        updated |= {"updatedCells": cells}
        if seen.method == "PUT":
            return updated | {"updatedRange": name}
        self.rows += values
        last = len(self.rows)
        return {"spreadsheetId": SHEET, "updates": updated | {"updatedRange": f"Sheet1!A{last}:C{last}"}}
