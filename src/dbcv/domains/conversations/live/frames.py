"""What a client may send over the socket, one JSON object a frame, told apart by `type`."""

from typing import Annotated, Any
from uuid import UUID

import msgspec

from dbcv.domains.conversations import errors
from dbcv.domains.conversations.schemas import MessageIn
from dbcv.domains.conversations.service.messages import mend_message, unreadable
from dbcv.kit.errors import AppError

Topic = Annotated[str, msgspec.Meta(max_length=100)]


class Auth(msgspec.Struct, tag_field="type", tag="auth", forbid_unknown_fields=True):
    """Who is there. Sent again before the token expires, it keeps the socket open; it must be the same subscriber."""

    token: Annotated[str, msgspec.Meta(max_length=8192)]


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe", forbid_unknown_fields=True):
    """Listen to "channel:ID" or "bot:ID"; `after` is the last message seen, to get first what was missed since."""

    topic: Topic
    after: UUID | None = None


class Unsubscribe(msgspec.Struct, tag_field="type", tag="unsubscribe", forbid_unknown_fields=True):
    """Listen no more."""

    topic: Topic


class Say(MessageIn, tag_field="type", tag="message", forbid_unknown_fields=True):
    """A message, as `POST /messages` takes it."""


class Ping(msgspec.Struct, tag_field="type", tag="ping", forbid_unknown_fields=True):
    """Is anybody there."""


Frame = Auth | Subscribe | Unsubscribe | Say | Ping
_decode = msgspec.json.Decoder(Frame).decode


def read_frame(text: bytes) -> Frame:
    """The frame. Raises Invalid with the place."""
    try:
        frame: Frame = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unreadable(error) from error
    if isinstance(frame, Say):
        mend_message(frame, text)
    return frame


def named_external_id(text: bytes) -> str | None:
    """The `external_id` of a message that could not be read, so that its sender knows which one it was."""
    try:
        frame: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    found = frame.get("external_id") if isinstance(frame, dict) else None
    return found if isinstance(found, str) and len(found) <= 1000 else None


def topic_parts(topic: str) -> tuple[str, UUID]:
    """("channel" | "bot", id). Raises Invalid."""
    kind, _, text = topic.partition(":")
    try:
        if kind in ("channel", "bot"):
            return kind, UUID(text)
    except ValueError:
        pass
    raise errors.invalid_field("topic", "is no topic", 'Subscribe to "channel:ID" or "bot:ID"')


def problem(error: AppError, external_id: str | None = None, topic: str | None = None) -> dict[str, Any]:
    """The answer to a frame that could not be done."""
    told = {"type": "error"} | {key: value for key, value in error.as_problem().items() if key != "type"}
    if isinstance(error, errors.RateLimited):
        told["retry_after"] = error.retry_after_seconds
    if external_id is not None:
        told["external_id"] = external_id
    if topic is not None:
        told["topic"] = topic
    return told
