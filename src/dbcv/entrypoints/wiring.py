"""What several processes put together the same way: bots with the document parts of the domains above them."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dbcv.domains.bots.schemas import DocumentPart, PartKind
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service.requests import RequestTrials
from dbcv.domains.conversations.service.bot_channels import leave_channels, served
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.conversations import Conversations
from dbcv.domains.conversations.service.files import BotSurroundings, FileSurroundings
from dbcv.domains.conversations.service.own import Own
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.conversations.service.sessions import Sessions
from dbcv.domains.conversations.service.steering import Steering
from dbcv.domains.conversations.service.step_names import StepNames
from dbcv.domains.conversations.service.variables import Variables
from dbcv.domains.credentials.service import Credentials, CredentialsPart, CredentialsResolver
from dbcv.domains.media.service.attachments import Attachments
from dbcv.domains.media.service.saving import BotFiles
from dbcv.domains.schedules.events import EMITTER_STREAM
from dbcv.domains.schedules.service.document_part import SchedulesPart
from dbcv.domains.schedules.service.force import begin_running
from dbcv.domains.schedules.service.kinds import EmitterKind
from dbcv.domains.schedules.service.schedules import Schedules
from dbcv.domains.schedules.service.sending import Sendings
from dbcv.domains.templates.service import TemplateInstanceKind, TemplateKind, TemplatesPart
from dbcv.entrypoints.rehearsal.kept import Rehearsals
from dbcv.integration_kit.http import Network
from dbcv.integrations import CATALOGUE
from dbcv.kit.bell import Bell
from dbcv.kit.crypto import SecretBox
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient, Patience
from dbcv.kit.pace import RateLimiter
from dbcv.kit.settings import Settings
from dbcv.kit.storage import Storage
from dbcv.runtime.house import Houses
from dbcv.runtime.http_calls import HttpCalls
from dbcv.runtime.integrating import IntegrationCalls
from dbcv.runtime.perform import Performer
from dbcv.sandbox.port import CodeSandbox


def document_parts() -> tuple[DocumentPart, ...]:
    """The parts, in the order in which their rows may refer to each other."""
    return (TemplatesPart(), CredentialsPart(), SchedulesPart())


def part_kinds() -> tuple[PartKind, ...]:
    """Kinds of parts of the domains above that a batch of changes may touch, in the order in which they are stored."""
    return (TemplateKind(), TemplateInstanceKind(), EmitterKind())


def make_bots(
    db: Database, bell: Bell | None = None, sandbox: CodeSandbox | None = None, test_pace: RateLimiter | None = None
) -> Bots:
    """Bots over a database; with a bell, open editors hear of changes under the topic "bot:ID"; with a sandbox, code
    is checked and can be tried, and conversation tests are run."""
    rehearse = Rehearsals(sandbox).run if sandbox else None
    notify = notifier(bell) if bell else None
    return Bots(
        db, document_parts(), notify, part_kinds(), (begin_running,), sandbox, rehearse, test_pace, (leave_channels,)
    )  # fmt: skip


def notifier(bell: Bell) -> Callable[[UUID, dict[str, Any]], None]:
    """Tells open editors of a bot."""

    def notify(bot_id: UUID, payload: dict[str, Any]) -> None:
        bell.publish([f"bot:{bot_id}"], payload)

    return notify


def make_schedules(db: Database, bots: Bots, bell: Bell) -> Schedules:
    """Emitters and crons; a change wakes the schedulers."""
    return Schedules(db, bots, lambda bot_id: bell.ring(EMITTER_STREAM, str(bot_id)))


def make_outbound(settings: Settings) -> OutboundClient:
    """The way out for HTTP requests of bots."""
    return OutboundClient(
        allowed_hosts=settings.allowed_hosts,
        max_bytes=settings.http_max_bytes,
        max_held_bytes=settings.http_held_bytes,
        max_connections=settings.max_effects,
        patience=Patience(
            total_seconds=settings.http_seconds,
            connect_seconds=settings.http_connect_seconds,
            read_seconds=settings.http_read_seconds,
            retries=settings.http_retries,
        ),
    )


def make_box(settings: Settings) -> SecretBox:
    """What secrets are sealed and opened with."""
    return SecretBox.of(settings.secret_box_key, settings.secret_box_key_previous)


def make_attachments(db: Database, storage: Storage, settings: Settings, talks: Conversations) -> Attachments:
    """Files, told about bots and channels, which they must not know."""
    around = FileSurroundings(db, talks.bots, talks.rooms, settings.max_visitor_file_bytes)
    return Attachments(db, storage, settings, around)


def make_bot_files(db: Database, settings: Settings) -> BotFiles:
    """Files as the effects of bots need them."""
    return BotFiles(db, Storage.open(settings), settings, BotSurroundings(db))


def make_resolver(db: Database, settings: Settings, client: OutboundClient) -> CredentialsResolver:
    """The one way to the secrets of bots."""
    return CredentialsResolver(db, make_box(settings), client)


@dataclass(frozen=True, slots=True)
class Outside:
    """What leads out of the house for bots, one of each in a process: turns, and what editors try, share them."""

    client: OutboundClient
    resolver: CredentialsResolver
    files: BotFiles
    performer: Performer


def make_houses(db: Database, settings: Settings, bell: Bell) -> Houses:
    """The product as bots reach it in their turns."""
    bots, names = make_bots(db), StepNames(db)
    channels = Channels(db, settings, bots, Rooms(db))
    sessions = Sessions(db, bots, channels, names)
    steering = Steering(db, bell, settings.shards, sessions, names)
    own = Own(db, sessions, steering, Variables(db, bots, channels, sessions))
    return Houses(own, Sendings(db, lambda bot_id: bell.ring(EMITTER_STREAM, str(bot_id))))


def make_outside(db: Database, settings: Settings, code: CodeSandbox, bell: Bell, stack: AsyncExitStack) -> Outside:
    """Closed with the stack."""
    client = make_outbound(settings)
    stack.push_async_callback(client.close)
    resolver, files = make_resolver(db, settings, client), make_bot_files(db, settings)
    network = Network(allowed_hosts=settings.allowed_hosts)
    integrations = IntegrationCalls(
        CATALOGUE, network, resolver, settings.turn_timeout_seconds, files, make_houses(db, settings, bell)
    )
    stack.push_async_callback(integrations.close)
    return Outside(
        client, resolver, files, Performer(settings, client, resolver, files, code, integrations)
    )  # fmt: skip


def make_request_trials(
    settings: Settings, bots: Bots, client: OutboundClient, resolver: CredentialsResolver, files: BotFiles
) -> RequestTrials:
    """Requests of bots tried by their editors, called as turns call them."""
    return RequestTrials(bots, HttpCalls(client, resolver, files), trial_pace(settings), settings.turn_timeout_seconds)


def trial_pace(settings: Settings) -> RateLimiter:
    """How often one account may try something."""
    return RateLimiter(settings.trials_per_second, settings.trial_burst)


def make_credentials(db: Database, settings: Settings, outside: Outside, bell: Bell) -> Credentials:
    """Credentials as people manage them."""
    return Credentials(db, make_box(settings), outside.client, outside.resolver, notifier(bell), served)
