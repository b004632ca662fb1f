"""The API's edge: errors, limits, headers, pages, health, and the process itself."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis
from starlette.routing import Route

from dbcv.entrypoints import api
from dbcv.entrypoints.http.pages import Pages
from dbcv.kit.settings import Settings


@pytest.fixture
async def edge(settings: Settings, valkey: Redis) -> AsyncIterator[Any]:
    """The running application."""
    made = api.create_app(settings)
    async with made.app.router.lifespan_context(made.app):
        yield made


@pytest.fixture
def web(edge: Any) -> httpx2.AsyncClient:
    """A client; what the application raises is raised here, so nothing may be."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://dbcv.test")


def is_problem(answer: httpx2.Response, status: int, code: str) -> None:
    """Every error looks the same, and says nothing of the inside."""
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert isinstance(answer.json()["errors"], list)
    assert "Traceback" not in answer.text


async def test_errors_are_problems(web: httpx2.AsyncClient) -> None:
    is_problem(await web.get("/api/v1/nothing"), 404, "not_found")
    is_problem(await web.get("/nothing"), 404, "not_found")
    is_problem(await web.put("/api/v1/bots"), 405, "method_not_allowed")
    is_problem(await web.post("/"), 405, "method_not_allowed")
    is_problem(await web.get("/api/v1/bots"), 401, "unauthorized")
    is_problem(await web.post("/api/v1/messages", json={}), 401, "unauthorized")
    is_problem(await web.post("/api/v1/login/register", json={"email": 1}), 422, "invalid")
    broken = {"content": b'{"email": ', "headers": {"Content-Type": "application/json"}}
    assert (await web.post("/api/v1/login/register", **broken)).status_code in {400, 422}
    nested = {"content": b"[" * 500_000, "headers": {"Content-Type": "application/json"}}
    assert (await web.post("/api/v1/login/register", **nested)).status_code in {400, 422}


