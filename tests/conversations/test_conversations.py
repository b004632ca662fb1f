"""Every conversation test in this folder passes, and together they reach every step and connection of their bots."""

from pathlib import Path

import pytest

from dbcv.domains.bots import document
from dbcv.entrypoints.rehearsal import report
from dbcv.entrypoints.test import Rehearsal

HERE = Path(__file__).parent
CONVERSATIONS = sorted(HERE.glob("*.yaml"))
ROOT = HERE.parent.parent
GALLERY = sorted((ROOT / "src/dbcv/gallery").glob("*.yaml"))
BOTS = [
    *sorted((ROOT / "src/dbcv/entrypoints/demo").glob("*.yaml")),
    *sorted((ROOT / "bench/bots").glob("*.yaml")),
    *GALLERY,
]


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path) -> None:
    rehearsal = Rehearsal()
    with rehearsal.code:
        result = rehearsal.run(path)
    assert result.problem is None, report.as_text([result], [])


def test_they_reach_every_step_and_connection_of_every_bot() -> None:
    rehearsal = Rehearsal()
    with rehearsal.code:
        for path in CONVERSATIONS:
            rehearsal.run(path)
    assert set(rehearsal.coverages) == set(BOTS)
    for coverage in rehearsal.coverages.values():
        assert (coverage.missed_steps, coverage.missed_edges) == ([], [])


@pytest.mark.parametrize("path", BOTS, ids=lambda path: path.name)
def test_the_bots_files_are_as_an_export_writes_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parsed = document.parse(text, "yaml")
    assert document.dump(parsed, "yaml") == text
    found = document.problems(parsed)
    assert [problem for problem in found if problem.severity == "error" or {"demo", "gallery"} & set(path.parts)] == []


@pytest.mark.parametrize(
    ("english", "russian"),
    list(zip(BOTS[:1] + GALLERY[::2], BOTS[1:2] + GALLERY[1::2], strict=True)),
    ids=lambda path: path.stem,
)
def test_both_languages_have_one_structure(english: Path, russian: Path) -> None:
    assert _structure(document.parse(russian.read_bytes(), "yaml")) == _structure(
        document.parse(english.read_bytes(), "yaml")
    )


def _structure(bot: dict) -> list[tuple]:
    return [
        (
            step["id"],
            step["timeout_after"],
            step["timeout_step_id"],
            step["position"],
            [[link["next_step_id"] for link in group["connections"]] for group in step["connection_groups"]],
        )
        for step in [{**bot["steps"][0], "connection_groups": bot["master_connection_groups"]}, *bot["steps"]]
    ]
