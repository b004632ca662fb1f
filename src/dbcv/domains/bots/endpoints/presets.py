"""Presets over HTTP: the palette, a fragment to look at, and a fragment put into a draft."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.endpoints.changes import edited
from dbcv.domains.bots.endpoints.given import KnownVersion, Limit, Service, Spoken
from dbcv.domains.bots.endpoints.preset_models import (
    DrawIn,
    FragmentOut,
    PresetList,
    PresetOut,
    PutIn,
    PutOut,
    fragment_out,
    shown,
)
from dbcv.domains.bots.service import presets
from dbcv.domains.bots.service.presets import Wish

router = APIRouter(tags=["presets"])
PresetId = Annotated[str, Path(max_length=100)]
Cursor = Annotated[str, Query(max_length=100, description="`next_cursor` of the page before")]


@router.get("/presets")
async def list_presets(_: User, language: Spoken, limit: Limit = 100, cursor: Cursor = "") -> PresetList:
    """The palette: every preset with the JSON Schema of its inputs, in the order to show them."""
    found, next_cursor = presets.page(cursor, limit)
    return PresetList(items=[shown(each, language) for each in found], next_cursor=next_cursor)


@router.get("/presets/{preset_id}")
async def one_preset(preset_id: PresetId, _: User, language: Spoken) -> PresetOut:
    """One preset. Labels of its inputs are in the language of Accept-Language."""
    return shown(presets.preset(preset_id), language)


@router.post("/presets/{preset_id}/fragment")
async def draw_preset(preset_id: PresetId, wish: DrawIn, _: User, language: Spoken) -> FragmentOut:
    """The steps, groups and connections that a preset makes of inputs, as a document holds them. Nothing is stored."""
    x, y = wish.position
    return fragment_out(await presets.draw(preset_id, Wish(wish.inputs, x, y), language))


@router.post("/bots/{bot_id}/presets/{preset_id}", status_code=201)
async def put_preset(
    bot_id: UUID,
    preset_id: PresetId,
    wish: PutIn,
    caller: User,
    service: Service,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> PutOut:
    """Put a preset's steps, groups and connections into the draft, in one change. Its open ends are in `ways_out`: name
    one of those steps as `after_step_id` of the next preset."""
    x, y = wish.position
    asked = Wish(wish.inputs, x, y, wish.after_step_id, wish.is_first)
    placed = await presets.put(service, caller.id, bot_id, preset_id, asked, version, language)
    doors = fragment_out(placed.fragment).model_dump(include={"first_step_id", "ways_out", "ways_in"})
    return PutOut(**edited(placed.edited, response).model_dump(), **doors)
