"""Bots over HTTP. Documents are read from the raw body: JSON or YAML, judged by the document's own rules."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from dbcv.domains.accounts.endpoints import Developer, User
from dbcv.domains.bots import errors
from dbcv.domains.bots.document import MAX_BYTES, BotDocument, Format
from dbcv.domains.bots.document.engine_wording import in_language
from dbcv.domains.bots.endpoints.given import KnownVersion, Limit, Number, Service, Shown, Spoken
from dbcv.domains.bots.schemas import (
    AccessIn,
    AccessOut,
    BotCard,
    BotIn,
    BotList,
    BotOut,
    BotPatch,
    BotSummary,
    CheckOut,
    CopyIn,
    ImportOut,
    Language,
    ProblemOut,
    TagsIn,
    TagsOut,
)
from dbcv.domains.bots.schemas.revisions import (
    DifferenceOut,
    DiffOut,
    PublishIn,
    PublishOut,
    RevisionDocumentOut,
    RevisionList,
    RevisionOut,
)
from dbcv.domains.bots.service import Changed, copying, diffs
from dbcv.domains.bots.service.working_set import Change
from dbcv.domains.bots.tables import RevisionRow, VisibleBot

State = Annotated[int, Field(ge=1, le=2**31 - 1)] | Literal["draft"]
router = APIRouter(prefix="/bots", tags=["bots"])
_DOCUMENT_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media_type: {"schema": {"$ref": "#/components/schemas/BotDocument"}}
            for media_type in ("application/json", "application/yaml")
        },
    }
}
_SUMMARY = tuple(name for name in BotSummary.model_fields if name != "access")
_WHOLE = tuple(name for name in BotOut.model_fields if name != "access")
_REVISION = tuple(name for name in RevisionOut.model_fields if name != "is_published")


@router.get("")
async def page(caller: User, service: Service, limit: Limit = 50, cursor: UUID | None = None) -> BotList:
    """Bots you own or that are shared with you, the newest first."""
    found, next_cursor = await service.page(caller.id, limit, cursor)
    changes = await service.unpublished(found)
    cards = [BotCard(**_fields(bot, _SUMMARY), unpublished_changes=changes.get(bot.row.id, 0)) for bot in found]
    return BotList(items=cards, next_cursor=next_cursor)


@router.post("", status_code=201)
async def create(wish: BotIn, caller: Developer, service: Service, response: Response) -> BotOut:
    """Make an empty bot."""
    return _bot(await service.create(caller.id, wish), response)


@router.post("/import", status_code=201, openapi_extra=_DOCUMENT_BODY)
async def import_document(
    request: Request, caller: Developer, service: Service, language: Spoken, response: Response
) -> ImportOut:
    """Make a bot from a document, all or nothing; 422 lists every problem of it."""
    data, format = await _document(request)
    return changed(await service.import_document(caller.id, data, format, language), response)


@router.get("/{bot_id}")
async def one(bot_id: UUID, caller: User, service: Service, response: Response) -> BotOut:
    """One bot; its version is also the ETag."""
    return _bot(await service.get(caller.id, bot_id), response)


@router.patch("/{bot_id}")
async def change(
    bot_id: UUID,
    patch: Annotated[dict[str, Any], Shown(BotPatch)],
    caller: User,
    service: Service,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> BotOut:
    """Change name, description, initial variables or the first step."""
    change = Change("update", "bot", bot_id, patch)
    done = await service.parts.change(caller.id, bot_id, [change], version, language, alone=True)
    return _bot(done.bot, response)


@router.delete("/{bot_id}", status_code=204)
async def delete(bot_id: UUID, caller: User, service: Service) -> Response:
    """Delete a bot with its revisions; only its owner may."""
    await service.delete(caller.id, bot_id)
    return Response(status_code=204)


@router.get("/{bot_id}/export", response_class=Response, responses={200: {"model": BotDocument}})
async def export(bot_id: UUID, caller: User, service: Service, format: Format = "json") -> Response:
    """The draft as one document, without secrets."""
    text = await service.export(caller.id, bot_id, format)
    headers = {"Content-Disposition": f'attachment; filename="{bot_id}.{format}"'}
    return Response(text, media_type=f"application/{format}", headers=headers)


@router.put("/{bot_id}/document", openapi_extra=_DOCUMENT_BODY)
async def replace_document(
    request: Request,
    bot_id: UUID,
    caller: User,
    service: Service,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> ImportOut:
    """Make the draft equal to a document; parts keep the ids the document names. 412 says what changed meanwhile."""
    data, format = await _document(request)
    done = await service.replace_document(caller.id, bot_id, data, format, version, language)
    return changed(done, response)


@router.get("/{bot_id}/check")
async def check(bot_id: UUID, caller: User, service: Service, language: Spoken) -> CheckOut:
    """Everything that is wrong or doubtful in the draft, in the language of Accept-Language."""
    found = await service.check(caller.id, bot_id)
    problems = _problems(found.problems, language)
    version = found.bot.row.version
    return CheckOut(version=version, publishable=found.is_publishable, runnable=found.is_runnable, problems=problems)


@router.post("/{bot_id}/publish", status_code=201)
async def publish(
    bot_id: UUID, caller: User, service: Service, language: Spoken, wish: PublishIn | None = None
) -> PublishOut:
    """Freeze the draft into a numbered revision and run it; 422 lists every error and every test that fails. With
    `overrule_reason` it is published all the same."""
    wish = wish or PublishIn.model_validate({})
    revision, problems = await service.publish(caller.id, bot_id, wish.comment, language, wish.overrule_reason)
    return PublishOut(**_revision_fields(revision, revision.number), problems=_problems(problems, language))


@router.get("/{bot_id}/revisions")
async def revisions(
    bot_id: UUID,
    caller: User,
    service: Service,
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> RevisionList:
    """Published revisions, the newest first."""
    seen, rows, next_cursor = await service.revisions(caller.id, bot_id, limit, cursor)
    published = seen.row.published_revision
    return RevisionList(
        items=[RevisionOut(**_revision_fields(row, published)) for row in rows], next_cursor=next_cursor
    )


@router.get("/{bot_id}/revisions/{number}")
async def revision(bot_id: UUID, number: Number, caller: User, service: Service) -> RevisionDocumentOut:
    """One revision with its document."""
    seen, row = await service.revision(caller.id, bot_id, number)
    return RevisionDocumentOut(**_revision_fields(row, seen.row.published_revision), document=row.document)


@router.post("/{bot_id}/revisions/{number}/publish")
async def publish_again(bot_id: UUID, number: Number, caller: User, service: Service) -> RevisionOut:
    """Run an older revision again."""
    return RevisionOut(**_revision_fields(await service.publish_again(caller.id, bot_id, number), number))


@router.post("/{bot_id}/copy", status_code=201)
async def copy(
    bot_id: UUID, caller: Developer, service: Service, response: Response, wish: CopyIn | None = None
) -> ImportOut:
    """Make a bot of your own like the draft of this one, with new ids and without secrets."""
    return changed(await copying.copy_bot(service, caller.id, bot_id, wish.name if wish else None), response)


@router.get("/{bot_id}/diff")
async def diff(
    bot_id: UUID,
    caller: User,
    service: Service,
    language: Spoken,
    since: Annotated[State | None, Query(alias="from", description="default: the published revision")] = None,
    to: State = "draft",
) -> DiffOut:
    """What a person would say changed between two revisions, or a revision and the draft."""
    found = await diffs.diff(service, caller.id, bot_id, since, to, language)
    differences = [DifferenceOut.model_validate(each) for each in found.differences]
    return DiffOut(since=found.since, to=found.to, differences=differences, left_out=found.left_out)


@router.put("/{bot_id}/tags")
async def tag(bot_id: UUID, wish: TagsIn, caller: User, service: Service) -> TagsOut:
    """Give the bot these tags in place of those it has. The draft and its version stay as they are."""
    return TagsOut(tags=await service.tag(caller.id, bot_id, wish.tags))


@router.get("/{bot_id}/access")
async def accesses(bot_id: UUID, caller: User, service: Service) -> list[AccessOut]:
    """With whom the bot is shared."""
    return [AccessOut.model_validate(row) for row in await service.accesses(caller.id, bot_id)]


@router.put("/{bot_id}/access")
async def share(bot_id: UUID, wish: AccessIn, caller: User, service: Service) -> list[AccessOut]:
    """Share the bot with an account; only its owner may."""
    return [AccessOut.model_validate(row) for row in await service.share(caller.id, bot_id, wish)]


@router.delete("/{bot_id}/access/{user_id}", status_code=204)
async def unshare(bot_id: UUID, user_id: UUID, caller: User, service: Service) -> Response:
    """Take a share back, or leave a bot that is shared with you."""
    await service.unshare(caller.id, bot_id, user_id)
    return Response(status_code=204)


async def _document(request: Request) -> tuple[bytes, Format]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES["json"]:
            raise errors.too_large(MAX_BYTES["json"])
    return bytes(body), _format(request.headers.get("content-type", ""), body)


def _format(content_type: str, data: bytearray) -> Format:
    """By the header; where that says neither, by the first character."""
    if "yaml" in content_type:
        return "yaml"
    if "json" in content_type or data.lstrip()[:1] in (bytearray(b"{"), bytearray(b"[")):
        return "json"
    return "yaml"


def _fields(bot: VisibleBot, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(bot.row, name) for name in names} | {"access": bot.access}


def _bot(bot: VisibleBot, response: Response) -> BotOut:
    response.headers["ETag"] = f'"{bot.row.version}"'
    return BotOut(**_fields(bot, _WHOLE))


def changed(done: Changed, response: Response) -> ImportOut:
    """A bot after a write, as its calls answer it."""
    bot = _bot(done.bot, response)
    return ImportOut(**bot.model_dump(), problems=_problems(done.problems, "en"))


def _problems(problems: list[Any], language: Language) -> list[ProblemOut]:
    """Said in the language; those of a document that was read are so already, and stay as they are by "en"."""
    return [ProblemOut.model_validate(in_language(problem, language)) for problem in problems]


def _revision_fields(row: RevisionRow, published: int | None) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _REVISION} | {"is_published": row.number == published}
