"""What Telegram's updates mean. Pure; takes whatever came, because anybody may post to a webhook's address."""

import re
from collections.abc import Mapping
from typing import Any

from dbcv.integration_kit.buttons import pressed
from dbcv.integration_kit.told import list_in, names_in, number_in, object_in, text_in
from dbcv.integration_kit.transport import Heard, Left, RemoteFile

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The updates that are asked for."""
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@[A-Za-z0-9_]{3,64})?(?:\s+(.*))?", re.DOTALL)
_FILES = ("document", "audio", "voice", "video", "video_note", "animation", "sticker")
_ENDINGS = {"photo": "jpg", "voice": "ogg", "video": "mp4", "video_note": "mp4", "animation": "mp4", "audio": "mp3"}
_GONE = ("kicked", "left")


def read(account: str, body: Mapping[str, Any], *, groups: bool, edits: bool) -> Heard | Left | None:
    """A message, a pressed button or a farewell; None for all else, also for what bots say: two bots must not talk
    without end. `account` makes update numbers of different bots different."""
    number = body.get("update_id")
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    key = f"telegram:{account}:{number}"
    if "callback_query" in body:
        return _pressed(object_in(body["callback_query"]), key, groups)
    if "my_chat_member" in body:
        return _member(object_in(body["my_chat_member"]))
    edited = "edited_message" in body
    message = object_in(body.get("edited_message" if edited else "message"))
    return None if edited and not edits else _message(message, key, groups, edited)


def _message(message: Mapping[str, Any], key: str, groups: bool, edited: bool) -> Heard | None:
    chat, person = object_in(message.get("chat")), object_in(message.get("from"))
    chat_id = number_in(chat.get("id"))
    if chat_id is None or not _may_talk(chat, person, groups):
        return None
    text = text_in(message.get("text")) or text_in(message.get("caption"))
    params: dict[str, Any] = {"from": _profile(person), "message_id": message.get("message_id")}
    text = _with_command(text, params)
    for name in ("location", "contact", "venue", "poll"):
        if isinstance(message.get(name), dict):
            params[name] = message[name]
    if edited:
        params["edited"] = True
    replied = object_in(message.get("reply_to_message"))
    if replied:
        params["reply_to_text"] = text_in(replied.get("text"))
    files = tuple(_files(message))
    if not (text or files or len(params) > 2):
        return None
    album = text_in(message.get("media_group_id")) or None
    return Heard(chat_id, key, {"chat_id": int(chat_id)}, text, params, files, _profile(person), album)


def _pressed(query: Mapping[str, Any], key: str, groups: bool) -> Heard | None:
    person, message = object_in(query.get("from")), object_in(query.get("message"))
    chat = object_in(message.get("chat")) or {"id": person.get("id"), "type": "private"}
    chat_id, data = number_in(chat.get("id")), text_in(query.get("data"))
    if chat_id is None or not _may_talk(chat, person, groups) or not data:
        return None
    params = {"from": _profile(person), "button": True, "message_id": message.get("message_id")}
    text, button = pressed(data) or (data, None)
    return Heard(chat_id, key, {"chat_id": int(chat_id)}, text, params, (), _profile(person), None, button)


def _member(change: Mapping[str, Any]) -> Left | None:
    chat = object_in(change.get("chat"))
    status, chat_id = object_in(change.get("new_chat_member")).get("status"), number_in(chat.get("id"))
    return Left(chat_id) if chat_id is not None and status in _GONE else None


def _may_talk(chat: Mapping[str, Any], person: Mapping[str, Any], groups: bool) -> bool:
    return person.get("is_bot") is not True and (chat.get("type") == "private" or groups)


def _with_command(text: str, params: dict[str, Any]) -> str:
    """A command goes without the bot's name; what follows "/start" is a link's payload and goes into the params."""
    found = _COMMAND.fullmatch(text)
    if not found:
        return text
    name, rest = found[1], found[2] or ""
    params["command"] = name
    if name == "start":
        if rest:
            params["payload"] = rest
        return "/start"
    return f"/{name} {rest}".rstrip()


def _files(message: Mapping[str, Any]) -> list[RemoteFile]:
    found = [_file(name, message[name]) for name in _FILES if isinstance(message.get(name), dict)]
    sizes = [size for size in list_in(message.get("photo")) if isinstance(size, dict)]
    if sizes:
        found.append(_file("photo", sizes[-1]))
    if "animation" in message:  # the same file is told as a document too
        found = found[-1:]
    return [file for file in found if file is not None]


def _file(kind: str, told: Mapping[str, Any]) -> RemoteFile | None:
    file_id, key, size = told.get("file_id"), told.get("file_unique_id"), told.get("file_size")
    if not (isinstance(file_id, str) and isinstance(key, str)):
        return None
    name = text_in(told.get("file_name")) or f"{kind}.{_ENDINGS.get(kind, 'bin')}"
    return RemoteFile(file_id, key, name, text_in(told.get("mime_type")), size if isinstance(size, int) else None)


def _profile(person: Mapping[str, Any]) -> dict[str, Any]:
    names = {"username": "username", "first_name": "first_name", "last_name": "last_name", "language_code": "language"}
    known: dict[str, Any] = names_in(person, names)
    return {"id": person.get("id")} | known if number_in(person.get("id")) else known
