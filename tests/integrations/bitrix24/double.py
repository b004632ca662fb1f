"""Bitrix24's REST on loopback, called by an inbound webhook: https://apidocs.bitrix24.ru."""

import re
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

SECRET = "abcdef0123456789"
WEBHOOK = f"https://acme.bitrix24.ru/rest/1/{SECRET}/"
TIME = {"start": 1795000000.1, "finish": 1795000000.2, "duration": 0.1, "operating": 0}


def refused(status: int, code: str, description: str) -> web.Response:
    """An error as Bitrix24 words it."""
    return said({"error": code, "error_description": description}, status)


class Bitrix24(Service):
    """Knows the contact 11 and makes leads (21), deals (22) and comments (31)."""

    async def answer(self, seen: Seen) -> web.Response:
        path = re.fullmatch(r"/rest/1/(\w+)/([\w.]+?)(\.json)?", seen.path)
        assert path and seen.method == "POST", seen.path
        if path[1] != SECRET:
            return refused(401, "INVALID_CREDENTIALS", "Invalid request credentials")
        fields: dict[str, Any] = seen.body or {}
        if path[2] == "crm.contact.list":
            return self._contacts(fields)
        made = {"crm.lead.add": 21, "crm.deal.add": 22, "crm.timeline.comment.add": 31}.get(path[2])
        if path[2] == "crm.deal.add" and fields["fields"].get("STAGE_ID") == "WRONG":
            return refused(400, "", "Поле «Стадия» заполнено <b>неверно</b><br>")
        if made is not None:
            return said({"result": made, "time": TIME})
        if path[2] == "user.current":
            return said({"result": {"ID": "1", "NAME": "Анна"}, "time": TIME})
        return refused(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")

    @staticmethod
    def _contacts(fields: dict[str, Any]) -> web.Response:
        known = {"EMAIL": "ann@example.com", "PHONE": "+79990000000"}
        wanted = fields["filter"]
        fits = all(known.get(name.lstrip("=%")) == value for name, value in wanted.items())
        phone = [{"ID": "5", "VALUE_TYPE": "WORK", "VALUE": "+79990000000", "TYPE_ID": "PHONE"}]
        contact = {
            "ID": "11",
            "NAME": "Анна",
            "LAST_NAME": None,
            "PHONE": phone,
            "EMAIL": [{"VALUE": "ann@example.com"}],
        }
        return said({"result": [contact] if fits else [], "total": int(fits), "time": TIME})
