"""`dbcv check`: each problem with its line, the mend, an exit code; as text in two languages and as JSON."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dbcv.entrypoints.check import main
from dbcv.entrypoints.cli import app

WRONG = """\
name: Bad
first_step_id: a
steps:
  - id: a
    title: Hello
    connection_groups:
      - connections:
          - next_step_id: nowhere
"""


def test_a_wrong_bot_is_told_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bot.yaml"
    file.write_text(WRONG)
    assert main(file, "en") == 1
    printed = capsys.readouterr().out
    assert f"{file}:5: error: unknown field “title”\n    steps[0].title; did you mean “name”?" in printed
    assert f'{file}:8: error: there is no step "nowhere"' in printed
    assert "2 errors" in printed.splitlines()[-1]


def test_russian_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bot.yaml"
    file.write_text(WRONG)
    main(file, "ru")
    assert "ошибка: неизвестное поле «title»\n    steps[0].title; возможно, «name»?" in capsys.readouterr().out


def test_json_with_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bot.json"
    file.write_text('{\n  "name": "b",\n  "steps": [\n    {"id": 5}\n  ]\n}')
    assert main(file, "en", "json") == 1
    first = json.loads(capsys.readouterr().out)["problems"][0]
    assert (first["path"], first["line"], first["severity"]) == ("steps[0].id", 4, "error")


def test_unreadable_text_has_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bot.json"
    file.write_text('{\n  "name": "b",,\n}')
    assert main(file, "en") == 1
    assert f"{file}:2: error: cannot read it" in capsys.readouterr().out


def test_a_good_bot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = Path("src/dbcv/entrypoints/demo/appointment.en.yaml")
    assert main(file, "en") == 0
    assert capsys.readouterr().out == f"{file}: nothing to mend\n"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert main(tmp_path / "none.yaml") == 2


def test_the_command_line_hands_its_exit_code_on(tmp_path: Path) -> None:
    file = tmp_path / "bot.yaml"
    file.write_text(WRONG)
    result = CliRunner().invoke(app, ["check", str(file), "--lang", "en", "--format", "json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"]
