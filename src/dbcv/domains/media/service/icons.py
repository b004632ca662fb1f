"""IconService: the icons of presets and integrations, shipped or uploaded by an administrator, at public addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from dbcv.domains.accounts.service import audit
from dbcv.domains.media import errors, repository
from dbcv.domains.media.service.keys import icon_key
from dbcv.domains.media.service.vectors import clean_svg
from dbcv.integrations import CATALOGUE
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.storage import Storage

_FOLDER = Path(__file__).parents[1] / "icons"
_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class Icon:
    """An icon; `updated_at` is None for one that came with the product."""

    name: str
    digest: str
    is_shipped: bool
    updated_at: datetime | None


class IconService:
    """Use cases of icons."""

    def __init__(self, db: Database, storage: Storage) -> None:
        self._db = db
        self._storage = storage
        self._bodies: dict[tuple[str, str], bytes] = {}

    async def icon(self, name: str) -> Icon:
        """The icon of this name, the uploaded one before the shipped one. Raises NotFound."""
        async with self._db.read() as session:
            row = await repository.icon(session, name)
        if row is not None:
            return Icon(name, row.digest, False, row.updated_at)
        if name not in shipped():
            raise errors.no_icon()
        return _shipped(name)

    async def body(self, icon: Icon) -> bytes:
        """The SVG of an icon, remembered: a digest never changes its content."""
        if icon.is_shipped:
            return shipped()[icon.name]
        key = (icon.name, icon.digest)
        if key not in self._bodies:
            if len(self._bodies) >= _REMEMBERED:
                self._bodies.clear()
            self._bodies[key] = await self._storage.read_bytes(icon_key(*key))
        return self._bodies[key]

    async def page(self, after: str, limit: int) -> tuple[Sequence[Icon], str | None]:
        """Icons by name, from after the name `after`, and the cursor of the next page."""
        async with self._db.read() as session:
            uploaded = await repository.icon_names(session, after, limit + 1)
            names = sorted({name for name in shipped() if name > after}.union(uploaded))[: limit + 1]
            rows = await repository.icons(session, names[:limit])
        icons = [
            Icon(name, rows[name].digest, False, rows[name].updated_at) if name in rows else _shipped(name)
            for name in names[:limit]
        ]
        return icons, names[limit - 1] if len(names) > limit else None

    async def keep(self, author_id: UUID, name: str, source: bytes) -> Icon:
        """Clean and keep an icon, in the place of one of the same name. Raises Invalid."""
        body = clean_svg(source)
        digest = _digest(body)
        await self._storage.put_bytes(icon_key(name, digest), body)
        async with self._db.transaction() as session:
            row = await repository.keep_icon(session, name, digest, author_id, utc_now())
            await audit.record(session, author_id, "icon.uploaded", None, name=name)
        return Icon(name, row.digest, False, row.updated_at)

    async def remove(self, author_id: UUID, name: str) -> None:
        """Forget an uploaded icon; a shipped one of the same name is back. Raises NotFound."""
        async with self._db.transaction() as session:
            if not await repository.remove_icon(session, name):
                raise errors.no_icon()
            await audit.record(session, author_id, "icon.deleted", None, name=name)


@cache
def shipped() -> dict[str, bytes]:
    """The icons that come with the product, by name; cleaned like all others."""
    own = {path.stem: path.read_bytes() for path in sorted(_FOLDER.glob("*.svg"))}
    integrations = {f"integration-{each}": CATALOGUE.icon(each) for each in CATALOGUE.ids}
    return {name: clean_svg(body) for name, body in (own | integrations).items() if body is not None}


def _shipped(name: str) -> Icon:
    return Icon(name, _digest(shipped()[name]), True, None)


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
