"""Errors of a body stand where its sender wrote them: no names of our classes, one kind of a field and not all."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dbcv.entrypoints.http.places import nearest_kind


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Key(_Part):
    api_key: str


class Login(_Part):
    username: str
    password: str


class Wish(_Part):
    name: str = ""
    text: Annotated[str, StringConstraints(max_length=3)] | dict[str, int] | None = None
    secret: Key | Login | None = None
    parts: list[Key | Login] = Field(default_factory=list)


def told(body: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as refused:
        Wish.model_validate(body)
    errors = [{**each, "loc": ("body", *each["loc"])} for each in refused.value.errors()]
    return [(*each["loc"][1:], each["type"]) for each in nearest_kind(errors, body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": 5}, [("name", "string_type")]),
        ({"nam": 5}, [("nam", "extra_forbidden")]),
        ({"text": [1]}, [("text", "string_type")]),
        ({"text": {"a": "x"}}, [("text", "string_type")]),
        ({"secret": {"api_key": 1}}, [("secret", "api_key", "string_type")]),
        ({"secret": {"username": "a"}}, [("secret", "password", "missing")]),
        ({"secret": 5}, [("secret", "model_type")]),
        (
            {"parts": [{"api_key": "a"}, {"username": "a", "password": 5}, {"api_key": 5}]},
            [("parts", 1, "password", "string_type"), ("parts", 2, "api_key", "string_type")],
        ),
        ({"name": 5, "secret": {"api_key": 1}}, [("name", "string_type"), ("secret", "api_key", "string_type")]),
    ],
)
def test_an_error_stands_where_it_was_written(body: Any, expected: list[tuple[Any, ...]]) -> None:
    assert told(body) == expected


def test_what_is_no_object_is_left_as_it_is() -> None:
    errors: list[dict[str, Any]] = [{"loc": ("body", 3), "type": "json_invalid"}]
    assert nearest_kind(errors, "{") == errors
    elsewhere: list[dict[str, Any]] = [{"loc": ("query", "limit"), "type": "int_parsing"}]
    assert nearest_kind(elsewhere, {}) == elsewhere
