"""Discord's HTTP API on loopback: https://discord.com/developers/docs/reference."""

import json
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service

TOKEN = "MTA0.not-a-real.token"
HOOK = "/api/v10/webhooks/117829184736000042/" + "hook-token_0123456789" * 3
BOT = {"id": "99", "username": "shop", "discriminator": "0", "avatar": None, "bot": True}

APPLICATION = {"id": "99", "name": "Shop", "icon": None, "description": "", "bot_public": True, "verify_key": "k",
               "bot_require_code_grant": False, "owner": BOT, "flags": 0}  # fmt: skip


class RestApi(Service):
    """Knows the bot TOKEN, its channel 42 and the webhook HOOK."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.path == HOOK:
            return said(_message(seen.body, "42"))
        if seen.headers.get("Authorization") != f"Bot {TOKEN}":
            return said({"message": "401: Unauthorized", "code": 0}, 401)
        if seen.path == "/api/v10/users/@me":
            return said(BOT)
        if seen.path == "/api/v10/oauth2/applications/@me":
            return said(APPLICATION)
        if seen.path == "/api/v10/channels/42/messages":
            return said(_message(seen.body, "42"))
        if seen.path.endswith("/messages"):
            return said({"message": "Missing Access", "code": 50001}, 403)
        return said({"message": "404: Not Found", "code": 0}, 404)


def said(value: Any, status: int = 200) -> web.Response:
    """As Discord sends JSON: without a charset."""
    return web.Response(body=json.dumps(value).encode(), status=status, headers={"Content-Type": "application/json"})


def _message(body: dict[str, Any], channel_id: str) -> dict[str, Any]:
    return {
        "id": "7", "channel_id": channel_id, "content": body.get("content", ""), "author": BOT, "type": 0,
        "timestamp": "2026-11-23T10:00:00+00:00", "edited_timestamp": None, "tts": False, "mention_everyone": False,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": False,
    }  # fmt: skip
