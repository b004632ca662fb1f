"""What several processes put together the same way: bots with the document parts of the domains above them."""

from uuid import UUID

from dbcv.domains.bots.schemas import DocumentPart
from dbcv.domains.bots.service import Bots
from dbcv.domains.credentials.service import CredentialsPart
from dbcv.domains.schedules.service import SchedulesPart
from dbcv.domains.templates.service import TemplatesPart
from dbcv.kit.bell import Bell
from dbcv.kit.db import Database


def document_parts() -> tuple[DocumentPart, ...]:
    """The parts, in the order in which their rows may refer to each other."""
    return (TemplatesPart(), CredentialsPart(), SchedulesPart())


def make_bots(db: Database, bell: Bell | None = None) -> Bots:
    """Bots over a database; with a bell, open editors hear of changes under the topic "bot:ID"."""
    if bell is None:
        return Bots(db, document_parts())
    notices = bell

    def notify(bot_id: UUID, payload: dict[str, object]) -> None:
        notices.publish([f"bot:{bot_id}"], payload)

    return Bots(db, document_parts(), notify)
