"""amoCRM's API v4 on loopback: https://www.amocrm.ru/developers/content/crm_platform/api-reference."""

from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

TOKEN = "eyJ0eXAiOiJKV1QifQ.long-lived.token"  # not a real one
CONTACT: dict[str, Any] = {
    "id": 11,
    "name": "Анна",
    "responsible_user_id": 5,
    "created_at": 1795000000,
    "updated_at": 1795000000,
    "custom_fields_values": [
        {"field_id": 1, "field_code": "PHONE", "values": [{"value": "+79990000000", "enum_code": "WORK"}]},
        {"field_id": 2, "field_code": "EMAIL", "values": [{"value": "ann@example.com", "enum_code": "WORK"}]},
    ],
}


def refused(status: int, title: str, detail: str = "", **more: Any) -> web.Response:
    """An error as amoCRM words it."""
    value = {"title": title, "type": "https://httpstatus.es/" + str(status), "status": status, "detail": detail}
    return web.json_response(value | more, status=status, content_type="application/problem+json")


class AmoCrm(Service):
    """Knows the contact 11 and the lead 21."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refused(401, "Unauthorized", "Токен недействителен")
        path = seen.path.removeprefix("/api/v4")
        if path == "/contacts" and seen.method == "GET":
            known = seen.query["query"] in ("ann@example.com", "+79990000000")
            return said({"_embedded": {"contacts": [CONTACT]}}) if known else web.Response(status=204)
        if path == "/contacts":
            return said({"_embedded": {"contacts": [{"id": 12, "request_id": "0"}]}})
        if path == "/leads":
            return self._new_lead(seen.body[0])
        if path in ("/leads/21", "/leads/22") and seen.method == "PATCH":
            return said({"id": 21, "updated_at": 1795000001}) if path.endswith("21") else refused(404, "Not Found")
        assert path in ("/leads/21/notes", "/contacts/11/notes"), path
        entity = int(path.split("/")[2])
        return said({"_embedded": {"notes": [{"id": 31, "entity_id": entity, "request_id": "0"}]}})

    def _new_lead(self, lead: dict[str, Any]) -> web.Response:
        if lead.get("status_id") == 999:
            wrong = {"code": "NotSupportedChoice", "path": "status_id", "detail": "The value is not a valid choice."}
            errors = [{"request_id": "0", "errors": [wrong]}]
            return refused(400, "Bad Request", "Request validation failed", **{"validation-errors": errors})
        return said({"_embedded": {"leads": [{"id": 21, "request_id": "0"}]}})
