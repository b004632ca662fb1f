"""Credentials over HTTP. Secrets come in; none goes out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.endpoints.given import KnownVersion
from dbcv.domains.credentials.schemas.providers import all_providers, integrations
from dbcv.domains.credentials.schemas.wire import (
    SECRETS,
    CredentialIn,
    CredentialList,
    CredentialOut,
    CredentialPatch,
    ProviderOut,
    TestOut,
    UsedByList,
)
from dbcv.domains.credentials.service import Credentials

router = APIRouter(prefix="/credentials", tags=["credentials"])


async def _service(request: Request) -> Credentials:
    service: Credentials = request.app.state.credentials
    return service


Service = Annotated[Credentials, Depends(_service)]


@router.get("")
async def page(
    caller: User,
    service: Service,
    bot_id: Annotated[UUID | None, Query(description="of this bot only")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: UUID | None = None,
) -> CredentialList:
    """Credentials of a bot, or of all bots that you see, without their secrets."""
    items, next_cursor = await service.page(caller.id, bot_id, limit, cursor)
    return CredentialList(items=items, next_cursor=next_cursor)


@router.post("", status_code=201)
async def create(wish: CredentialIn, caller: User, service: Service, version: KnownVersion) -> CredentialOut:
    """Give a bot a credential. The secret is encrypted, sent to the credential's hosts only, and never shown again."""
    return await service.create(caller.id, wish, version or "*")


@router.get("/providers")
async def providers(_: User) -> list[ProviderOut]:
    """Providers that are known, and what each needs."""
    return [
        ProviderOut(
            id=provider.id,
            name=provider.name,
            strategies=list(provider.strategies),
            hosts=list(provider.hosts),
            has_test=bool(provider.test_url),
            icon_url=_icon(provider.id),
            fields={strategy: list(SECRETS[strategy].model_fields) for strategy in provider.strategies},
        )
        for provider in all_providers().values()
    ]


def _icon(provider_id: str) -> str | None:
    found = integrations().get(provider_id)
    return f"/icons/integration-{found}" if found else None


@router.get("/{credential_id}")
async def one(credential_id: UUID, caller: User, service: Service) -> CredentialOut:
    """One credential, without its secret."""
    return await service.get(caller.id, credential_id)


@router.patch("/{credential_id}")
async def change(
    credential_id: UUID, patch: CredentialPatch, caller: User, service: Service, version: KnownVersion
) -> CredentialOut:
    """Change a credential. What says where the secret goes (hosts, placement, addresses) needs the secret again."""
    return await service.change(caller.id, credential_id, patch, version or "*")


@router.delete("/{credential_id}", status_code=204)
async def delete(
    credential_id: UUID, caller: User, service: Service, version: KnownVersion, force: bool = False
) -> Response:
    """Delete a credential; while groups of the draft name it or channels use it, only with `force`."""
    await service.delete(caller.id, credential_id, force, version or "*")
    return Response(status_code=204)


@router.post("/{credential_id}/test")
async def test(credential_id: UUID, caller: User, service: Service) -> TestOut:
    """Try the secret at its provider's test address."""
    return await service.test(caller.id, credential_id)


@router.get("/{credential_id}/used-by")
async def used_by(credential_id: UUID, caller: User, service: Service) -> UsedByList:
    """Where it is used: groups of the draft that name it, requests that go to its hosts, channels."""
    return UsedByList(items=await service.used_by(caller.id, credential_id))
