"""`dbcv play`: talking, buttons by number, time by hand, variables, traces, the outside world; without a terminal."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from dbcv.domains.bots import document
from dbcv.entrypoints.play import Player, main

BOT = {
    "name": "B",
    "first_step_id": "ask",
    "steps": [
        {
            "id": "ask",
            "message": {"text": "Yes?", "params": {"buttons": [{"text": "Fine", "value": "ok"}, "bad"]}},
            "timeout_after": 60,
            "timeout_step_id": "late",
            "connection_groups": [
                {
                    "variables": {"message.text": "session.said"},
                    "connections": [
                        {
                            "rules": {"rules": [{"field": "message.text", "operator": "equals", "value": "ok"}]},
                            "next_step_id": "call",
                        },
                        {"next_step_id": "ask"},
                    ],
                }
            ],
        },
        {"id": "late", "message": {"text": "Too late"}},
        {
            "id": "call",
            "is_proxy": True,
            "connection_groups": [
                {
                    "search_type": "response",
                    "request_id": "crm",
                    "variables": {"response.result.deal": "session.deal", "response.error": "session.error"},
                    "connections": [{"next_step_id": "done"}],
                }
            ],
        },
        {"id": "done", "message": {"text": "Deal {$session.deal$} {$session.error$}"}},
    ],
    "requests": [{"id": "crm", "method": "post", "request_url": "https://crm.example/x", "json_field": {"a": 1}}],
}


def play(*lines: str, answers: Iterable[str] = ()) -> list[str]:
    """What is printed for these lines; `answers` are given to the outside world's questions."""
    printed, pending, given = [], list(lines), iter(answers)

    def read(prompt: str) -> str:
        if prompt != "> ":
            return next(given, "")
        if not pending:
            raise EOFError
        return pending.pop(0)

    Player(document.normalise(BOT), "en", read, printed.append).run()
    return printed[1:]


def test_a_button_is_pressed_by_its_number_and_the_world_answers() -> None:
    printed = play("hi", "1", answers=['{"deal": 7}'])
    assert printed == [
        "B: Yes?",
        "[1] Fine  [2] bad",
        "the bot asks for request crm (POST https://crm.example/x)",
        '  {"a": 1}',
        "B: Deal 7 ",
    ]


def test_an_empty_answer_means_not_available() -> None:
    assert play("hi", "ok")[-1] == "B: Deal  not available"


def test_an_answer_that_is_no_json_is_text() -> None:
    assert "this is not JSON; the bot gets it as text" in play("hi", "ok", answers=["plain"])


def test_time_passes_by_command() -> None:
    assert play("hi", ":wait 59", ":wait 1")[2:] == ["(the bot says nothing)", "B: Too late"]
    assert play("hi", ":wait soon", ":wait -1", ":wait nan")[2:] == [":wait needs a number of seconds"] * 3


def test_variables_trace_reset_and_quit() -> None:
    printed = play("hi", "2", ":vars", ":trace", ":reset", ":vars", ":nonsense", ":help", ":quit", "never read")
    assert 'session: {"said": "bad"}' in printed
    assert any('message.text equal "ok", it is "bad"' in line for line in printed)
    assert "step: None" in printed
    assert "no such command; :help lists them" in printed
    assert "never read" not in printed


def test_a_bot_with_mistakes_is_not_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bot.yaml"
    file.write_text("name: b\nsteps: 5")
    assert main(file, "en") == 1
    assert "expected a list, found a number" in capsys.readouterr().err
    assert main(tmp_path / "none.yaml") == 2
