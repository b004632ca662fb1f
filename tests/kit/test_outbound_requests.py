"""What the guarded client sends, and what it refuses to send."""

from typing import Any

import pytest

from dbcv.kit.outbound import OutboundFile, RequestRefused
from dbcv.kit.outbound.requests import read_url
from tests.loopback import PUBLIC, ask, plain, serve

FILE = OutboundFile("photo", 'a"\r\nX: 1.png', "image/png", b"\x89PNG\r\n--\0")


async def test_a_json_answer_becomes_its_value() -> None:
    async with serve(
        plain('{"a": [1, "é"]}', headers="Content-Type: application/json; charset=utf-8\nX-A: 1")
    ) as server:
        reply = await ask(server)
    assert reply | {"elapsed_ms": 0} == {
        "ok": True,
        "status": 200,
        "headers": {"content-type": "application/json; charset=utf-8", "x-a": "1", "content-length": "16"},
        "result": {"a": [1, "é"]},
        "error": None,
        "elapsed_ms": 0,
    }
    assert isinstance(reply["elapsed_ms"], int)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE", "POST", "put", " patch ", "PROPFIND"])
async def test_all_methods(method: str) -> None:
    async with serve(plain("", status="204 No Content", headers="")) as server:
        reply = await ask(server, method=method)
    assert (reply["ok"], reply["status"], reply["result"]) == (True, 204, None)
    assert server.asked[0].method == method.strip().upper()


async def test_name_and_port_stay_in_the_host_header() -> None:
    async with serve(plain("hello")) as server:
        reply = await ask(
            server, headers={"Host": "inside.test", "Content-Length": "9", "X-Key": "k", "X-Many": ["1", "2"]}
        )
    headers = server.asked[0].headers
    assert headers["host"] == f"{PUBLIC}:{server.port}"
    assert (headers["x-key"], headers["accept-encoding"]) == ("k", "gzip, deflate")
    assert "content-length" not in headers
    assert reply["result"] == "hello"


async def test_params_are_added_and_cannot_become_structure() -> None:
    async with serve(plain()) as server:
        await ask(
            server, path="/a?x=1&y#part", params={"q": "a&b=c#d/é", "many": ["1", "2"], "n": 3, "no": None, "t": True}
        )
    assert server.asked[0].target == "/a?x=1&y&q=a%26b%3Dc%23d%2F%C3%A9&many=1&many=2&n=3&no=&t=true"


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        ({"json_field": {"a": "é", "b": None}}, "application/json", '{"a": "é", "b": null}'),
        ({"json_field": []}, "application/json", "[]"),
        ({"data": {"a": "1&2", "b": ["x", "y"]}}, "application/x-www-form-urlencoded", "a=1%262&b=x&b=y"),
        ({"data": "a=1&b=2"}, "application/x-www-form-urlencoded", "a=1&b=2"),
        ({"content": "<a>é</a>"}, "text/plain; charset=utf-8", "<a>é</a>"),
        ({"content": b"\xff\x00"}, "application/octet-stream", b"\xff\x00"),
        ({"content": {"a": 1}}, "application/json", '{"a": 1}'),
        ({"json_field": 0, "data": {"a": "1"}}, "application/json", "0"),
    ],
)
async def test_bodies(body: dict[str, Any], content_type: str, sent: str | bytes) -> None:
    async with serve(plain()) as server:
        reply = await ask(server, method="POST", **body)
    assert reply["ok"]
    assert server.asked[0].headers["content-type"] == content_type
    assert server.asked[0].body == (sent.encode() if isinstance(sent, str) else sent)


@pytest.mark.parametrize("kind", ["multipart/form-data", "Multipart/Form-Data; boundary=mine"])
async def test_a_form_is_sent_in_parts_if_its_author_says_so(kind: str) -> None:
    async with serve(plain()) as server:
        await ask(server, method="POST", data={"a": "1", "b": "é"}, headers={"Content-Type": kind})
    sent, _, boundary = server.asked[0].headers["content-type"].partition("; boundary=")
    assert (sent, boundary != "mine") == ("multipart/form-data", True)
    assert server.asked[0].body.count(f"--{boundary}".encode()) == 3


