"""What MAX's updates mean. Pure; an update is {"me", "told"}: as MAX told it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from dbcv.integration_kit.buttons import pressed
from dbcv.integration_kit.told import list_in, names_in, number_in, object_in, text_in
from dbcv.integration_kit.transport import Heard, Left, RemoteFile

KINDS = ("message_created", "message_callback", "bot_started", "bot_stopped", "dialog_removed")
"""The updates that are asked for."""
_GONE = ("bot_stopped", "dialog_removed")
_FILES = {"image": "jpg", "file": "bin", "audio": "mp3", "video": "mp4"}
_MAX_MS = 2**42


def number_of(told: Any) -> int | None:
    """When it was, and which of that moment: the same at every telling."""
    moment = told.get("timestamp") if isinstance(told, dict) else None
    key = _key(told) if isinstance(told, dict) else ""
    if isinstance(moment, bool) or not isinstance(moment, int) or not 0 < moment < _MAX_MS or not key:
        return None
    return (moment << 20) | int.from_bytes(hashlib.sha256(key.encode()).digest()[:2], "big")


def read(body: Mapping[str, Any], *, groups: bool) -> Heard | Left | None:
    """A message, a pressed button, somebody's first step or a farewell; None for all else, also for what bots say."""
    told, me = object_in(body.get("told")), body.get("me")
    kind, key = told.get("update_type"), f"max:{me}:{_key(told)}"
    if number_of(told) is None:
        return None
    if kind in _GONE:
        chat_id = number_in(told.get("chat_id"))
        return Left(chat_id) if chat_id is not None else None
    if kind == "bot_started":
        return _started(told, key)
    if kind == "message_callback":
        return _pressed(told, key, groups)
    return _message(object_in(told.get("message")), key, groups, told) if kind == "message_created" else None


def _key(told: Mapping[str, Any]) -> str:
    """What names it for ever."""
    named = text_in(object_in(told.get("callback")).get("callback_id"))
    named = named or text_in(object_in(object_in(told.get("message")).get("body")).get("mid"))
    return named or f"{told.get('update_type')}:{told.get('chat_id')}:{told.get('timestamp')}"


def _message(message: Mapping[str, Any], key: str, groups: bool, told: Mapping[str, Any]) -> Heard | None:
    place, person, body = (object_in(message.get(name)) for name in ("recipient", "sender", "body"))
    chat_id = number_in(place.get("chat_id"))
    if chat_id is None or not _may_talk(place, person, groups):
        return None
    files = tuple(file for file in map(_file, list_in(body.get("attachments"))) if file is not None)
    text, params = text_in(body.get("text")), _params(person, body.get("mid"), told)
    for each in list_in(body.get("attachments")):
        about = object_in(each)
        if about.get("type") in ("location", "contact"):
            params[str(about["type"])] = {name: value for name, value in about.items() if name != "type"}
    linked = object_in(object_in(message.get("link")).get("message"))
    if linked:
        params["reply_to_text"] = text_in(linked.get("text"))
    if not (text or files or "location" in params or "contact" in params):
        return None
    return Heard(chat_id, key, {"chat_id": int(chat_id)}, text, params, files, _profile(person, told))


def _started(told: Mapping[str, Any], key: str) -> Heard | None:
    chat_id, person = number_in(told.get("chat_id")), object_in(told.get("user"))
    if chat_id is None or person.get("is_bot") is True:
        return None
    params = _params(person, None, told) | {"command": "start"}
    if text_in(told.get("payload")):
        params["payload"] = text_in(told.get("payload"))
    return Heard(chat_id, key, {"chat_id": int(chat_id)}, "/start", params, (), _profile(person, told))


def _pressed(told: Mapping[str, Any], key: str, groups: bool) -> Heard | None:
    callback, message = object_in(told.get("callback")), object_in(told.get("message"))
    person, place, data = (
        object_in(callback.get("user")),
        object_in(message.get("recipient")),
        text_in(callback.get("payload")),
    )
    chat_id = number_in(place.get("chat_id"))
    if chat_id is None or not data or not _may_talk(place, person, groups):
        return None
    params = _params(person, object_in(message.get("body")).get("mid"), told) | {"button": True}
    said = pressed(data)
    if said is None:
        return None
    text, button = said
    return Heard(chat_id, key, {"chat_id": int(chat_id)}, text, params, (), _profile(person, told), None, button)


def _may_talk(place: Mapping[str, Any], person: Mapping[str, Any], groups: bool) -> bool:
    known = number_in(person.get("user_id")) is not None
    return known and person.get("is_bot") is not True and (place.get("chat_type") == "dialog" or groups)


def _params(person: Mapping[str, Any], mid: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    return {"from": _profile(person, told), "message_id": mid if isinstance(mid, str) else None}


def _file(told: Any) -> RemoteFile | None:
    about = object_in(told)
    ending, payload = _FILES.get(text_in(about.get("type"))), object_in(about.get("payload"))
    url, token = text_in(payload.get("url")), text_in(payload.get("token")) or number_in(payload.get("photo_id")) or ""
    if ending is None or not url or not token:
        return None
    name = text_in(about.get("filename")) or f"{about['type']}.{ending}"
    size = about.get("size")
    return RemoteFile(
        url, hashlib.sha256(token.encode()).hexdigest()[:40], name, "", size if isinstance(size, int) else None
    )


def _profile(person: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    names = {"username": "username", "first_name": "first_name", "last_name": "last_name"}
    language = text_in(told.get("user_locale"))[:35]
    return {"id": person.get("user_id")} | names_in(person, names) | ({"language": language} if language else {})
