"""What the accept path counts, logs and traces of a message: one call for each that was kept."""

from uuid import UUID

import structlog

from dbcv.kit.metrics import Counter
from dbcv.kit.traces import SERVER, tracer

accepted = Counter("dbcv_messages_accepted_total", "Messages kept, by how they came in", ("kind",))
copies = Counter("dbcv_message_copies_total", "Second copies of messages that were kept before")

log = structlog.get_logger(__name__)


def note_accepted(turn_id: UUID, session_id: UUID, kind: str) -> None:
    """It is kept; its id is the id of its turn from here on, and a UUIDv7 that says when it arrived."""
    accepted.add(1.0, (kind,))
    log.debug("message.accepted", turn_id=turn_id, session_id=session_id, kind=kind)
    if tracer.is_on:
        tracer.span(
            turn_id, "accept", (turn_id.int >> 80) * 1_000_000, kind=SERVER, session_id=str(session_id), event=kind
        )
