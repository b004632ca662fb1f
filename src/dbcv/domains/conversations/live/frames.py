"""What a client may send over the socket, one JSON object a frame, told apart by `type`."""

from typing import Annotated, Any, get_args
from uuid import UUID

import msgspec

from dbcv.domains.conversations import errors
from dbcv.domains.conversations.schemas import MessageIn
from dbcv.domains.conversations.service.faults import unreadable
from dbcv.domains.conversations.service.messages import mend_message
from dbcv.kit.errors import AppError, RateLimited
from dbcv.kit.realtime import METRICS_TOPIC

NOBODY = UUID(int=0)
MOST_SELECTED = 20
Topic = Annotated[str, msgspec.Meta(max_length=100)]


class Auth(msgspec.Struct, tag_field="type", tag="auth", forbid_unknown_fields=True):
    """Who is there. Sent again before the token expires, it keeps the socket open; it must be the same subscriber."""

    token: Annotated[str, msgspec.Meta(max_length=8192)]


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe", forbid_unknown_fields=True):
    """Listen to "channel:ID", "session:ID" or "bot:ID"; `after` is the last message seen: what was missed since comes
    first."""

    topic: Topic
    after: UUID | None = None


class Unsubscribe(msgspec.Struct, tag_field="type", tag="unsubscribe", forbid_unknown_fields=True):
    """Listen no more."""

    topic: Topic


class Say(MessageIn, tag_field="type", tag="message", forbid_unknown_fields=True):
    """A message, as `POST /messages` takes it."""


class Typing(msgspec.Struct, tag_field="type", tag="typing", forbid_unknown_fields=True):
    """The person who took over a session is writing, or stopped."""

    session_id: UUID
    is_typing: bool


class Presence(msgspec.Struct, tag_field="type", tag="presence", forbid_unknown_fields=True):
    """I have this bot open (its topic is listened to); what I have selected, the part that I edit and the field of it.
    From then on others' presence is told, until the socket closes or leaves the topic."""

    bot_id: UUID
    selected: Annotated[list[UUID], msgspec.Meta(max_length=MOST_SELECTED)] = []
    editing: UUID | None = None
    field: Annotated[str, msgspec.Meta(max_length=40, pattern="^[a-z_.]*$")] | None = None


class Ping(msgspec.Struct, tag_field="type", tag="ping", forbid_unknown_fields=True):
    """Is anybody there."""


Frame = Auth | Subscribe | Unsubscribe | Say | Typing | Presence | Ping
_decode = msgspec.json.Decoder(Frame).decode


def read_frame(text: bytes) -> Frame:
    """The frame. Raises Invalid with the place."""
    try:
        frame: Frame = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unreadable(error, text, _shape_of(text)) from error
    if isinstance(frame, Say):
        mend_message(frame, text)
    return frame


def _shape_of(text: bytes) -> type[msgspec.Struct] | None:
    """Which kind of frame it would be."""
    try:
        frame = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    tag = frame.get("type") if isinstance(frame, dict) else None
    return next((kind for kind in get_args(Frame) if kind.__struct_config__.tag == tag), None)


def named_external_id(text: bytes) -> str | None:
    """The `external_id` of a message that could not be read, so that its sender knows which one it was."""
    try:
        frame: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    found = frame.get("external_id") if isinstance(frame, dict) else None
    return found if isinstance(found, str) and len(found) <= 1000 else None


def topic_name(kind: str, subject_id: UUID) -> str:
    """What `topic_parts` reads."""
    return METRICS_TOPIC if kind == METRICS_TOPIC else f"{kind}:{subject_id}"


def topic_parts(topic: str) -> tuple[str, UUID]:
    """("channel" | "session" | "bot", id). Raises Invalid."""
    kind, _, text = topic.partition(":")
    if topic == METRICS_TOPIC:
        return METRICS_TOPIC, NOBODY
    try:
        if kind in ("channel", "session", "bot"):
            return kind, UUID(text)
    except ValueError:
        pass
    raise errors.invalid_field("topic", "is no topic", 'Subscribe to "channel:ID", "session:ID" or "bot:ID"')


def problem(error: AppError, external_id: str | None = None, topic: str | None = None) -> dict[str, Any]:
    """The answer to a frame that could not be done."""
    told = {"type": "error"} | {key: value for key, value in error.as_problem().items() if key != "type"}
    if isinstance(error, RateLimited):
        told["retry_after"] = error.retry_after_seconds
    if external_id is not None:
        told["external_id"] = external_id
    if topic is not None:
        told["topic"] = topic
    return told
