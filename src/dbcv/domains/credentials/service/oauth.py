"""Access tokens of oauth: taken when the old one ends, once, whoever needs it and in however many processes.

A row's lease says who is at it; neither a lock nor a connection is held while the provider is asked.
"""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from dbcv.domains.credentials import repository
from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.service.opened import Opened, open_row, seal, token_url_of
from dbcv.kit.clock import utc_now
from dbcv.kit.crypto import SecretBox
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient, OutboundRequest

EARLY = timedelta(seconds=60)
"""So long before its end an access token is renewed."""
TOKEN_SECONDS = 20.0
LEASE = timedelta(seconds=TOKEN_SECONDS + 5)
LOOK_AGAIN_SECONDS = 0.1
MAX_TOKEN_CHARS = 16_384
_CODE = re.compile(r"[a-z_]{1,40}")
_TOKEN = re.compile(r"[!-~]+")

log = structlog.get_logger(__name__)


class Renewer:
    """One a process."""

    def __init__(self, db: Database, box: SecretBox, client: OutboundClient) -> None:
        self._db, self._box, self._client = db, box, client
        self._running: dict[UUID, asyncio.Task[Opened]] = {}

    async def fresh(self, opened: Opened) -> Opened:
        """The credential with an access token that is good for a while. Raises CredentialUnusable."""
        if not is_due(opened, utc_now()):
            return opened
        credential_id = opened.row.id
        task = self._running.get(credential_id)
        if task is None:
            # A task of its own: whoever asked first may be cancelled, the others wait for the same answer.
            task = self._running[credential_id] = asyncio.create_task(self._renew(opened))
            task.add_done_callback(lambda _: self._running.pop(credential_id, None))
        return await asyncio.shield(task)

    async def _renew(self, opened: Opened) -> Opened:
        deadline = utc_now() + LEASE
        while is_due(opened, utc_now()):
            if await self._lease(opened):
                return await self._ask_and_keep(opened)
            if utc_now() > deadline:
                raise CredentialUnusable(f'the access token of "{opened.row.name}" is being renewed; try again')
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            opened = await self._read(opened)
        return opened

    async def _lease(self, opened: Opened) -> bool:
        now = utc_now()
        async with self._db.transaction() as session:
            return await repository.lease(session, opened.row, now, now + LEASE)

    async def _read(self, opened: Opened) -> Opened:
        async with self._db.read() as session:
            row = await repository.one(session, opened.row.id)
        if row is None:
            raise CredentialUnusable(f'the credential "{opened.row.name}" is gone')
        return open_row(self._box, row)

    async def _ask_and_keep(self, opened: Opened) -> Opened:
        row, secret, expires_at = opened.row, None, None
        try:
            values, expires_at = await self._ask(opened)
            secret = seal(self._box, row.bot_id, row.id, values)
        finally:
            async with self._db.transaction() as session:
                await repository.renewed(session, row, secret, expires_at)
        log.info("credential.renewed", credential_id=str(row.id), expires_at=expires_at)
        return await self._read(opened)

    async def _ask(self, opened: Opened) -> tuple[dict[str, str], datetime | None]:
        name, url = opened.row.name, token_url_of(opened.row)
        if not url:
            raise CredentialUnusable(f'the credential "{name}" has no token_url')
        request = OutboundRequest(
            method="POST",
            url=url,
            headers={"Accept": "application/json"},
            data=_grant(opened),
            timeout_seconds=TOKEN_SECONDS,
            follow_redirects=False,
        )
        reply = await self._client.call(request)
        answer = reply["result"] if isinstance(reply["result"], dict) else {}
        token = answer.get("access_token")
        if not reply["ok"] or not isinstance(token, str) or not _fits(token):
            raise CredentialUnusable(f'no access token came for "{name}": {_why(reply, answer)}')
        values = opened.values | {"access_token": token}
        if isinstance(answer.get("refresh_token"), str) and _fits(answer["refresh_token"]):
            values["refresh_token"] = answer["refresh_token"]
        return values, _end(answer.get("expires_in"))


def is_due(opened: Opened, now: datetime) -> bool:
    """Whether it needs a new access token; without an end one is good until it is refused."""
    if opened.row.strategy != "oauth":
        return False
    ends = opened.expires_at
    return "access_token" not in opened.values or (ends is not None and ends - EARLY <= now)


def _grant(opened: Opened) -> dict[str, str]:
    values, scope = opened.values, opened.row.config.get("scope")
    fields = {"client_id": values["client_id"], "client_secret": values["client_secret"]}
    if "refresh_token" in values:
        fields |= {"grant_type": "refresh_token", "refresh_token": values["refresh_token"]}
        fields |= {"redirect_uri": values["redirect_uri"]} if "redirect_uri" in values else {}
    else:
        fields["grant_type"] = "client_credentials"
    return fields | ({"scope": scope} if scope else {})


def _fits(token: str) -> bool:
    return len(token) <= MAX_TOKEN_CHARS and _TOKEN.fullmatch(token) is not None


def _why(reply: dict[str, Any], answer: dict[str, Any]) -> str:
    """Without the provider's own words, which may repeat what was sent: its error code and our sentence only."""
    code = answer.get("error")
    known = f" ({code})" if isinstance(code, str) and _CODE.fullmatch(code) else ""
    return f"{reply['error'] or 'the answer holds none'}{known}"


def _end(expires_in: Any) -> datetime | None:
    try:
        seconds = int(expires_in)
    except (TypeError, ValueError, OverflowError):
        return None
    return utc_now() + timedelta(seconds=min(max(seconds, 0), 10 * 365 * 86_400))
