"""Ready bots to start from: documents of the package, one for each language. Called by the endpoints; making one is an
import like any other."""

import asyncio
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from dbcv.domains.bots import errors
from dbcv.domains.bots.document import dump, parse
from dbcv.domains.bots.schemas import Document, GalleryItem, Language
from dbcv.domains.bots.service.bots import Bots, Changed

IDS = ("faq", "leads", "booking", "quiz", "nps", "order_status", "assistant", "two_bots")
"""In the order to show them."""
_FOLDER = files("dbcv") / "gallery"


@cache
def document(item_id: str, language: Language) -> Document:
    """The document of one. Raises NotFound."""
    if item_id not in IDS:
        raise errors.no_such_gallery_item(item_id)
    return parse((_FOLDER / f"{item_id}.{language}.yaml").read_bytes(), "yaml")


async def items(language: Language) -> list[GalleryItem]:
    """The whole gallery."""
    return await asyncio.to_thread(lambda: [_item(item_id, document(item_id, language)) for item_id in IDS])


async def create(bots: Bots, caller_id: UUID, item_id: str, language: Language, name: str | None) -> Changed:
    """A new bot of the caller's, like one of the gallery. Raises NotFound, and what an import raises."""
    made = await asyncio.to_thread(document, item_id, language)
    text = await asyncio.to_thread(dump, made | ({"name": name} if name else {}), "json")
    return await bots.import_document(caller_id, text.encode(), "json")


def _item(item_id: str, made: Document) -> GalleryItem:
    first = next(_messages(made), {})
    buttons = first.get("params", {}).get("buttons", [])
    return GalleryItem(
        id=item_id,
        name=made["name"],
        description=made["description"],
        steps=len(made["steps"]),
        opening=_filled(first.get("text", ""), made["variables"]),
        buttons=[button["text"] for button in buttons],
        credentials=[credential["name"] for credential in made["credentials"]],
    )


def _messages(made: Document) -> Iterator[dict[str, Any]]:
    """Messages of the document, the first step's first."""
    steps = sorted(made["steps"], key=lambda step: step["id"] != made["first_step_id"])
    return (step["message"] for step in steps if step["message"])


def _filled(text: str, variables: dict[str, Any]) -> str:
    """With the initial variables in their places, as the person will see it."""
    for name, value in variables.items():
        text = text.replace(f"{{$bot.{name}$}}", str(value))
    return text
