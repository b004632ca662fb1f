"""When a request is made once more, and after what pause. Pure; called by client.py."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

REPEATED_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Those that do the same when they arrive twice."""
BUSY = frozenset({429, 502, 503, 504})
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 8.0
_SECONDS = re.compile(r"\d{1,9}")


def pause_seconds(tried: int, retry_after: str | None, now: datetime, chance: float) -> float:
    """How long to wait after `tried` attempts: what the server asks for, else twice as long each time.

    `chance` (0 to 1) spreads it, so that many who failed together do not come back together.
    """
    asked = None if retry_after is None else _asked_seconds(retry_after.strip(), now)
    if asked is not None:
        return asked + FIRST_PAUSE_SECONDS * chance
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * float(2 ** min(tried - 1, 10)))
    return longest * (0.5 + chance / 2)


def _asked_seconds(text: str, now: datetime) -> float | None:
    """Retry-After: seconds or a date; None for anything else."""
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # TypeError: a date without a zone
        return None
