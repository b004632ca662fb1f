"""Command lines cut into words as bash and cmd.exe do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbcv.domains.bots.service.requests.shell import split
from tests.examples import tried


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curl  a\tb", ["curl", "a", "b"]),
        ("curl 'a b' \"c d\" e\\ f", ["curl", "a b", "c d", "e f"]),
        ("curl 'it'\\''s'", ["curl", "it's"]),
        ('curl "a\\"b\\\\c\\d"', ["curl", 'a"b\\c\\d']),
        ("curl \\\n  -H 'A: b' \\\r\n x", ["curl", "-H", "A: b", "x"]),
        ("curl $'a\\n\\x41\\u0416\\'\\101'", ["curl", "a\nAЖ'A"]),
        ("curl $'\\ud83d\\ude00'", ["curl", "😀"]),
        ("curl ''", ["curl", ""]),
        ("curl a''b", ["curl", "ab"]),
        ('curl "a\\\nb"', ["curl", "ab"]),
        ("curl http://a/?x=1&y=2", ["curl", "http://a/?x=1&y=2"]),
        ("curl http://a/{$user.id$}", ["curl", "http://a/{$user.id$}"]),
        ('curl ^"http://a/?x=1^&y=2^" ^\n  -H ^"A: b^"', ["curl", "http://a/?x=1&y=2", "-H", "A: b"]),
        ('curl "http://a" ^\r\n  --data-raw "{\\"a\\":1}"', ["curl", "http://a", "--data-raw", '{"a":1}']),
        ('curl ^"a^" -d ^"^{^\\^"a^\\^":^\\^"b c^\\^"^}^"', ["curl", "a", "-d", '{"a":"b c"}']),
        ('curl ^"a""b^"', ["curl", 'a"b']),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    found = split(text)
    assert (found.words, found.rest, found.is_open, found.values) == (words, "", False, False)


@pytest.mark.parametrize(
    ("text", "words", "rest"),
    [
        ("curl a | jq .", ["curl", "a"], "|"),
        ("curl a; rm -rf /", ["curl", "a"], ";"),
        ("curl a && echo b", ["curl", "a"], "&"),
        ("curl a > file", ["curl", "a"], ">"),
        ("curl a\nrm b", ["curl", "a"], "\n"),
    ],
)
def test_only_the_first_command_counts(text: str, words: list[str], rest: str) -> None:
    found = split(text)
    assert (found.words, found.rest) == (words, rest)


@pytest.mark.parametrize("text", ["curl 'a", 'curl "a', "curl $'a", 'curl ^"x^" "a'])
def test_an_open_quote_is_told(text: str) -> None:
    assert split(text).is_open


@pytest.mark.parametrize("text", ["curl $TOKEN", 'curl "a $TOKEN"', "curl `id`", "curl $(id)", 'curl "${A}"'])
def test_what_the_shell_would_fill_in_is_told(text: str) -> None:
    assert split(text).values
    assert not split(f"curl '{text[5:]}'".replace('"', "")).values


@tried(100)
@given(st.text(alphabet="ab '\"\\$^\n\r|&;{}x41u`", max_size=200))
def test_any_text_ends(text: str) -> None:
    assert len("".join(split(text).words)) <= len(text)


def test_a_long_line_takes_no_time() -> None:
    for sign in ("a", '"', "\\", "^", "$'", "a\\ ", "'a' "):
        split("curl " + sign * 50_000)
