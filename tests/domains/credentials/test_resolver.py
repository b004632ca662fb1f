"""The way to a secret: which request carries it, keys that change, access tokens that are renewed once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.service import CredentialsResolver, rotate
from dbcv.entrypoints.wiring import make_box
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.settings import Settings, make_secrets
from dbcv.runtime.perform import Performer
from tests.domains.credentials.conftest import echo, json_answer, made
from tests.loopback import Asked, plain, serve
from tests.runtime.test_perform import call_http

KEY = "hush-hush-key"


@pytest.mark.parametrize(
    ("url", "carries"),
    [
        ("https://crm.example.com/a?b=c", True),
        ("https://CRM.example.com:443/", True),
        ("https://crm.example.com./", True),
        ("http://crm.example.com/", False),
        ("https://crm.example.com:8443/", False),
        ("https://api.crm.example.com/", False),
        ("https://crm.example.com.evil.example/", False),
        ("https://crm.example.com@evil.example/", False),
        ("https://evil.example/crm.example.com", False),
        ("https://evil.example\\@crm.example.com/", False),
        ("not an address", False),
    ],
)
async def test_it_goes_to_its_hosts_only(
    anna: Any, bot_id: str, resolver: CredentialsResolver, url: str, carries: bool
) -> None:
    await made(anna, bot_id)
    attached = await resolver.for_url(UUID(bot_id), url)
    assert (attached is not None) is carries
    assert attached is None or attached.headers == {"X-API-Key": KEY}


async def test_it_is_of_its_bot_only(anna: Any, bot_id: str, resolver: CredentialsResolver) -> None:
    credential = await made(anna, bot_id)
    assert await resolver.for_url(uuid4(), "https://crm.example.com/") is None
    with pytest.raises(CredentialUnusable, match="no such credential"):
        await resolver.values(uuid4(), UUID(credential["id"]))


async def test_of_several_of_a_bot_it_is_the_one_that_was_asked_for(
    anna: Any, bot_id: str, resolver: CredentialsResolver
) -> None:
    keys = [f"key-number-{number}" for number in range(3)]
    credentials = [await made(anna, bot_id, name=key, secret={"api_key": key}) for key in keys]
    for key, credential in zip(keys, credentials, strict=True):
        assert (await resolver.values(UUID(bot_id), UUID(credential["id"]))).values == {"api_key": key}
    with pytest.raises(CredentialUnusable, match="no such credential"):
        await resolver.values(UUID(bot_id), uuid4())


@pytest.mark.parametrize(
    ("fields", "headers", "params"),
    [
        ({"strategy": "bearer", "secret": {"token": "t0ken-of-it"}}, {"Authorization": "Bearer t0ken-of-it"}, {}),
        (
            {"strategy": "basic", "secret": {"username": "ann", "password": "ключ"}},
            {"Authorization": "Basic YW5uOtC60LvRjtGH"},
            {},
        ),
        ({"placement": {"where": "query", "name": "key"}}, {}, {"key": KEY}),
        (
            {"placement": {"where": "header", "name": "Authorization", "prefix": "Bot "}},
            {"Authorization": f"Bot {KEY}"},
            {},
        ),
    ],
)
async def test_each_strategy_has_its_way(
    anna: Any, bot_id: str, resolver: CredentialsResolver, fields: Any, headers: Any, params: Any
) -> None:
    await made(anna, bot_id, **fields)
    attached = await resolver.for_url(UUID(bot_id), "https://crm.example.com/")
    assert attached is not None
    assert (attached.headers, attached.params) == (headers, params)
    assert KEY not in repr(attached)


async def test_a_request_of_a_bot_carries_it_and_its_answer_does_not(
    anna: Any, bot_id: str, settings: Settings, resolver: CredentialsResolver
) -> None:
    client = OutboundClient(allowed_hosts=["127.0.0.1"])
    performer = Performer(settings, client, resolver)
    async with serve(echo()) as server, serve(echo()) as foreign:
        await made(anna, bot_id, hosts=[f"http://127.0.0.1:{server.port}"])
        with capture_logs() as logs:
            mine = await performer.perform(call_http(url=f"http://127.0.0.1:{server.port}/x"), UUID(bot_id))
            other = await performer.perform(call_http(url=f"http://127.0.0.1:{foreign.port}/x"), UUID(bot_id))
        authored = call_http(url=f"http://127.0.0.1:{server.port}/x", headers={"x-api-key": "the author's own"})
        await performer.perform(authored, UUID(bot_id))
    await client.close()
    assert server.asked[0].headers["x-api-key"] == KEY
    assert mine["result"]["headers"]["x-api-key"] == "•••"
    assert "x-api-key" not in foreign.asked[0].headers
    assert other["ok"]
    assert server.asked[1].headers["x-api-key"] == "the author's own"
    assert KEY not in repr(logs)


async def test_a_redirect_to_another_host_leaves_it_behind(
    anna: Any, bot_id: str, settings: Settings, resolver: CredentialsResolver
) -> None:
    client = OutboundClient(allowed_hosts=["127.0.0.1"])
    async with serve(echo()) as foreign:
        moved = plain(status="307 Moved", headers=f"Location: http://127.0.0.1:{foreign.port}/there")
        async with serve(moved) as server:
            await made(anna, bot_id, hosts=[f"http://127.0.0.1:{server.port}"])
            performer = Performer(settings, client, resolver)
            await performer.perform(call_http(url=f"http://127.0.0.1:{server.port}/x"), UUID(bot_id))
    await client.close()
    assert server.asked[0].headers["x-api-key"] == KEY
    assert "x-api-key" not in foreign.asked[0].headers


async def test_an_unreadable_one_is_not_sent_around(anna: Any, bot_id: str, settings: Settings, db: Database) -> None:
    await made(anna, bot_id)
    lost = settings.model_copy(update={"secret_box_key": make_secrets()["secret_box_key"]})
    client = OutboundClient(allowed_hosts=["127.0.0.1"])
    performer = Performer(lost, client, CredentialsResolver(db, make_box(lost), client))
    reply = await performer.perform(call_http(url="https://crm.example.com/"), UUID(bot_id))
    await client.close()
    assert not reply["ok"]
    assert "SECRET_BOX_KEY_PREVIOUS" in reply["error"]


async def test_a_ciphertext_opens_in_no_other_row(
    anna: Any, boris: Any, bot_id: str, db: Database, resolver: CredentialsResolver
) -> None:
    from tests.domains.bots.documents import imported, small

    theirs = await made(anna, bot_id)
    other = (await imported(boris, small()))["id"]
    mine = await made(boris, other, secret={"api_key": "of Boris"})
    async with db.driver() as connection:
        await connection.execute(
            "UPDATE credential_entity SET secret = (SELECT secret FROM credential_entity WHERE id = $1) WHERE id = $2",
            UUID(theirs["id"]),
            UUID(mine["id"]),
        )
    with pytest.raises(CredentialUnusable, match="belongs elsewhere"):
        await resolver.for_url(UUID(other), "https://crm.example.com/")


async def test_a_withdrawal_takes_effect(
    anna: Any, bot_id: str, resolver: CredentialsResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dbcv.domains.credentials.service.resolver.KEEP_SECONDS", 0.05)
    credential = await made(anna, bot_id)
    assert await resolver.for_url(UUID(bot_id), "https://crm.example.com/")
    await anna.client.delete(f"/credentials/{credential['id']}")
    await asyncio.sleep(0.06)
    assert await resolver.for_url(UUID(bot_id), "https://crm.example.com/") is None


async def test_keys_rotate_while_everything_goes_on(
    anna: Any, bot_id: str, settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dbcv.domains.credentials.service.rotation.ROWS_AT_ONCE", 2)
    ids = [UUID((await made(anna, bot_id, name=f"n{n}"))["id"]) for n in range(5)]
    new = settings.model_copy(
        update={
            "secret_box_key": make_secrets()["secret_box_key"],
            "secret_box_key_previous": settings.secret_box_key,
        }
    )
    client = OutboundClient()
    both = CredentialsResolver(db, make_box(new), client)
    assert (await both.values(UUID(bot_id), ids[0])).values == {"api_key": KEY}
    done = await rotate(db, make_box(new))
    assert (done.changed, done.current, done.unreadable) == (5, 0, [])
    again = await rotate(db, make_box(new))
    assert (again.changed, again.current) == (0, 5)
    alone = make_box(new.model_copy(update={"secret_box_key_previous": ""}))
    opened = CredentialsResolver(db, alone, client)
    assert [(await opened.values(UUID(bot_id), one)).values for one in ids] == [{"api_key": KEY}] * 5
    assert len((await rotate(db, make_box(settings))).unreadable) == 5
    await client.close()


class TokenServer:
    """Gives out access tokens, one after the other, and counts."""

    def __init__(self, expires_in: int = 3600, delay_seconds: float = 0.0) -> None:
        self.given, self.expires_in, self.delay_seconds = 0, expires_in, delay_seconds

    async def __call__(self, asked: Asked, writer: Any) -> None:
        await asyncio.sleep(self.delay_seconds)
        self.given += 1
        token = {"access_token": f"access-{self.given}", "refresh_token": f"refresh-{self.given}"}
        writer.write(json_answer(token | {"expires_in": self.expires_in, "token_type": "bearer"}))


def oauth(port: int) -> dict[str, Any]:
    secret = {"client_id": "us", "client_secret": "hush-client", "refresh_token": "refresh-0"}
    token_url = f"http://127.0.0.1:{port}/token"
    return {"strategy": "oauth", "token_url": token_url, "scope": "read", "secret": secret}


async def test_an_access_token_is_taken_once_by_all_who_need_it(
    anna: Any, bot_id: str, settings: Settings, db: Database
) -> None:
    tokens = TokenServer(delay_seconds=0.3)
    client = OutboundClient(allowed_hosts=["127.0.0.1"])
    workers = [CredentialsResolver(db, make_box(settings), client) for _ in range(3)]
    async with serve(tokens) as server:
        await made(anna, bot_id, **oauth(server.port))
        calls = [worker.for_url(UUID(bot_id), "https://crm.example.com/") for worker in workers for _ in range(5)]
        found = await asyncio.gather(*calls)
        later = await workers[1].for_url(UUID(bot_id), "https://crm.example.com/")
    await client.close()
    assert {attached.headers["Authorization"] for attached in [*found, later] if attached} == {"Bearer access-1"}
    assert tokens.given == 1
    assert server.asked[0].body == (
        b"client_id=us&client_secret=hush-client&grant_type=refresh_token&refresh_token=refresh-0&scope=read"
    )


async def test_a_token_about_to_end_is_renewed_with_the_newest_refresh_token(
    anna: Any, bot_id: str, resolver: CredentialsResolver
) -> None:
    async with serve(TokenServer(expires_in=5)) as server:
        given = oauth(server.port)
        given["secret"]["redirect_uri"] = "https://crm.example.com/back"
        await made(anna, bot_id, **given)
        for number in (1, 2):
            resolver.forget(UUID(bot_id))
            attached = await resolver.for_url(UUID(bot_id), "https://crm.example.com/")
            assert attached and attached.headers["Authorization"] == f"Bearer access-{number}"
    assert b"refresh_token=refresh-1&redirect_uri=https%3A%2F%2Fcrm.example.com%2Fback" in server.asked[1].body


async def test_what_the_token_address_refuses_is_said_without_secrets(
    anna: Any, bot_id: str, resolver: CredentialsResolver
) -> None:
    refusal = json_answer({"error": "invalid_grant", "error_description": "hush-client"}, "400 Bad Request")
    async with serve(refusal) as server:
        credential = await made(anna, bot_id, **oauth(server.port))
        with pytest.raises(CredentialUnusable, match=r"400 Bad Request \(invalid_grant\)") as raised:
            await resolver.for_url(UUID(bot_id), "https://crm.example.com/")
        assert "hush" not in str(raised.value)
        tested = (await anna.client.post(f"/credentials/{credential['id']}/test")).json()
        assert "invalid_grant" in tested["message"]
        # The lease ended with the refusal: the next try is not kept waiting.
        with pytest.raises(CredentialUnusable):
            await asyncio.wait_for(resolver.for_url(UUID(bot_id), "https://crm.example.com/"), 8)


async def test_the_client_secret_follows_no_redirect(anna: Any, bot_id: str, resolver: CredentialsResolver) -> None:
    async with serve(TokenServer()) as foreign:
        moved = plain(status="307 Moved", headers=f"Location: http://127.0.0.1:{foreign.port}/token")
        async with serve(moved) as server:
            await made(anna, bot_id, **oauth(server.port))
            with pytest.raises(CredentialUnusable):
                await resolver.for_url(UUID(bot_id), "https://crm.example.com/")
    assert foreign.asked == []
