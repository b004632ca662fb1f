"""Presets for assistants: the palette, the inputs of one, and one put into a draft."""

from typing import Annotated, Any
from uuid import UUID

from fastmcp.tools import Tool
from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.accounts.mcp_tools import tool, user
from dbcv.domains.bots.mcp_tools.given import BotId, OptionalVersion, problems_out
from dbcv.domains.bots.schemas import ProblemOut
from dbcv.domains.bots.service import Bots, presets
from dbcv.domains.bots.service.presets import Wish
from dbcv.presets.inputs import schema_of

PresetId = Annotated[str, Field(max_length=100, description="From list_presets.")]
Coordinate = Annotated[float, Field(ge=-10_000_000, le=10_000_000, allow_inf_nan=False)]


class PresetLine(BaseModel):
    """A ready-made fragment: what it is called and what it is for."""

    id: str
    section: str
    name: str
    description: str


class PresetSheet(PresetLine):
    """A preset with the JSON Schema of its inputs."""

    inputs: dict[str, Any]


class PresetLines(BaseModel):
    """All presets."""

    items: list[PresetLine]


class NamedStep(BaseModel):
    """A step of the fragment and what it is for."""

    model_config = ConfigDict(from_attributes=True)
    name: str
    step_id: str


class PresetPlaced(BaseModel):
    """The fragment in the draft. `ways_out` are open ends, each a step to name as after_step_id of what comes next;
    `ways_in` are steps that what comes next may lead back to, such as the next round of a loop."""

    version: int
    first_step_id: str
    ways_out: list[NamedStep]
    ways_in: list[NamedStep]
    problems: list[ProblemOut]


class PresetTools:
    """The tools of presets."""

    def __init__(self, bots: Bots) -> None:
        self._bots = bots

    def all(self) -> list[Tool]:
        """What the server offers."""
        return [
            tool(self.list_presets, "List presets", "read"),
            tool(self.get_preset, "Look at a preset", "read"),
            tool(self.put_preset, "Put a preset into a bot", "write"),
        ]

    async def list_presets(self) -> PresetLines:
        """Ready-made pieces of bots: questions that judge their answers, if/else, loops, delays and more. Building with
        them is quicker and safer than step by step."""
        found, _ = presets.page("", 1_000)
        return PresetLines(items=[PresetLine(**_line(each.id)) for each in found])

    async def get_preset(self, preset_id: PresetId) -> PresetSheet:
        """One preset with the JSON Schema of its inputs; read it before put_preset."""
        return PresetSheet(**_line(preset_id), inputs=schema_of(presets.preset(preset_id).inputs, "en"))

    async def put_preset(
        self,
        bot_id: BotId,
        preset_id: PresetId,
        inputs: Annotated[dict[str, Any], Field(description="As the preset's JSON Schema says.")],
        position: Annotated[list[Coordinate] | None, Field(min_length=2, max_length=2, description="[x, y]")] = None,
        after_step_id: Annotated[
            UUID | None, Field(description="A step of the draft that leads on to it then.")
        ] = None,
        is_first: Annotated[bool, Field(description="The bot begins with it; needs the version.")] = False,
        version: OptionalVersion = None,
    ) -> PresetPlaced:
        """Add a preset's steps, groups and connections to the draft, all or none. An error names each wrong input."""
        x, y = position or (0, 0)
        wish = Wish(inputs, x, y, after_step_id, is_first)
        placed = await presets.put(self._bots, user().id, bot_id, preset_id, wish, version, "en")
        fragment = placed.fragment
        return PresetPlaced(
            version=placed.edited.bot.row.version,
            first_step_id=fragment.first_step_id,
            ways_out=[NamedStep.model_validate(door) for door in fragment.ways_out],
            ways_in=[NamedStep.model_validate(door) for door in fragment.ways_in],
            problems=problems_out(placed.edited.problems),
        )


def _line(preset_id: str) -> dict[str, Any]:
    found = presets.preset(preset_id)
    return {"id": found.id, "section": found.section, "name": found.name["en"], "description": found.about["en"]}
