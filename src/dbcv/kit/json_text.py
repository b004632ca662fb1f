"""JSON as the database keeps it: one fast encoder and decoder for every hot path.

`msgspec` writes what it can at once; what PostgreSQL's `jsonb` cannot hold (NUL, lone surrogates) or msgspec refuses
(whole numbers beyond 64 bits) goes the slow way and is cleaned instead of failing a whole batch of turns.
"""

import json
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()
_NUL_ESCAPE = b"\\u0000"
_MAX_INT_BITS = 14_000
"""Python writes and reads whole numbers of up to 4,300 digits."""


def dumps(value: Any) -> str:
    """The JSON text of `value`, safe for a `jsonb` column. NUL and lone surrogates are dropped, NaN becomes null."""
    try:
        encoded = _encoder.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError, UnicodeError):
        return _slow(value)
    if _NUL_ESCAPE in encoded:
        return _slow(value)
    return encoded.decode()


def dump_bytes(value: Any) -> bytes:
    """The JSON text of `value` as UTF-8, for a socket or a stream; what cannot be written is cleaned, never raised."""
    try:
        return _encoder.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError, UnicodeError):
        return _slow(value).encode()


def loads(text: str | bytes) -> Any:
    """The value of a JSON text that this product wrote. Raises `msgspec.DecodeError` on anything else."""
    return _decoder.decode(text)


def _slow(value: Any) -> str:
    return json.dumps(clean(value), ensure_ascii=False, allow_nan=False, default=str)


def clean(value: Any) -> Any:
    """A copy without what `jsonb` cannot hold: NUL and lone surrogates are dropped; NaN, infinities and whole
    numbers of more than 4,200 digits become null."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(str(key)): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, int) and value.bit_length() > _MAX_INT_BITS:
        return None
    return value


def clean_text(text: str) -> str:
    """`text` without NUL and lone surrogates, which neither `text` nor `jsonb` columns can hold."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="ignore").decode()
    return text
