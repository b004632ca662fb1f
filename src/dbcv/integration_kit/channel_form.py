"""What a page says of a transport before anybody has bound one: words, steps of its setup, the form of its config.

A vendor's folder offers it in `channel.py`, as `CHANNEL`, beside the `transport.py` that uses the same config. Imports
no vendor's library.
"""

from dataclasses import dataclass

from pydantic import BaseModel

from dbcv.integration_kit.forms import Words


@dataclass(frozen=True, slots=True)
class ChannelForm:
    """`steps`: what a person does, in order, up to the credential. `providers`: whose credentials fit, none where none
    is needed. `icon`: the integration whose drawing it has. `public_modes`: values of `config.mode` with which the
    vendor calls us, which needs a public address."""

    name: Words
    about: Words
    config: type[BaseModel]
    providers: tuple[str, ...] = ()
    steps: tuple[Words, ...] = ()
    icon: str = ""
    public_modes: tuple[str, ...] = ()
