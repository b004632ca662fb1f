"""Which variables a code step reads, found in its syntax tree. Called by usage and by templates; the code is parsed,
never run or compiled, and what cannot be followed is said to be so instead of being guessed."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dbcv.engine.paths import MAX_PATH_KEYS, SCOPES

MAX_CODE_CHARS = 100_000
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """Where a text literal stands: lines from 1, columns in bytes of UTF-8, as `ast` counts; `text` is its value."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A path that code reads. `keys` begin with the scope; () is all variables at once.

    `exact` is false where a name is chosen at run time, or the code could mean another thing. `literals` are the texts
    that spell the keys, the scope's first; one literal may spell several keys ("session.age").
    """

    keys: Keys
    line: int
    exact: bool
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class CodeUse:
    """What one code step reads, and the keys of `result` it returns. `fault` says why code was not understood."""

    reads: tuple[CodeRead, ...]
    returns: tuple[tuple[str, int], ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """What an expression stands for: a path from `variables`, spelled by literals."""

    keys: Keys
    exact: bool
    literals: tuple[Literal, ...]


def code_use(code: str) -> CodeUse:
    """What `async def main(message, variables)` reads and returns. Never raises, whatever the text is."""
    if len(code) > MAX_CODE_CHARS:
        return CodeUse((), (), f"the code is longer than {MAX_CODE_CHARS} characters")
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        return CodeUse((), (), f"line {error.lineno or 1}: {error.msg}")
    except (ValueError, RecursionError, MemoryError):
        return CodeUse((), (), "the code is no Python that can be read")
    main = next((node for node in tree.body if _is_main(node)), None)
    if not isinstance(main, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return CodeUse((), (), "there is no function main")
    return CodeUse(tuple(_Reader(tree, main).reads()), tuple(_returns(main)))


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "main"


class _Reader:
    """Follows the two parameters of main, and names that were given a part of them, through every expression."""

    def __init__(self, tree: ast.Module, main: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        nodes = list(ast.walk(tree))
        self.parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
        self.bound = Counter(name for node in nodes for name in _bound_names(node))
        self.known: dict[str, _Place] = {}
        self.aliases: set[ast.expr] = set()
        self.places: dict[ast.expr, _Place | None] = {}
        parameters = [*main.args.posonlyargs, *main.args.args]
        for parameter, keys in zip(parameters, (("message",), ()), strict=False):
            self.known[parameter.arg] = _Place(keys, self.bound[parameter.arg] == 1, ())
        for node in sorted(_assignments(nodes), key=lambda each: (each.lineno, each.col_offset)):
            self._learn(node)

    def reads(self) -> Iterator[CodeRead]:
        """Every longest path that is read, in the order of the text."""
        expressions = [node for node in self.parents if isinstance(node, ast.expr)]
        for node in sorted(expressions, key=lambda each: (each.lineno, each.col_offset)):
            place = self._whole(node)
            if place is not None and (not place.keys or place.keys[0] in SCOPES):
                yield CodeRead(place.keys, node.lineno, place.exact, place.literals)

    def _learn(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> None:
        """`user = variables["user"]`: the name stands for the path from here on, surely if it is bound once."""
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, ast.Name) or node.value is None or target.id in self.known:
            return
        place = self._place(node.value)
        if place is not None:
            self.aliases.add(node.value)
            self.known[target.id] = _Place(place.keys, place.exact and self.bound[target.id] == 1, place.literals)
            self.places.clear()

    def _whole(self, node: ast.expr) -> _Place | None:
        """The path that `node` reads, if no longer one goes through it."""
        if node in self.aliases or _is_stored(node):
            return None
        place = self._place(node)
        if place is None:
            return None
        parent = self.parents[node]
        if isinstance(parent, ast.expr) and self._goes_through(parent, node):
            return None
        return self._asked(node, parent, place)

    def _goes_through(self, outer: ast.expr, node: ast.expr) -> bool:
        inner = _inner(outer)
        return inner is not None and inner[0] is node and self._place(outer) is not None

    def _asked(self, node: ast.expr, parent: ast.AST, place: _Place) -> _Place | None:
        """What of a path is read by what stands around it: a key asked for, a key chosen at run time, all of it."""
        if isinstance(parent, ast.Attribute):
            outer = self.parents[parent]
            if isinstance(outer, ast.Call) and outer.func is parent:
                if self._place(outer) is not None:
                    return None
                return _Place(place.keys, place.exact and parent.attr != "get" and bool(place.keys), place.literals)
        if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
            key = _text_of(parent.left)
            if key is not None and parent.comparators[0] is node:
                return _below(place, key, parent.left)
        chosen = isinstance(parent, ast.Subscript) and parent.value is node
        return _Place(place.keys, place.exact and not chosen and bool(place.keys), place.literals)

    def _place(self, node: ast.expr) -> _Place | None:
        """The path an expression stands for; None if it is none. Each is found once, and without recursion."""
        chain: list[tuple[ast.expr, str | int | None, ast.expr]] = []
        while node not in self.places:
            inner = _inner(node)
            if inner is None:
                self.places[node] = self.known.get(node.id) if isinstance(node, ast.Name) else None
                break
            chain.append((node, inner[1], inner[2]))
            node = inner[0]
        place = self.places[node]
        for outer, key, spelled in reversed(chain):
            if place is not None and key is not None:
                place = _below(place, key, spelled)
            self.places[outer] = place
        return place


def _inner(node: ast.expr) -> tuple[ast.expr, str | int | None, ast.expr] | None:
    """What an expression takes a key of, the key (None: it is the same thing), and the literal that spells it."""
    if isinstance(node, ast.Subscript) and (key := _key_of(node.slice)) is not None:
        return node.value, key, node.slice
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        asked = _text_of(node.args[0])
        return None if asked is None else (node.func.value, asked, node.args[0])
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return node.values[0], None, node
    return (node.value, None, node) if isinstance(node, ast.NamedExpr) else None


def _below(place: _Place, key: str | int, spelled: ast.expr) -> _Place:
    """A key further; from all variables a text may name a whole path: variables.get("user.name")."""
    keys = tuple(str(key).split(".")) if not place.keys else (str(key),)
    if len(place.keys) + len(keys) > MAX_PATH_KEYS:
        return _Place(place.keys, False, place.literals)
    return _Place((*place.keys, *keys), place.exact, (*place.literals, _literal(spelled)))


def _literal(node: ast.expr) -> Literal:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return Literal(node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, text)


def _text_of(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _key_of(node: ast.expr) -> str | int | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)) and not isinstance(node.value, bool):
        return node.value
    return None


def _is_stored(node: ast.expr) -> bool:
    return not isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _assignments(nodes: Iterable[ast.AST]) -> Iterator[ast.Assign | ast.AnnAssign | ast.NamedExpr]:
    for node in nodes:
        if isinstance(node, (ast.AnnAssign, ast.NamedExpr)) or (
            isinstance(node, ast.Assign) and len(node.targets) == 1
        ):
            yield node


def _bound_names(node: ast.AST) -> Iterable[str]:
    """The names that a node gives a meaning."""
    if isinstance(node, ast.arg):
        return (node.arg,)
    if isinstance(node, ast.Name):
        return () if isinstance(node.ctx, ast.Load) else (node.id,)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return (node.name,)
    if isinstance(node, ast.alias):
        return ((node.asname or node.name).partition(".")[0],)
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return (node.name,) if node.name else ()
    return node.names if isinstance(node, (ast.Global, ast.Nonlocal)) else ()


def _returns(main: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, int]]:
    """The keys of objects that main returns, with their lines; "" for a value whose keys are not seen."""
    pending: list[ast.AST] = list(reversed(main.body))
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Return) and node.value is not None:
            yield from _returned(node.value)
        pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _returned(value: ast.expr) -> Iterator[tuple[str, int]]:
    if not isinstance(value, ast.Dict) or not value.keys:
        yield "", value.lineno
        return
    for key in value.keys:
        yield (None if key is None else _text_of(key)) or "", value.lineno if key is None else key.lineno
