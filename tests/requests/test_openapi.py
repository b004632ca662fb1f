"""Operations of OpenAPI documents as drafts of requests, hostile documents among them."""

import copy
import json
import time
from typing import Any

import pytest

from dbcv.domains.bots.service.requests.draft import Draft
from dbcv.domains.bots.service.requests.openapi import Wanted, draft_of
from dbcv.domains.bots.service.requests.trial import judged
from dbcv.kit.errors import Invalid

DEAL = Wanted(operation_id="changeDeal")
CRM: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "CRM", "version": "1"},
    "servers": [{"url": "https://{region}.crm.example/v2/", "variables": {"region": {"default": "eu"}}}],
    "security": [{"key": []}],
    "paths": {
        "/deals/{deal id}/items/{item}": {
            "parameters": [
                {"name": "deal id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "item", "in": "path", "required": True, "schema": {"type": "integer"}},
                {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}},
            ],
            "patch": {
                "operationId": "changeDeal",
                "summary": "Change a deal",
                "parameters": [
                    {"name": "expand", "in": "query", "required": True, "schema": {"enum": ["all", "none"]}},
                    {"name": "who", "in": "query", "required": True, "schema": {"type": "string"}},
                    {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}},
                    {"name": "sort", "in": "query", "example": "name", "schema": {"type": "string"}},
                    {"name": "X-Api-Key", "in": "header", "required": True, "example": "secret-example"},
                    {"name": "seen", "in": "cookie", "schema": {"type": "string"}},
                ],
                "requestBody": {"$ref": "#/components/requestBodies/Deal"},
                "responses": {"200": {"description": "ok"}},
            },
            "get": {"responses": {}},
        },
        "/form": {
            "post": {
                "operationId": "send",
                "servers": [{"url": "/relative"}],
                "security": [],
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "properties": {
                                    "note": {"type": "string", "example": "hi"},
                                    "scan": {"type": "string", "format": "binary"},
                                    "pages": {"allOf": [{"type": ["integer", "null"]}]},
                                },
                                "type": "object",
                            }
                        }
                    }
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        "requestBodies": {"Deal": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Deal"}}}}},
        "schemas": {
            "Deal": {
                "allOf": [{"$ref": "#/components/schemas/Base"}],
                "type": "object",
                "properties": {
                    "title": {"type": ["string", "null"], "examples": ["Big one"]},
                    "id": {"type": "integer", "readOnly": True},
                    "tags": {"type": "array", "items": {"type": "string", "enum": ["new", "old"]}},
                    "due": {"type": "string", "format": "date"},
                    "price": {"oneOf": [{"type": "number", "default": 9.5}, {"type": "string"}]},
                    "parent": {"$ref": "#/components/schemas/Deal"},
                },
            },
            "Base": {"type": "object", "properties": {"kind": {"const": "deal"}}},
        },
    },
}


def read(document: Any = CRM, wanted: Wanted = DEAL) -> Draft:
    draft = draft_of(document, wanted, "en")
    judged(draft.fields, "en")
    return draft


def one(operation: Any, **document: Any) -> Any:
    """A document of one operation, GET /."""
    return {
        "openapi": "3.0.0",
        "servers": [{"url": "https://a.example"}],
        "paths": {"/": {"get": operation}},
    } | document


ONE = Wanted(path="/")


def test_an_operation_becomes_a_request() -> None:
    draft = read()
    fields = draft.fields
    assert (fields["name"], fields["method"]) == ("Change a deal", "patch")
    assert fields["request_url"] == "https://eu.crm.example/v2/deals/{deal_id}/items/{item}"
    assert fields["url_params"] == {"deal_id": "{$session.deal_id$}", "item": "{$session.item$}"}
    assert fields["params"] == {"expand": "all", "who": "{$session.who$}", "sort": "name"}
    assert fields["headers"] == {"X-Trace": "{$session.X_Trace$}"}
    body = fields["json_field"]
    first = {name: value for name, value in body.items() if name != "parent"}
    assert first == {"kind": "deal", "title": "Big one", "tags": ["new"], "due": "2026-01-31", "price": 9.5}
    assert body["parent"] == first | {"parent": None}, "one level says how a tree goes on"
    strategies = [(each.strategy, each.hosts, each.placement) for each in draft.credentials]
    assert strategies == [
        ("api_key", ["eu.crm.example"], {"where": "header", "name": "X-Api-Key", "prefix": ""}),
        ("bearer", ["eu.crm.example"], None),
    ]
    assert "secret-example" not in repr(draft)
    said = " ".join(each.message for each in draft.warnings)
    assert "optional parameters are left out: page" in said
    assert "is a cookie" in said


