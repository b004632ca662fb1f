"""Logs of every process: structured, one line a thing, to standard error. Call once at a process's start.

What belongs to a turn says `turn_id` in every process: the id of the event that began it.
"""

import logging
import sys
from typing import Any
from uuid import UUID

import structlog

from dbcv.kit.settings import Settings


def configure_logs(settings: Settings, process: str) -> None:
    """From here on `structlog.get_logger()` and the standard library's loggers write in one form."""
    level = logging.getLevelName(settings.log_level.upper())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _logger, _method, entry: {"process": process} | {key: _plain(value) for key, value in entry.items()},
    ]
    structlog.configure(
        processors=[*shared, *_ending(settings)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_ending(settings)],
    )
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(formatter)
    logging.basicConfig(handlers=[stream], level=max(level, logging.WARNING), force=True)


def _ending(settings: Settings) -> list[Any]:
    if settings.log_format == "json":
        # Without local variables: they hold messages, tokens and credentials.
        traces = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [structlog.processors.ExceptionRenderer(traces), structlog.processors.JSONRenderer()]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        )
    ]


def _plain(value: Any) -> Any:
    """Ids are handed over as they are, so that a line nobody wants costs nothing."""
    return str(value) if isinstance(value, UUID) else value
