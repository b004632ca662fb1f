"""Logs of every process: structured, one line a thing, to standard error. Call once at a process's start.

What belongs to a turn says `turn_id` in every process: the id of the event that began it.
"""

import io
import logging
import sys
from typing import Any, TextIO
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
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=_indented_traceback
    )
    return [lambda _logger, _method, entry: entry | {"event": _in_one_line(str(entry["event"]))}, console]


def _indented_traceback(stream: TextIO, error: Any) -> None:
    """Set in, so that no text of an error looks like a line of the log."""
    text = io.StringIO()
    structlog.dev.plain_traceback(text, error)
    stream.write("\n" + "\n".join(f"    {_in_one_line(line)}" for line in text.getvalue().strip().split("\n")))


def _in_one_line(text: str) -> str:
    """Strangers' words are in it: what would begin a line, or tell a terminal what to do, is written as an escape."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _plain(value: Any) -> Any:
    """Ids are handed over as they are, so that a line nobody wants costs nothing."""
    return str(value) if isinstance(value, UUID) else value
