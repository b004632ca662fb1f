"""An OpenID provider over the network: discovery, where to send people, what it says about who came back.

Authlib and joserfc do the protocol and the signatures, the guarded client does the calls. Imported by the process that
is configured with a provider only, for both libraries together take 20 MB.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.service.oidc import Flow, Identity, verified_email
from dbcv.kit.outbound import OutboundClient, OutboundRequest
from dbcv.kit.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures by a key pair only: with a shared secret whoever can verify could sign."""
WELL_KNOWN = "/.well-known/openid-configuration"
METADATA_SECONDS = 3_600.0
KEYS_AGAIN_SECONDS = 30.0
LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10.0
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(slots=True)
class _Known:
    """What the provider says of itself, and its keys; each with the moment it was read."""

    metadata: dict[str, Any]
    read_at: float
    keys: KeySet | None = None
    keys_at: float = 0.0


class OidcProvider:
    """The provider of the settings. `outbound` must be allowed to reach its host; the caller closes it."""

    def __init__(self, settings: Settings, outbound: OutboundClient) -> None:
        self._issuer = settings.oidc_issuer.strip().removesuffix(WELL_KNOWN).rstrip("/")
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._outbound = outbound
        self._known: _Known | None = None

    async def authorization_url(self, flow: Flow) -> str:
        """Where to send the browser. Raises Unavailable if the provider does not answer."""
        metadata = (await self._read()).metadata
        url: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            self._client_id,
            "code",
            flow.redirect_uri,
            "openid email profile",
            flow.state,
            nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.verifier),
            code_challenge_method="S256",
        )
        return url

    async def identity(self, flow: Flow, code: str) -> Identity:
        """Who came back with this code. Raises Unauthorized for an answer that proves nothing, Unavailable."""
        known = await self._read()
        token = await self._exchange(known.metadata, flow, code)
        claims = await self._claims(known, token, flow)
        if "email" not in claims and known.metadata.get("userinfo_endpoint"):
            claims = await self._with_userinfo(known.metadata["userinfo_endpoint"], token, claims)
        name = claims.get("name") or claims.get("preferred_username") or ""
        return Identity(
            known.metadata["issuer"], claims["sub"], verified_email(claims), _CONTROL.sub("", str(name)).strip()[:100]
        )

    async def _read(self) -> _Known:
        """What the provider says of itself; what was read an hour ago is read again."""
        if self._known is None or time.monotonic() - self._known.read_at > METADATA_SECONDS:
            metadata = await self._get(self._issuer + WELL_KNOWN)
            if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
                raise errors.oidc_unavailable("it says that it is another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if urlsplit(str(metadata.get(name, ""))).scheme not in ("http", "https"):
                    raise errors.oidc_unavailable(f"it names no {name}")
            self._known = _Known(metadata, time.monotonic())
        return self._known

    async def _exchange(self, metadata: dict[str, Any], flow: Flow, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": flow.redirect_uri,
            "code_verifier": flow.verifier,
            "client_id": self._client_id,
        }
        headers = {"accept": "application/json"}
        if self._secret and "client_secret_basic" in _auth_methods(metadata):
            # RFC 6749, 2.3.1: both are form-encoded before they are put together.
            auth = ClientAuth(quote_plus(self._client_id), quote_plus(self._secret), "client_secret_basic")
            _, headers, _ = auth.prepare("POST", metadata["token_endpoint"], headers, "")
        elif self._secret:
            form["client_secret"] = self._secret
        request = OutboundRequest(
            method="POST", url=metadata["token_endpoint"], headers=headers, data=form, timeout_seconds=TIMEOUT_SECONDS
        )
        reply = await self._outbound.call(request)
        token = reply["result"]
        if not reply["ok"] or not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
            raise (
                errors.oidc_failed("the provider did not accept it") if reply["status"] else errors.oidc_unavailable("")
            )
        return token

    async def _claims(self, known: _Known, token: dict[str, Any], flow: Flow) -> dict[str, Any]:
        """The claims of the ID token, everything about it checked."""
        try:
            signed = await self._verified(known, token["id_token"])
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={"iss": {"value": known.metadata["issuer"]}, "aud": {"value": self._client_id}},
                params={"nonce": flow.nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise errors.oidc_failed("the provider's answer is not valid") from error
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise errors.oidc_failed("the provider's answer names nobody")
        return dict(claims)

    async def _verified(self, known: _Known, id_token: str) -> jwt.Token:
        """The token, its signature checked; a key nobody has seen is looked for once more, but not at every try."""
        keys = await self._keys(known)
        try:
            return jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        except (InvalidKeyIdError, ValueError):
            if time.monotonic() - known.keys_at < KEYS_AGAIN_SECONDS:
                raise
        known.keys = None
        return jwt.decode(id_token, await self._keys(known), algorithms=ALGORITHMS)

    async def _keys(self, known: _Known) -> KeySet:
        if known.keys is None:
            found = (await self._get(known.metadata["jwks_uri"])).get("keys")
            pairs = [key for key in found or [] if isinstance(key, Mapping) and key.get("kty") in ("RSA", "EC", "OKP")]
            known.keys = KeySet.import_key_set({"keys": pairs})  # type: ignore[typeddict-item]
            known.keys_at = time.monotonic()
        return known.keys

    async def _with_userinfo(self, url: str, token: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
        """Some providers tell the e-mail only there; it counts if it is about the same person."""
        found = await self._get(url, {"authorization": f"Bearer {token.get('access_token', '')}"})
        if found.get("sub") != claims["sub"]:
            raise errors.oidc_failed("the provider tells of two persons")
        return found | claims

    async def _get(self, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        request = OutboundRequest(method="GET", url=url, headers=headers or {}, timeout_seconds=TIMEOUT_SECONDS)
        reply = await self._outbound.call(request)
        if not reply["ok"] or not isinstance(reply["result"], dict):
            raise errors.oidc_unavailable(reply["error"] or "its answer is no JSON object")
        return dict(reply["result"])


def _auth_methods(metadata: dict[str, Any]) -> list[str]:
    """How clients may show their secret; the standard's default where the provider does not say."""
    return list(metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"])


def reachable(settings: Settings) -> tuple[str, ...]:
    """The hosts the provider's client may call even if they are private: the operator named the provider's own."""
    parts = urlsplit(settings.oidc_issuer)
    return (*settings.allowed_hosts, *([parts.netloc] if parts.netloc else []))