def test_path_and_method_name_an_operation_too_and_text_is_read() -> None:
    place = Wanted(path="/deals/{deal id}/items/{item}", method="PATCH")
    assert read(json.dumps(CRM), place).fields == read().fields
    yaml = "openapi: 3.0.3\nservers: [{url: 'https://a.example'}]\npaths:\n  /x:\n    get: {summary: Look}\n"
    fields = read(yaml, Wanted(path="/x")).fields
    assert (fields["name"], fields["request_url"], fields["method"]) == ("Look", "https://a.example/x", "get")


def test_a_form_and_a_server_that_is_not_said() -> None:
    draft = read(wanted=Wanted(operation_id="send"))
    assert draft.fields["request_url"] == "{$bot.base_url$}/relative/form"
    assert draft.fields["data"] == {"note": "hi", "pages": 0}
    assert draft.fields["headers"] == {"Content-Type": "multipart/form-data"}
    assert draft.credentials == []
    assert any("which server" in each.message for each in draft.warnings)


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(operation_id="no"), Wanted(path="/form", method="get")])
def test_another_operation_is_refused_with_those_that_are_there(wanted: Wanted) -> None:
    with pytest.raises(Invalid) as refused:
        read(wanted=wanted)
    assert "POST /form (send)" in refused.value.errors[0].hint


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"swagger": "2.0", "paths": {}},
        {"openapi": "3.0.0"},
        {"openapi": "3.0.0", "paths": []},
        "",
        "{",
        "- 1",
        "a: *b",
    ],
)
def test_what_is_no_document_is_refused(document: Any) -> None:
    with pytest.raises(Invalid) as refused:
        draft_of(document, DEAL, "en")
    assert refused.value.code == "bad_openapi"
    assert refused.value.errors


# Hostile documents


def test_references_that_go_round_end() -> None:
    loop = {"$ref": "#/components/schemas/A"}
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": loop}
    body = {"content": {"application/json": {"schema": loop}}}
    document = one({"requestBody": body, "parameters": [loop, {"$ref": "#/paths"}]}, components={"schemas": schemas})
    assert read(document, ONE).fields["json_field"] is None


def test_a_schema_that_grows_without_end_is_bounded() -> None:
    properties = {f"p{index}": {"$ref": "#/components/schemas/A"} for index in range(50)}
    document = one(
        {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}},
        components={
            "schemas": {"A": {"type": "object", "properties": properties, "allOf": [{"type": "object"}] * 1000}}
        },
    )
    begin = time.monotonic()
    made = read(document, ONE).fields["json_field"]
    assert time.monotonic() - begin < 1
    assert len(json.dumps(made)) < 50_000


def test_a_large_example_is_bounded() -> None:
    example = {f"k{index}": ["x" * 10_000] * 1000 for index in range(1000)}
    document = one({"requestBody": {"content": {"application/json": {"example": example}}}})
    assert len(json.dumps(read(document, ONE).fields["json_field"])) < 1_100_000


def test_references_out_of_the_document_are_not_followed() -> None:
    far = {"$ref": "https://evil.example/schema.json#/A"}
    document = one({"parameters": [far, {"$ref": "file:///etc/passwd"}, {"$ref": "other.yaml#/A"}]})
    draft = read(document, ONE)
    assert len([each for each in draft.warnings if "leads out of the document" in each.message]) == 3


def test_a_foreign_document_asks_for_no_variables() -> None:
    evil = "{$bot.secret$}"
    operation = {
        "summary": evil,
        "parameters": [{"name": "q", "in": "query", "example": evil}, {"name": "x", "in": "header", "example": evil}],
        "requestBody": {"content": {"application/json": {"example": {"a": [evil], evil: 1}}}},
    }
    document = one(operation, servers=[{"url": "https://a.example/{$bot.secret$}"}])
    assert "{$bot" not in json.dumps(read(document, ONE).fields)


def test_a_yaml_bomb_is_refused() -> None:
    bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nopenapi: 3.0.0\npaths: {}\n"
    with pytest.raises(Invalid) as refused:
        draft_of(bomb, DEAL, "en")
    assert refused.value.code == "bad_openapi"
    deep = "openapi: 3.0.0\npaths: " + "[" * 5_000 + "]" * 5_000
    with pytest.raises(Invalid):
        draft_of(deep, DEAL, "en")


@pytest.mark.parametrize("wrong", [None, 1, "x", [], {}, [None], {"a": None}, True])
def test_odd_kinds_at_any_place_do_not_break_it(wrong: Any) -> None:
    def places(node: Any, path: tuple[Any, ...] = ()) -> Any:
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, child in children:
            yield (*path, key)
            yield from places(child, (*path, key))

    for path in list(places(CRM)):
        document = copy.deepcopy(CRM)
        node: Any = document
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = wrong
        try:
            read(document)
        except Invalid as refused:
            assert refused.errors, path
