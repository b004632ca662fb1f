"""Tokens and passwords: only what we signed, only by our algorithm, only while it lasts."""

import subprocess
import sys
from datetime import timedelta

import jwt
import pytest

from dbcv.kit import crypto
from dbcv.kit.errors import Unauthorized

KEY = "a key of the tests, longer than the sixty-four bytes that HS512 asks of a key"
HOUR = timedelta(hours=1)


def test_a_token_gives_its_claims_back() -> None:
    claims = crypto.decode_token(crypto.encode_token({"sub": "1", "epoch": 2}, KEY, HOUR), KEY)
    assert (claims["sub"], claims["epoch"]) == ("1", 2)


def forged() -> list[str]:
    good = crypto.encode_token({"sub": "1"}, KEY, HOUR)
    head, body, signature = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})
    without_end = {name: value for name, value in claims.items() if name != "exp"}
    return [
        "",
        "x",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        crypto.encode_token({"sub": "1"}, KEY, -HOUR),
        crypto.encode_token({"sub": "1"}, KEY + "!", HOUR),
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, KEY * 2, algorithm="HS512"),
        jwt.encode(claims, KEY, algorithm="HS512"),
        jwt.encode(claims | {"iss": "other"}, KEY, algorithm="HS256"),
        jwt.encode(without_end, KEY, algorithm="HS256"),
    ]


@pytest.mark.parametrize("number", range(len(forged())))
def test_anything_else_is_unauthorized(number: int) -> None:
    with pytest.raises(Unauthorized):
        crypto.decode_token(forged()[number], KEY)


async def test_passwords() -> None:
    kept = await crypto.hash_password("пароль 😀")
    assert kept.startswith("$argon2id$")
    assert await crypto.hash_password("пароль 😀") != kept
    assert await crypto.verify_password("пароль 😀", kept)
    assert not await crypto.verify_password("пароль", kept)
    assert not await crypto.verify_password("x", "not a hash")


def test_what_a_password_costs_the_product() -> None:
    """In a process of its own: tests have cheap ones."""
    code = "import asyncio; from dbcv.kit import crypto; print(asyncio.run(crypto.hash_password('x')))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_small_ones() -> None:
    assert crypto.random_token() != crypto.random_token()
    assert len(crypto.token_hash("x")) == 64
    assert crypto.same_secret("a", "a")
    assert not crypto.same_secret("", "")
    assert not crypto.same_secret("ё", "a")
