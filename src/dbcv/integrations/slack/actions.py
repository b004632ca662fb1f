"""What Slack does for a bot, by the official library over the guarded client."""

from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE
from dbcv.integrations.slack.client import error_of, explain, opened
from dbcv.integrations.slack.shapes import (
    Conversation,
    FindUserInputs,
    OpenDirectMessageInputs,
    SendMessageInputs,
    Sent,
    UpdateMessageInputs,
    Uploaded,
    UploadFileInputs,
    User,
)

ERRORS = (SlackClientError, *UNREADABLE)
__all__ = [
    "ERRORS",
    "explain",
    "find_user",
    "open_direct_message",
    "send_message",
    "update_message",
    "upload_file",
]


async def send_message(call: Call, inputs: SendMessageInputs) -> Sent:
    """A message to a channel."""
    async with opened(call) as client:
        sent = await client.chat_postMessage(
            channel=inputs.channel,
            text=inputs.text,
            blocks=inputs.blocks or None,
            thread_ts=inputs.thread_ts or None,
            reply_broadcast=inputs.is_broadcast or None,
        )
    return Sent(channel=sent["channel"], ts=sent["ts"])


async def update_message(call: Call, inputs: UpdateMessageInputs) -> Sent:
    """Other words for a message."""
    async with opened(call) as client:
        sent = await client.chat_update(
            channel=inputs.channel, ts=inputs.ts, text=inputs.text, blocks=inputs.blocks or None
        )
    return Sent(channel=sent["channel"], ts=sent["ts"])


async def upload_file(call: Call, inputs: UploadFileInputs) -> Uploaded:
    """A file to a channel."""
    name, content = await _file(call, inputs)
    async with opened(call) as client:
        done = await client.files_upload_v2(
            filename=name,
            content=content,
            title=inputs.title or name,
            channel=inputs.channel,
            initial_comment=inputs.comment or None,
            thread_ts=inputs.thread_ts or None,
        )
    file: dict[str, Any] = done["files"][0]
    return Uploaded(file_id=file["id"], title=file.get("title"), url=file.get("permalink"))


async def _file(call: Call, inputs: UploadFileInputs) -> tuple[str, bytes]:
    if inputs.content:
        return inputs.file_name, inputs.content.encode()
    file = (await call.load_files([inputs.file]))[0]
    return inputs.file_name or file.name, file.content


async def open_direct_message(call: Call, inputs: OpenDirectMessageInputs) -> Conversation:
    """The channel in which to write to people."""
    async with opened(call) as client:
        answer = await client.conversations_open(users=inputs.users)
    return Conversation(channel=answer["channel"]["id"])


async def find_user(call: Call, inputs: FindUserInputs) -> User:
    """Who has this address."""
    async with opened(call) as client:
        try:
            answer = await client.users_lookupByEmail(email=inputs.email)
        except SlackApiError as error:
            if error_of(error) == "users_not_found":
                return User(is_found=False)
            raise
    return _user(answer["user"])


def _user(user: dict[str, Any]) -> User:
    profile = user.get("profile") or {}
    return User(
        is_found=True,
        id=user["id"],
        name=user.get("name"),
        real_name=profile.get("real_name") or user.get("real_name"),
        email=profile.get("email"),
        title=profile.get("title"),
        timezone=user.get("tz"),
        is_bot=user.get("is_bot"),
        is_deleted=user.get("deleted"),
    )
