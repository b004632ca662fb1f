"""A document as text: one stable order, defaults left out, small leaves on one line, made to be read in a diff. Called
by the package; the counterpart of `reading`. Writes its own YAML: the library's emitter takes 16 s for 10,000 steps."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from dbcv.domains.bots.document.reading import Format
from dbcv.domains.bots.document.shapes import FORMAT, VERSION, BotDocument

_INLINE_CHARS = 100
_LONGEST_SIMPLE_KEY = 900  # YAML's own limit is 1024
# Plain (unquoted) only where YAML 1.1 and 1.2 and every context agree that it is text.
_PLAIN = re.compile(r"(?:/|[^\W\d_])[\w .()/$+*=<>|!;@%&'\"—–-]*(?<! )\Z")
_PLAIN_IN_BLOCK = re.compile(_PLAIN.pattern.replace("[\\w ", "[\\w,? "))
_WORD_OF_YAML = re.compile(r"(?:y|n|yes|no|on|off|true|false|null)\Z", re.IGNORECASE)
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_NOT_IN_BLOCK = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write(document: BotDocument, format: Format) -> str:
    """`document` as text that reads back equal. Ends with a line break."""
    sparse = {"format": FORMAT, "version": VERSION} | document.model_dump(exclude_defaults=True)
    lines = _json_lines(sparse, "", "", "") if format == "json" else _yaml_lines(sparse, "")
    return "\n".join(lines) + "\n"


def _is_leaf(value: Any) -> bool:
    """Nothing inside but scalars and lists of them: such values may go on one line."""
    return not any(
        (isinstance(part, dict) and part) or (isinstance(part, list) and not _is_flat(part)) for part in _parts(value)
    )


def _is_flat(items: list[Any]) -> bool:
    return not any(isinstance(item, (dict, list)) and item for item in items)


def _parts(value: dict[str, Any] | list[Any]) -> Collection[Any]:
    return value.values() if isinstance(value, dict) else value


# JSON


def _json_lines(value: Any, indent: str, before: str, after: str) -> Iterator[str]:
    if not isinstance(value, (dict, list)) or not value or _is_leaf(value):
        inline = json.dumps(value, ensure_ascii=False, allow_nan=False)
        if len(inline) <= _INLINE_CHARS or not isinstance(value, (dict, list)):
            yield f"{indent}{before}{inline}{after}"
            return
    yield f"{indent}{before}{'{' if isinstance(value, dict) else '['}"
    entries = _json_entries(value)
    for index, (name, item) in enumerate(entries, 1):
        yield from _json_lines(item, indent + "  ", name, "," if index < len(entries) else "")
    yield f"{indent}{'}' if isinstance(value, dict) else ']'}{after}"


def _json_entries(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(json.dumps(key, ensure_ascii=False) + ": ", item) for key, item in value.items()]
    return [("", item) for item in value]


# YAML


def _yaml_lines(value: Any, indent: str) -> Iterator[str]:
    """The lines of a block mapping or list that is not empty."""
    if isinstance(value, list):
        for item in value:
            yield from _yaml_item(item, indent)
        return
    for key, item in value.items():
        written = _scalar(key)
        if len(written) > _LONGEST_SIMPLE_KEY:
            yield f"{indent}? {written}"
            written = ""
        yield from _yaml_value(f"{indent}{written}:", item, indent)


def _yaml_value(head: str, value: Any, indent: str) -> Iterator[str]:
    if (inline := _inline(value)) is not None:
        yield f"{head} {inline}"
    elif isinstance(value, str):
        yield from _literal(head, value, indent)
    else:
        yield head
        yield from _yaml_lines(value, indent + "  ")


def _yaml_item(item: Any, indent: str) -> Iterator[str]:
    inline = _inline(item)
    if inline is not None or isinstance(item, str):
        yield from _yaml_value(f"{indent}-", item, indent)
        return
    lines = _yaml_lines(item, indent + "  ")
    yield f"{indent}- {next(lines)[len(indent) + 2 :]}"
    yield from lines


def _inline(value: Any) -> str | None:
    """`value` on one line, or None when it needs several."""
    if isinstance(value, str):
        return None if _is_block(value) else _scalar(value, _PLAIN_IN_BLOCK)
    if not isinstance(value, (dict, list)):
        return _scalar(value)
    if not _is_leaf(value) or any(isinstance(part, str) and _is_block(part) for part in _parts(value)):
        return None
    flow = _flow(value)
    return flow if len(flow) <= _INLINE_CHARS or not value else None


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any, plain: re.Pattern[str] = _PLAIN) -> str:
    if isinstance(value, str) and plain.match(value) and not _WORD_OF_YAML.match(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if isinstance(value, float):  # YAML 1.1 takes 1e-05 for text, 1.0e-05 for a number
        return quoted if "." in quoted else quoted.replace("e", ".0e")
    return _TO_ESCAPE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _is_block(text: str) -> bool:
    return "\n" in text and text[0] not in " \n\t" and not _NOT_IN_BLOCK.search(text)


def _literal(head: str, text: str, indent: str) -> Iterator[str]:
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    yield f"{head} |{'-' if ends == 0 else '' if ends == 1 else '+'}"
    for line in body.split("\n") + [""] * (ends - 1):
        yield f"{indent}  {line}" if line else ""
