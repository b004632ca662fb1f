"""The examples of the guide and of the READMEs run: bots without problems, conversation tests that pass."""

import re
from pathlib import Path

import pytest

from dbcv.engine.filters import FILTERS
from dbcv.engine.operators import OPERATORS
from dbcv.entrypoints import check, test
from tests.architecture.sources import ROOT

GUIDES = [ROOT / "docs" / "guide" / language for language in ("en", "ru")]
EXAMPLE = re.compile(r"```yaml\n(?:# file: (\S+)\n)?(.*?)```", re.DOTALL)


def write_examples(pages: list[Path], folder: Path) -> list[Path]:
    """Every YAML example of the pages as a file; one without a name becomes hello.yaml."""
    written = []
    for page in pages:
        for name, text in EXAMPLE.findall(page.read_text()):
            path = folder / (name or "hello.yaml")
            path.write_text(text)
            written.append(path)
    return written


@pytest.mark.parametrize(
    "pages", [*[sorted(guide.glob("*.md")) for guide in GUIDES], [ROOT / "README.md"], [ROOT / "README.ru.md"]]
)
def test_the_examples_run(pages: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write_examples(pages, tmp_path)
    bots = [path for path in files if "test" not in path.name]
    scripts = [path for path in files if "test" in path.name]
    for bot in bots:
        assert check.main(bot) == 0, capsys.readouterr().out
        assert "warning" not in capsys.readouterr().out
    assert bots
    assert test.main(scripts) == 0 if scripts else True, capsys.readouterr().out


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_the_guide_names_every_filter_and_operator(guide: Path) -> None:
    rows = [line for line in (guide / "a-bot-as-a-file.md").read_text().splitlines() if line.startswith("| `")]
    named = {name for line in rows for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    operators = {operator.name for operator in OPERATORS.values()}
    assert (set(FILTERS) | operators) - named == set()
