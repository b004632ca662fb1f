"""An answer shown while it is written: the text so far, told to those who see the session, before the commit.

Called by the worker for integrations that stream. Nothing of it is stored; a lost part harms nothing, because each
holds the whole text and the committed message comes after it.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from dbcv.domains.conversations.events import part_notice
from dbcv.runtime.mailbox import SessionMail

MIN_SECONDS = 0.1
MAX_PART_CHARS = 20_000
"""A longer text is shown up to here while it is written."""


class PartTeller:
    """One a turn. `publish(topics, payload)` is the bell's; `now` counts seconds."""

    def __init__(
        self,
        publish: Callable[[list[str], Any], None],
        mail: SessionMail,
        event_id: UUID,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._publish, self._mail, self._event_id, self._now = publish, mail, event_id, now
        self._next_at = 0.0
        self._index = 0
        self._told_chars = 0

    def __call__(self, text: str) -> None:
        """The whole text so far; what comes too soon after the last part is left to the next one."""
        now = self._now()
        if now < self._next_at or (self._told_chars >= MAX_PART_CHARS <= len(text)):
            return
        self._next_at, self._told_chars = now + MIN_SECONDS, len(text)
        mail = self._mail
        shown = text[:MAX_PART_CHARS]
        self._publish(*part_notice(mail.channel_id, mail.session_id, mail.user_id, self._event_id, self._index, shown))
        self._index += 1
