"""The port of channels that reach people outside: what a vendor's folder offers in its `transport.py`, as `TRANSPORT`.

The runtime drives it: it keeps what was told, makes senders people, keeps order, leases, retries and writes letters. A
vendor's side only speaks the vendor's language and knows neither database nor broker.
"""

# ruff: noqa: N818 - what can go wrong is named by what happened

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from dbcv.integration_kit.wire import Wire


class TransportError(Exception):
    """It did not work this time, try again later. The text is for the bot's owner and holds no secret."""


class SlowDown(TransportError):
    """The vendor asks for silence; `seconds` from now on."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the service asked to wait {seconds:g} s")
        self.seconds = seconds


class Refused(TransportError):
    """It never will work as it is: a second try would be the same."""


class PersonGone(Refused):
    """The person does not want to hear of us any more, or is not there."""


class BadCredential(TransportError):
    """The vendor does not know the secret, or the secret may not do this."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are at the vendor: what its own people would call it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that the vendor told, as it told it. `seq` grows; the same thing told twice has the same."""

    seq: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that still lies with the vendor. `key` names it for ever, `id` is what `fetch` takes."""

    id: str
    key: str
    name: str
    content_type: str = ""
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody said something. `sender` is the vendor's id of whoever is talked to, `address` where answers go;
    messages of one `album` in a row are one message. `button`: one was pressed whose value we kept: (id of our message,
    its place among the message's buttons)."""

    sender: str
    external_id: str
    address: dict[str, Any]
    text: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    files: tuple[RemoteFile, ...] = ()
    profile: dict[str, Any] = field(default_factory=dict)
    album: str | None = None
    button: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody blocked us."""

    sender: str


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on its way out."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """One call of the several that a message may take. `file` is the place of an attachment of the message."""

    text: str = ""
    file: int | None = None
    buttons: tuple[Mapping[str, Any], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


Keep = Callable[[Sequence[Update]], Awaitable[None]]
"""Keeps updates for good; only after it returns may the vendor forget them."""
Recall = Callable[[], Awaitable[Sequence[Mapping[str, Any]]]]
"""Where those are answered whom the channel talked to lately, the last first: for vendors that repeat nothing."""


class Link(Protocol):
    """An open way to the vendor for one channel. Every call may raise TransportError and its kinds."""

    async def identify(self) -> Account:
        """Who we are there; the test of the credential."""
        ...

    async def bind(self, address: str, secret: str) -> None:
        """Have the vendor call `address` with `secret`, or, where it is asked by us, not call anybody."""
        ...

    async def unbind(self) -> None:
        """Undo `bind`."""
        ...

    async def receive(self, cursor: int | None, keep: Keep) -> None:
        """Bring in what is new after `cursor`, until cancelled. Only where `TransportKind.is_asked`."""
        ...

    def read(self, update: Update) -> Heard | Left | None:
        """What an update means; None for nothing to us. Pure, and takes anything: it comes from outside."""
        ...

    async def noticed(self, update: Update) -> None:
        """It was taken in: what the vendor wants to be told then."""
        ...

    async def fetch(self, file: RemoteFile, max_bytes: int) -> bytes:
        """A file's content. Raises Refused where it is larger."""
        ...

    def parts(self, message: Mapping[str, Any]) -> list[Part]:
        """The calls that a message takes, in order. Pure: the same message gives the same parts."""
        ...

    async def send(self, address: Mapping[str, Any], part: Part, file: LocalFile | None, key: str) -> None:
        """One part; `key` is the same when it is sent again, for vendors that notice."""
        ...

    async def typing(self, address: Mapping[str, Any]) -> None:
        """Show that an answer is on its way."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class TransportKind:
    """What `TRANSPORT` of a vendor's folder is. `providers`: whose credentials fit, none where none is needed."""

    name: str
    providers: tuple[str, ...]
    config: type[BaseModel]
    open: Callable[[Mapping[str, str], Any, Wire], Link]
    """(the credential's fields, the config read, the guarded way out)."""
    places: Callable[[Any], tuple[str, ...]]
    """Where the secret goes by this config: as hosts of a credential are written."""
    is_asked: Callable[[Any], bool]
    """Whether we ask the vendor for news (else it calls us)."""
    secret_header: str = ""
    """In which header the vendor shows the secret when it calls."""
    lend_recall: Callable[[Any, Recall], None] = lambda _link, _recall: None
    """Called with an open link before `receive`."""
    seq_of: Callable[[Any], int | None] = lambda _: None
    """The number of an update that the vendor posted; None for what is none."""
