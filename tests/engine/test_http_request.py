"""HTTP requests: values fill places, they never make new ones."""

import math
from typing import Any

import pytest

from dbcv.engine.effects import CallHttp
from dbcv.engine.http_request import METHODS, ONCE_ONLY, compile_request
from dbcv.engine.limits import Limits
from dbcv.engine.problems import ProblemList
from dbcv.kit.outbound.retries import REPEATED_METHODS
from tests.engine.bots import Talk, bot, rule, step


def call(user: dict[str, Any] | None = None, **request: Any) -> CallHttp | str:
    """The effect, or why there is none."""
    raw = {"id": "r", "request_url": "https://api.example/x", **request}
    ways = ((rule("response.ok", "equal", True), "ok"), "no")
    document = bot(
        step("a", None, *ways, group={"search_type": "response", "request_id": "r"}),
        step("ok", "ok"),
        step("no", "{$response.error$}"),
        requests=[raw],
    )
    talk = Talk(document, lambda effect: {"status": 200}, user=user or {})
    outcome = talk.send("x")
    if talk.effects:
        assert isinstance(talk.effects[0], CallHttp)
        return talk.effects[0]
    return outcome.replies[0].text


def url(source: str, **fields: Any) -> str:
    effect = call(request_url=source, **fields)
    return effect.url if isinstance(effect, CallHttp) else f"refused: {effect}"


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("https://h.example/u/{$user.v$}/x", "../../admin", "https://h.example/u/..%2F..%2Fadmin/x"),
        ("https://h.example/u/{$user.v$}", "a b?c#d", "https://h.example/u/a%20b%3Fc%23d"),
        (
            "https://h.example/?q={$user.v$}&role=user",
            "a&role=admin#",
            "https://h.example/?q=a%26role%3Dadmin%23&role=user",
        ),
        (
            "https://h.example/{$user.v$}",
            "привет\0\ud800",
            "https://h.example/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82%00%3F",
        ),
        ("{$user.v$}", "https://other.example/a?b=1", "https://other.example/a?b=1"),
        ("{$user.v$}/users", "https://base.example/v1/", "https://base.example/v1/users"),
        ("{$user.v$}/users/{$user.v$}", "http://b.example", "http://b.example/users/http%3A%2F%2Fb.example"),
    ],
)
def test_urls(source: str, value: str, expected: str) -> None:
    assert url(source, user={"v": value}) == expected


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("https://h.example/u/{$user.v$}/x", ".."),
        ("https://h.example/u/.{$user.v$}/x", "."),
        ("https://{$user.v$}/x", "h.example"),
        ("https://api.{$user.v$}.example/x", "h"),
        ("https://h.example{$user.v$}/x", ".evil.example"),
        ("https://h.example:{$user.v$}/", "80@evil.example:80"),
        ("{$user.v$}.evil.example/x", "https://h.example"),
        ("{$user.v$}{$user.v$}", "https://h.example"),
        ("{$user.v$}", "javascript:alert(1)"),
        ("{$user.v$}", "https://a@b.example/"),
        ("{$user.v$}", "https://b.example/ HTTP/1.1\r\nX: 1"),
        ("{$user.v$}/x", "https://b.example/?a=1"),
        ("{$user.v$}/x", ""),
        ("ftp://h.example/", ""),
        ("https://a:b@h.example/", ""),
        ("https://h.example\\@evil.example/{$user.v$}", ""),
        ("https://h.example/{$user.v$}", "x" * 10_000),
    ],
)
def test_urls_that_are_refused(source: str, value: str) -> None:
    assert url(source, user={"v": value}).startswith("refused: ")


def test_url_params_fill_their_places() -> None:
    assert (
        url("https://h.example/{id}/{other}", url_params={"id": "{$user.v$}"}, user={"v": "a/b"})
        == "https://h.example/a%2Fb/{other}"
    )


def test_headers_are_one_line_of_ascii() -> None:
    effect = call(
        {"v": "x\r\nX-Injected: 1\0\x0b", "name": "имя"},
        headers={
            "X-A": "{$user.v$}",
            "X-B": "{$user.name$} ok",
            "X-C": "{$user.nope$}",
            "X-D": 5,
            "Authorization": "Bearer {$user.name$}",
        },
    )
    assert isinstance(effect, CallHttp)
    assert effect.headers == {
        "X-A": "x X-Injected: 1", "X-B": "%D0%B8%D0%BC%D1%8F ok", "X-D": "5",
        "Authorization": "Bearer %D0%B8%D0%BC%D1%8F",
    }  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        {"{$user.v$}": "x"},
        {"Host": "x"},
        {"content-length": "5"},
        {"X-A": "a\r\nX-B: c"},
        {"X": "1", "x": "2"},
        {"": "1"},
        [],
    ],
)
def test_headers_that_are_refused(headers: Any) -> None:
    assert isinstance(call({"v": "Host"}, headers=headers), str)


