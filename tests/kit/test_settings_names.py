"""A setting is read from the variable it documents, never from one that merely has its name."""

import pytest

from dbcv.kit.settings import describe, read_settings


def test_the_variables_of_other_programs_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    documented = {name for name, _ in describe()}
    before = read_settings()
    for field in type(before).model_fields:
        if field.upper() not in documented:
            monkeypatch.setenv(field.upper(), "17")
            monkeypatch.setenv(field, "17")
    assert read_settings() == before
