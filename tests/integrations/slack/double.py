"""Slack's Web API on loopback: https://docs.slack.dev/apis/web-api. Errors have status 200."""

import json
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

TOKEN = "xoxb-0123456789-abcdefghijklmnop"  # not a real one


class Slack(Service):
    """Knows the channel C1, the person ann@example.com (U1) and takes files."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.path == "/upload/v1/ABC":
            return web.Response(text=f"OK - {len(seen.body)}")
        if seen.headers.get("Authorization") != f"Bearer {TOKEN}":
            return said({"ok": False, "error": "invalid_auth"})
        method = seen.path.removeprefix("/api/")
        fields = dict(seen.query) | (seen.body if isinstance(seen.body, dict) else {})
        answer = getattr(self, f"_{method.replace('.', '_')}", None)
        return said(answer(fields) if answer else {"ok": False, "error": "unknown_method"})

    def _chat_postMessage(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["channel"] not in ("C1", "#general", "D1"):
            return {"ok": False, "error": "channel_not_found"}
        if fields.get("blocks") and "broken" in json.dumps(fields["blocks"]):
            messages = ["[ERROR] unsupported type: broken [json-pointer:/blocks/0/type]"]
            return {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": messages}}
        message = {"type": "message", "text": fields.get("text", ""), "ts": "1795000000.000100"}
        return {"ok": True, "channel": "C1", "ts": "1795000000.000100", "message": message}

    def _chat_update(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["ts"] != "1795000000.000100":
            return {"ok": False, "error": "message_not_found"}
        return {"ok": True, "channel": fields["channel"], "ts": fields["ts"], "text": fields.get("text", "")}

    def _conversations_open(self, fields: dict[str, Any]) -> dict[str, Any]:
        known = fields["users"] in ("U1", "U1,U2")
        return {"ok": True, "channel": {"id": "D1"}} if known else {"ok": False, "error": "user_not_found"}

    def _users_lookupByEmail(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["email"] != "ann@example.com":
            return {"ok": False, "error": "users_not_found"}
        profile = {"display_name": "ann", "real_name": "Ann Lee", "email": "ann@example.com", "title": "CTO"}
        user = {"id": "U1", "team_id": "T1", "name": "ann", "deleted": False, "is_bot": False, "tz": "Europe/Paris"}
        return {"ok": True, "user": user | {"real_name": "Ann Lee", "profile": profile}}

    def _files_getUploadURLExternal(self, fields: dict[str, Any]) -> dict[str, Any]:
        assert int(fields["length"]) > 0
        return {"ok": True, "upload_url": f"http://127.0.0.1:{self.port}/upload/v1/ABC", "file_id": "F1"}

    def _files_completeUploadExternal(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields.get("channel_id") != "C1":
            return {"ok": False, "error": "channel_not_found"}
        title = json.loads(fields["files"])[0]["title"]
        return {"ok": True, "files": [{"id": "F1", "title": title, "permalink": "https://acme.slack.com/files/U1/F1"}]}
