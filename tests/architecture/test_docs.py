"""What the documents say about the code is true: what they name exists, and both READMEs have one structure."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from dbcv.kit.settings import describe
from tests.architecture.sources import ROOT, SOURCE

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if path.name != "CHANGELOG.md"
)
ABOUT_CODE = ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/path-of-a-message.md"]
IN_BACKTICKS = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")
FUNCTION = re.compile(rf"({PATH.pattern}\.py): ([A-Za-z_][\w.]*)")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
READMES = ("README.md", "README.ru.md")


def text_of(document: str) -> str:
    return (ROOT / document).read_text()


def found(path: str) -> bool:
    return (ROOT / path).exists() or (SOURCE / path).exists()


@cache
def names_in(path: Path) -> frozenset[str]:
    """Functions and classes at the top of a file, and methods as Class.method."""
    names = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {
                f"{node.name}.{part.name}"
                for part in node.body
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return frozenset(names)


@pytest.mark.parametrize("document", ABOUT_CODE)
def test_files_that_are_named_exist(document: str) -> None:
    named = {match[0] for quoted in IN_BACKTICKS.findall(text_of(document)) if (match := PATH.match(quoted))}
    assert sorted(path for path in named if not found(path)) == []
    assert document == "CONTRIBUTING.md" or len(named) > 5


@pytest.mark.parametrize("document", ABOUT_CODE)
def test_functions_that_are_named_exist(document: str) -> None:
    named = [
        match.groups() for quoted in IN_BACKTICKS.findall(text_of(document)) if (match := FUNCTION.fullmatch(quoted))
    ]
    missing = [f"{path}: {name}" for path, name in named if name not in names_in(SOURCE / path)]
    assert missing == []


def test_the_path_of_a_message_names_every_part_of_the_way() -> None:
    text = text_of("docs/path-of-a-message.md")
    parts = [
        "accept.py",
        "kit/bell.py",
        "kit/stream_names.py",
        "shards.py",
        "mailbox.py",
        "turn.py",
        "perform.py",
        "ledger.py",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    targets = [
        target for target in LINK.findall(text_of(document)) if "://" not in target and not target.startswith("mailto:")
    ]
    assert [target for target in targets if not ((ROOT / document).parent / target).exists()] == []


def test_the_tree_in_architecture_is_the_tree() -> None:
    drawn = set(re.findall(r"^  (\w+)/ ", text_of("ARCHITECTURE.md"), re.MULTILINE))
    there = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert drawn == there


def without_words(text: str) -> list[str]:
    """The skeleton of a page: levels of headings, code blocks as they are, table rows and list items as marks."""
    kept, in_code = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            in_code = not in_code
            kept.append(line)
        elif in_code:
            kept.append(re.sub(r"\s*#.*", "", line))
        elif mark := re.match(r"#+ |\| |- |\d+\. ", line):
            kept.append(mark[0].strip())
    return kept


def test_both_readmes_have_the_same_structure() -> None:
    english, russian = (without_words(text_of(name)) for name in READMES)
    assert english == russian


@pytest.mark.parametrize("name", READMES)
def test_each_table_of_figures_names_its_command(name: str) -> None:
    """A section of the README that shows measured numbers shows the command that measures them."""
    sections = re.split(r"^## ", text_of(name), flags=re.MULTILINE)
    measured = [
        section for section in sections if re.search(r"\b\d[\d,.]*\s?(?:ms|µs|MB|мс|мкс|МБ|turns|ходов)\b", section)
    ]
    assert [
        section.splitlines()[0] for section in measured if not re.search(r"`make (?:bench|faults|test|up)", section)
    ] == []


@pytest.mark.parametrize("name", ["en", "ru"])
def test_both_guides_have_the_same_pages(name: str) -> None:
    other = {"en": "ru", "ru": "en"}[name]
    pages = {path.name for path in (ROOT / "docs" / "guide" / name).glob("*.md")}
    assert pages == {path.name for path in (ROOT / "docs" / "guide" / other).glob("*.md")}
    assert pages


def test_operating_lists_every_setting_as_the_program_does() -> None:
    """`make generate` writes that table."""
    table = text_of("docs/operating.md").partition("<!-- settings -->")[2].partition("<!-- /settings -->")[0]
    assert re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE) == describe()
