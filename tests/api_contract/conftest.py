"""The API's own description, as every test of the contract reads it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dbcv.entrypoints.api import create_app
from dbcv.kit.settings import Settings
from tests.api_contract.description import Description
from tests.api_contract.world import opened
from tests.product import Product

SETTINGS = Settings(
    database_url="postgresql:///none", redis_url="redis://none", secret_key="of the tests only, 32 characters or more"
)


@pytest.fixture(scope="session")
def description() -> Description:
    """What /openapi.json says."""
    return Description(page_of(create_app))


def page_of(build: Any) -> dict[str, Any]:
    page: dict[str, Any] = build(SETTINGS).app.openapi()
    return page


@dataclass(frozen=True)
class Running:
    """A product of these tests alone, that takes as many calls as come."""

    product: Product
    url: str
    database_url: str


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """`dbcv up` with its limits of rate off."""
    with Product(
        DBCV_MESSAGES_PER_SECOND="0",
        DBCV_VISITORS_PER_SECOND="0",
        DBCV_CHANGES_PER_SECOND="0",
        DBCV_NEWCOMERS_PER_SECOND="0",
    ) as product:
        address = json.loads((product.home / "services.json").read_text())["database_url"]
        yield Running(product, product.url, address)
        for client in opened:
            client.http.close()
