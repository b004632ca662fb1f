"""What a page says of a transport before anybody has bound one: words, steps of its setup, the form of its config.

A vendor's folder offers it in `channel.py`, as `CHANNEL`, beside the `transport.py` that uses the same config. Imports
no vendor's library.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from dbcv.integration_kit.forms import Words, asked, said

_API = said("Server of the API", "Сервер API")
_PROXY = said(
    "Only for a proxy of your own: bind the credential to it.",
    "Только для своего прокси: ключ доступа должен быть привязан к нему.",
)


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


def api_field(url: str, name: Words = _API, about: Words = _PROXY) -> Any:
    """The field `api_url` of a config: `url` is the vendor's own server, any other one a person's."""
    return asked(url, name["en"], name["ru"], about=about, pattern=r"^https?://[^/?#@\s]+$", max_length=300)
