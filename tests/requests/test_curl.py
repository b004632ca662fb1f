"""Curl commands as drafts of requests: what each option does, what is left out and said, and no secret kept."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbcv.domains.bots.service.requests.curl import draft_of
from dbcv.domains.bots.service.requests.draft import Draft
from dbcv.domains.bots.service.requests.trial import judged
from dbcv.kit.errors import Invalid
from tests.examples import tried

SECRET = "s3cr3t-value-99"


def fields_of(text: str) -> dict[str, Any]:
    """What is not empty, and judged like any request."""
    fields = draft_of(text).fields
    judged(fields, "en")
    return {name: value for name, value in fields.items() if value not in ("", None, {}, [])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl https://a.example/x", {"method": "get", "request_url": "https://a.example/x"}),
        ("curl a.example", {"method": "get", "request_url": "http://a.example"}),
        ("$ curl https://a.example/", {"method": "get", "request_url": "https://a.example/"}),
        (
            "curl --json '{\"a\":1' https://a.example/",
            {
                "method": "post",
                "request_url": "https://a.example/",
                "content": '{"a":1',
                "headers": {"Content-Type": "application/json", "Accept": "application/json"},
            },
        ),
        ("curl --url https://a.example/", {"method": "get", "request_url": "https://a.example/"}),
        (
            "curl 'https://a.example/x?q=a%20b&n=1&n=2#top'",
            {"method": "get", "request_url": "https://a.example/x", "params": {"q": "a b", "n": ["1", "2"]}},
        ),
        ("curl 'https://a.example/x?flag'", {"method": "get", "request_url": "https://a.example/x?flag"}),
        ("curl -I https://a.example/", {"method": "head", "request_url": "https://a.example/"}),
        ("curl -XDELETE https://a.example/", {"method": "delete", "request_url": "https://a.example/"}),
        (
            "curl -sSL --compressed -A me -e https://r.example https://a.example/",
            {
                "method": "get",
                "request_url": "https://a.example/",
                "headers": {"User-Agent": "me", "Referer": "https://r.example"},
            },
        ),
        (
            "curl https://a.example/ -d a=1 -d 'b=x y' --data-urlencode 'c=x&y'",
            {"method": "post", "request_url": "https://a.example/", "data": {"a": "1", "b": "x y", "c": "x&y"}},
        ),
        (
            "curl -G https://a.example/ -d a=1 --data-urlencode 'q=б'",
            {"method": "get", "request_url": "https://a.example/", "params": {"a": "1", "q": "б"}},
        ),
        (
            "curl https://a.example/ -H 'Content-Type: application/json' "
            """-d '{"a": [1, null], "b": "{$user.name$}"}'""",
            {
                "method": "post",
                "request_url": "https://a.example/",
                "json_field": {"a": [1, None], "b": "{$user.name$}"},
            },
        ),
        (
            """curl --json '{"a": {$user.n$}}' https://a.example/""",
            {
                "method": "post",
                "request_url": "https://a.example/",
                "json_field": '{"a": {$user.n$}}',
                "headers": {"Accept": "application/json"},
            },
        ),
        (
            """curl -X PATCH https://a.example/ -H 'Content-Type: application/merge-patch+json' --data-raw '{"a":1}'""",
            {
                "method": "patch",
                "request_url": "https://a.example/",
                "json_field": {"a": 1},
                "headers": {"Content-Type": "application/merge-patch+json"},
            },
        ),
        (
            "curl https://a.example/ -H 'Content-Type: text/xml' --data-binary '<a>1</a>'",
            {
                "method": "post",
                "request_url": "https://a.example/",
                "content": "<a>1</a>",
                "headers": {"Content-Type": "text/xml"},
            },
        ),
        (
            "curl https://a.example/ -F name=Ann -F 'note=x;type=text/plain'",
            {
                "method": "post",
                "request_url": "https://a.example/",
                "data": {"name": "Ann", "note": "x"},
                "headers": {"Content-Type": "multipart/form-data"},
            },
        ),
        (
            "curl -m 2.5 --retry 99 https://a.example/",
            {"method": "get", "request_url": "https://a.example/", "timeout_seconds": 2.5, "retries": 10},
        ),
        ("curl -m 9999 --retry x https://a.example/", {"method": "get", "request_url": "https://a.example/"}),
        (
            "curl -x http://proxy.example:3128 https://a.example/",
            {"method": "get", "request_url": "https://a.example/", "proxies": "http://proxy.example:3128"},
        ),
        (
            "curl https://a.example/ -H 'X-Empty;' -H 'Accept:' -H 'x-a: 1' -H 'X-A: 2'",
            {"method": "get", "request_url": "https://a.example/", "headers": {"X-Empty": "", "X-A": "2"}},
        ),
        (
            'curl ^"https://a.example/^" ^\n -H ^"content-type: application/json^" ^\n '
            '--data-raw ^"^{^\\^"a^\\^":1^}^"',
            {"method": "post", "request_url": "https://a.example/", "json_field": {"a": 1}},
        ),
        (
            "curl -r 0-99 --socks5 p.example:1080 https://a.example/",
            {
                "method": "get",
                "request_url": "https://a.example/",
                "headers": {"Range": "bytes=0-99"},
                "proxies": "socks5://p.example:1080",
            },
        ),
    ],
)
def test_what_options_do(text: str, expected: dict[str, Any]) -> None:
    assert fields_of(text) == expected


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        (f"curl -u ann:{SECRET} https://a.example/", ("basic", None, "ann")),
        (f"curl https://ann:{SECRET}@a.example/", ("basic", None, "ann")),
        (f"curl -H 'Authorization: Bearer {SECRET}' https://a.example/", ("bearer", None, None)),
        (f"curl --oauth2-bearer {SECRET} https://a.example/", ("bearer", None, None)),
        (
            f"curl -H 'authorization: Token {SECRET}' https://a.example/",
            ("api_key", {"where": "header", "name": "Authorization", "prefix": "Token "}, None),
        ),
        (
            f"curl -H 'X-Api-Key: {SECRET}' https://a.example/",
            ("api_key", {"where": "header", "name": "X-Api-Key", "prefix": ""}, None),
        ),
        (
            f"curl 'https://a.example/?api_key={SECRET}&q=1'",
            ("api_key", {"where": "query", "name": "api_key", "prefix": ""}, None),
        ),
        (
            f"curl -b 'session={SECRET}' https://a.example/",
            ("api_key", {"where": "header", "name": "Cookie", "prefix": ""}, None),
        ),
    ],
)
def test_a_secret_becomes_a_proposal_and_is_not_kept(text: str, proposal: tuple[Any, ...]) -> None:
    draft = draft_of(text)
    (made,) = draft.credentials
    assert (made.strategy, made.placement, made.username) == proposal
    assert made.hosts == ["a.example"]
    assert SECRET not in repr(draft)
    assert draft.warnings[0].message == "held a secret, which is left out"


