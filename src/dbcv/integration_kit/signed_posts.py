"""The transport of no vendor: what a bot says is posted, signed, to an address of the channel's owner. What people say
comes in by the channel's webhook.

Each post carries `X-DBCV-Timestamp` (seconds) and `X-DBCV-Signature`: "sha256=" and the HMAC-SHA256 of
"<timestamp>.<body>" with the credential's secret; `Idempotency-Key` is the same when it is posted again.
"""

import hmac
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict

from dbcv.integration_kit.channel_form import ChannelForm
from dbcv.integration_kit.forms import asked, said
from dbcv.integration_kit.transport import (
    Account,
    BadCredential,
    Heard,
    Keep,
    Left,
    LocalFile,
    Part,
    PersonGone,
    Refused,
    RemoteFile,
    SlowDown,
    TransportError,
    TransportKind,
    Update,
)
from dbcv.integration_kit.wire import Wire, WireAnswer, WireError

CALL_SECONDS = 20.0
RETRY_SECONDS = 5.0
"""After a 429 that does not say how long."""
_TRY_AGAIN = frozenset({408, 425})


class SignedPostsConfig(BaseModel):
    """`url`: where messages are posted."""

    model_config = ConfigDict(extra="forbid")
    url: str = asked(
        ...,
        "Address that messages are posted to",
        "Адрес, куда отправлять сообщения",
        pattern=r"^https?://[^\s\x00-\x1f\\@]+$",
        max_length=2_000,
    )


CHANNEL = ChannelForm(
    name=said("Any other program", "Любая другая программа"),
    about=said(
        "What the bot says is posted, signed, to an address of yours; what people say comes by the webhook below.",
        "Что говорит бот, приходит с подписью на ваш адрес; что говорят люди, приходит через вебхук ниже.",
    ),
    config=SignedPostsConfig,
    providers=("http",),
    steps=(
        said(
            "Let your program take POST requests with JSON at an https address.",
            "Пусть ваша программа принимает запросы POST с JSON на адресе https.",
        ),
        said(
            "Make a credential with a secret of your own (API key or token) and the address's host.",
            "Создайте ключ доступа с придуманным вами секретом (ключ API или токен) и хостом этого адреса.",
        ),
        said(
            "Press Connect: a test post comes at once. Compare X-DBCV-Signature with your own count.",
            "Нажмите «Подключить»: сразу придёт пробный запрос. Сверьте X-DBCV-Signature со своим расчётом.",
        ),
        said(
            "Send what people say to the webhook of this channel.",
            "То, что говорят люди, отправляйте на вебхук этого канала.",
        ),
    ),
)


class SignedPosts:
    """One address."""

    def __init__(self, secret: Mapping[str, str], config: SignedPostsConfig, wire: Wire) -> None:
        self._key = secret.get("api_key") or secret.get("token") or ""
        self._url, self._wire = config.url, wire

    async def identify(self) -> Account:
        """By a post of `{"type": "test"}`."""
        if not self._key:
            raise BadCredential("the credential must be an API key or a token: posts are signed with it")
        await self._post({"type": "test"}, "test")
        return Account(self._url, self._url)

    async def bind(self, address: str, secret: str) -> None:
        """Nobody has to be told."""

    async def unbind(self) -> None:
        """Nobody has to be told."""

    async def receive(self, cursor: int | None, keep: Keep) -> None:
        """Nothing comes this way."""

    def read(self, update: Update) -> Heard | Left | None:
        """Nothing comes this way."""
        return None

    async def noticed(self, update: Update) -> None:
        """Nothing comes this way."""

    async def fetch(self, file: RemoteFile, max_bytes: int) -> bytes:
        """Nothing comes this way."""
        raise Refused("there are no files")

    def parts(self, message: Mapping[str, Any]) -> list[Part]:
        """A message is one post; its files are named by their addresses with us."""
        return [Part(message.get("text") or "", options={"message": message})]

    async def send(self, address: Mapping[str, Any], part: Part, file: LocalFile | None, key: str) -> None:
        """One post."""
        message = part.options["message"]
        await self._post({"type": "message", "recipient": address.get("sender"), "message": message}, key)

    async def _post(self, content: dict[str, Any], key: str) -> None:
        body, now = msgspec.json.encode(content), str(int(time.time()))
        mark = hmac.new(self._key.encode(), f"{now}.".encode() + body, sha256).hexdigest()
        headers = {
            "Content-Type": "application/json", "X-DBCV-Timestamp": now, "X-DBCV-Signature": f"sha256={mark}",
            "Idempotency-Key": key,
        }  # fmt: skip
        try:
            answer = await self._wire.request(
                "POST", self._url, headers=headers, content=body, timeout_seconds=CALL_SECONDS, max_bytes=100_000
            )
        except WireError as error:
            raise TransportError(str(error)) from error
        _judge(answer)

    async def typing(self, address: Mapping[str, Any]) -> None:
        """Not told."""

    async def close(self) -> None:
        """Nothing is its own."""


def _judge(answer: WireAnswer) -> None:
    status = answer.status
    if status < 300:
        return
    words = f"the address answered {status}"
    if status == 429:
        given = answer.headers.get("retry-after", "")
        raise SlowDown(float(given) if given.isdecimal() and len(given) < 6 else RETRY_SECONDS)
    if status == 410:
        raise PersonGone(words)
    if status >= 500 or status in _TRY_AGAIN:
        raise TransportError(words)
    raise Refused(words)


def _place(config: SignedPostsConfig) -> tuple[str, ...]:
    scheme, _, rest = config.url.partition("://")
    return (f"{scheme}://{rest.partition('/')[0].partition('?')[0]}",)


TRANSPORT = TransportKind(
    name="webhook",
    providers=CHANNEL.providers,
    config=SignedPostsConfig,
    open=SignedPosts,
    places=_place,
    is_asked=lambda _: False,
)
