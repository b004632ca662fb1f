"""Ways to vendors, opened: which transports there are, whether a config fits, the secret only where it may go."""

import asyncio
import importlib
import importlib.util
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError

import dbcv.integrations
from dbcv.domains.conversations import errors
from dbcv.integration_kit.channel_form import ChannelForm
from dbcv.integration_kit.forms import said
from dbcv.integration_kit.transport import BadCredential, Link, TransportKind
from dbcv.integration_kit.wire import Wire
from dbcv.kit.errors import ErrorDetail, Invalid
from dbcv.kit.outbound import RequestRefused
from dbcv.kit.outbound.places import place_of


@dataclass(frozen=True, slots=True)
class Secret:
    """A bot's credential, open. `places`: where it may go, each "https://host:port"."""

    provider: str
    values: Mapping[str, str] = field(repr=False)
    places: frozenset[str] = frozenset()


_NAMED = {"webhook": "dbcv.integration_kit.signed_posts", "email": "dbcv.integrations.smtp.transport"}
"""Those of no vendor, and those that people call otherwise than their folder."""

OpenSecret = Callable[[UUID, UUID], Awaitable[Secret]]
"""(bot id, credential id). Raises BadCredential."""


@cache
def names() -> tuple[str, ...]:
    """Of the transports that are installed: vendors' folders that have one, and the named ones."""
    folder = Path(next(iter(dbcv.integrations.__path__)))
    found = {path.parent.name for path in folder.glob("*/transport.py")}
    return tuple(
        sorted({*_NAMED, *(name for name in found if f"dbcv.integrations.{name}.transport" not in _NAMED.values())})
    )


async def kind_of(name: str) -> TransportKind:
    """By its name. Brings in the vendor's library, on a thread. Raises Invalid."""
    if name not in names():
        raise errors.invalid_field("transport", "is not known", f"Use one of: {', '.join(names())}")
    place = _NAMED.get(name, f"dbcv.integrations.{name}.transport")
    module = await asyncio.to_thread(importlib.import_module, place)
    kind: TransportKind = module.TRANSPORT
    return kind


async def form_of(name: str) -> ChannelForm:
    """What a page says of it: from beside the transport, so that no vendor's library is brought in; a transport without
    words of its own still has a form."""
    place = _NAMED.get(name, f"dbcv.integrations.{name}.transport")
    beside = place.replace(".transport", ".channel")
    if importlib.util.find_spec(beside) is not None:
        form: ChannelForm = importlib.import_module(beside).CHANNEL
        return form
    kind = await kind_of(name)
    title = said(name.title(), name.title())
    return ChannelForm(title, said("", ""), kind.config, kind.providers, icon=name)


def read_config(kind: TransportKind, config: Mapping[str, Any]) -> Any:
    """The configuration as the vendor's side wants it. Raises Invalid, every place at once."""
    try:
        return kind.config.model_validate(config)
    except ValidationError as error:
        details = [
            ErrorDetail(".".join(["config", *map(str, each["loc"])]), each["msg"]) for each in error.errors()[:20]
        ]
        raise Invalid("The transport's config cannot be accepted", code="invalid", errors=details) from error


class Links:
    """Opens ways out; one a process."""

    def __init__(self, open_secret: OpenSecret, wire: Wire) -> None:
        self._open_secret, self._wire = open_secret, wire

    async def open(self, name: str, bot_id: UUID | None, credential_id: UUID | None, config: Mapping[str, Any]) -> Link:
        """With the credential of the channel's default bot. Raises Invalid, BadCredential."""
        kind = await kind_of(name)
        read = read_config(kind, config)
        secret = await self._secret(kind, read, bot_id, credential_id)
        return kind.open(secret, read, self._wire)

    async def _secret(
        self, kind: TransportKind, config: Any, bot_id: UUID | None, credential_id: UUID | None
    ) -> Mapping[str, str]:
        if credential_id is None:
            if kind.providers:
                raise BadCredential(f"a credential of {' or '.join(kind.providers)} is missing")
            return {}
        if bot_id is None:
            raise BadCredential("the channel has no default bot, whose credential it would be")
        secret = await self._open_secret(bot_id, credential_id)
        if kind.providers and secret.provider not in kind.providers:
            raise BadCredential(f"the credential is of {secret.provider}, not of {' or '.join(kind.providers)}")
        for place in kind.places(config):
            if _place(place) not in secret.places:
                raise BadCredential(f"the credential is not bound to {place}: add this host to it")
        return secret.values


def _place(text: str) -> str:
    try:
        return place_of(text if "://" in text else f"https://{text}")
    except RequestRefused as error:
        raise BadCredential(f"{text[:100]} is no address") from error
