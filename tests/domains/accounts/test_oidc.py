"""Logging in through an OpenID provider that really listens; each way in which it, or somebody between, may lie."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx2
import jwt as pyjwt
import pytest
from joserfc import jwt
from redis.asyncio import Redis
from sqlalchemy import text

from dbcv.domains.accounts.schemas import UserPatch
from dbcv.domains.accounts.service import change_user, oidc
from dbcv.domains.accounts.service.oidc_provider import OidcProvider, reachable
from dbcv.entrypoints.api import create_app
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.settings import Settings
from tests.domains.accounts.oidc_provider import CLIENT_ID, CLIENT_SECRET, KEY, OTHER_KEY, Provider, running
from tests.domains.conftest import Api


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running() as started:
        yield started


@pytest.fixture
def with_oidc(settings: Settings, provider: Provider) -> Settings:
    more = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    return settings.model_copy(update=more)


@pytest.fixture
async def house(with_oidc: Settings, valkey: Redis) -> AsyncIterator[Api]:
    edge = create_app(with_oidc)
    async with edge.app.router.lifespan_context(edge.app):
        yield Api(edge)


async def away(browser: httpx2.AsyncClient, **query: str) -> str:
    """Begin, and let the provider send the browser back: the address it is sent to."""
    begun = await browser.get("/login/oidc", params=query)
    assert begun.status_code == 303, begun.text
    return await through(begun.headers["location"])


async def through(address: str) -> str:
    async with httpx2.AsyncClient() as outside:
        location: str = (await outside.get(address)).headers["location"]
    return location


async def log_in(house: Api, browser: httpx2.AsyncClient | None = None, **query: str) -> Any:
    """The answer to coming back."""
    browser = browser or house.client()
    return await browser.get(await away(browser, **query))


async def test_a_newcomer_gets_an_account_and_comes_again(house: Api, provider: Provider) -> None:
    provider.person["name"] = "Vera\0 <b>"
    ids = []
    for _ in range(2):
        browser = house.client()
        back = await log_in(house, browser, next="/bots?x=1#y")
        assert (back.status_code, back.headers["location"]) == (303, "/bots?x=1#y")
        cookies = back.headers.get_list("set-cookie")
        assert all(
            "HttpOnly" in cookie and "Path=/api/v1/login/oidc" in cookie
            for cookie in cookies
            if "Max-Age=0" not in cookie
        )
        assert "access_token" not in back.text and "dbcv_rt_" not in back.headers["location"]
        body = (await browser.post("/login/oidc/token")).json()
        me = (await house.client(body["access_token"]).get("/users/me")).json()
        ids.append(me["id"])
        assert (me["email"], me["username"], me["role"]) == ("vera@example.com", "Vera <b>", "DEVELOPER")
        assert body["refresh_token"]
    assert ids[0] == ids[1]


async def test_the_tokens_are_handed_out_once(house: Api) -> None:
    browser = house.client()
    back = await log_in(house, browser)
    assert (await browser.post("/login/oidc/token")).status_code == 200
    assert (await browser.post("/login/oidc/token")).status_code == 401
    assert (await house.client().post("/login/oidc/token")).status_code == 401
    assert back.headers["location"] == "/"


async def test_a_person_stays_the_same_when_the_email_changes(house: Api, provider: Provider) -> None:
    await log_in(house)
    provider.person |= {"email": "new@example.com", "email_verified": False}
    assert (await log_in(house)).status_code == 303


@pytest.mark.parametrize(
    "next_page",
    [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "\\/evil.test",
        "evil",
        "",
        "/a\nb",
        "javascript:1",
        "/" * 2,
        "/a\\b",
    ],
)
async def test_the_way_on_leads_to_this_house_only(house: Api, next_page: str) -> None:
    answer = await house.client().get("/login/oidc", params={"next": next_page})
    assert answer.status_code == 422, next_page


async def test_a_way_back_that_this_browser_did_not_begin(house: Api) -> None:
    """Otherwise an attacker could log somebody else in as himself."""
    theirs = await away(house.client())
    assert (await house.client().get(theirs)).status_code == 401, "no cookie at all"
    victim = house.client()
    await away(victim)
    assert (await victim.get(theirs)).json()["code"] == "oidc_failed"
    state = parse_qs(urlsplit(await away(victim)).query)["state"][0]
    assert (await victim.get("/login/oidc/callback", params={"state": state, "code": "made up"})).status_code == 401
    assert (await victim.get("/login/oidc/callback", params={"state": state, "error": "denied"})).status_code == 401
    assert (await victim.get("/login/oidc/callback")).status_code == 401


async def test_a_flow_is_not_a_token_and_a_token_is_no_flow(house: Api) -> None:
    browser = house.client()
    await away(browser)
    flow = browser.cookies["dbcv_oidc"]
    assert (await house.client(flow).get("/users/me")).status_code == 401
    person = await house.person("anna")
    token = person.client.headers["authorization"].removeprefix("Bearer ")
    other = house.client()
    other.cookies.set("dbcv_oidc", token, domain="dbcv.test", path="/")
    assert (await other.get("/login/oidc/callback", params={"state": "", "code": "x"})).status_code == 401


async def test_a_code_is_good_once(house: Api) -> None:
    browser = house.client()
    back = await away(browser)
    flow = browser.cookies["dbcv_oidc"]
    assert (await browser.get(back)).status_code == 303
    browser.cookies.set("dbcv_oidc", flow, domain="dbcv.test", path="/")
    assert (await browser.get(back)).status_code == 401


def lie(**claims: Any) -> Any:
    return lambda told: jwt.encode({"alg": "RS256", "kid": "1"}, told | claims, KEY)


def without(name: str) -> Any:
    return lambda told: jwt.encode({"alg": "RS256", "kid": "1"}, {k: v for k, v in told.items() if k != name}, KEY)


LIES = {
    "another nonce": lie(nonce="another"),
    "no nonce": without("nonce"),
    "no need of a nonce": lie(nonce="another", nonce_supported=False),
    "another audience": lie(aud="somebody else"),
    "several audiences, ours not the authorised": lie(aud=[CLIENT_ID, "other"], azp="other"),
    "another issuer": lie(iss="https://evil.test"),
    "expired": lie(exp=int(time.time()) - 3600),
    "not yet": lie(iat=int(time.time()) + 3600, nbf=int(time.time()) + 3600),
    "no expiry": without("exp"),
    "nobody": without("sub"),
    "a number": lie(sub=7),
    "an empty name": lie(sub=""),
    "a wrong at_hash": lie(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "another key": lambda told: jwt.encode({"alg": "RS256", "kid": "1"}, told, OTHER_KEY),
    "an unknown key": lambda told: jwt.encode({"alg": "RS256", "kid": "7"}, told, OTHER_KEY),
    "no signature": lambda told: pyjwt.encode(told, None, algorithm="none"),
    "the client's secret as key": lambda told: pyjwt.encode(told, CLIENT_SECRET * 2, algorithm="HS256"),
    "not a token": lambda told: "a.b.c",
    "nothing": lambda told: "",
}


@pytest.mark.parametrize("name", LIES)
async def test_lies_about_who_it_is(house: Api, provider: Provider, db: Database, name: str) -> None:
    provider.sign = LIES[name]
    answer = await log_in(house)
    assert (answer.status_code, answer.json()["code"]) == (401, "oidc_failed")
    async with db.read() as session:
        assert await session.scalar(text('SELECT count(*) FROM "user"')) == 0


@pytest.mark.parametrize("verified", [False, None, 0, "false", "yes"])
async def test_an_email_nobody_verified_makes_no_account(house: Api, provider: Provider, verified: Any) -> None:
    provider.person["email_verified"] = verified
    answer = await log_in(house)
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")


async def test_an_account_that_exists_is_linked_by_its_owner_only(house: Api, provider: Provider) -> None:
    """Whoever registered with Vera's e-mail here first may not be Vera, and she must not walk into his account."""
    squatter = await house.person("vera")
    refused = await log_in(house)
    assert (refused.status_code, refused.json()["code"]) == (409, "link_needed")
    begun = await squatter.client.post("/users/me/identities", params={"next": "/profile"})
    back = await squatter.client.get(await through(begun.json()["url"]))
    assert (back.status_code, back.headers["location"]) == (303, "/profile")
    [linked] = (await squatter.client.get("/users/me/identities")).json()["items"]
    assert (linked["issuer"], linked["subject"]) == (provider.issuer, "42")
    browser = house.client()
    await log_in(house, browser)
    assert (await browser.post("/login/oidc/token")).json()["subscriber_id"] == squatter.id
    other = await house.person("boris")
    begun = await other.client.post("/users/me/identities")
    taken = await other.client.get(await through(begun.json()["url"]))
    assert (taken.status_code, taken.json()["code"]) == (409, "identity_taken")
    assert (await squatter.client.delete("/users/me/identities")).status_code == 204
    assert (await log_in(house)).status_code == 409


