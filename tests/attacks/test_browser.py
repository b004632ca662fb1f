"""What a browser is told: a policy with every answer, ways on that stay in this house, foreign pages kept out."""

import re

import httpx2
import pytest
from redis.asyncio import Redis

from dbcv.entrypoints import api as entry
from dbcv.kit.errors import OperatorError
from dbcv.kit.settings import Settings, read_settings
from tests.domains.conftest import Api, Person

EVIL = "evil.example"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def outside(api: Api, host: str = "dbcv.test") -> httpx2.AsyncClient:
    """A browser that has nothing yet."""
    transport = httpx2.ASGITransport(app=api.edge, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url=f"http://{host}")


@pytest.mark.parametrize(
    "path",
    [
        "/", "/chat/abc", "/nothing", "/docs", "/docs/docs.js", "/openapi.json", "/health", "/metrics", "/admin",
        "/admin/login", "/admin/nothing", "/mcp", "/icons/telegram", "/icons/nothing", "/api/v1/bots",
        "/api/v1/nothing", "/api/v1/messages", "/api/v1/login/methods", "/api/v1/login/oidc",
        "/api/v1/attachments/0/content",
    ],
)  # fmt: skip
async def test_every_answer_has_a_policy_and_its_type_is_final(api: Api, path: str) -> None:
    for method in ("GET", "POST", "HEAD"):
        answer = await outside(api).request(method, path, headers={"Accept": "text/html"})
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"], (method, path)
        policies = answer.headers.get_list("content-security-policy")
        assert len(policies) == 1, (method, path, policies)
        assert "frame-ancestors" in policies[0] or "sandbox" in policies[0]
        scripts = re.findall(r"(?:script-src|default-src) ([^;]*)", policies[0])
        assert scripts, policies
        assert not any(word in part for part in scripts for word in ("unsafe-inline", "unsafe-eval", "*", "http:"))


@pytest.mark.parametrize("path", ["/admin", "/admin/user/list", "/api/v1/bots/", "/api/v1/login/register/", "/health/"])
async def test_the_way_on_stays_in_this_house_whatever_host_was_asked(api: Api, path: str) -> None:
    answer = await outside(api, EVIL).get(path, headers={"X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "https"})
    place = answer.headers.get("location", "/")
    assert EVIL not in place.partition("?")[0]
    assert re.match(r"/(?![/\\])", place), place


@pytest.mark.parametrize("wish", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_the_panel_leads_nowhere_else_after_the_log_in(api: Api, chief: Person, wish: str) -> None:
    browser = outside(api)
    page = await browser.get("/admin/login")
    [token] = re.findall(r'name="csrftoken" value="([^"]+)"', page.text)
    form = {"username": chief.email, "password": "correct horse battery", "csrftoken": token}
    answer = await browser.post("/admin/login", params={"next": wish}, data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/"


async def test_a_form_of_another_site_does_not_log_in_and_does_nothing(api: Api, chief: Person) -> None:
    form = {"username": chief.email, "password": "correct horse battery", "csrftoken": "made up"}
    answer = await outside(api).post("/admin/login", data=form)
    assert "dbcv_admin" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("origins", ["*", "https://*.example.com", "null", "https://a.example/", "shop.example"])
def test_an_origin_that_is_not_exact_is_refused_at_the_start(origins: str) -> None:
    with pytest.raises(OperatorError, match=r"DBCV_CORS_ORIGINS|cors_origins"):
        read_settings(cors_origins=origins)


async def test_no_other_origin_is_told_it_may(settings: Settings, valkey: Redis) -> None:
    named = settings.model_copy(update={"cors_origins": ("https://shop.example",)})
    app = entry.server_config(named).app
    web = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://dbcv.test")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for origin in ("https://shop.example.evil", "http://shop.example", "https://shop.example:444", "null", "*", ""):
        for answer in (
            await web.options("/api/v1/bots", headers=asked | {"Origin": origin}),
            await web.get("/health", headers={"Origin": origin}),
        ):
            assert "access-control-allow-origin" not in answer.headers
    exact = await web.options("/api/v1/bots", headers=asked | {"Origin": "https://shop.example"})
    assert exact.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-credentials" not in exact.headers


async def test_a_drawing_that_was_uploaded_is_never_shown_in_place(api: Api, anna: Person) -> None:
    made = await anna.client.put("/attachments", params={"name": "a.svg"}, content=DRAWING)
    if made.status_code == 201:
        for query in ("", "?inline=true"):
            answer = await anna.client.get(f"/attachments/{made.json()['id']}/content{query}")
            assert answer.headers["content-disposition"].startswith("attachment")
            assert "sandbox" in answer.headers["content-security-policy"]
    else:
        assert made.status_code in {413, 415, 422}
