"""The life of a jailed child: frames in, calls, frames out, until it is told to end. It knows one descriptor.

A frame to it: length (4 bytes), nonce (16), JSON. A frame back: length, the same nonce, b"+" (may serve another call)
or b"-", JSON. The nonce of a call is known only to it: an answer written in advance is recognised by the service.
"""

import json
import os
import signal
import sys
from typing import Any, NoReturn

from dbcv.sandbox.jail import moment, offered
from dbcv.sandbox.jail.call import Caller
from dbcv.sandbox.jail.naming import check
from dbcv.sandbox.jail.seccomp import CHANNEL

NONCE_BYTES = 16
LENGTH_BYTES = 4
_READ_BYTES = 1 << 18
_ready: list[Caller] = []
_names: dict[str, Any] = {}


def prepare(zones_folder: str) -> None:
    """Before the walls close, once for all children: load what may be used."""
    offered.load()
    moment.install(zones_folder)
    _names.update(offered.names())


def get_ready(limits: dict[str, Any]) -> None:
    """The last that a child does before the filter: what needs more than it allows."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.unraisablehook = lambda _: None
    _ready.append(Caller(_names, limits))


def live(limits: dict[str, Any]) -> NoReturn:
    """Serve until the channel ends or a call left traces."""
    caller = _ready.pop()
    while True:
        length = int.from_bytes(_read(LENGTH_BYTES), "big")
        frame = _read(length)
        nonce, asked = frame[:NONCE_BYTES], json.loads(frame[NONCE_BYTES:])
        if asked["do"] == "check":
            _answer(nonce, True, json.dumps(check(asked["code"], _names)).encode())
            continue
        answer = caller.run(asked)
        is_intact = caller.is_intact()
        _answer(nonce, is_intact, answer)
        if not is_intact:
            os._exit(0)
        del frame, asked, answer


def _answer(nonce: bytes, is_intact: bool, body: bytes) -> None:
    frame = nonce + (b"+" if is_intact else b"-") + body
    unsent = memoryview(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
    while unsent:
        unsent = unsent[os.write(CHANNEL, unsent) :]


def _read(count: int) -> bytes:
    """Exactly so many bytes; ends the process when the service has hung up."""
    got = bytearray()
    while len(got) < count:
        some = os.read(CHANNEL, min(count - len(got), _READ_BYTES))
        if not some:
            os._exit(0)
        got += some
    return bytes(got)
