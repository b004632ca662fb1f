"""What MAX's updates mean. Pure; an update is {"me", "told"}: as MAX told it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from dbcv.integration_kit.transport import Heard, Left, RemoteFile

KINDS = ("message_created", "message_callback", "bot_started", "bot_stopped", "dialog_removed")
"""The updates that are asked for."""
KEPT_VALUE, VALUE = "#", "="
"""How the data of a button begins: with the place of a value that we keep, or with the value itself."""
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
    told, me = _object(body.get("told")), body.get("me")
    kind, key = told.get("update_type"), f"max:{me}:{_key(told)}"
    if number_of(told) is None:
        return None
    if kind in _GONE:
        chat_id = _id(told.get("chat_id"))
        return Left(chat_id) if chat_id is not None else None
    if kind == "bot_started":
        return _started(told, key)
    if kind == "message_callback":
        return _pressed(told, key, groups)
    return _message(_object(told.get("message")), key, groups, told) if kind == "message_created" else None


def _key(told: Mapping[str, Any]) -> str:
    """What names it for ever."""
    named = _text(_object(told.get("callback")).get("callback_id"))
    named = named or _text(_object(_object(told.get("message")).get("body")).get("mid"))
    return named or f"{told.get('update_type')}:{told.get('chat_id')}:{told.get('timestamp')}"


def _message(message: Mapping[str, Any], key: str, groups: bool, told: Mapping[str, Any]) -> Heard | None:
    place, person, body = (_object(message.get(name)) for name in ("recipient", "sender", "body"))
    chat_id = _id(place.get("chat_id"))
    if chat_id is None or not _may_talk(place, person, groups):
        return None
    files = tuple(file for file in map(_file, _list(body.get("attachments"))) if file is not None)
    text, params = _text(body.get("text")), _params(person, body.get("mid"), told)
    for each in _list(body.get("attachments")):
        about = _object(each)
        if about.get("type") in ("location", "contact"):
            params[str(about["type"])] = {name: value for name, value in about.items() if name != "type"}
    linked = _object(_object(message.get("link")).get("message"))
    if linked:
        params["reply_to_text"] = _text(linked.get("text"))
    if not (text or files or "location" in params or "contact" in params):
        return None
    return Heard(chat_id, key, {"chat_id": int(chat_id)}, text, params, files, _profile(person, told))


def _started(told: Mapping[str, Any], key: str) -> Heard | None:
    chat_id, person = _id(told.get("chat_id")), _object(told.get("user"))
    if chat_id is None or person.get("is_bot") is True:
        return None
    params = _params(person, None, told) | {"command": "start"}
    if _text(told.get("payload")):
        params["payload"] = _text(told.get("payload"))
    return Heard(chat_id, key, {"chat_id": int(chat_id)}, "/start", params, (), _profile(person, told))


def _pressed(told: Mapping[str, Any], key: str, groups: bool) -> Heard | None:
    callback, message = _object(told.get("callback")), _object(told.get("message"))
    person, place, data = (
        _object(callback.get("user")),
        _object(message.get("recipient")),
        _text(callback.get("payload")),
    )
    chat_id = _id(place.get("chat_id"))
    if chat_id is None or not data or not _may_talk(place, person, groups):
        return None
    params = _params(person, _object(message.get("body")).get("mid"), told) | {"button": True}
    said = (chat_id, key, {"chat_id": int(chat_id)})
    if data.startswith(VALUE):
        return Heard(*said, data[1:], params, (), _profile(person, told))
    kept, _, number = data[1:].partition(":")
    if not data.startswith(KEPT_VALUE) or not number.isdecimal() or len(number) > 3:
        return None
    return Heard(*said, "", params, (), _profile(person, told), None, (kept, int(number)))


def _may_talk(place: Mapping[str, Any], person: Mapping[str, Any], groups: bool) -> bool:
    known = _id(person.get("user_id")) is not None
    return known and person.get("is_bot") is not True and (place.get("chat_type") == "dialog" or groups)


def _params(person: Mapping[str, Any], mid: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    return {"from": _profile(person, told), "message_id": mid if isinstance(mid, str) else None}


def _file(told: Any) -> RemoteFile | None:
    about = _object(told)
    ending, payload = _FILES.get(_text(about.get("type"))), _object(about.get("payload"))
    url, token = _text(payload.get("url")), _text(payload.get("token")) or _id(payload.get("photo_id")) or ""
    if ending is None or not url or not token:
        return None
    name = _text(about.get("filename")) or f"{about['type']}.{ending}"
    size = about.get("size")
    return RemoteFile(
        url, hashlib.sha256(token.encode()).hexdigest()[:40], name, "", size if isinstance(size, int) else None
    )


def _profile(person: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    names = {"username": "username", "first_name": "first_name", "last_name": "last_name"}
    known = {ours: _text(person.get(theirs))[:255] for theirs, ours in names.items() if _text(person.get(theirs))}
    language = _text(told.get("user_locale"))[:35]
    return {"id": person.get("user_id")} | known | ({"language": language} if language else {})


def _id(value: Any) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
