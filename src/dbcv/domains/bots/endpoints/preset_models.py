"""What presets look like on the wire."""

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from dbcv.domains.bots.document.shapes import RequestDocument, StepDocument
from dbcv.domains.bots.schemas import ChangesOut, Language
from dbcv.presets.fragment import Fragment
from dbcv.presets.inputs import schema_of
from dbcv.presets.preset import Preset

Coordinate = Annotated[float, Field(ge=-10_000_000, le=10_000_000, allow_inf_nan=False)]


class TextsOut(BaseModel):
    """One text in both languages."""

    en: str
    ru: str


class PresetOut(BaseModel):
    """A ready-made fragment. `inputs` is the JSON Schema of its form, labels in the caller's language; `x-pick` says
    what a field may be picked from, `x-labels` what to call the values of an enum."""

    id: str
    section: Literal["talk", "ask", "flow", "outside"] = Field(description="where a palette shows it")
    name: TextsOut
    description: TextsOut
    icon: str = Field(description="its name; the picture is at icon_url")
    icon_url: str
    inputs: dict[str, Any]


class PresetList(BaseModel):
    """A page of presets; `next_cursor` is null on the last one."""

    items: list[PresetOut]
    next_cursor: str | None


class DrawIn(BaseModel):
    """Inputs of a preset, and where its first step is to stand."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"inputs": {"text": "Hello!"}, "position": [0, 0]}}
    )
    inputs: dict[str, Any] = Field(default_factory=dict, description="as the preset's JSON Schema says")
    position: Annotated[list[Coordinate], Field(min_length=2, max_length=2)] = [0, 0]


class PutIn(DrawIn):
    """A preset for a draft."""

    after_step_id: UUID | None = Field(None, description="a step of the draft that leads on to it then")
    is_first: StrictBool = Field(False, description="the bot begins with it; needs If-Match")


class DoorOut(BaseModel):
    """A step of the fragment and what it is for."""

    model_config = ConfigDict(from_attributes=True)
    name: str
    step_id: str


class DoorsOut(BaseModel):
    """Where a fragment is entered, its open ends (`ways_out`), and the steps that what follows may lead back to
    (`ways_in`, as the next round of a loop)."""

    first_step_id: str
    ways_out: list[DoorOut]
    ways_in: list[DoorOut]


class FragmentOut(DoorsOut):
    """What a preset draws, in the shapes of the bot document."""

    steps: list[StepDocument]
    requests: list[RequestDocument]


class PutOut(DoorsOut, ChangesOut):
    """The draft with the fragment in it."""


def shown(preset: Preset, language: Language) -> PresetOut:
    """A preset for somebody who reads `language`."""
    return PresetOut(
        id=preset.id,
        section=preset.section,
        name=TextsOut.model_validate(preset.name),
        description=TextsOut.model_validate(preset.about),
        icon=preset.icon,
        icon_url=f"/icons/{preset.icon}",
        inputs=schema_of(preset.inputs, language),
    )


def fragment_out(fragment: Fragment) -> FragmentOut:
    """A fragment, every field present."""
    return FragmentOut.model_validate(asdict(fragment))
