"""Hostile inputs that live beside the checkout, in ../shared/corpus: `rows(file)` for `pytest.mark.parametrize`.

A clone without that folder has nothing to try: the tests are then deselected, and the report's header says so.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "corpus"
MISSING = "corpus_missing"


def _tools() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_tools", FOLDER / "corpus_tools.py")
    assert spec is not None and spec.loader is not None
    tools = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tools)
    return tools


def rows(name: str) -> list[Any]:
    """One parameter a row, named by its `id`; placeholders not expanded yet."""
    if not FOLDER.is_dir():
        return [pytest.param({}, id="absent", marks=getattr(pytest.mark, MISSING))]
    return [pytest.param(row, id=row["id"]) for row in _tools().load(name)]


def expand(value: Any, **substitutes: Any) -> Any:
    """`value` with its placeholders and directives filled in."""
    return _tools().expand(value, **substitutes)


def pytest_configure(config: pytest.Config) -> None:
    """Marks are strict: this one must be known."""
    config.addinivalue_line("markers", f"{MISSING}: needs ../shared/corpus, which is not there")


def pytest_report_header() -> str:
    """Says at the top of each run whether the hostile inputs are tried."""
    return f"hostile inputs: {'tried' if FOLDER.is_dir() else 'NOT tried, no ../shared/corpus beside this checkout'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects what has nothing to try."""
    missing = [item for item in items if item.get_closest_marker(MISSING)]
    if missing:
        config.hook.pytest_deselected(items=missing)
        items[:] = [item for item in items if item not in missing]
