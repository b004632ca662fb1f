"""The guide's pages of the catalogue say what is installed."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from dbcv.integrations import CATALOGUE

TOOL = Path(__file__).resolve().parents[2] / "tools" / "catalogue.py"


@pytest.fixture(scope="module")
def tool() -> Any:
    spec = importlib.util.spec_from_file_location("catalogue_tool", TOOL)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_is_what_the_code_says(tool: Any, language: str) -> None:
    assert tool.path_of(language).read_text() == tool.page(language), "run `make generate`"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_action_and_every_credential_is_there(tool: Any, language: str) -> None:
    page = tool.page(language)
    for integration in CATALOGUE.all():
        assert all(f"| `{integration.id}.{action.id}` |" in page for action in integration.actions)
        needed = any(action.needs_credential for action in integration.actions)
        assert not needed or f"### {integration.name[language]}\n" in page, f"{integration.id}: README says where from"