def test_the_proxys_password_is_not_kept() -> None:
    draft = draft_of(f"curl -x http://u:{SECRET}@proxy.example:3128 -U u:{SECRET} https://a.example/")
    assert draft.fields["proxies"] == "http://proxy.example:3128"
    assert SECRET not in repr(draft)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ("-k", "certificates are always checked"),
        ("--aws-sigv4 aws:amz", "--aws-sigv4 is left out"),
        ("--frobnicate", "--frobnicate is left out"),
        ("-d @file.json", "the file file.json is left out"),
        ("-F photo=@cat.jpg", "the file cat.jpg of the field photo"),
        ("-T file", "the file file is left out"),
        ("-F 'a={};type=application/json'", "of the field a besides its value"),
        ("-X BREW", "method BREW cannot be used"),
        ("-H 'Host: b.example'", "set by the client alone"),
        ("--next https://b.example", "only the first of several requests"),
        ("https://b.example/", "only the first of several addresses"),
        ("-b cookies.txt", "cookies of a file"),
        ("-H @headers.txt", "headers of a file"),
        ("| sh", "what follows the command"),
        ('-d "$BODY"', "the shell would have filled in"),
    ],
)
def test_what_is_left_out_is_said(options: str, word: str) -> None:
    draft = draft_of(f"curl https://a.example/ {options}")
    assert any(word in warning.message for warning in draft.warnings), draft.warnings
    assert draft.fields["request_url"] == "https://a.example/"
    judged(draft.fields, "en")


@pytest.mark.parametrize("text", ["", "wget https://a.example", "curl", "curl -X POST", "curl 'https://a.example"])
def test_what_is_no_command_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        draft_of(text)
    assert refused.value.errors[0].path == "curl"
    assert refused.value.errors[0].hint


def test_nothing_is_read_run_or_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_args: Any, **_named: Any) -> Any:
        raise AssertionError("an import touched the world")

    for name in ("builtins.open", "os.system", "subprocess.Popen.__init__", "socket.socket.connect"):
        monkeypatch.setattr(name, no)
    draft_of("curl -K /etc/passwd -d @/etc/passwd https://a.example/$(id) `id` -o /tmp/x; touch /tmp/y")


PIECES = [
    "-d",
    "-F",
    "-H",
    "-u",
    "-G",
    "--json",
    "https://a/?b=c",
    "a=@b",
    "'{\"a\":1}'",
    "'x:",
    "y'",
    "-x",
    "-X",
    "@",
    "--",
    "-",
    "-b",
    "k=v;",
    "\\",
    "--data-urlencode",
    "=%zz",
    "-T",
    "http://u:p@h",
    "http://[x",
]


@tried(100)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_command_is_a_draft_or_refused(words: list[str]) -> None:
    try:
        draft: Draft = draft_of(" ".join(["curl", *words]))
    except Invalid as refused:
        assert refused.errors[0].message
        return
    json.dumps(draft.fields, allow_nan=False)
