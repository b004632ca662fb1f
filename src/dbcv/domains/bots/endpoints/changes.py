"""`GET /bots/{id}/draft` and `POST /bots/{id}/changes`: how the editor, scripts, assistants read and change a draft."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots import errors
from dbcv.domains.bots.endpoints.given import KnownVersion, Service, Spoken
from dbcv.domains.bots.schemas import (
    BotOut,
    ChangesIn,
    ChangesOut,
    CopyStepsIn,
    CopyStepsOut,
    DraftOut,
    LoosenedOut,
    PartName,
    PartOut,
    ProblemOut,
)
from dbcv.domains.bots.service import copying
from dbcv.domains.bots.service.parts import Edited
from dbcv.domains.bots.service.working_set import Change
from dbcv.kit.json_text import dump_bytes

router = APIRouter(prefix="/bots", tags=["bots"])
_OF_BOT = tuple(name for name in BotOut.model_fields if name != "access")


@router.get("/{bot_id}/draft", response_model=DraftOut)
async def draft(
    bot_id: UUID,
    caller: User,
    service: Service,
    since: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The whole draft in parts with their ids, as changes name them; the draft's version is the ETag. With the version
    you have as `since`: only what changed after it (`is_whole`: false), where that is known still."""
    news = None if since is None else await service.parts.since(caller.id, bot_id, since)
    seen, parts = (news.bot, news.parts) if news else await service.parts.everything(caller.id, bot_id)
    bot = BotOut.model_validate({name: getattr(seen.row, name) for name in _OF_BOT} | {"access": seen.access})
    shown = [{"kind": kind, "id": part_id, "fields": fields} for kind, part_id, fields in parts]
    told = {
        "is_whole": news is None,
        "removed": [{"kind": kind, "id": part_id} for kind, part_id in news.removed] if news else [],
        "authors": news.authors if news else [],
    }
    text = dump_bytes({"bot": bot.model_dump(mode="json"), "parts": shown} | told)
    return Response(text, media_type="application/json", headers={"ETag": f'"{seen.row.version}"'})


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
