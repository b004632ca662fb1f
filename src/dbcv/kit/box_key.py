"""Keys of the secret box as text: 32 bytes in base64. Standard library only, as settings read them in every process."""

import base64

from dbcv.kit.errors import OperatorError

KEY_BYTES = 32


class BadKey(OperatorError):  # noqa: N818 - named by what happened
    """An encryption key is no 32 bytes in base64."""


def read_key(text: str) -> bytes:
    """32 bytes from base64, URL-safe or not, padded or not. Raises BadKey."""
    plain = text.strip().translate({ord("+"): "-", ord("/"): "_"}).rstrip("=")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadKey("has to be 32 bytes in base64; `dbcv doctor` shows a fresh one")
    return key


def read_keys(listed: str) -> list[bytes]:
    """Several, separated by commas; empty places are skipped. Raises BadKey."""
    return [read_key(text) for text in listed.split(",") if text.strip()]
