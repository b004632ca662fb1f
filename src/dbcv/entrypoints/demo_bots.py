"""The demo bots of a first start: two documents (Russian, English), each published into a public channel of its own.
Called by prepare; whether this is a first start is for the caller to know, so that a deleted demo stays deleted."""

from dataclasses import dataclass
from importlib import resources
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.bots.document.wording import Language
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations.schemas import ChannelIn
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings

_CHANNELS: dict[Language, str] = {"ru": "Запись на приём", "en": "Appointment booking"}
_COMMENT: dict[Language, str] = {"ru": "Первая версия", "en": "First version"}


@dataclass(frozen=True, slots=True)
class DemoChannel:
    """A public channel where a demo bot answers."""

    id: UUID
    language: Language
    name: str

    @property
    def path(self) -> str:
        """The page to talk there."""
        return f"/chat/{self.id}"


async def seed_demo(db: Database, settings: Settings, bots: Bots, owner: Principal) -> list[DemoChannel]:
    """Import and publish the demo bots and open their channels, all `owner`'s; what is there already is left alone."""
    there = await demo_channels(db, settings, bots, owner)
    missing = [language for language in _CHANNELS if language not in {channel.language for channel in there}]
    return [*there, *[await _seed(db, settings, bots, owner, language) for language in missing]]


async def demo_channels(db: Database, settings: Settings, bots: Bots, owner: Principal) -> list[DemoChannel]:
    """The demo's channels that `owner` still has, found by name; the oldest first."""
    rows, _ = await Channels(db, settings, bots, Rooms(db)).page(owner, 100, None)
    languages = {name: language for language, name in _CHANNELS.items()}
    return [
        DemoChannel(row.id, languages[row.name], row.name)
        for row in reversed(rows)
        if row.name in languages and row.is_public and row.default_bot_id is not None
    ]


async def _seed(db: Database, settings: Settings, bots: Bots, owner: Principal, language: Language) -> DemoChannel:
    imported = await bots.import_document(owner.id, demo_document(language), "yaml")
    bot_id = imported.bot.row.id
    await bots.publish(owner.id, bot_id, _COMMENT[language])
    wish = ChannelIn(name=_CHANNELS[language], is_public=True, default_bot_id=bot_id)
    row = await Channels(db, settings, bots, Rooms(db)).create(owner, wish)
    return DemoChannel(row.id, language, row.name)


def demo_document(language: Language) -> bytes:
    """The demo bot's document, YAML."""
    return resources.files("dbcv.entrypoints").joinpath("demo", f"appointment.{language}.yaml").read_bytes()
