"""The actions of Discord, by discord.py over connections that the guard checks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import aiohttp
import discord

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.sockets import guarded_connector, places_only
from dbcv.integrations.discord.shapes import Embed, Message, SendMessage, Sent, Webhook

ERRORS = (discord.DiscordException, aiohttp.ClientError)


def explain(error: Exception) -> IntegrationFailed:
    """Discord's own words."""
    if isinstance(error, discord.LoginFailure):
        return IntegrationFailed("Discord refused the bot's token: enter it again", code="credential", status=401)
    if isinstance(error, discord.HTTPException):
        code = {401: "credential", 403: "refused", 429: "rate_limited"}.get(error.status, "failed")
        words = error.text.partition("\n")[0] or "no reason"
        return IntegrationFailed(f"Discord answered {error.status}: {words}", code=code, status=error.status)
    return IntegrationFailed(f"Discord did not take it: {error}")


async def webhook(call: Call, inputs: Webhook) -> Sent:
    """A message to the channel of a webhook."""
    async with (
        _connector(call) as (connector, trace),
        aiohttp.ClientSession(connector=connector, trace_configs=[trace]) as session,
    ):
        try:
            door = discord.Webhook.from_url(call.secret.secret, session=session)
        except ValueError as error:
            words = "the credential is no address of a Discord webhook: https://discord.com/api/webhooks/…"
            raise IntegrationFailed(words, code="credential") from error
        more: dict[str, Any] = {"username": inputs.username} if inputs.username else {}
        more |= {"avatar_url": inputs.avatar_url} if inputs.avatar_url else {}
        sent = await door.send(wait=True, **_said(inputs), **more)
    return Sent(message_id=str(sent.id), channel_id=str(sent.channel.id))


async def send_message(call: Call, inputs: SendMessage) -> Sent:
    """A message of a bot. Its nonce follows from the call: Discord takes the same one once within some minutes."""
    async with _connector(call) as (connector, trace):
        client = discord.Client(intents=discord.Intents.none(), connector=connector, http_trace=trace)
        async with client:
            await client.login(call.secret.secret)
            channel = client.get_partial_messageable(inputs.channel_id)
            nonce = sha256(call.key.encode()).hexdigest()[:25]
            sent = await channel.send(nonce=nonce, **_said(inputs))
    return Sent(message_id=str(sent.id), channel_id=str(inputs.channel_id))


@asynccontextmanager
async def _connector(call: Call) -> AsyncIterator[tuple[aiohttp.BaseConnector, aiohttp.TraceConfig]]:
    connector = guarded_connector(call.network)
    try:
        yield connector, places_only(call.places)
    finally:
        await connector.close()


def _said(inputs: Message) -> dict[str, Any]:
    mentions = discord.AllowedMentions.all() if inputs.mentions else discord.AllowedMentions.none()
    said: dict[str, Any] = {"embeds": [_embed(each) for each in inputs.embeds], "allowed_mentions": mentions}
    return said | ({"content": inputs.content} if inputs.content else {})


def _embed(wished: Embed) -> discord.Embed:
    made = discord.Embed(
        title=wished.title or None, description=wished.description or None, url=wished.url or None, color=wished.color
    )
    return made.set_image(url=wished.image_url) if wished.image_url else made
