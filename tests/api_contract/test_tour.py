"""The tour for newcomers runs as it stands in examples/, against a real product, and says what it did."""

import subprocess
import sys
from pathlib import Path

from tests.api_contract.conftest import Running
from tests.product import EMAIL, PASSWORD

TOUR = Path(__file__).resolve().parents[2] / "examples" / "api_tour.py"
SAID = (
    "bot: Nice to meet you, ANNA! How old are you?", "bot: Ask your parents.", "the draft differs", "instead of",
    "revision 2 is published", "bot: Welcome, make yourself at home.", "revision 1 is published again",
    "4 steps exported; imported", "a template made of 1 step", "its secret is stored", "a file of 16 bytes",
    "a cron: ", "an emitter: ",
)  # fmt: skip


def _tour(url: str, *options: str) -> str:
    command = [sys.executable, TOUR, "--url", url, *options]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


def test_a_newcomer_sees_all_of_it(running: Running) -> None:
    said = _tour(running.url)
    assert [words for words in SAID if words not in said] == []
    assert "never to be seen again" not in said
    assert "See it drawn" in said


def test_an_account_one_has_serves_too(running: Running) -> None:
    assert f"  {EMAIL}\n" in _tour(running.url, "--email", EMAIL, "--password", PASSWORD)


def test_what_is_refused_is_told(running: Running) -> None:
    made = subprocess.run(
        [sys.executable, TOUR, "--url", running.url, "--email", "nobody@example.com", "--password", "wrong"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode == 1 and "401" in made.stderr and "Traceback" not in made.stderr


def test_where_nothing_listens_is_told_with_what_to_do() -> None:
    made = subprocess.run(
        [sys.executable, TOUR, "--url", "http://127.0.0.1:9"], capture_output=True, text=True, timeout=60, check=False
    )
    assert made.returncode == 1 and "make up" in made.stderr and "Traceback" not in made.stderr
