"""A small real OpenID provider on loopback: discovery, keys, codes with PKCE, signed ID tokens. It can be told to
lie."""

import base64
import json
import time
from asyncio import StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.loopback import Asked, plain, serve

CLIENT_ID, CLIENT_SECRET = "dbcv: here", "a secret % of the client"
KEY, OTHER_KEY = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})
Claims = dict[str, Any]


@dataclass
class Provider:
    """`person` is who logs in next. `sign` makes the ID token, `metadata` and `userinfo` can be changed."""

    issuer: str = ""
    person: Claims = field(default_factory=lambda: {"sub": "42", "email": "Vera@example.com", "email_verified": True})
    metadata: Claims = field(default_factory=dict)
    userinfo: Claims = field(default_factory=dict)
    sign: Callable[[Claims], str] = lambda claims: jwt.encode({"alg": "RS256", "kid": "1"}, claims, KEY)
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])
    codes: dict[str, Claims] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def answer(self, asked: Asked, writer: StreamWriter) -> None:
        path = urlsplit(asked.target).path
        self.asked.append(path)
        writer.write(getattr(self, "on_" + path.strip("/").replace(".well-known/", "").replace("-", "_"))(asked))

    def on_openid_configuration(self, _: Asked) -> bytes:
        return _json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize?tenant=a",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
            }
            | self.metadata
        )

    def on_jwks(self, _: Asked) -> bytes:
        return _json({"keys": [key.as_dict(private=False) for key in self.keys]})

    def on_authorize(self, asked: Asked) -> bytes:
        query = dict(parse_qsl(urlsplit(asked.target).query))
        assert query["tenant"] == "a" and query["response_type"] == "code" and query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256" and "openid" in query["scope"].split()
        code = f"code {len(self.codes)}"
        self.codes[code] = query | {"claims": dict(self.person)}
        location = query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})
        return plain(status="302 Found", headers=f"Location: {location}")

    def on_token(self, asked: Asked) -> bytes:
        form = dict(parse_qsl(asked.body.decode()))
        given = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        pair = base64.b64decode(asked.headers.get("authorization", "").removeprefix("Basic ")).decode()
        right = urlencode({CLIENT_ID: CLIENT_SECRET}).replace("=", ":")
        if given is None or given["code_challenge"] != challenge or given["redirect_uri"] != form["redirect_uri"]:
            return _json({"error": "invalid_grant"}, "400 Bad Request")
        if right != pair and form.get("client_secret") != CLIENT_SECRET:
            return _json({"error": "invalid_client"}, "401 Unauthorized")
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": given["nonce"]}
        return _json({"access_token": "at", "token_type": "Bearer", "id_token": self.sign(claims | given["claims"])})

    def on_userinfo(self, asked: Asked) -> bytes:
        assert asked.headers["authorization"] == "Bearer at"
        return _json(self.userinfo)


def _json(value: Any, status: str = "200 OK") -> bytes:
    return plain(json.dumps(value), status=status, headers="Content-Type: application/json")


@asynccontextmanager
async def running() -> AsyncIterator[Provider]:
    """A provider that listens."""
    provider = Provider()
    async with serve(provider.answer) as server:
        provider.issuer = f"http://127.0.0.1:{server.port}"
        yield provider