async def test_a_defect_shows_a_reference_and_nothing_else(
    edge: Any, web: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    async def defect(_request: object) -> None:
        raise ZeroDivisionError("the inside")

    edge.app.router.routes.insert(0, Route("/api/v1/defect", defect))
    answer = await web.get("/api/v1/defect")
    is_problem(answer, 500, "internal")
    assert "inside" not in answer.text
    shown = capsys.readouterr()
    assert answer.json()["reference"] in shown.out + shown.err


async def test_a_defect_of_a_hot_application_too(edge: Any, web: httpx2.AsyncClient) -> None:
    async def defect(_scope: object, _receive: object, _send: object) -> None:
        raise ZeroDivisionError("the inside")

    edge._hot["GET", "/hot"] = defect
    is_problem(await web.get("/hot"), 500, "internal")


async def test_bodies_are_bounded(web: httpx2.AsyncClient, settings: Settings) -> None:
    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100_000_000:
            sent += 65536
            yield b"x" * 65536

    sent = 0
    for path, limit in (("/api/v1/login/register", settings.max_message_bytes), ("/api/v1/bots/import", 20_000_000)):
        announced = {"Content-Length": str(limit + 1), "Content-Type": "application/json"}
        is_problem(await web.post(path, content=b"x", headers=announced), 413, "too_large")
        sent = 0
        answer = await web.post(path, content=endless(), headers={"Content-Type": "application/json"})
        assert answer.status_code in {401, 413}
        assert sent <= limit + 200_000


async def test_health(web: httpx2.AsyncClient) -> None:
    assert (await web.get("/health")).json() == {"status": "ok"}
    ready = await web.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    assert set(ready.json()["parts"]) == {"database", "streams"}


async def test_without_the_database_it_is_not_ready(settings: Settings, valkey: Redis) -> None:
    away = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    edge = api.create_app(away)
    async with edge.app.router.lifespan_context(edge.app):
        web = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://dbcv.test")
        ready = await web.get("/health/ready")
        assert (ready.status_code, ready.json()["parts"]["database"]) == (503, {"ok": False})
        wish = {"email": "a@b", "username": "a", "password": "a good password"}
        answer = await web.post("/api/v1/login/register", json=wish)
        is_problem(answer, 503, "database_unavailable")
        assert answer.headers["retry-after"]


async def test_the_reference_opens_without_the_internet(web: httpx2.AsyncClient) -> None:
    page = await web.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for part in ("/docs/docs.js", "/docs/docs.css"):
        assert (await web.get(part)).status_code == 200
    drawn = asyncio.ensure_future(web.get("/openapi.json"))
    assert (await web.get("/health")).status_code == 200
    assert not drawn.done(), "who asks for all of it holds up nobody"
    described = (await drawn).json()
    assert "/api/v1/messages" in described["paths"]
    names = [call["operationId"] for methods in described["paths"].values() for call in methods.values()]
    assert len(names) == len(set(names))


async def test_other_origins_are_named_exactly(settings: Settings) -> None:
    named = settings.model_copy(update={"cors_origins": ("https://shop.example",)})
    for origin, allowed in (("https://shop.example", True), ("https://shop.example.evil", False), ("null", False)):
        for app in (api.server_config(named).app, api.server_config(settings).app):
            web = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://dbcv.test")
            answer = await web.get("/health", headers={"Origin": origin})
            if isinstance(app, api.CORSMiddleware):
                assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
            else:
                assert "access-control-allow-origin" not in answer.headers


async def test_pages(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / ".hidden").write_text("secret")
    (tmp_path.parent / "outside.txt").write_text("secret")
    web = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=_with_pages(tmp_path)), base_url="http://dbcv.test")

    chat = await web.get("/chat/01a20475-4735-7024-a6c6-22f86528541c")
    assert (chat.status_code, chat.text) == (200, "<!doctype html>")
    assert "frame-ancestors 'self'" in chat.headers["content-security-policy"]
    home = await web.get("/")
    assert "frame-ancestors 'none'" in home.headers["content-security-policy"]
    assert "script-src 'self';" in home.headers["content-security-policy"]
    asset = await web.get("/assets/app-1a2b.js")
    assert "immutable" in asset.headers["cache-control"]
    for path in (
        "/.hidden",
        "/index.html",
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/assets/..%2findex.html",
        "/assets/",
    ):
        assert (await web.get(path)).status_code == 404, path
    assert (await web.head("/")).status_code == 200
    visit = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    lost = await web.get("/nothing/here", headers=visit)
    assert (lost.status_code, lost.text) == (404, "<!doctype html>")
    for method, path in (("GET", "/api/v1/nothing"), ("POST", "/api/v1/nothing"), ("DELETE", "/api/nothing")):
        answer = await web.request(method, path, headers=visit)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json"), path


def _with_pages(folder: Path) -> Any:
    from fastapi import FastAPI

    app = FastAPI()
    app.mount("/", Pages(folder))
    return app


async def test_the_process_serves_and_stops(settings: Settings, valkey: Redis, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DBCV_HOME": str(tmp_path),
        "DBCV_PORT": str(port),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "SECRET_BOX_KEY": settings.secret_box_key,
    }
    command = [sys.executable, "-m", "dbcv.entrypoints.cli", "api"]
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=tmp_path)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as web:
            assert await _answers(web, "/health/ready")
            assert (await web.get("/api/v1/bots")).status_code == 401
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 12) in {0, -signal.SIGTERM}
        assert time.monotonic() - started < 10
    finally:
        if process.returncode is None:
            process.kill()


async def _answers(web: httpx2.AsyncClient, path: str) -> bool:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            if (await web.get(path)).status_code == 200:
                return True
        except httpx2.TransportError:
            await asyncio.sleep(0.1)
    return False


@pytest.mark.parametrize("query", ["users?email=a%00b", "audit?action=%00", "bots?limit=1&x=%00"])
async def test_no_query_holds_the_character_that_databases_refuse(web: httpx2.AsyncClient, query: str) -> None:
    answer = await web.get(f"/api/v1/{query}")
    is_problem(answer, 422, "invalid")
    assert "number zero" in answer.json()["errors"][0]["message"]
