"""What a syntax tree tells before it runs: could this code change what outlasts its call, and which modules it uses.

A guess to the safe side: code that could is given a process of its own, which ends with the call. Pure.
"""

import ast
from collections.abc import Iterator

_OF_THE_LANGUAGE = frozenset(
    {"setattr", "delattr", "globals", "locals", "vars", "exec", "eval", "compile", "sys", "builtins", "codecs", "gc"}
)
_OF_THE_LIBRARY = frozenset(
    {
        "locale", "warnings", "weakref", "setfirstweekday", "register_dialect", "unregister_dialect",
        "field_size_limit", "register_namespace", "register", "reset_tzpath", "update_wrapper", "methodcaller",
        "set_event_loop_policy", "set_event_loop", "DefaultContext", "BasicContext", "ExtendedContext", "setitem",
        "delitem", "tzset",
    }
)  # fmt: skip
_NAMES = _OF_THE_LANGUAGE | _OF_THE_LIBRARY
"""With these, code changes what it does not own: settings of a module, of the interpreter, of other classes."""
_HARMLESS = frozenset({"__init__", "__name__", "__class__", "__doc__", "__call__", "__iter__", "__next__", "__eq__"})
_OWN = frozenset({"self", "cls"})
_PUBLIC_OF_TUPLES = frozenset({"_replace", "_asdict", "_fields", "_make"})
_IN_PLACE = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault",
     "sort", "update"}
)  # fmt: skip


def could_outlast(tree: ast.Module, modules: frozenset[str]) -> bool:
    """Whether anything in it looks as if it changed more than its own call sees. `modules`: names of modules."""
    return any(_is_telling(node, modules) for node in ast.walk(tree))


def used_modules(tree: ast.Module, modules: frozenset[str]) -> set[str]:
    """Which of `modules` it names or imports."""
    return {name for node in ast.walk(tree) for name in _named(node)} & modules


def _is_telling(node: ast.AST, modules: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _NAMES or node.id.startswith("__")
    if isinstance(node, ast.alias):
        return node.name in _NAMES
    if isinstance(node, ast.Attribute):
        return node.attr in _NAMES or _reaches_in(node) or _changes_in_place(node, modules)
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _is_of_a_module(node.value, modules)
    return False


def _reaches_in(node: ast.Attribute) -> bool:
    """It sets an attribute of something, or reads one that is none of its business."""
    is_own = isinstance(node.value, ast.Name) and node.value.id in _OWN
    if node.attr.startswith("__"):
        return node.attr not in _HARMLESS
    is_hidden = node.attr.startswith("_") and node.attr not in _PUBLIC_OF_TUPLES
    return not is_own and (is_hidden or not isinstance(node.ctx, ast.Load))


def _changes_in_place(node: ast.Attribute, modules: frozenset[str]) -> bool:
    return node.attr in _IN_PLACE and _is_of_a_module(node.value, modules)


def _is_of_a_module(node: ast.expr, modules: frozenset[str]) -> bool:
    """`keyword.kwlist`, `html.entities.html5`: something that a module holds."""
    if not isinstance(node, ast.Attribute):
        return False
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return isinstance(inner, ast.Name) and inner.id in modules


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.alias):
        yield node.name
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
