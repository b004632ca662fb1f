"""Files: taken in as they stream, given out whole or in ranges, always to be saved unless a browser may show them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from dbcv.domains.accounts.endpoints import Caller, CallerIfAny
from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.media import errors
from dbcv.domains.media.endpoints.form import FileForm
from dbcv.domains.media.endpoints.given import Files, Limit
from dbcv.domains.media.endpoints.ranges import Part, part_of
from dbcv.domains.media.schemas import AttachmentList, AttachmentOut
from dbcv.domains.media.service.attachments import Attachments, Wish
from dbcv.domains.media.service.links import MAX_EXPIRES
from dbcv.domains.media.service.names import disposition
from dbcv.domains.media.service.types import is_inline
from dbcv.domains.media.tables import AttachmentRow
from dbcv.kit.errors import Unauthorized

router = APIRouter(prefix="/attachments", tags=["attachments"])
SILENCE_SECONDS = 60.0
_SAFETY = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, max-age=3600"}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {"type": "object", "required": ["file"], "properties": {"file": _BINARY["schema"]}},
    "example": {"file": "the bytes of the file"},
}
_FORM_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": _FORM}}}
_RAW_BODY = {"requestBody": {"required": True, "content": {"*/*": _BINARY | {"example": "the bytes of the file"}}}}
_CONTENT = {"content": {"*/*": _BINARY}, "description": "The bytes"}

Channel = Annotated[UUID | None, Query(description="where the file will be sent")]
OfBot = Annotated[UUID | None, Query(description="a file of the bot itself: whoever edits it may use the file")]
Name = Annotated[str, Query(min_length=1, max_length=1_000, description="what the file is called", examples=["a.png"])]


@router.post("", status_code=201, openapi_extra=_FORM_BODY)
async def upload(
    request: Request, caller: Caller, files: Files, channel_id: Channel = None, bot_id: OfBot = None
) -> AttachmentOut:
    """Upload a file as a form with one part, `file`. Its id goes into `attachments` of a message or a step."""
    form = FileForm(request.headers.get("content-type", ""), _awake(request))
    await form.open()
    wish = Wish(form.name, form.claimed_type, channel_id, bot_id, 0)
    return shown(await files.upload(caller, wish, form.chunks()), files)


@router.put("", status_code=201, openapi_extra=_RAW_BODY)
async def upload_raw(
    request: Request, caller: Caller, files: Files, name: Name, channel_id: Channel = None, bot_id: OfBot = None
) -> AttachmentOut:
    """Upload a file as the bare body, as `curl --upload-file` does."""
    length = request.headers.get("content-length", "")
    announced = int(length) if length.isdecimal() and len(length) < 20 else 0
    wish = Wish(name, request.headers.get("content-type", ""), channel_id, bot_id, announced)
    return shown(await files.upload(caller, wish, _awake(request)), files)


@router.get("")
async def page(
    caller: Caller,
    files: Files,
    limit: Limit = 50,
    cursor: UUID | None = None,
    bot_id: UUID | None = None,
    channel_id: UUID | None = None,
) -> AttachmentList:
    """Your files, newest first; those of a bot you may see; those uploaded for a channel (others' for its owner)."""
    rows, next_cursor = await files.page(caller, bot_id, channel_id, limit, cursor)
    return AttachmentList(items=[shown(row, files) for row in rows], next_cursor=next_cursor)


@router.get("/{attachment_id}")
async def one(attachment_id: UUID, caller: Caller, files: Files) -> AttachmentOut:
    """One file that is yours or that you were shown, with a fresh link."""
    return shown(await files.shown(caller, attachment_id), files)


@router.delete("/{attachment_id}", status_code=204)
async def delete(attachment_id: UUID, caller: Caller, files: Files, force: bool = False) -> Response:
    """Delete a file; messages that hold it keep its name. While steps of its bot name it, only with `force`."""
    await files.delete(caller, attachment_id, force)
    return Response(status_code=204)


@router.get("/{attachment_id}/content", response_class=Response, responses={200: _CONTENT, 206: _CONTENT})
async def content(
    attachment_id: UUID,
    request: Request,
    reader: CallerIfAny,
    files: Files,
    expires: Annotated[int | None, Query(ge=0, le=MAX_EXPIRES)] = None,
    signature: Annotated[str, Query(max_length=200)] = "",
    inline: Annotated[bool, Query(description="show a picture, sound or film instead of saving it")] = False,
    range_header: Annotated[str, Header(alias="Range", max_length=200)] = "",
    if_range: Annotated[str, Header(max_length=200)] = "",
    if_none_match: Annotated[str, Header(max_length=1_000)] = "",
) -> Response:
    """The bytes: with a token, or by a signed link without. Takes `Range`, `If-Range` and `If-None-Match`."""
    row = await _row(files, reader, attachment_id, expires, signature)
    tag = f'"{row.id.hex}"'
    headers = _SAFETY | {"ETag": tag, "Accept-Ranges": "bytes"}
    if tag in if_none_match or if_none_match.strip() == "*":
        return Response(status_code=304, headers=headers)
    part = part_of(range_header if if_range in ("", tag) else "", row.size)
    if part is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{row.size}"})
    headers |= _described(row, part, inline)
    status = 206 if part.is_partial else 200
    if request.method == "HEAD" or not row.size:
        return Response(status_code=status, headers=headers)
    return StreamingResponse(await files.content(row, part.start, part.end), status, headers)


router.add_api_route("/{attachment_id}/content", content, methods=["HEAD"], include_in_schema=False)


async def _row(
    files: Attachments, reader: Principal | None, attachment_id: UUID, expires: int | None, signature: str
) -> AttachmentRow:
    if expires is not None and signature:
        return await files.opened(attachment_id, expires, signature)
    if reader is None:
        raise Unauthorized("Sign in first, or use the link that GET /api/v1/attachments/{id} gives")
    return await files.shown(reader, attachment_id)


def _described(row: AttachmentRow, part: Part, inline: bool) -> dict[str, str]:
    kind = "text/plain; charset=utf-8" if row.content_type == "text/plain" else row.content_type
    headers = {
        "Content-Type": kind,
        "Content-Length": str(part.end - part.start),
        "Content-Disposition": disposition(row.name, inline and is_inline(row.content_type)),
    }
    if part.is_partial:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{row.size}"
    return headers


def shown(row: AttachmentRow, files: Attachments) -> AttachmentOut:
    """A file on the wire, with a fresh link."""
    url, ends = files.links.sign(row.id)
    return AttachmentOut(
        id=row.id,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        url=url,
        url_expires_at=ends,
        is_inline=is_inline(row.content_type),
        owner_id=row.owner_id,
        bot_id=row.bot_id,
        channel_id=row.channel_id,
        created_at=row.created_at,
    )


async def _awake(request: Request) -> AsyncIterator[bytes]:
    """The body's chunks. Raises UploadStalled when the sender is silent for SILENCE_SECONDS."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                chunk = await anext(stream, None)
        except (TimeoutError, ClientDisconnect) as error:
            raise errors.UploadStalled from error
        if chunk is None:
            return
        if chunk:
            yield chunk
