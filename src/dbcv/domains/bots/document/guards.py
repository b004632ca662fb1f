"""What no text or number of a document may be, whatever field it stands in. Called by the package on a tree of plain
values (read from a file or handed in by the API); walks it without recursion, so no input can exhaust the stack."""

import math
from collections.abc import Iterator
from typing import Any

from dbcv.domains.bots.document.reading import MAX_DEPTH, HugeNumber, join
from dbcv.domains.bots.document.wording import Finding, shorten

MAX_EXACT_INTEGER = 2**53 - 1  # the largest a browser's JSON keeps exactly


def guard(tree: Any) -> list[Finding]:
    """Findings for everything in `tree` that JSON, PostgreSQL or a browser could not keep as it is."""
    findings: list[Finding] = []
    pending: list[tuple[str, Any, int]] = [("", tree, 0)]
    while pending:
        path, value, depth = pending.pop()
        if isinstance(value, (dict, list, tuple)):
            if depth >= MAX_DEPTH:
                findings.append(Finding("too_deep", shorten(path), {"limit": MAX_DEPTH}))
                continue
            children = list(_children(path, value, findings))
            pending.extend((place, child, depth + 1) for place, child in reversed(children))
        elif code := _scalar_fault(value):
            findings.append(Finding(code, path))
    return findings


def _children(path: str, value: Any, findings: list[Finding]) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        for index, item in enumerate(value):
            yield join(path, index), item
        return
    for key, item in value.items():
        if not isinstance(key, str):
            findings.append(Finding("key_not_text", path, {"name": repr(key)}))
        elif code := _text_fault(key):
            findings.append(Finding(code, join(path, shorten(key))))
        else:
            yield join(path, key), item


def _scalar_fault(value: Any) -> str | None:
    if isinstance(value, str):
        return _text_fault(value)
    if isinstance(value, HugeNumber):
        return "number_too_large"
    if isinstance(value, float):
        return None if math.isfinite(value) else "not_finite"
    if isinstance(value, int):
        return None if -MAX_EXACT_INTEGER <= value <= MAX_EXACT_INTEGER else "number_too_large"
    return None


def _text_fault(text: str) -> str | None:
    if "\0" in text:
        return "nul"
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return "surrogate"
    return None