async def test_linking_needs_the_login_that_began_it(house: Api) -> None:
    person = await house.person("anna")
    begun = await person.client.post("/users/me/identities")
    back = await through(begun.json()["url"])
    assert (await person.client.post("/login/logout")).status_code == 204
    assert (await person.client.get(back)).status_code == 401


async def test_without_a_password_grave_things_need_a_fresh_login(house: Api, db: Database) -> None:
    browser = house.client()
    await log_in(house, browser)
    client = house.client((await browser.post("/login/oidc/token")).json()["access_token"])
    assert (await client.delete("/users/me/identities")).json()["code"] == "password_needed"
    async with db.transaction() as session:
        await session.execute(text("UPDATE login SET created_at = now() - interval '11 minutes'"))
    wish = {"password": "my first password"}
    assert (await client.patch("/users/me", json=wish)).json()["code"] == "recent_login_needed"
    assert (await client.post("/users/me/close", json={})).status_code == 403
    async with db.transaction() as session:
        await session.execute(text("UPDATE login SET created_at = now() - interval '9 minutes'"))
    assert (await client.patch("/users/me", json=wish)).status_code == 200
    form = {"username": "vera@example.com", "password": "my first password"}
    assert (await house.nobody.post("/login/access-token", data=form)).status_code == 200


