"""python-telegram-bot over the guarded way out: its `Bot` writes requests and reads errors, we carry the bytes."""

import json
import warnings
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from telegram import error as vendor
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBDeprecationWarning

from dbcv.integration_kit.transport import BadCredential, PersonGone, Refused, SlowDown, TransportError
from dbcv.integration_kit.wire import Wire, WireError

CALL_SECONDS = 30.0
# It is about to change the kind of number that `retry_after` is; we take both.
warnings.filterwarnings("ignore", category=PTBDeprecationWarning)
T = TypeVar("T")


class Fields:
    """A request's fields for calls whose answer is taken as it comes: what `GuardedRequest` asks of RequestData."""

    multipart_data: Mapping[str, Any] = {}

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    @property
    def json_parameters(self) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in self._fields.items()
        }  # fmt: skip


class GuardedRequest(BaseRequest):
    """What `telegram.Bot` sends its requests by."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def read_timeout(self) -> float | None:
        return CALL_SECONDS

    async def initialize(self) -> None:
        """The connections are the process's."""

    async def shutdown(self) -> None:
        """They are not ours to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """(status, body). Raises NetworkError."""
        seconds = read_timeout if isinstance(read_timeout, int | float) else CALL_SECONDS
        data = request_data.json_parameters if request_data else None
        files = request_data.multipart_data if request_data else None
        try:
            answer = await self._wire.request(
                method, url, data=data or None, files=files or None, timeout_seconds=seconds
            )
        except WireError as error:
            raise vendor.NetworkError(str(error)) from error
        return answer.status, answer.body


async def told(call: Callable[[], Awaitable[T]]) -> T:
    """The call's result; the library's errors as those of the port, without the token that addresses hold."""
    try:
        return await call()
    except vendor.RetryAfter as error:
        raise SlowDown(_seconds(error)) from error
    except vendor.InvalidToken as error:
        raise BadCredential("Telegram does not know this token: enter the one that @BotFather gave") from error
    except vendor.Forbidden as error:
        raise PersonGone(_words(error)) from error
    except vendor.ChatMigrated as error:
        raise Refused("the group became a supergroup: it is another chat now") from error
    except vendor.BadRequest as error:
        raise (PersonGone if "chat not found" in str(error).lower() else Refused)(_words(error)) from error
    except vendor.Conflict as error:
        raise TransportError(
            "somebody else takes this bot's messages (another program, or a webhook): stop it, or bind the channel anew"
        ) from error
    except vendor.TelegramError as error:
        raise TransportError(_words(error)) from error


def _seconds(error: vendor.RetryAfter) -> float:
    given = error.retry_after
    return float(given) if isinstance(given, int | float) else given.total_seconds()


def _words(error: vendor.TelegramError) -> str:
    return f"Telegram: {error.message}"[:300]
