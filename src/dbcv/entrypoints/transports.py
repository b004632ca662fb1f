"""Channels of the world put together: ways to vendors for the API, and what the bot role of a worker runs for them."""

from contextlib import AsyncExitStack
from uuid import UUID

from dbcv.domains.conversations.service.accept import Acceptor
from dbcv.domains.conversations.service.links import Links, Secret
from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.service import CredentialsResolver
from dbcv.domains.media.service.arriving import ArrivingFiles
from dbcv.domains.media.service.saving import BotFiles
from dbcv.entrypoints.wiring import make_bot_files, make_resolver
from dbcv.integration_kit.transport import BadCredential, LocalFile
from dbcv.integration_kit.wire import Wire
from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.settings import Settings
from dbcv.kit.storage import Storage
from dbcv.runtime.transports.intake import Desk
from dbcv.runtime.transports.outgoing import LoadFile, TransportSender
from dbcv.runtime.transports.receivers import Receivers


def make_links(resolver: CredentialsResolver, wire: Wire) -> Links:
    """Ways to the vendors of channels, with the credentials of bots."""

    async def open_secret(bot_id: UUID, credential_id: UUID) -> Secret:
        try:
            opened = await resolver.values(bot_id, credential_id)
        except CredentialUnusable as error:
            raise BadCredential(str(error)) from error
        return Secret(opened.row.provider, opened.values, opened.places)

    return Links(open_secret, wire)


def open_wire(settings: Settings, stack: AsyncExitStack) -> Wire:
    """The guarded way out of vendors' libraries, closed with the process."""
    wire = Wire(settings.allowed_hosts, settings.http_max_bytes)
    stack.push_async_callback(wire.close)
    return wire


class TransportRole:
    """What a worker of the bot role does for channels of the world. `sender` is rung; `receive` follows shards."""

    def __init__(self, db: Database, settings: Settings, bell: Bell, worker_id: str, stack: AsyncExitStack) -> None:
        client = OutboundClient(allowed_hosts=settings.allowed_hosts, max_bytes=settings.http_max_bytes)
        stack.push_async_callback(client.close)
        self._db, self._settings, self._bell = db, settings, bell
        self._links = make_links(make_resolver(db, settings, client), open_wire(settings, stack))
        self.sender = TransportSender(db, self._links, loader(make_bot_files(db, settings)), worker_id)

    async def receive(self, held: set[int], stack: AsyncExitStack) -> None:
        """Bring in for the channels of the shards in `held`, which the keeper changes."""
        acceptor = Acceptor(self._db, self._bell, self._settings.shards, self._settings.gather_seconds)
        files = ArrivingFiles(self._db, Storage.open(self._settings), self._settings)
        receivers = Receivers(Desk(self._db, self._settings, acceptor, files), self._links, held)
        for part in (acceptor, receivers):
            await part.start()
            stack.push_async_callback(part.stop)


def loader(files: BotFiles) -> LoadFile:
    """What a transport sends, out of the files of bots."""

    async def load(bot_id: UUID, file_id: UUID) -> LocalFile:
        (file,) = await files.load(bot_id, [str(file_id)])
        return LocalFile(file.name, file.content_type, file.content)

    return load
