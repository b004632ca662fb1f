"""Patterns of rules: what the pages say about one while it is typed is what the engine says."""

import json
from pathlib import Path

import pytest

from dbcv.engine.limits import Limits
from dbcv.engine.operators import Comparison, Unusable, compile_pattern

FILE = Path(__file__).parents[2] / "web/src/features/constructor/graph/patterns.cases.json"
CASES = [(case["pattern"], case["fault"]) for case in json.loads(FILE.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("pattern", "fault"), CASES)
def test_the_pages_and_the_engine_agree(pattern: str, fault: str | None) -> None:
    how = Comparison(None, False, Limits())
    if fault is None:
        assert compile_pattern(pattern, how) is not None
    else:
        with pytest.raises(Unusable):
            compile_pattern(pattern, how)