def test_a_long_header_is_refused() -> None:
    assert isinstance(call({"v": "a" * 1_000_000}, headers={"X": "{$user.v$}"}), str)


@pytest.mark.parametrize(
    ("template", "value", "body"),
    [
        ({"v": "{$user.v$}"}, {"a": 1}, {"v": {"a": 1}}),
        ({"v": "{$user.v$}"}, "0079991234567", {"v": "0079991234567"}),
        ('{"v": {$user.v$}}', '1,"admin":true', {"v": '1,"admin":true'}),
        ('{"v": {$user.v$}, "w": "-{$user.v$}-"}', 'a"b\\', {"v": 'a"b\\', "w": '-a"b\\-'}),
        ('{"v": {$user.nope$}}', None, {"v": None}),
        ('{"a": 1, "{$user.v$}": 2}', "a", {"a": 1, "{$user.v$}": 2}),
        ('{"v": "\\"{$user.v$}\\\\"}', "x", {"v": '"x\\'}),
        ('{"v": {$user.v|default:"q"$}}', "", {"v": '"q"'}),
        ("{$user.v$}", [1, 2], [1, 2]),
        ("[{$user.v$},{$user.v$}]", 7, [7, 7]),
    ],
)
def test_json_bodies(template: Any, value: Any, body: Any) -> None:
    effect = call({"v": value}, json_field=template)
    assert isinstance(effect, CallHttp)
    assert effect.json_field == body


def test_params_and_forms_are_texts() -> None:
    effect = call(
        {"v": {"a": 1}, "l": [1, 2]},
        params={"o": "{$user.v$}", "l": "{$user.l$}", "r": ["{$user.l.0$}", "b"], "n": None},
        data={"x": "{$user.l$}", "y": 3},
    )
    assert isinstance(effect, CallHttp)
    assert effect.params == {"o": '{"a": 1}', "l": "[1, 2]", "r": ["1", "b"], "n": ""}
    assert effect.data == {"x": "[1, 2]", "y": "3"}


def test_content_is_raw_text() -> None:
    effect = call({"v": "</u>"}, method="post", content="<u>{$user.v$}</u><u>{$user.v|html$}</u>")
    assert isinstance(effect, CallHttp)
    assert (effect.method, effect.content) == ("POST", "<u></u></u><u>&lt;/u&gt;</u>")


@pytest.mark.parametrize(
    "request_",
    [{"method": "EVIL"}, {"json_field": "{no"}, {"params": "{$user.v$}"}, {"content": 5}, {"request_url": None}],
)
def test_requests_that_cannot_be_sent_answer_with_an_error(request_: dict[str, Any]) -> None:
    assert isinstance(call({"v": "x"}, **request_), str)


def test_a_request_says_how_long_it_waits_and_how_often_it_is_tried() -> None:
    wished, left = call(timeout_seconds=2, retries=0), call()
    assert isinstance(wished, CallHttp) and isinstance(left, CallHttp)
    assert (wished.timeout_seconds, wished.retries) == (2.0, 0)
    assert (left.timeout_seconds, left.retries) == (Limits().http_timeout_seconds, None)
    most = call(timeout_seconds=1e9, retries=99)
    assert isinstance(most, CallHttp)
    assert most.timeout_seconds == Limits().http_timeout_seconds


@pytest.mark.parametrize(
    "fields",
    [{"timeout_seconds": value} for value in (0, -1, "5", True, math.nan, math.inf)]
    + [{"retries": value} for value in (-1, 1.5, "2", True)],
)
def test_a_wrong_wish_is_told_at_its_place(fields: dict[str, Any]) -> None:
    found = ProblemList()
    made = compile_request({"id": "r", "request_url": "https://a.example/"} | fields, "requests[0]", Limits(), found)
    assert [problem.path for problem in found.all] == [f"requests[0].{next(iter(fields))}"]
    assert made.fault is not None


@pytest.mark.parametrize(
    ("method", "codes"), [("post", ["retries_without_use"]), ("PATCH", ["retries_without_use"]), ("put", [])]
)
def test_more_tries_of_what_is_made_once_are_a_warning(method: str, codes: list[str]) -> None:
    found = ProblemList()
    wish = {"id": "r", "request_url": "https://a.example/", "method": method, "retries": 3}
    assert compile_request(wish, "requests[0]", Limits(), found).fault is None
    assert [(problem.code, problem.severity) for problem in found.all] == [(code, "warning") for code in codes]


def test_what_is_made_once_is_what_the_client_does_not_repeat() -> None:
    assert set(METHODS) - ONCE_ONLY == REPEATED_METHODS
