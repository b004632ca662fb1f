"""What the repository must not hold: addresses of package registries, places on one machine, unpinned packages."""

import json
import re

import pytest

from tests.architecture.sources import ROOT, repository_files, text_files

REGISTRY = re.compile(
    r"pythonhosted\.org|pypi\.org/simple|registry\.npmjs|npmmirror|deb\.debian\.org|archive\.ubuntu"
    r"|index-url\s*=|\"resolved\":\s*\"https?:|https?://\S+\.(?:whl|tgz)\b",
    re.IGNORECASE,
)
# A home folder or the root of a work place, where it stands as a path of its own.
MACHINE_PATH = re.compile(r"(?<![\w$/.}:~-])/(?:work|farm|root|home/\w+|Users/\w+|tmp/(?:lab|house|brief))/")
SELF = "tests/architecture/test_repository.py"


def hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}: {match[0]}"
        for path, text in text_files()
        if (name := path.relative_to(ROOT).as_posix()) != SELF
        for match in pattern.finditer(text)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert hits(REGISTRY) == []


def test_no_file_names_a_place_on_one_machine() -> None:
    assert hits(MACHINE_PATH) == []


@pytest.mark.parametrize("level", ["runtime", "dev"])
def test_python_packages_are_pinned_with_hashes(level: str) -> None:
    text = (ROOT / "requirements" / f"{level}.lock").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [
        entry for entry in entries if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:", entry.replace("\\\n", " "))
    ] == []


def test_the_development_packages_hold_the_runtime_ones_at_the_same_versions() -> None:
    pins = {
        level: set(re.findall(r"^[\w.-]+==\S+", (ROOT / f"requirements/{level}.lock").read_text(), re.M))
        for level in ("runtime", "dev")
    }
    assert pins["runtime"] - pins["dev"] == set()


def test_web_packages_are_pinned_with_hashes() -> None:
    """All but ready builds for platforms that nobody locked on yet: npm learns a hash when it first sees the file."""
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name and not entry.get("link")}
    other_platform = {name for name, entry in packages.items() if entry.get("optional") and entry.get("os")}
    assert [name for name, entry in packages.items() if "integrity" not in entry and name not in other_platform] == []
    assert [name for name, entry in packages.items() if "version" not in entry or "resolved" in entry] == []


def test_nothing_that_is_made_is_kept() -> None:
    made = re.compile(
        r"(^|/)(node_modules|dist|__pycache__|\.venv|\.dbcv|test-results)/|\.(pyc|log|sqlite3?)$|(^|/)\.env$"
    )
    assert [name for path in repository_files() if made.search(name := path.relative_to(ROOT).as_posix())] == []
