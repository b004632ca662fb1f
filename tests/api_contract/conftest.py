"""The API's own description, as every test of the contract reads it."""

from typing import Any

import pytest

from dbcv.entrypoints.api import create_app
from tests.api_contract.description import Description


@pytest.fixture(scope="session")
def description() -> Description:
    """What /openapi.json says."""
    return Description(page_of(create_app))


def page_of(build: Any) -> dict[str, Any]:
    from dbcv.kit.settings import Settings

    settings = Settings(database_url="postgresql:///none", redis_url="redis://none", secret_key="none")
    page: dict[str, Any] = build(settings).app.openapi()
    return page
