"""A chat on other people's pages: which pages, how it looks there, and what they tell about their visitor."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from dbcv.kit.json_text import clean_text

MAX_FACTS = 30
MAX_FACT_CHARS = 500
MAX_SIGNED_CHARS = 32_000

Origin = Annotated[
    str,
    StringConstraints(
        max_length=255, pattern=r"^(\*|https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:\d{1,5})?)$"
    ),
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Greeting = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
FactName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
FactText = Annotated[str, StringConstraints(max_length=MAX_FACT_CHARS), AfterValidator(clean_text)]
_Within = Field(ge=-(2**53), le=2**53, allow_inf_nan=False)
Fact = bool | Annotated[int, Field(ge=-(2**53), le=2**53)] | Annotated[float, _Within] | FactText
Facts = Annotated[dict[FactName, Fact | None], Field(max_length=MAX_FACTS)]


class EmbedTheme(BaseModel):
    """The five variables of the look; null: as the chat is by itself, light or dark as the visitor's system."""

    model_config = ConfigDict(extra="forbid")
    accent: Colour | None = None
    on_accent: Colour | None = None
    surface: Colour | None = None
    text: Colour | None = None
    radius_px: int | None = Field(default=None, ge=0, le=28, strict=True)


class EmbedConfig(BaseModel):
    """Which pages may show the chat, as exact origins (`https://shop.example`), and how it looks there.

    This installation's own pages always may; `*` lets every page do it.
    """

    model_config = ConfigDict(extra="forbid")
    allowed_origins: list[Origin] = Field(default_factory=list, max_length=50)
    position: Literal["right", "left"] = "right"
    greeting: Greeting | None = None
    locale: Literal["en", "ru"] | None = None
    theme: EmbedTheme = Field(default_factory=EmbedTheme)

    @field_validator("allowed_origins")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))


class EmbedLook(BaseModel):
    """What a page that shows the chat is told before anybody has opened it."""

    name: str
    position: str
    greeting: str | None
    locale: str | None
    theme: EmbedTheme


class VisitOut(BaseModel):
    """A channel as somebody who talks there needs it: its bots, and whether a person answers in their place now."""

    channel_id: UUID
    name: str
    bot_ids: list[UUID]
    is_person_answering: bool
    embed: EmbedLook


class FactsIn(BaseModel):
    """What a page says of its visitor: kept as `user.claimed`, anybody can have made it up.

    With `signed` and `signature` instead it is kept as `user.verified`: `signed` is the JSON text `{"variables": {…},
    "expires_at": seconds since 1970}`, `signature` its HMAC-SHA256 with the channel's embed secret, as hex.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"variables": {"name": "Anna", "plan": 2}}})
    variables: Facts | None = None
    signed: Annotated[str, StringConstraints(max_length=MAX_SIGNED_CHARS)] | None = None
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")] | None = None


class SignedFacts(BaseModel):
    """What stands in `signed`. It may hold more (who issued it, when), which is not looked at."""

    variables: Facts
    expires_at: int = Field(ge=0, le=2**40)

    @field_validator("expires_at", mode="before")
    @classmethod
    def _whole_seconds(cls, value: Any) -> Any:
        return int(value) if isinstance(value, float) and value.is_integer() else value


class FactsKept(BaseModel):
    """Under which variable the facts are now."""

    kept_as: Literal["user.claimed", "user.verified"]


class EmbedSecretOut(BaseModel):
    """The secret that signs facts about visitors. It is shown this once; asking again makes another one."""

    secret: str
