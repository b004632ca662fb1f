"""Links that open one file without a token for a while: an HMAC over its id and the moment when the link ends."""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from dbcv.domains.media import errors
from dbcv.kit.clock import utc_now
from dbcv.kit.crypto import same_secret

_PURPOSE = b"dbcv: links to files"
MAX_EXPIRES = 2**40


class Links:
    """Signs and checks. The key is derived, so that a signature is of no use for anything else that is signed here."""

    def __init__(self, secret_key: str, lifetime_seconds: float) -> None:
        self._key = hmac.new(secret_key.encode(), _PURPOSE, sha256).digest()
        self._lifetime_seconds = lifetime_seconds

    def sign(self, attachment_id: UUID) -> tuple[str, datetime]:
        """(address from the root of the site, when it ends). Links of one minute are alike, so browsers keep files."""
        step = max(1, min(60, int(self._lifetime_seconds)))
        expires = int(utc_now().timestamp() + self._lifetime_seconds) // step * step + step
        query = f"expires={expires}&signature={self._signature(attachment_id, expires)}"
        return f"{path_of(attachment_id)}?{query}", datetime.fromtimestamp(expires, UTC)

    def check(self, attachment_id: UUID, expires: int, signature: str) -> None:
        """Raises NotFound for a signature that is not ours, Forbidden for a link whose time is over."""
        if not same_secret(signature, self._signature(attachment_id, expires)):
            raise errors.no_file()
        if expires < utc_now().timestamp():
            raise errors.link_expired()

    def _signature(self, attachment_id: UUID, expires: int) -> str:
        return hmac.new(self._key, f"{attachment_id}:{expires}".encode(), sha256).hexdigest()


def path_of(attachment_id: UUID) -> str:
    """Where the content of a file is, for who carries a token."""
    return f"/api/v1/attachments/{attachment_id}/content"
