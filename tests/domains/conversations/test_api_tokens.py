"""API tokens on the hot ways in: `POST /messages` and the socket hold them to their scopes too."""

from typing import Any

from dbcv.domains.accounts.schemas import ApiTokenIn, Principal
from dbcv.domains.accounts.service import api_tokens
from tests.domains.conversations.conftest import House


async def test_messages_and_the_socket(house: House) -> None:
    token, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id)
    channel = await house.channel(token, is_public=True, default_bot_id=str(bot_id))

    async def made(*scopes: Any) -> str:
        wish = ApiTokenIn(name="robot", scopes=set(scopes))
        return (await api_tokens.make(house.db, Principal(owner_id, "user", "DEVELOPER", "owner"), wish))[1]

    reader, writer = await made("conversations:read"), await made("conversations:read", "conversations:write")
    assert (await house.say(writer, channel["id"], "hi")).status == 200
    refused = await house.say(reader, channel["id"], "hi")
    assert (refused.status, refused.body["code"]) == (403, "scope_needed")
    async with house.socket(reader) as one:
        await one.listen(f"channel:{channel['id']}")
        await one.send(type="message", channel_id=channel["id"], text="hi", external_id="e1")
        assert (await one.until(type="error"))["code"] == "scope_needed"
        await one.send(type="subscribe", topic=f"bot:{bot_id}")
        assert (await one.until(type="error"))["code"] == "scope_needed"
    async with house.socket(writer) as one:
        await one.send(type="message", channel_id=channel["id"], text="again", external_id="e2")
        assert (await one.until(type="accepted"))["message"]["text"] == "again"
