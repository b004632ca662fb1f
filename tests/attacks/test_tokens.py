"""Forged tokens: other algorithms, other keys, other kinds; and what is kept of the real ones."""

import base64
import hmac
import json
import time
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text

from dbcv.kit import crypto
from dbcv.kit.db import Database
from dbcv.kit.errors import OperatorError
from dbcv.kit.settings import Settings, read_settings
from tests.domains.conftest import Api, Person

MCP = "http://dbcv.test/mcp"
ASK = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream"}
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(header: dict[str, Any], claims: dict[str, Any], key: bytes = b"") -> str:
    """A token with any header, signed by HMAC-SHA256 with any key."""
    body = f"{part(header)}.{part(claims)}"
    return f"{body}.{part(hmac.digest(key, body.encode(), sha256) if key else b'')}"


def claims_of(person: Person) -> dict[str, Any]:
    """Of the person's real, valid token: everything an attacker may know but the key."""
    token = person.client.headers["authorization"].removeprefix("Bearer ")
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def forgeries(claims: dict[str, Any], key: str) -> dict[str, str]:
    public = RSA.public_key().public_numbers().n.to_bytes(256, "big")
    return {
        "none": signed({"alg": "none", "typ": "JWT"}, claims),
        "None": signed({"alg": "None"}, claims),
        "nothing": signed({}, claims),
        "HS384": jwt.encode(claims, key, algorithm="HS384"),
        "HS512": jwt.encode(claims, key, algorithm="HS512"),
        "RS256": jwt.encode(claims, RSA, algorithm="RS256"),
        "RS256 named, HMAC made": signed({"alg": "RS256"}, claims, public),
        "HS256 by a public key": signed({"alg": "HS256"}, claims, public),
        "HS256 by no key": signed({"alg": "HS256"}, claims, b"\0"),
        "kid of a file": signed({"alg": "HS256", "kid": "/dev/null"}, claims, b"\0"),
        "kid of a row": signed({"alg": "HS256", "kid": "' UNION SELECT 'k"}, claims, b"k"),
        "own jwk": signed({"alg": "HS256", "jwk": {"kty": "oct", "k": part(b"k")}}, claims, b"k"),
        "own jku": signed({"alg": "HS256", "jku": "http://127.0.0.1/keys"}, claims, b"k"),
        "crit": signed({"alg": "HS256", "crit": ["b64"], "b64": False}, claims, key.encode()),
        "another issuer": jwt.encode(claims | {"iss": "evil"}, key, algorithm="HS256"),
        "no end": jwt.encode({name: claims[name] for name in claims if name != "exp"}, key, algorithm="HS256"),
        "over": jwt.encode(claims | {"exp": int(time.time()) - 1}, key, algorithm="HS256"),
        "five parts": jwt.encode(claims, key, algorithm="HS256") + ".a.b",
    }


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")  # HS512 is what the forger chooses
async def test_only_our_algorithm_and_key_open(api: Api, anna: Person, settings: Settings) -> None:
    claims = claims_of(anna)
    assert (
        await api.client(jwt.encode(claims, settings.secret_key, algorithm="HS256")).get("/bots")
    ).status_code == 200
    for name, token in forgeries(claims, settings.secret_key).items():
        forged = api.client(token)
        assert (await forged.get("/bots")).status_code == 401, name
        assert (await forged.post("/messages", json={})).status_code == 401, name
        assert (await forged.post(MCP, json=ASK, headers=HEADERS)).status_code == 401, name
        panel = await forged.get("http://dbcv.test/admin/user/list", headers={"Cookie": f"dbcv_admin={token}"})
        assert panel.status_code != 200, name


async def test_a_signed_token_of_another_kind_is_no_log_in(api: Api, anna: Person, settings: Settings) -> None:
    """Whatever else the product signs with its key, for whatever purpose, opens nothing."""
    claims = claims_of(anna)
    for kind in ("oidc", "file", "", None, "admin", "USER", ["user"], 1):
        token = jwt.encode(claims | {"kind": kind}, settings.secret_key, algorithm="HS256")
        assert (await api.client(token).get("/bots")).status_code == 401, kind
    less = {name: value for name, value in claims.items() if name != "kind"}
    assert (await api.client(jwt.encode(less, settings.secret_key, algorithm="HS256")).get("/bots")).status_code == 401


async def test_ids_in_a_signed_token_that_are_none(api: Api, anna: Person, settings: Settings) -> None:
    claims = claims_of(anna)
    for change in ({"sub": str(uuid4())}, {"sub": "x"}, {"login": str(uuid4())}, {"login": 1}, {"epoch": 7}):
        token = jwt.encode(claims | change, settings.secret_key, algorithm="HS256")
        assert (await api.client(token).get("/bots")).status_code == 401, change


async def test_nothing_kept_opens_anything(api: Api, anna: Person, db: Database) -> None:
    """Who reads the whole database has no token, no password, no invitation of anybody."""
    made = (await anna.client.post("/users/me/api_tokens", json={"name": "t", "scopes": ["bots:read"]})).json()
    log_in = {"username": anna.email, "password": "correct horse battery"}
    tokens = (await api.nobody.post("/login/access-token", data=log_in)).json()
    bot = (await anna.client.post("/bots", json={"name": "b"})).json()
    invited = await anna.client.post(
        f"/bots/{bot['id']}/invitations", json={"email": "c@example.com", "role": "viewer"}
    )
    secrets = [made["token"], tokens["access_token"], tokens["refresh_token"], "correct horse battery"]
    secrets.append(invited.json()["token"])
    async with db.read() as session:
        tables = (await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).all()
        for table in tables:
            rows = "\n".join((await session.scalars(text(f'SELECT t::text FROM "{table}" t'))).all())
            assert not any(secret in rows for secret in secrets), table


async def test_one_kept_hash_is_not_good_as_a_token(api: Api, anna: Person, db: Database) -> None:
    await anna.client.post("/users/me/api_tokens", json={"name": "t", "scopes": ["bots:read"]})
    async with db.read() as session:
        kept = await session.scalar(text("SELECT token_hash FROM api_token"))
    for token in (kept, f"dbcv_pat_{kept}"):
        assert (await api.client(token).get("/bots")).status_code == 401


@pytest.mark.parametrize("key", ["secret", "changeme", "short key", "a" * 31])
def test_a_key_that_can_be_guessed_is_refused(key: str) -> None:
    with pytest.raises(OperatorError, match=r"SECRET_KEY|secret_key"):
        read_settings(secret_key=key)


async def test_a_wrong_key_opens_nothing(api: Api, anna: Person, settings: Settings) -> None:
    other = crypto.encode_token(claims_of(anna), "another key, as long as the real one is", timedelta(hours=1))
    assert (await api.client(other).get("/bots")).status_code == 401
