"""Ordinary Python, and every documented name, runs in the jail and gives what it gives everywhere.

`snippets/*.txt`: one snippet a line (`name | expression | value`, `imports | expression | value`), or blocks of
`### name`, code, `=> value`; `#module` as the first line says that the code is a whole module.
"""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.jail import Jail

FOLDER = Path(__file__).parent / "snippets"
SECONDS = 10.0
HEAD = "async def main(message, variables):\n"


def _lines(file: str) -> Iterator[tuple[str, str, Any]]:
    for line in (FOLDER / file).read_text().splitlines()[1:]:
        first, expression, value = line.rsplit(" | ", 2)
        is_import = file == "modules.txt"
        before = first if is_import else "pass"
        name = f"{first}: {expression}" if is_import else first
        if before.startswith("from __future__"):
            yield name, f"{before}\n{HEAD}    return {expression}\n", value
        else:
            yield name, f"{HEAD}    {before}\n    return {expression}\n", value


def _blocks(file: str) -> Iterator[tuple[str, str, Any]]:
    for block in (FOLDER / file).read_text().split("### ")[1:]:
        name, _, rest = block.partition("\n")
        code, _, value = rest.rpartition("=> ")
        is_module = code.startswith("#module\n")
        yield name, code if is_module else HEAD + textwrap.indent(code, "    "), value


SNIPPETS = [
    pytest.param(code, value.strip(), id=f"{file.removesuffix('.txt')}: {name}")
    for file, read in (("names.txt", _lines), ("modules.txt", _lines), ("language.txt", _blocks), ("bots.txt", _blocks))
    for name, code, value in read(file)
]


def test_there_are_more_than_two_hundred() -> None:
    assert len(SNIPPETS) >= 200


@pytest.mark.parametrize(("code", "value"), SNIPPETS)
def test_ordinary_code_runs(jail: Jail, code: str, value: str) -> None:
    reply = jail.run(code)
    assert reply["ok"], reply
    assert reply["result"] == eval(value)


@pytest.mark.parametrize(("code", "value"), SNIPPETS)
def test_nothing_is_complained_of_in_ordinary_code(jail: Jail, code: str, value: str) -> None:
    assert jail.check(code) == []
