"""What the tests of the house look at: the repository's own files, and Python files as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dbcv"
MADE_BY_TOOLS = ("schema.d.ts", "package-lock.json", "openapi.json")


class Tree(NamedTuple):
    """A file's syntax: its module, and all that stands in it."""

    module: ast.Module
    nodes: tuple[ast.AST, ...]


@cache
def repository_files() -> tuple[Path, ...]:
    """Files that are in the repository or on their way into it; made and installed ones are not."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(path for name in listing.split("\0") if name and (path := ROOT / name).is_file())


def text_files() -> Iterator[tuple[Path, str]]:
    for path in repository_files():
        content = path.read_bytes()
        if b"\0" not in content[:1024]:
            yield path, content.decode("utf-8")


def python_files(*folders: str) -> Iterator[tuple[str, Tree]]:
    """(path from the repository's root, syntax tree) of every Python file below `folders`."""
    for path in repository_files():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and name.startswith(tuple(f"{folder}/" for folder in folders)):
            yield name, tree_of(path, name)


@cache
def tree_of(path: Path, name: str) -> Tree:
    """Read in once for all tests of a file: that is a second for the whole product."""
    module = ast.parse(path.read_text(), name)
    return Tree(module, tuple(ast.walk(module)))


def functions(tree: Tree) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
