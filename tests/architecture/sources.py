"""What the tests of the house look at: the repository's own files, and Python files as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dbcv"
MADE_BY_TOOLS = ("schema.d.ts", "package-lock.json", "openapi.json")


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


def python_files(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """(path from the repository's root, syntax tree) of every Python file below `folders`."""
    for path in repository_files():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and name.startswith(tuple(f"{folder}/" for folder in folders)):
            yield name, ast.parse(path.read_text(), name)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
