"""The API with files, and what lies in its storage."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dbcv.kit.settings import Settings
from dbcv.kit.storage import FOLDER
from tests.domains.conftest import Api, Person
from tests.domains.media.files import PNG

LIMITS = {"max_file_bytes": 3_000_000, "max_image_bytes": 200_000, "max_visitor_file_bytes": 100_000}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Limits that a test can reach."""
    return settings.model_copy(update=LIMITS | {"file_quota_bytes": 8_000_000})


@dataclass
class Files:
    """Calls in the words of these tests."""

    api: Api
    folder: Path

    async def send(
        self, client: httpx2.AsyncClient, content: bytes = PNG, name: str = "a.png", kind: str = "", **query: Any
    ) -> httpx2.Response:
        headers = {"Content-Type": kind} if kind else {}
        return await client.put("/attachments", params={"name": name, **query}, content=content, headers=headers)

    async def sent(self, client: httpx2.AsyncClient, content: bytes = PNG, **given: Any) -> dict[str, Any]:
        answer = await self.send(client, content, **given)
        assert answer.status_code == 201, answer.text
        return answer.json()  # type: ignore[no-any-return]

    async def open(self, url: str, **headers: str) -> httpx2.Response:
        """Somebody without a token follows a link."""
        return await self.api.nobody.get(url.removeprefix("/api/v1"), headers=headers)

    async def bot(self, owner: Person, document: dict[str, Any] | None = None) -> str:
        plain = {
            "format": "dbcv.bot",
            "version": 1,
            "name": "B",
            "first_step_id": "s",
            "steps": [{"id": "s", "name": "S"}],
        }
        answer = await owner.client.post("/bots/import", json=document or plain)
        assert answer.status_code == 201, answer.text
        await owner.client.post(f"/bots/{answer.json()['id']}/publish")
        return str(answer.json()["id"])

    async def channel(self, owner: Person, **fields: Any) -> str:
        wish = {"name": "Room", "is_public": True, "default_bot_id": await self.bot(owner)} | fields
        answer = await owner.client.post("/channels", json=wish)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def visitor(self, channel_id: str) -> httpx2.AsyncClient:
        answer = await self.api.nobody.post("/login/anonymous-access-token", json={"channel_id": channel_id})
        return self.api.client(answer.json()["access_token"])

    def kept(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
async def files(api: Api, settings: Settings) -> Files:
    """Nothing is in the storage yet."""
    return Files(api, settings.home / FOLDER)
