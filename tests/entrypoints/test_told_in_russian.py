"""What the server says to people has words for Russian pages, and these words belong to something it says.

The pages put them in place of the English (web/src/i18n/told.ts): a stored reason and a refusal may be read by anybody.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src/dbcv"
TOLD = ROOT / "web/src/i18n/told"
SAID_TO_PEOPLE = (
    *sorted((SOURCES / "domains").glob("*/errors.py")),
    SOURCES / "kit/errors.py",
    SOURCES / "kit/outbound/client.py",
    SOURCES / "kit/outbound/requests.py",
    SOURCES / "kit/outbound/proxies.py",
    SOURCES / "kit/outbound/network.py",
    SOURCES / "domains/credentials/service/trial.py",
    SOURCES / "domains/credentials/service/opened.py",
    SOURCES / "domains/credentials/service/oauth.py",
    SOURCES / "domains/conversations/service/links.py",
    SOURCES / "runtime/delivery.py",
    SOURCES / "runtime/perform.py",
    SOURCES / "runtime/transports/outgoing.py",
)
PIECES = {
    "{} {}",
    "{}: {}",
    ": did you mean {}?",
    "{}{} was {}{} in version {}",
    'Read the bot, then send its version, If-Match: "{}" (If-Match: * overwrites whatever is there)',
    "{} times in a row",
    "too many times for one message",
    "bots answered each other {}",
    "the redirect was not followed: ",
    "disconnected without sending",
    " of the template “{}”",
}
"""Parts of sentences, and what no page meets."""
COMPOSED = {
    "loop: {}",
    "too_much_work: {}",
    "template_depth: {}",
    "timeout_step_missing: {}",
    "The bot has no such session",
    "The bot has no such channel",
    "There is no such emitter",
    "There is no such cron",
    "The file is too large: at most {} bytes are taken",
    "bots answered each other too many times for one message",
    "{}: a request sends what was sent to its bot, or uploaded for it (POST /api/v1/attachments?bot_id=…)",
}
"""Whole sentences that the product puts together of such parts."""
FROM_LIBRARIES = re.compile(
    r"Input should|String should|List should|Dictionary should|Field required|Extra inputs|Not Found|Method Not|"
    r"invalid syntax|unexpected indent|expected |unterminated|unindent|'\{\}' was never|"
    r"NameError|ZeroDivision|TimeoutError:|Forbidden: |Bad Request: "
)


def _written(tree: ast.AST) -> Iterator[str]:
    """Every text of a module but its docstrings; what an f-string fills in is {}."""
    passed = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for inner in ast.walk(node)}
    passed -= {id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)}
    passed |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    passed |= {id(inner) for node in ast.walk(tree) if _is_bilingual(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _is_bilingual(node: ast.AST) -> bool:
    return isinstance(node, ast.Dict) and any(isinstance(key, ast.Constant) and key.value == "ru" for key in node.keys)


def _keys() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(TOLD.glob("ru.*.ts")))
    found = re.findall(r"""^  (?:"((?:[^"\\]|\\.)+)"|'((?:[^'\\]|\\.)+)'|(\w+)):(?= |$)""", text, re.MULTILINE)
    return {re.sub(r"\\(.)", r"\1", one or two or three) for one, two, three in found}


def test_every_sentence_for_people_has_russian_words() -> None:
    keys = _keys()
    missing = [
        f"{path.relative_to(SOURCES)}: {text}"
        for path in SAID_TO_PEOPLE
        for text in _written(ast.parse(path.read_text(encoding="utf-8")))
        if " " in text.strip() and not re.search("[а-яё]|^[A-Z]{4,} |^<|\n", text)
        if text not in keys | PIECES and re.search("[a-z]{2} [a-z(]|[a-z]: ", text)
    ]
    assert not missing, "\n".join(missing)


def test_every_russian_sentence_belongs_to_something_that_is_said() -> None:
    said = {
        text
        for path in SOURCES.rglob("*.py")
        for text in _written(ast.parse(path.read_text(encoding="utf-8")))
    }  # fmt: skip
    parts = re.compile(r"\{\}")
    whole = "\n".join(said)
    lost = [
        key
        for key in _keys()
        if key not in said | COMPOSED
        and not FROM_LIBRARIES.match(key)
        and not all(part in whole for part in parts.split(key))
    ]
    assert not lost, "\n".join(lost)
