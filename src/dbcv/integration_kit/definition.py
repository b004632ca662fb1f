"""What an integration says about itself: names, actions, inputs, outputs. Imports no vendor's library."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from dbcv.integration_kit.credentials import Provider
from dbcv.integration_kit.forms import Words

Section = Literal["messengers", "ai", "mail", "crm", "payments", "tables", "information", "development", "platform"]
"""Where a catalogue shows an integration."""


class Inputs(BaseModel):
    """An action's configuration: fields made by `forms.asked`. Texts of numbers are taken as numbers and the other way
    round, because filled-in variables are often texts; null counts as left out, because unset variables are null."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, str_max_length=100_000)

    @model_validator(mode="before")
    @classmethod
    def _without_unset(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        fields = cls.model_fields
        return {
            name: value
            for name, value in given.items()
            if value is not None or name not in fields or fields[name].is_required()
        }


class Part(Inputs):
    """An object inside the inputs."""


class Outputs(BaseModel):
    """What an action gives back as `response.result`; its JSON Schema tells authors what to save."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing it can do; in bots it is called "<integration>.<action>". `example` fits `inputs`, `result` fits
    `outputs`. `providers`: whose credentials it takes; empty: any of the integration's. `needs_credential`: it cannot
    work without one. `streams`: tells the text so far while it works (`call.tell_part`)."""

    id: str
    name: Words
    about: Words
    inputs: type[Inputs]
    outputs: type[Outputs]
    example: Mapping[str, Any]
    result: Mapping[str, Any]
    providers: tuple[str, ...] = ()
    needs_credential: bool = True
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Integration:
    """A vendor. `library`: the module its actions use, which listing must not import. `hosts`: where its calls may go
    beside the credential's own places, such as "files.example.com"; `opens_own_address`: the address is the author's
    (a server of theirs), so only the guard bounds it."""

    id: str
    section: Section
    name: Words
    about: Words
    library: str
    site: str
    actions: tuple[Action, ...]
    providers: tuple[Provider, ...] = ()
    hosts: tuple[str, ...] = ()

    def action(self, name: str) -> Action | None:
        """The action of this id, without the integration's."""
        return next((each for each in self.actions if each.id == name), None)

    def takes(self, action: Action) -> tuple[str, ...]:
        """The providers whose credentials an action takes."""
        return action.providers or tuple(provider.id for provider in self.providers)
