"""A maker who reads Russian is told in Russian what the engine finds."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dbcv.engine
from dbcv.domains.bots.document.engine_wording import RUSSIAN, in_language
from dbcv.engine.problems import Problem

_REPORTERS = {"fail", "error", "warn", "wrong", "fault", "report"}
_NOUNS = ("step", "request", "template", "widget", "credential")


def _codes() -> Iterator[str]:
    """Every code the engine's sources report, the families `dangling_…` and `no_…` by what they are asked for."""
    for file in Path(dbcv.engine.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                code = node.args[0].value
                if name in _REPORTERS and isinstance(code, str) and code.isidentifier():
                    yield code


def test_every_problem_of_the_engine_has_russian_words() -> None:
    codes = set(_codes())
    assert len(codes) > 40
    assert codes | {f"dangling_{noun}" for noun in _NOUNS} <= RUSSIAN.keys()
    for message, hint in RUSSIAN.values():
        assert message.format(it="«x»")
        assert hint.format(list="a, b")


@pytest.mark.parametrize(
    ("problem", "message", "hint"),
    [
        (
            Problem("error", "dangling_step", "steps[0]", 'there is no step "nowhere"', "Name a step that is there."),
            "нет шага «nowhere»",
            "Назовите то, что есть в боте.",
        ),
        (
            Problem("error", "bad_mode", "x", "unknown mode", "Use one of set, append, file."),
            "неизвестный способ сохранения",
            "Выберите: set, append, file.",
        ),
        (
            Problem("warning", "proxy_loop", "x", 'proxies may lead round: "a" → "b"', "See that …"),
            "сквозные шаги ходят по кругу: «a» → «b»",
            "Пусть один из них ждёт (is_proxy: false) или ведёт наружу.",
        ),
        (
            Problem("error", "bad_source", "x", "there is no source", "Write a path, as message.text."),
            "откуда брать значение — непонятно",
            "Напишите путь, например message.text.",
        ),
    ],
)
def test_the_words_name_the_thing(problem: Problem, message: str, hint: str) -> None:
    told = in_language(problem, "ru")
    assert (told.message, told.hint, told.code, told.path) == (message, hint, problem.code, problem.path)
    assert in_language(problem, "en") == problem
