"""One call of an action: what it is given, and how it is run so that whatever happens comes back as data.

Called by runtime/integrating for a turn and for a trial. Catches what the network and the vendor's library raise;
what nobody foresaw goes to runtime/perform.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
from pydantic import BaseModel, ValidationError

from dbcv.integration_kit.catalogue import Catalogue
from dbcv.integration_kit.credentials import Credential, masked, to_mask
from dbcv.integration_kit.definition import Action, Inputs
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.house import House
from dbcv.integration_kit.http import NETWORK_ERRORS, Network, network_failure
from dbcv.kit.outbound import OutboundFile, RequestRefused
from dbcv.kit.outbound.places import place_of

LoadFiles = Callable[[Sequence[Any]], Awaitable[list[OutboundFile]]]
TellPart = Callable[[str], None]


async def _no_files(_wished: Sequence[Any]) -> list[OutboundFile]:
    raise IntegrationFailed("files cannot be sent here", code="bad_config")


def _tell_nobody(_text: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Call:
    """`key`: the same for every try of the same call, new for another one. `tell_part`: the text so far, for whoever
    watches the conversation. `load_files`: the bytes of files that the bot may send, by id or attachment."""

    key: str
    network: Network
    timeout_seconds: float
    credential: Credential | None = None
    hosts: tuple[str, ...] = ()
    tell_part: TellPart = _tell_nobody
    load_files: LoadFiles = _no_files
    own_house: House | None = None

    @property
    def house(self) -> House:
        """The product itself, with the rights of the bot that calls. Raises IntegrationFailed where there is none."""
        if self.own_house is None:
            raise IntegrationFailed("the product cannot be reached from here", code="refused")
        return self.own_house

    @property
    def secret(self) -> Credential:
        """The credential of an action that needs one."""
        assert self.credential is not None, "looked after by `run`"
        return self.credential

    @property
    def places(self) -> frozenset[str]:
        """Where the call may go: its credential's places and the vendor's own hosts."""
        own = frozenset(place_of(f"https://{host}") for host in self.hosts)
        return own | (self.credential.places if self.credential else frozenset())

    def http(self) -> httpx2.AsyncClient:
        """A client of this call alone; use it with `async with`."""
        return self.network.client(self.places, self.timeout_seconds)

    def base_url(self, default: str, wished: str = "") -> str:
        """Where the vendor's API is: `wished` by the author, or the vendor's own, or the one host the credential is
        bound to instead (then with the default's path). Raises IntegrationFailed for a place it may not go to."""
        places = self.places
        if wished:
            if _place(wished) not in places:
                hint = f"bind the credential to the host of {wished[:200]}, or leave the address empty"
                raise IntegrationFailed(f"the secret may not be sent there: {hint}", code="refused")
            return wished.rstrip("/")
        if _place(default) in places or not places:
            return default
        scheme_and_host = sorted(places)[0]
        path = default.partition("://")[2].partition("/")[2]
        return f"{scheme_and_host}/{path}".rstrip("/")


def _place(url: str) -> str:
    try:
        return place_of(url)
    except RequestRefused as error:
        raise IntegrationFailed(str(error), code="bad_config") from error


async def run(catalogue: Catalogue, action_id: str, config: Any, call: Call) -> dict[str, Any]:
    """{"ok": True, "result", "error": None} or {"ok": False, "result": None, "error", "code", …}."""
    try:
        reply = await _run(catalogue, action_id, config, call)
    except IntegrationFailed as failure:
        reply = failure.as_reply()
    secrets = to_mask(call.credential.values) if call.credential else []
    shown: dict[str, Any] = masked(reply, secrets) if secrets else reply
    return shown


async def _run(catalogue: Catalogue, action_id: str, config: Any, call: Call) -> dict[str, Any]:
    found = catalogue.find(action_id)
    if found is None:
        raise unknown(action_id)
    integration, action = found
    inputs = read_inputs(action, config)
    # A vendor's library may take seconds to import: on a thread, so that other turns go on.
    module = await asyncio.to_thread(catalogue.actions_of, integration)
    vendors: tuple[type[Exception], ...] = getattr(module, "ERRORS", ())
    foreseen: tuple[type[Exception], ...] = (*NETWORK_ERRORS, *vendors)
    try:
        async with asyncio.timeout(call.timeout_seconds):
            output: BaseModel = await getattr(module, action.id)(call, inputs)
    except foreseen as error:
        failure = network_failure(error)
        if failure is None and isinstance(error, vendors):
            failure = module.explain(error)
        raise failure or IntegrationFailed("no answer could be had", code="network") from error
    return {"ok": True, "result": output.model_dump(mode="json"), "error": None}


def unknown(action_id: str) -> IntegrationFailed:
    """What is said of a name that nothing has."""
    return IntegrationFailed(f'there is no integration "{action_id[:100]}"', code="bad_config")


def read_inputs(action: Action, config: Any) -> Inputs:
    """The configuration as the action takes it. Raises IntegrationFailed naming the first thing that is wrong."""
    try:
        return action.inputs.model_validate(config if config is not None else {})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the configuration"
        raise IntegrationFailed(f"{place}: {first['msg']}", code="bad_config") from error
