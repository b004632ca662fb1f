"""What is wrong with code before it ever runs: syntax, a missing main, names nobody defined, modules that are
not there. Runs inside the jail, because even reading a hostile text is work for a process that may be lost."""

import ast
import symtable
from collections.abc import Iterator
from typing import Any

from dbcv.sandbox.jail.offered import MODULES, unknown_module

MAX_FOUND = 20
_IMPLICIT = frozenset({"__name__", "__doc__", "__annotations__", "__builtins__", "__class__"})
Found = dict[str, Any]
"""{"line", "message", "severity": "error" | "warning"}"""


def check(source: str, names: dict[str, Any]) -> list[Found]:
    """Everything found, by line. Never raises for what the text is."""
    try:
        tree = ast.parse(source)
        compile(tree, "<code step>", "exec", dont_inherit=True)
        found = [*_main(tree), *_imports(tree), *_unknown(source, tree, names)]
    except SyntaxError as error:
        return [_found(error.lineno or 1, error.msg)]
    except (ValueError, RecursionError, MemoryError):
        return [_found(1, "the code is no Python that can be read")]
    return sorted(found, key=lambda each: int(each["line"]))[:MAX_FOUND]


def _found(line: int, message: str, severity: str = "error") -> Found:
    return {"line": line, "message": message[:500], "severity": severity}


def _main(tree: ast.Module) -> Iterator[Found]:
    mains = [node for node in tree.body if getattr(node, "name", None) == "main"]
    functions = [node for node in mains if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if not functions:
        yield _found(1, "there is no function main: write async def main(message, variables)")
        return
    main = functions[-1]
    asked = [*main.args.posonlyargs, *main.args.args]
    needed = len(asked) - len(main.args.defaults)
    named = [arg for arg, default in zip(main.args.kwonlyargs, main.args.kw_defaults, strict=True) if default is None]
    if named or needed > 2 or (len(asked) < 2 and main.args.vararg is None):
        yield _found(main.lineno, "main takes two things: async def main(message, variables)")


def _imports(tree: ast.Module) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            wanted = ["." * node.level + (node.module or "")]
        else:
            continue
        for name in wanted:
            if name not in MODULES:
                yield _found(node.lineno, unknown_module(name))


def _unknown(source: str, tree: ast.Module, names: dict[str, Any]) -> Iterator[Found]:
    """Names that are read as globals, are nowhere bound, and are not offered."""
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)):
        return
    top = symtable.symtable(source, "<code step>", "exec")
    bound, read = set[str](), set[str]()
    pending = [top]
    while pending:
        table = pending.pop()
        pending += table.get_children()
        for symbol in table.get_symbols():
            is_global = symbol.is_global() or table is top
            if is_global and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()):
                bound.add(symbol.get_name())
            elif is_global and symbol.is_referenced():
                read.add(symbol.get_name())
    for name in sorted(read - bound - names.keys() - _IMPLICIT):
        yield _found(_first_line(tree, name), f"the name {name!r} is not defined", "warning")


def _first_line(tree: ast.Module, name: str) -> int:
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return min(lines, default=1)
