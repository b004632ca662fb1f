"""What several processes put together the same way: bots with the document parts of the domains above them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from dbcv.domains.bots.schemas import DocumentPart, PartKind
from dbcv.domains.bots.service import Bots
from dbcv.domains.credentials.service import Credentials, CredentialsPart, CredentialsResolver
from dbcv.domains.schedules.service.document_part import SchedulesPart
from dbcv.domains.templates.service import TemplatesPart
from dbcv.kit.bell import Bell
from dbcv.kit.crypto import SecretBox
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.settings import Settings


def document_parts() -> tuple[DocumentPart, ...]:
    """The parts, in the order in which their rows may refer to each other."""
    return (TemplatesPart(), CredentialsPart(), SchedulesPart())


def part_kinds() -> tuple[PartKind, ...]:
    """Kinds of parts of the domains above that a batch of changes may touch, in the order in which they are stored."""
    return ()


def make_bots(db: Database, bell: Bell | None = None) -> Bots:
    """Bots over a database; with a bell, open editors hear of changes under the topic "bot:ID"."""
    return Bots(db, document_parts(), notifier(bell) if bell else None, part_kinds())


def notifier(bell: Bell) -> Callable[[UUID, dict[str, Any]], None]:
    """Tells open editors of a bot."""

    def notify(bot_id: UUID, payload: dict[str, Any]) -> None:
        bell.publish([f"bot:{bot_id}"], payload)

    return notify


def make_box(settings: Settings) -> SecretBox:
    """What secrets are sealed and opened with."""
    return SecretBox.of(settings.secret_box_key, settings.secret_box_key_previous)


def make_resolver(db: Database, settings: Settings, client: OutboundClient) -> CredentialsResolver:
    """The one way to the secrets of bots."""
    return CredentialsResolver(db, make_box(settings), client)


def make_credentials(db: Database, settings: Settings, client: OutboundClient, bell: Bell) -> Credentials:
    """Credentials as people manage them."""
    resolver = make_resolver(db, settings, client)
    return Credentials(db, make_box(settings), client, resolver, notifier(bell))
