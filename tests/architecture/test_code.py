"""House rules that no linter knows: who commits, where errors may end, how long things are and what they are called."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath
from statistics import median

import pytest

from tests.architecture.sources import ROOT, functions, python_files, repository_files, tree_of

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
MEDIAN_FUNCTION = 8
COMMITS = {"src/dbcv/kit/db.py", "src/dbcv/runtime/ledger.py"}
CATCHES_ALL = ("src/dbcv/entrypoints/", "src/dbcv/runtime/perform.py", "src/dbcv/sandbox/jail/call.py")
NAMES_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "handler",
    "core",
    "data",
    "misc",
}
CODE_SUFFIXES = (".py", ".ts", ".tsx", ".css", ".mjs")
LISTS = ("web/src/api/schema.d.ts", "migrations/versions/")  # long and flat, written by tools and read once


@pytest.fixture(scope="module", autouse=True)
def trees_are_let_go() -> Iterator[None]:
    """They are large, and other tests have no use for them."""
    yield
    tree_of.cache_clear()


def commits(node: ast.AST) -> bool:
    """`anything.commit(…)`, but for `ledger.commit(…)`: that calls one of the two places."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="ledger"), attr="commit")):
            return False
        case ast.Call(func=ast.Attribute(attr="commit")):
            return True
    return False


def test_only_two_places_commit() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in python_files("src", "migrations")
        for node in tree.nodes
        if commits(node) and name not in COMMITS
    ]
    assert found == []


def catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException")) for kind in kinds
    )


def catch_alls() -> Iterator[tuple[str, ast.ExceptHandler]]:
    for name, tree in python_files("src"):
        for node in tree.nodes:
            if isinstance(node, ast.ExceptHandler) and catches_everything(node):
                yield name, node


def raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def test_only_the_outermost_places_catch_everything() -> None:
    found = [
        f"{name}:{handler.lineno}"
        for name, handler in catch_alls()
        if not name.startswith(CATCHES_ALL) and not raises_again(handler)
    ]
    assert found == []


def test_nothing_is_caught_and_forgotten() -> None:
    """Whoever catches everything tells somebody: it calls a log or makes a value of the error, or raises again."""
    found = [
        f"{name}:{handler.lineno}"
        for name, handler in catch_alls()
        if not raises_again(handler) and not any(isinstance(node, ast.Call) for node in ast.walk(handler))
    ]
    assert found == []


def test_the_engine_opens_no_files() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in python_files("src/dbcv/engine", "src/dbcv/presets")
        for node in tree.nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("open", "print", "input", "exec", "eval", "__import__")
    ]
    assert found == []


def makes_a_naive_time(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="utcnow" | "utcfromtimestamp"):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="datetime"), attr="now"), args=[], keywords=[]):
            return True
    return False


def test_times_are_aware() -> None:
    found = [
        f"{name}:{node.lineno}" for name, tree in python_files("src") for node in tree.nodes if makes_a_naive_time(node)
    ]
    assert found == []


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_functions_stay_short() -> None:
    lengths = {
        f"{name}:{function.name}": length(function)
        for name, tree in python_files("src", "tools", "bench")
        for function in functions(tree)
    }
    assert {place: lines for place, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    in_product = [lines for place, lines in lengths.items() if place.startswith("src/")]
    assert median(in_product) <= MEDIAN_FUNCTION


def test_files_stay_short() -> None:
    found = {}
    for path in repository_files():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in CODE_SUFFIXES and not name.startswith(LISTS):
            lines = path.read_text().count("\n")
            if lines > LONGEST_FILE:
                found[name] = lines
    assert found == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in repository_files()]
    found = [
        name
        for name in names
        if name.endswith((".py", ".ts", ".tsx"))
        and NAMES_THAT_SAY_NOTHING
        & {part.removesuffix(PurePosixPath(part).suffix) for part in PurePosixPath(name).parts}
    ]
    assert found == []


def test_every_module_says_what_it_is() -> None:
    """One to six lines at the top of each module of the product."""
    wrong = {}
    for name, tree in python_files("src", "tools"):
        said = ast.get_docstring(tree.module)
        lines = len(said.splitlines()) if said else 0
        if not 1 <= lines <= 6:
            wrong[name] = lines
    assert wrong == {}


def test_nothing_is_left_open() -> None:
    open_words = (
        "TO" + "DO",
        "FIX" + "ME",
        "XX" + "X",
        "NotImplemented" + "Error",
        "pytest.mark." + "skip",
        "pytest.mark." + "xfail",
    )
    found = []
    for path in repository_files():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("src/", "web/src/", "tests/", "bench/", "tools/")) and path.suffix in CODE_SUFFIXES:
            text = path.read_text()
            found += [f"{name}: {word}" for word in open_words if word in text]
    assert found == []
