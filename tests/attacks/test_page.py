"""docs/security-tests.md is true: every test it names exists and runs, and no line is without one."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security-tests.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py): (test_\w+)`")
PARTS = (
    "Tenancy", "Accounts", "Webhooks", "Secrets", "Assistants", "Availability", "Code steps", "Templates and rules",
    "Browser", "Calls to the outside",
)  # fmt: skip


@cache
def source(file: str) -> str:
    return (ROOT / file).read_text()


def rows() -> list[str]:
    return [line for line in PAGE.read_text().splitlines() if line.startswith("| ") and "---" not in line]


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 60
    missing = [f"{file}: {name}" for file, name in named if not re.search(rf"\bdef {name}\(", source(file))]
    assert missing == []


def test_every_line_names_a_test() -> None:
    lines = [line for line in rows() if not line.startswith("| an attacker tries")]
    assert len(lines) > 35
    assert [line for line in lines if not NAMED.search(line)] == []


def test_every_part_is_there_and_every_attack_is_on_the_page() -> None:
    """Also the other way: a test of an attack that the page forgot is as good as not written."""
    text = PAGE.read_text()
    assert [part for part in PARTS if f"\n## {part}" not in text] == []
    tests = [
        (file.name, name)
        for file in (ROOT / "tests" / "attacks").glob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)\(", file.read_text(), re.MULTILINE)
        if file.name != "test_page.py"
    ]
    helpers = {"test_how_long_a_right_may_outlive_its_end", "test_ids_in_a_signed_token_that_are_none"}
    helpers |= {"test_who_goes_on_sending_is_listened_to"}
    assert [name for file, name in tests if name not in text and name not in helpers] == []
