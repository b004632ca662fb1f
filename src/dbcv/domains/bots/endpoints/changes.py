"""`POST /bots/{id}/changes`: how the editor, scripts and assistants change a draft."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots import errors
from dbcv.domains.bots.endpoints.given import KnownVersion, Service, Spoken
from dbcv.domains.bots.schemas import (
    ChangesIn,
    ChangesOut,
    CopyStepsIn,
    CopyStepsOut,
    LoosenedOut,
    PartName,
    PartOut,
    ProblemOut,
)
from dbcv.domains.bots.service import copying
from dbcv.domains.bots.service.parts import Edited
from dbcv.domains.bots.service.working_set import Change

router = APIRouter(prefix="/bots", tags=["bots"])


@router.post("/{bot_id}/changes")
async def changes(
    bot_id: UUID,
    wish: ChangesIn,
    caller: User,
    service: Service,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> ChangesOut:
    """Change many parts of the draft at once, all or none. 412 says what changed since the version you know."""
    if wish.version is not None and version not in (None, "*", wish.version):
        raise errors.two_versions()
    batch = [Change(each.op, each.kind, _id(each.kind, each.id, bot_id), each.fields) for each in wish.changes]
    known = version if wish.version is None else wish.version
    return edited(await service.parts.change(caller.id, bot_id, batch, known, language), response)


@router.post("/{bot_id}/steps/copy", status_code=201)
async def copy_steps(
    bot_id: UUID,
    wish: CopyStepsIn,
    caller: User,
    service: Service,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> CopyStepsOut:
    """Copy steps into this bot, with the requests and widgets they use. What leads out of the copy is cut and told."""
    copied = await copying.copy_steps(service, caller.id, wish.from_bot_id, wish.step_ids, bot_id, version, language)
    done = edited(copied.edited, response)
    cut = [LoosenedOut.model_validate(each) for each in copied.cut]
    return CopyStepsOut(**done.model_dump(), ids=copied.ids, cut=cut)


def edited(done: Edited, response: Response) -> ChangesOut:
    """What became of the draft, its version as the ETag too."""
    response.headers["ETag"] = f'"{done.bot.row.version}"'
    return ChangesOut(
        version=done.bot.row.version,
        parts=[PartOut(kind=kind, id=part_id, fields=fields) for kind, part_id, fields in done.parts],
        removed=[PartName(kind=kind, id=part_id) for kind, part_id in done.removed],
        loosened=[LoosenedOut.model_validate(each) for each in done.loosened],
        problems=problems(done.problems),
    )


def problems(found: list[Any]) -> list[ProblemOut]:
    """Problems over the wire."""
    return [ProblemOut.model_validate(problem) for problem in found]


def _id(kind: str, part_id: UUID | None, bot_id: UUID) -> UUID | None:
    return bot_id if kind == "bot" and part_id is None else part_id
