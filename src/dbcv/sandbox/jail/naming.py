"""What is wrong with code before it ever runs: syntax, a missing main, names nobody defined, modules that are
not there. Runs inside the jail, because even reading a hostile text is work for a process that may be lost."""

import ast
import symtable
import sys
from collections.abc import Iterator
from types import ModuleType
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
        bound, read = _globals(source)
        found = [*_main(tree), *_imports(tree), *_unknown(tree, read - bound - names.keys())]
        found += _not_there(tree, {name: names[name] for name in names.keys() - bound})
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
    for node in _own(main):
        if isinstance(node, ast.Yield | ast.YieldFrom):
            yield _found(node.lineno, "main must not yield: return the value")
            return


def _own(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """What stands in a function itself, not in functions inside of it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending += ast.iter_child_nodes(node)


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
            elif isinstance(node, ast.ImportFrom):
                yield from _not_in(node, name)


def _not_in(node: ast.ImportFrom, module: str) -> Iterator[Found]:
    for alias in node.names:
        if (
            alias.name != "*"
            and f"{module}.{alias.name}" not in MODULES
            and not hasattr(sys.modules[module], alias.name)
        ):
            yield _found(node.lineno, f"there is no {alias.name!r} in {module}")


def _globals(source: str) -> tuple[set[str], set[str]]:
    """Names that are bound as globals anywhere, and those that are read as such."""
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
    return bound, read


def _unknown(tree: ast.Module, unbound: set[str]) -> Iterator[Found]:
    """Names that are nowhere bound and not offered; nothing is known where all of a module is imported."""
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)):
        return
    for name in sorted(unbound - _IMPLICIT):
        yield _found(_first_line(tree, name), f"the name {name!r} is not defined", "warning")


def _imported(tree: ast.Module) -> dict[str, Any]:
    """Modules by the names under which they are imported whole, anywhere."""
    aliases = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    whole = [alias for alias in aliases if alias.name in MODULES and (alias.asname or "." not in alias.name)]
    return {alias.asname or alias.name: sys.modules[alias.name] for alias in whole}


def _not_there(tree: ast.Module, offered: dict[str, Any]) -> Iterator[Found]:
    """`math.sqroot`, `datetime.datetime` where datetime is the class: what would fail as soon as it runs."""
    imported = _imported(tree)
    unsure = {name for node in ast.walk(tree) for name in _bound_by(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)) or node.value.id in unsure:
            continue
        name = node.value.id
        meant = [each[name] for each in (imported, offered) if isinstance(each.get(name), ModuleType | type)]
        if meant and not any(hasattr(each, node.attr) for each in meant):
            is_class = isinstance(meant[0], type) and name in MODULES
            hint = f"; without import it is the class, import {name} gives the module" if is_class else ""
            yield _found(node.lineno, f"there is no {node.attr!r} in {name}{hint}", "warning")


def _bound_by(node: ast.AST) -> list[str | None]:
    """Names that this binds to what nobody knows before it runs."""
    if isinstance(node, ast.Name):
        return [] if isinstance(node.ctx, ast.Load) else [node.id]
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, ast.arg):
        return [node.arg]
    is_named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar
    return [node.name] if isinstance(node, is_named) else []


def _first_line(tree: ast.Module, name: str) -> int:
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return min(lines, default=1)
