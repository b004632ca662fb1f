"""What people ask for through /emitters and /crons, judged in the document's own words. Pure: it raises, or gives the
entry of a document."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from dbcv.domains.bots.document.guards import guard
from dbcv.domains.bots.document.shape_check import validate
from dbcv.domains.bots.document.shapes import CronDocument
from dbcv.domains.bots.document.wording import word
from dbcv.domains.bots.schemas import Language
from dbcv.domains.schedules import errors
from dbcv.domains.schedules.schemas import CronPatch, EmitterPart, EmitterPatch
from dbcv.domains.schedules.service.moments import cron_of, next_moment
from dbcv.kit.cron import FIELDS
from dbcv.kit.errors import ErrorDetail, Invalid

Kind = Literal["emitter", "cron"]
WHEN = tuple(CronDocument.model_fields)


def flat(entry: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """A document's entry as the endpoints of its kind write it: a cron's fields stand beside its message."""
    said = {name: entry[name] for name in ("name", "message", "is_active")}
    if kind == "emitter":
        return said | {"send_at": entry["send_at"]}
    dense = CronDocument.model_validate(entry["cron"]).model_dump()
    return said | dense


def entry_for(kind: Kind, wish: dict[str, Any], before: dict[str, Any] | None, language: Language) -> dict[str, Any]:
    """The dense entry of a document: `wish` over what was there (`before`, flat). Raises Invalid with every mistake."""
    model = EmitterPatch if kind == "emitter" else CronPatch
    fields = (before or {}) | wish
    findings = guard(fields)
    found, wrong = validate(model, fields)
    details = [ErrorDetail(finding.path, *word(finding, language)) for finding in [*findings, *wrong]]
    if found is None or details:
        raise Invalid(errors=details)
    whole = found.model_dump()
    said = {name: whole[name] for name in ("name", "message", "is_active")}
    if kind == "emitter":
        return EmitterPart(**said, send_at=whole["send_at"]).model_dump()
    return EmitterPart(**said, cron=CronDocument(**{name: whole[name] for name in WHEN})).model_dump()


def cron_for(wish: dict[str, Any], language: Language) -> dict[str, Any]:
    """A cron alone, dense. Raises Invalid with every mistake."""
    found, wrong = validate(CronDocument, wish)
    if found is None:
        raise Invalid(errors=[ErrorDetail(finding.path, *word(finding, language)) for finding in wrong])
    return found.model_dump()


def check_cron(cron: dict[str, Any], now: datetime) -> None:
    """Raises Invalid for one that says nothing or never comes."""
    if all(cron.get(name) is None for name in FIELDS):
        raise errors.no_time()
    if cron_of(cron).next_after(now) is None:
        raise errors.never()


def check_time(schedule_id: UUID, entry: dict[str, Any], now: datetime) -> None:
    """Raises Invalid for a time that has passed, or a cron that never comes."""
    if entry["cron"] is not None:
        check_cron(entry["cron"], now)
    elif entry["send_at"] is None:
        raise errors.wrong_field("send_at", "is missing", "Write when, such as 2027-01-01T09:00:00+03:00")
    elif next_moment(schedule_id, entry | {"is_active": True}, now) is None:
        raise errors.is_over()
