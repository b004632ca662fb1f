"""What Discord's events mean. Pure; an event is {"kind", "me", "is_direct", "data"}: the data as Discord told it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from dbcv.integration_kit.buttons import pressed
from dbcv.integration_kit.told import list_in, names_in, object_in, text_in
from dbcv.integration_kit.transport import Heard, RemoteFile

MESSAGE, PRESSED = "message", "pressed"
_SAID_KINDS = (0, 19)
"""A message, and one that answers another; the others tell that somebody joined and the like."""
_COMPONENT = 3
_MAX_ID = 2**63
_SPACES = re.compile(r"[ \t]{2,}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the channel answers beside those who write to the bot directly."""

    mentions: bool = True
    channels: Collection[str] = field(default_factory=frozenset)


def number_of(data: Any) -> int | None:
    """The number of a message or an interaction: it grows with time."""
    text = data.get("id") if isinstance(data, dict) else None
    number = int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if 0 < number < _MAX_ID else None


def read(body: Mapping[str, Any], wanted: Wanted) -> Heard | None:
    """A message to the bot or a pressed button; None for all else, also for what bots say: two bots must not talk
    without end."""
    data, me = object_in(body.get("data")), text_in(body.get("me"))
    number = number_of(data)
    if number is None or not me:
        return None
    is_direct = body.get("is_direct") is True
    if body.get("kind") == PRESSED:
        return _pressed(data, f"discord:{me}:{number}", is_direct)
    return _message(data, me, f"discord:{me}:{number}", is_direct, wanted)


def _message(data: Mapping[str, Any], me: str, key: str, is_direct: bool, wanted: Wanted) -> Heard | None:
    author, channel = object_in(data.get("author")), _id(data.get("channel_id"))
    if channel is None or not _is_person(author) or data.get("webhook_id") or data.get("type", 0) not in _SAID_KINDS:
        return None
    is_meant = is_direct or channel in wanted.channels or (wanted.mentions and _mentions(data, me))
    if not is_meant:
        return None
    text = _without(text_in(data.get("content")), me)
    files = tuple(file for file in map(_file, list_in(data.get("attachments"))) if file is not None)
    if not (text or files):
        return None
    params = {"from": _profile(author), "message_id": data.get("id"), "channel_id": channel}
    if not is_direct:
        params["guild_id"] = _id(data.get("guild_id"))
    replied = object_in(data.get("referenced_message"))
    if replied:
        params["reply_to_text"] = text_in(replied.get("content"))
    return _heard(author, channel, is_direct, key, text, params, files)


def _pressed(data: Mapping[str, Any], key: str, is_direct: bool) -> Heard | None:
    person = object_in(object_in(data.get("member")).get("user")) or object_in(data.get("user"))
    channel, told = _id(data.get("channel_id")), object_in(data.get("data"))
    custom = text_in(told.get("custom_id"))
    if data.get("type") != _COMPONENT or channel is None or not _is_person(person) or not custom:
        return None
    message_id = object_in(data.get("message")).get("id")
    params = {"from": _profile(person), "button": True, "message_id": message_id, "channel_id": channel}
    said = pressed(custom)
    return _heard(person, channel, is_direct, key, said[0], params, button=said[1]) if said else None


def _heard(
    person: Mapping[str, Any], channel: str, is_direct: bool, key: str, text: str, params: dict[str, Any],
    files: tuple[RemoteFile, ...] = (), button: tuple[str, int] | None = None,
) -> Heard:  # fmt: skip
    """On a server each member has a conversation in each channel: what was said in one is no business of another."""
    user = str(_id(person.get("id")))
    sender = user if is_direct else f"{channel}:{user}"
    address: dict[str, Any] = {"channel_id": channel, "is_direct": is_direct}
    if not is_direct and button is None and "button" not in params:
        address["message_id"] = params["message_id"]
    return Heard(sender, key, address, text, params, files, _profile(person), None, button)


def _is_person(person: Mapping[str, Any]) -> bool:
    return _id(person.get("id")) is not None and person.get("bot") is not True and person.get("system") is not True


def _mentions(data: Mapping[str, Any], me: str) -> bool:
    return any(object_in(each).get("id") == me for each in list_in(data.get("mentions")))


def _without(text: str, me: str) -> str:
    """The text without the bot's name, which only says that it is meant."""
    for name in (f"<@{me}>", f"<@!{me}>"):
        text = text.replace(name, " ")
    return _SPACES.sub(" ", text).strip()


def _file(told: Any) -> RemoteFile | None:
    about = object_in(told)
    url, key, size = about.get("url"), _id(about.get("id")), about.get("size")
    if not isinstance(url, str) or key is None:
        return None
    name = text_in(about.get("filename")) or "file.bin"
    return RemoteFile(url, key, name, text_in(about.get("content_type")), size if isinstance(size, int) else None)


def _profile(person: Mapping[str, Any]) -> dict[str, Any]:
    names = {"username": "username", "global_name": "first_name", "locale": "language"}
    return {"id": _id(person.get("id"))} | names_in(person, names)


def _id(value: Any) -> str | None:
    return value if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else None
