"""Which kept updates can be taken in now, and which belong together. Pure.

Vendors that call us do so over many connections: a number that is missing may still be on its way. Parts of an album
come one by one and are one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dbcv.integration_kit.transport import Heard, Left, Update
from dbcv.runtime.transports.store import Waiting

GAP_SECONDS = 0.5
"""So long a missing number is waited for."""
ALBUM_SECONDS = 0.6
"""So long after its last part an album is whole."""


@dataclass(frozen=True, slots=True)
class Read:
    """An update and what it means."""

    update: Update
    age_seconds: float
    meaning: Heard | Left | None


@dataclass(slots=True)
class Arrived:
    """One thing to do for a sender: `updates` are done with when it is. None: nothing to us."""

    updates: list[Update]
    meaning: Heard | Left | None


@dataclass(slots=True)
class Ready:
    """What can be done now, by sender ("" for what is of nobody); `wait_seconds` till more of it can, if known."""

    by_sender: dict[str, list[Arrived]] = field(default_factory=dict)
    wait_seconds: float | None = None

    def hold(self, seconds: float) -> None:
        """Something is ready in so long."""
        self.wait_seconds = seconds if self.wait_seconds is None else min(seconds, self.wait_seconds)


def after_gaps(waiting: Sequence[Waiting], last_seq: int | None) -> tuple[list[Waiting], float | None]:
    """Those that no number before is missing of, or that have waited long enough; and how long the first other waits.

    `last_seq`: the highest that was taken in. None: nothing is known, the first is taken as it is.
    """
    taken: list[Waiting] = []
    for item in waiting:
        seq = item.update.seq
        if last_seq is not None and seq > last_seq + 1 and item.age_seconds < GAP_SECONDS:
            return taken, GAP_SECONDS - item.age_seconds
        taken.append(item)
        last_seq = seq if last_seq is None else max(last_seq, seq)
    return taken, None


def ready(reads: Sequence[Read]) -> Ready:
    """In order for each sender; an album that may be growing holds up what its sender said after it."""
    found = Ready()
    held: set[str] = set()
    groups: dict[tuple[str, str], Arrived] = {}
    youngest: dict[tuple[str, str], float] = {}
    for read in reads:
        album = _album(read.meaning)
        if album is not None:
            youngest[album] = min(read.age_seconds, youngest.get(album, read.age_seconds))
    for read in reads:
        sender = read.meaning.sender if read.meaning is not None else ""
        album = _album(read.meaning)
        if sender in held:
            continue
        if album is not None and youngest[album] < ALBUM_SECONDS:
            held.add(sender)
            found.hold(ALBUM_SECONDS - youngest[album])
            continue
        if album is not None and album in groups:
            _join(groups[album], read)
            continue
        arrived = Arrived([read.update], read.meaning)
        found.by_sender.setdefault(sender, []).append(arrived)
        if album is not None:
            groups[album] = arrived
    return found


def _album(meaning: Heard | Left | None) -> tuple[str, str] | None:
    return (meaning.sender, meaning.album) if isinstance(meaning, Heard) and meaning.album else None


def _join(arrived: Arrived, read: Read) -> None:
    assert isinstance(arrived.meaning, Heard) and isinstance(read.meaning, Heard)
    arrived.updates.append(read.update)
    files = (*arrived.meaning.files, *read.meaning.files)
    arrived.meaning = replace(arrived.meaning, text=arrived.meaning.text or read.meaning.text, files=files)
