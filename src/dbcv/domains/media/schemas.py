"""What files and icons look like on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

EXAMPLE_ID = "0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
IconName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")]


class AttachmentOut(BaseModel):
    """A file. `url` opens it without a token until `url_expires_at`; read the file again for a fresh one."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "name": "photo.png",
                "content_type": "image/png",
                "size": 48213,
                "url": f"/api/v1/attachments/{EXAMPLE_ID}/content?expires=1790000000&signature=…",
                "url_expires_at": "2026-09-21T13:33:20Z",
                "is_inline": True,
                "owner_id": EXAMPLE_ID,
                "bot_id": None,
                "channel_id": EXAMPLE_ID,
                "created_at": "2026-09-21T12:33:20Z",
            }
        }
    )
    id: UUID
    name: str
    content_type: str = Field(description="told by the content, not by the sender")
    size: int = Field(description="bytes")
    url: str
    url_expires_at: datetime
    is_inline: bool = Field(description="a picture, sound or film that `url&inline=true` shows instead of saving it")
    owner_id: UUID
    bot_id: UUID | None
    channel_id: UUID | None
    created_at: datetime


class AttachmentList(BaseModel):
    """A page of files, newest first; `next_cursor` is null on the last one."""

    items: list[AttachmentOut]
    next_cursor: str | None


class IconOut(BaseModel):
    """An icon: an SVG at a public address."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "switch", "url": "/icons/switch", "is_shipped": True, "updated_at": None}
        }
    )
    name: str
    url: str
    is_shipped: bool = Field(description="it came with the product; an uploaded one of the same name takes its place")
    updated_at: datetime | None


class IconList(BaseModel):
    """A page of icons, by name."""

    items: list[IconOut]
    next_cursor: str | None