async def test_an_authors_content_type_wins() -> None:
    async with serve(plain()) as server:
        await ask(server, method="POST", content="<a/>", headers={"content-type": "application/xml"})
    assert server.asked[0].headers["content-type"] == "application/xml"


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"headers": {"X-A": "1\r\nX-B: 2"}}, "line breaks"),
        ({"headers": {"X-A": "1\nX-B: 2"}}, "line breaks"),
        ({"headers": {"X-A": "a\x00"}}, "line breaks"),
        ({"headers": {"X-A\r\nX-B": "1"}}, "header's name"),
        ({"headers": {"": "1"}}, "header's name"),
        ({"headers": {"X-A": "x" * 65_000}}, "headers are larger"),
        ({"method": "CONNECT"}, "method"),
        ({"method": "TRACE"}, "method"),
        ({"method": "GET / HTTP/1.1\r\n"}, "method"),
        ({"method": ""}, "method"),
        ({"json_field": float("nan")}, "no valid JSON"),
        ({"json_field": {"a": object()}}, "no valid JSON"),
        ({"content": "x" * 10_000_001}, "body is larger"),
        ({"proxies": "http://pro xy.test"}, "proxy is not well-formed"),
        ({"proxies": "ftp://proxy.test"}, "http, https or socks5"),
        ({"proxies": {"ftp": "http://proxy.test"}}, "named http, https or all"),
        ({"proxies": ["http://proxy.test"]}, "proxy is not well-formed"),
        ({"proxies": "http://proxy.test:99999"}, "no valid host or port"),
        ({"proxies": "http://u%0d:p@proxy.test"}, "not allowed there"),
        ({"attachments": [FILE], "json_field": {}}, "files go along with form fields"),
        ({"attachments": [FILE], "content": "text"}, "files go along with form fields"),
        ({"attachments": [OutboundFile("f", "a", "a/b", b"x" * 10_000_001)]}, "body is larger"),
        ({"path": "/" + "x" * 9_000}, "longer than"),
        ({"params": {"x": "y" * 9_000}}, "longer than"),
    ],
)
async def test_what_cannot_be_sent_is_refused_before_a_connection(request_: dict[str, Any], error: str) -> None:
    async with serve(plain()) as server:
        reply = await ask(server, **request_)
    assert (reply["ok"], reply["status"], reply["result"]) == (False, None, None)
    assert error in reply["error"]
    assert server.connections == 0


async def test_files_go_along_in_a_form_that_nothing_in_them_can_break() -> None:
    async with serve(plain("")) as server:
        await ask(server, method="POST", data={"chat": "7", "tags": ["a", "b"]}, attachments=[FILE])
    asked = server.asked[0]
    kind, _, boundary = asked.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    parts = asked.body.split(f"--{boundary}".encode())
    assert [part.strip(b"\r\n") for part in (parts[0], parts[-1])] == [b"", b"--"]
    heads = [part.strip(b"\r\n").partition(b"\r\n\r\n") for part in parts[1:-1]]
    assert [(head, body) for head, _, body in heads] == [
        (b'Content-Disposition: form-data; name="chat"', b"7"),
        (b'Content-Disposition: form-data; name="tags"', b"a"),
        (b'Content-Disposition: form-data; name="tags"', b"b"),
        (
            b'Content-Disposition: form-data; name="photo"; filename="a%22  X: 1.png"\r\nContent-Type: image/png',
            FILE.content,
        ),
    ]


@pytest.mark.parametrize("before", ["user@", "user:secret@", ":@", "@", "127.0.0.1:80@", "a%40b:c@"])
def test_an_address_with_a_user_in_it_is_refused(before: str) -> None:
    with pytest.raises(RequestRefused, match="must not contain a user name or password"):
        read_url(f"https://{before}shop.example/path")
