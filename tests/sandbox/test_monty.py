"""The second engine, for hosts whose kernel filters nothing: contains the same attacks, runs most ordinary code."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from dbcv.kit.settings import Settings
from dbcv.sandbox import opening
from dbcv.sandbox.jail.seccomp import NoFilterError
from dbcv.sandbox.jailed import JailedSandbox
from dbcv.sandbox.monty import NO_MAIN, MontySandbox
from dbcv.sandbox.port import CodeLimits
from tests.corpus import rows
from tests.sandbox.jail import Jail, call
from tests.sandbox.test_hostile import World, judged
from tests.sandbox.test_snippets import SNIPPETS

HEAD = "async def main(message, variables):\n"
LEAST_SHARE = 0.65
"""Of the snippets; measured with 1.5.0: 216 of 306. Generators, inheritance and some 30 modules are not in Monty."""


@pytest.fixture(scope="module")
def monty() -> Iterator[Jail]:
    with asyncio.Runner() as runner:
        made = Jail(runner, MontySandbox(CodeLimits(seconds=0.6, children=2)))
        yield made
        made.wait(made.sandbox.close())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.close()


@pytest.mark.parametrize("row", rows("pyjail.jsonl"))
def test_every_row_of_the_corpus_is_contained(monty: Jail, world: World, row: dict[str, Any]) -> None:
    """What a row expects as an error may be a result in Monty: it is held to harm nobody."""
    judged(monty, world, world.fill(row["code"]), {name: row["safe"][name] for name in row["safe"] if name != "result"})
    assert monty.run(HEAD + "    return [len('abc'), json.loads('[1]')]")["result"] == [3, [1]]


def test_most_ordinary_code_runs_and_the_rest_says_why(monty: Jail) -> None:
    wrong = []
    for snippet in SNIPPETS:
        code, value = snippet.values
        reply = monty.run(str(code))
        if reply["ok"] and reply["result"] == eval(str(value)):
            continue
        wrong.append(snippet.id)
        assert reply["ok"] or reply["error"]
    assert len(wrong) < len(SNIPPETS) * (1 - LEAST_SHARE), wrong


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("    return variables.get('user.name') + variables['user.tags.1']", "Annb"),
        ("    return ['session.score' in variables, variables.get('no.such', 4), message['text']]", [True, 4, "hi"]),
        ("    return datetime.now().isoformat()", "2026-11-22T10:30:15.123456"),
        ("    return [mean([1, 2, 3]), stdev([1, 3]) > 1.41, len(str(uuid4()))]", [2, True, 36]),
        (
            "    return {'when': date(2026, 1, 2), 'all': {1}, 'not': float('nan')}",
            {"when": "2026-01-02", "all": [1], "not": None},
        ),
    ],
)
def test_what_bots_do(monty: Jail, code: str, result: Any) -> None:
    assert monty.run(HEAD + code)["result"] == result


def test_a_turn_gives_the_same_again_and_another_seed_another(monty: Jail) -> None:
    code = HEAD + "    return [random.random(), str(uuid4()), time.time()]"
    first = monty.run(code, seed=1)["result"]
    assert monty.run(code, seed=1)["result"] == first
    assert monty.run(code, seed=2)["result"][:2] != first[:2]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (HEAD + "    x = 1\n    return x / 0", "line 3: ZeroDivisionError: division by zero"),
        ("x = 1", NO_MAIN),
        ("def x(:", "line 1: SyntaxError"),
        (HEAD + "    while True: pass", "it took longer than 0.6 s"),
        (HEAD + "    return [0] * 10**9", "it needed more than 128 MB of memory"),
        (HEAD + "    return 'x' * 2_000_000", "the result is larger than 1000 kB"),
        (HEAD + "    return main", "result is a function, which is not data"),
        (HEAD + "    pass\n" + "#" * 100_000, "longer than 100000 characters"),
    ],
)
def test_what_is_wrong_is_said(monty: Jail, code: str, error: str) -> None:
    reply = monty.run(code)
    assert not reply["ok"]
    assert error in reply["error"]


def test_what_it_prints_is_the_log_and_bounded(monty: Jail) -> None:
    assert monty.run(HEAD + "    print('one', 2)\n    return 1 / 0")["log"] == "one 2\n"
    log = monty.run(HEAD + "    for n in range(3000): print('spam spam')\n    return 1")["log"]
    assert len(log) < 10_100
    assert "more characters" in log


def test_a_check_names_the_line(monty: Jail) -> None:
    assert monty.check(HEAD + "    return 1") == []
    (found,) = monty.check(HEAD + "    return 1\n\ndef f():\n    yield 1\n")
    assert (found.line, found.is_error) == (5, True)
    (found,) = monty.check("x = 1")
    assert found.message == NO_MAIN


def test_bots_share_nothing_and_wait_for_nobody_long(monty: Jail) -> None:
    monty.run("found = 1\n" + HEAD + "    return 1", owner="a")
    assert "NameError" in monty.run(HEAD + "    return found", owner="b")["error"]

    async def crowd() -> float:
        begin = time.monotonic()
        hogs = [asyncio.create_task(monty.sandbox.run(call(HEAD + "    while True: pass", "hog"))) for _ in range(6)]
        await asyncio.sleep(0)
        reply = await monty.sandbox.run(call(HEAD + "    return 1", "other"))
        assert reply["result"] == 1
        took = time.monotonic() - begin
        for hog in hogs:
            hog.cancel()
        await asyncio.gather(*hogs, return_exceptions=True)
        return took

    assert monty.wait(crowd()) < 3


def test_the_host_decides_which_engine_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(opening.open_sandbox(settings), JailedSandbox)

    class NoFilter:
        def __init__(self) -> None:
            raise NoFilterError("no list of system calls for riscv64")

    monkeypatch.setattr(opening, "Filter", NoFilter)
    engine = opening.open_sandbox(settings)
    assert isinstance(engine, MontySandbox)
    asyncio.run(engine.close())
