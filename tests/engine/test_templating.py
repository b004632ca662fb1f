"""Placeholders and filters: types, text, what is never read again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dbcv.engine.events import Event
from dbcv.engine.filters import FILTERS
from dbcv.engine.limits import Limits
from dbcv.engine.scopes import Scopes
from dbcv.engine.templating import compile_text, compile_value

USER = {
    "name": "Ann", "age": 21, "yes": True, "none": None, "pi": 3.14159, "list": [1, "b", {"c": "д"}], "empty": [],
    "text": "  Hello, World ", "at": "2026-03-05T09:07:00Z", "day": "2026-03-05", "num": "1234567.891", "big": 10**5000,
}  # fmt: skip


def scopes(**values: Any) -> Scopes:
    event = Event("e", "message", datetime(2026, 1, 1, tzinfo=UTC), 1, {}, {})
    return Scopes({"user": USER, "message": {}, **values}, {"user": {"id": "u1"}}, event, Limits())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hi {$user.name$}!", "Hi Ann!"),
        ("{$user.list$}.", '[1, "b", {"c": "д"}].'),
        ("{$user.yes$}{$user.none$}{$user.nope$}{$user.age$}.", "true21."),
        ("{$user.list.2.c$}{$user.list.9$}{$user.list.-1$}{$user.list.01$}", "д"),
        ("{$user.id$}{$ user.name $}", "u1Ann"),
        ("{$user.nope|default:Guest|upper$}", "GUEST"),
        ("{$user.none|default:a:b$}", "a:b"),
        ("{$user.name|lower|title$}{$user.text|trim$}", "AnnHello, World"),
        ("{$user.name|default:x\\|y$}{$user.nope|default:x\\|y$}", "Annx|y"),
        ("{$user.list|length$}{$user.nope|length$}{$user.name|length$}", "303"),
        ("{$user.list|first$}{$user.list|last$}{$user.empty|first|default:-$}", '1{"c": "д"}-'),
        ("{$user.list|join:/$}", '1/b/{"c": "д"}'),
        (
            "{$user.pi|round$} {$user.pi|round:2$} {$user.num|number$} {$user.num|number:2: :,$}",
            "3 3.14 1 234 568 1 234 567,89",
        ),
        ("{$user.pi|int$} {$user.age|float$} {$user.age|add:-1$} {$user.name|int|default:?$}", "3 21.0 20 ?"),
        (
            "{$user.at|date$} {$user.at|timezone:Europe/Moscow|date:%H:%M$} {$user.day|date:%e.%n.%Y$}",
            "05.03.2026 12:07 5.3.2026",
        ),
        ("{$user.name|replace:n:m$} {$user.text|trim|split|last$} {$user.text|trim|truncate:6$}", "Amm World Hello…"),
        ("{$user.name|json$}{$user.text|trim|urlencode$}", '"Ann"Hello%2C%20World'),
        ("{$user.name|date|default:no$}{$user.big$}{$user.big|number|default:no$}", "nono"),
        ("{$user.name", "{$user.name"),
        ("{$}{$$}{$password$}{{x}}${y}", "{$}{$$}{$password$}{{x}}${y}"),
        ("{$user.name|nope$}{$user.name|round:x$}", "{$user.name|nope$}{$user.name|round:x$}"),
    ],
)
def test_text(source: str, text: str) -> None:
    assert compile_text(source).text(scopes()) == text


@pytest.mark.parametrize("path", ["user.list", "user.age", "user.yes", "user.none", "user.pi"])
def test_a_single_placeholder_keeps_the_type(path: str) -> None:
    value = compile_value("{$" + path + "$}").render(scopes())
    assert value is USER[path.removeprefix("user.")]


def test_structure_stays_and_keys_are_never_filled_in() -> None:
    value = compile_value({"{$user.name$}": ["{$user.age$}", {"x": "-{$user.age$}-"}, 7]})
    assert value.render(scopes()) == {"{$user.name$}": [21, {"x": "-21-"}, 7]}


def test_a_constant_value_is_the_same_object() -> None:
    source = {"a": [1, 2]}
    assert compile_value(source).render(scopes()) is source


def test_what_was_filled_in_is_not_read_again() -> None:
    view = scopes(session={"a": "{$bot.to", "b": "ken$}"}, bot={"token": "SECRET"})
    assert compile_text("{$session.a$}{$session.b$}").text(view) == "{$bot.token$}"


def test_text_is_cut_at_its_limit() -> None:
    view = scopes(session={"x": "y" * 60_000})
    assert len(compile_text("{$session.x$}" * 1_000).text(view)) == 100_000
    assert view.trace.entries == [{"at": "text_cut", "limit": 100_000}]


def test_a_long_broken_text_takes_linear_time() -> None:
    for source in ("{$" * 200_000, "$}" * 200_000, "{$a$}" * 100_000, "{$|" * 100_000 + "$}"):
        assert compile_text(source).source == source


@pytest.mark.parametrize("name", sorted(FILTERS))
@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1.5, 10**400, float("nan"), "", "x", "2026-99-01", [], [[]], {}, {"a": 1}, "\ud800", "9" * 5000],
)
def test_no_filter_raises(name: str, value: Any) -> None:
    arguments = {"replace": ":a:b", "truncate": ":3", "timezone": ":Asia/Tokyo", "add": ":1e308", "default": ":x"}
    text = compile_text("{$session.x|" + name + arguments.get(name, "") + "$}!")
    assert not text.faults
    assert isinstance(text.text(scopes(session={"x": value})), str)


def test_replace_and_join_do_not_amplify() -> None:
    view = scopes(session={"x": "a" * 100_000, "l": ["b" * 10_000] * 10_000})
    assert len(compile_value("{$session.x|replace:a:" + "b" * 190 + "$}").render(view)) <= 1_000_000
    assert len(compile_value("{$session.l|join$}").render(view)) <= 1_100_000
