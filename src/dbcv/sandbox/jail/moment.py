"""The clock, the chance and the time zones of a code step: what the turn says, so that a recorded turn replays.

`install` (before the walls close) puts them where Python looks; `begin` sets them for one call. The wall clock stands
still at the turn's moment; `time.monotonic` and `time.perf_counter` run.
"""

import ctypes
import datetime
import gc
import importlib
import random
import time
import uuid
import zoneinfo
from typing import Any

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
_SECONDS_IN_MICRO = 1_000_000
_clock = [0]
"""Microseconds since 1970 that this call takes for now."""
_real = {name: getattr(time, name) for name in ("gmtime", "localtime", "strftime", "asctime", "ctime")}
_zones: dict[str, bytes] = {}


def begin(now_micros: int, seed: int) -> None:
    """The moment and the chance of the call that begins."""
    _clock[0] = now_micros
    random.seed(seed)


def install(zones_folder: str) -> None:
    """Python's clock and time zones become ours, for this process and its children. Zones are read from the folder, or
    from the system's where it is empty."""
    _install_time()
    _install_datetime()
    _install_zones(zones_folder)
    uuid.uuid4 = _uuid4


def _uuid4() -> uuid.UUID:
    """A random UUID, from the same chance as `random`."""
    return uuid.UUID(int=random.getrandbits(128), version=4)


def _install_time() -> None:
    def seconds() -> float:
        return _clock[0] / _SECONDS_IN_MICRO

    def nanoseconds() -> int:
        return _clock[0] * 1_000

    def of_now(name: str) -> Any:
        really = _real[name]
        return lambda moment=None: really(seconds() if moment is None else moment)

    def strftime(format: str, moment: Any = None) -> str:
        return str(_real["strftime"](format, _real["localtime"](seconds()) if moment is None else moment))

    def asctime(moment: Any = None) -> str:
        return str(_real["asctime"](_real["localtime"](seconds()) if moment is None else moment))

    patched: dict[str, Any] = {"time": seconds, "time_ns": nanoseconds, "strftime": strftime, "asctime": asctime}
    patched |= {name: of_now(name) for name in ("gmtime", "localtime", "ctime")}
    for name, function in patched.items():
        function.__name__ = function.__qualname__ = name
        setattr(time, name, function)


def _install_datetime() -> None:
    def now(cls: Any, tz: datetime.tzinfo | None = None) -> Any:
        moment = _EPOCH + _clock[0] * _MICROSECOND
        moment = moment.astimezone(tz) if tz is not None else moment.replace(tzinfo=None)
        if cls is datetime.datetime:
            return moment
        return cls.combine(moment.date(), moment.timetz())

    def today(cls: Any) -> Any:
        return cls.fromordinal((_EPOCH + _clock[0] * _MICROSECOND).toordinal())

    moments, days = _slots(datetime.datetime), _slots(datetime.date)
    moments["now"] = classmethod(now)
    moments["today"] = moments["utcnow"] = classmethod(lambda cls: cls.now())
    days["today"] = classmethod(today)
    for changed in (datetime.datetime, datetime.date):
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(changed))


def _slots(builtin: type) -> dict[str, Any]:
    """The dictionary of a type that Python does not let anybody change: moments made anywhere stay real datetimes."""
    found = gc.get_referents(builtin.__dict__)[0]
    assert isinstance(found, dict)
    return found


def _install_zones(folder: str) -> None:
    """All time zones are read now, a megabyte; afterwards there are no files."""
    zoneinfo.reset_tzpath(to=(folder,) if folder else zoneinfo.TZPATH)
    find: Any = importlib.import_module("zoneinfo._tzpath").find_tzfile
    for key in zoneinfo.available_timezones():
        with open(find(key), "rb") as file:  # noqa: PTH123 - no pathlib here
            _zones[key] = file.read()
    zoneinfo.reset_tzpath(to=())
    common: Any = importlib.import_module("zoneinfo._common")
    common.load_tzdata = _zone
    everything = frozenset(_zones)
    zoneinfo.available_timezones = lambda: set(everything)


def _zone(key: str) -> Any:
    if key not in _zones:
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
    return importlib.import_module("io").BytesIO(_zones[key])
