"""The commands on the guide's pages about the API run as they stand, page after page, on a real product."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.product import Product

PAGES = (
    "accounts",
    "build-by-api",
    "conversations",
    "analytics",
    "templates",
    "variables",
    "schedules",
    "files",
    "credentials",
    "presets",
    "constructor",
    "requests",
)
COMMANDS = re.compile(r"^```\n(.*?)^```", re.DOTALL | re.MULTILINE)
CURL = Path(__file__).with_name("curl.py")


def commands(language: str, url: str) -> str:
    """All of them, for this product. Each language has a Boris of its own."""
    pages = [(ROOT / "docs" / "guide" / language / f"{page}.md").read_text() for page in PAGES]
    text = "\n".join(block for page in pages for block in COMMANDS.findall(page))
    address = f"boris-{language}@example.com"
    text = text.replace("http://localhost:8003", url).replace("boris@example.com", address)
    return text.replace("password=…", f'"password={Product.password}"')


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_command_of_the_guide_is_accepted(product: Product, tmp_path: Path, language: str) -> None:
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{CURL}" "$@"\n')
    curl.chmod(0o755)
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands(language, product.url)],
        cwd=tmp_path, env=os.environ | {"PATH": f"{curl.parent}:{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count('"id"') > 20