async def test_no_password_opens_an_account_without_one(house: Api) -> None:
    await log_in(house)
    for password in ("", "x", "None"):
        form = {"username": "vera@example.com", "password": password}
        assert (await house.nobody.post("/login/access-token", data=form)).status_code in {401, 422}


async def test_a_closed_account_stays_closed(house: Api, db: Database) -> None:
    browser = house.client()
    await log_in(house, browser)
    body = (await browser.post("/login/oidc/token")).json()
    await change_user(db, UUID(body["subscriber_id"]), UserPatch(is_active=False))
    assert (await log_in(house)).status_code == 401


async def test_two_ways_back_at_once_make_one_account(house: Api, db: Database) -> None:
    browsers = [house.client() for _ in range(4)]
    ways = [await away(browser) for browser in browsers]
    answers = await asyncio.gather(*(browser.get(way) for browser, way in zip(browsers, ways, strict=True)))
    assert {answer.status_code for answer in answers} <= {303, 401, 409}
    async with db.read() as session:
        assert await session.scalar(text('SELECT count(*) FROM "user"')) == 1


async def test_newcomers_can_be_refused(with_oidc: Settings, valkey: Redis) -> None:
    edge = create_app(with_oidc.model_copy(update={"oidc_creates_accounts": False}))
    async with edge.app.router.lifespan_context(edge.app):
        assert (await log_in(Api(edge))).json()["code"] == "registration_closed"


async def test_the_email_may_come_from_userinfo(house: Api, provider: Provider) -> None:
    provider.person = {"sub": "42"}
    provider.metadata = {
        "userinfo_endpoint": f"{provider.issuer}/userinfo",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
    provider.userinfo = {"sub": "43", "email": "vera@example.com", "email_verified": True}
    assert (await log_in(house)).status_code == 401, "it speaks of somebody else"
    provider.userinfo["sub"] = "42"
    assert (await log_in(house)).status_code == 303


async def test_keys_that_changed_are_read_again(
    house: Api, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await log_in(house)).status_code == 303
    fresh = type(KEY).generate_key(2048, {"kid": "2"})
    provider.keys = [fresh]
    provider.sign = lambda told: jwt.encode({"alg": "RS256", "kid": "2"}, told, fresh)
    asked = provider.asked.count("/jwks")
    assert (await log_in(house)).status_code == 401, "not at every try: nobody makes us ask the provider at will"
    assert provider.asked.count("/jwks") == asked
    monkeypatch.setattr("dbcv.domains.accounts.service.oidc_provider.KEYS_AGAIN_SECONDS", 0.0)
    assert (await log_in(house)).status_code == 303


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.test"}, {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": None}],
)
async def test_a_provider_that_is_none(house: Api, provider: Provider, metadata: Any) -> None:
    provider.metadata = metadata
    answer = await house.client().get("/login/oidc")
    assert (answer.status_code, answer.json()["code"]) == (503, "oidc_unavailable")


async def test_only_the_providers_own_host_is_opened(with_oidc: Settings, provider: Provider) -> None:
    """What it names elsewhere is called only where anybody may: no way into the operator's network."""
    async with running() as inside:
        provider.metadata = {"jwks_uri": f"{inside.issuer}/jwks", "token_endpoint": f"{inside.issuer}/token"}
        client = OutboundClient(allowed_hosts=reachable(with_oidc))
        made = OidcProvider(with_oidc, client)
        with pytest.raises(oidc.errors.AppError):
            await made.identity(oidc.new_flow("http://dbcv.test", "/"), "code")
        await client.close()
        assert inside.asked == []


async def test_without_a_provider_there_is_no_such_way(api: Api) -> None:
    assert (await api.nobody.get("/login/methods")).json()["oidc_url"] is None
    for path in ("/login/oidc", "/login/oidc/callback"):
        assert (await api.nobody.get(path)).status_code == 404


async def test_how_one_can_log_in(house: Api) -> None:
    found = (await house.nobody.get("/login/methods")).json()
    assert (found["oidc_name"], found["oidc_url"]) == ("OpenID", "/api/v1/login/oidc")
