"""`dbcv test`: expectations that hold and that do not, effects in order, coverage, reports and exit codes."""

import copy
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dbcv.domains.bots import document
from dbcv.entrypoints.cli import app
from dbcv.entrypoints.test import Rehearsal, main

BOT = {
    "name": "B",
    "first_step_id": "ask",
    "variables": {"greeting": "Hello"},
    "steps": [
        {
            "id": "ask",
            "message": {
                "text": "{$bot.greeting$} {$user.name$}",
                "params": {"buttons": [{"text": "Go", "value": "go"}]},
            },
            "timeout_after": 60,
            "timeout_step_id": "late",
            "connection_groups": [
                {
                    "connections": [
                        {
                            "rules": {"rules": [{"field": "message.text", "operator": "equals", "value": "go"}]},
                            "next_step_id": "call",
                        },
                    ]
                }
            ],
        },
        {"id": "late", "message": {"text": "Late"}},
        {
            "id": "call",
            "is_proxy": True,
            "connection_groups": [
                {
                    "search_type": "response",
                    "request_id": "crm",
                    "variables": {"response.ok": "session.ok", "response.result": "session.deal"},
                },
                {"search_type": "code", "code": "async def main(message, variables):\n    return 1\n"},
                {
                    "search_type": "integration",
                    "integration_id": "telegram.send_message",
                    "integration_config": {"chat_id": "1", "text": "{$user.name$}"},
                    "credential_id": "tg",
                },
                {"variables": [{"target": "session.file", "source": "session.deal", "mode": "file", "ext": ".txt"}]},
                {"connections": [{"next_step_id": "done"}]},
            ],
        },
        {"id": "done", "message": {"text": "Deal {$session.deal$}"}},
    ],
    "requests": [
        {"id": "crm", "name": "CRM", "method": "post", "request_url": "https://crm.example/", "json_field": 1}
    ],
    "credentials": [{"id": "tg", "name": "Bot", "provider": "telegram"}],
}
EFFECTS = """\
effects:
  - {request: CRM, with: {method: post, json_field: 1}, reply: {status: 404, result: 7}}
  - {code: true, reply: {result: 1}}
  - {integration: telegram.send_message, with: {config: {chat_id: "1", text: Ann}}}
"""


ASKED = ("request crm (POST https://crm.example/)", "integration telegram.send_message")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bot.yaml").write_text(document.dump(BOT, "yaml"))
    return tmp_path


def run(folder: Path, text: str) -> tuple[str | None, list[str]]:
    """The heading of the failure (None: passed) and its lines."""
    file = folder / "test.yaml"
    file.write_text("bot: bot.yaml\ngiven: {user: {name: Ann}}\n" + text)
    result = Rehearsal().run(file)
    return result.problem, list(result.details)


def test_replies_effects_and_variables_as_written(folder: Path) -> None:
    turns = """\
turns:
  - user: hi
    bot: {text: Hello Ann, buttons: [Go], params: {buttons: [{text: Go, value: go}]}}
    then: {step: ask}
  - {user: what, bot: []}
  - user: go
    bot: Deal 7
    then: {step: done, session.ok: false, session.deal: 7, session.nothing: null, user.name: Ann, error: null}
"""
    assert run(folder, EFFECTS + turns) == (None, [])


def test_time_passes(folder: Path) -> None:
    assert (
        run(folder, "turns: [{user: hi}, {wait: 59.5, bot: []}, {wait: 0.5, bot: Late, then: {step: late}}]")[0] is None
    )


def test_another_reply_is_shown_as_a_difference_with_the_reason(folder: Path) -> None:
    file = folder / "test.yaml"
    file.write_text("bot: bot.yaml\nturns:\n  - {user: hi}\n  - user: waht\n    bot: Deal 7\n")
    result = Rehearsal().run(file)
    assert (result.line, result.problem) == (4, "turn 2, user: waht")
    assert result.details == ["- Deal 7", "+ (silence)"]
    assert result.why == ['ask: group 1, connection 1 not taken: message.text equal "go", it is "waht"']


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turns: [{user: hi, bot: Hi}]", ["- Hi", "+ Hello Ann"]),
        ("turns: [{user: hi, bot: []}]", ["- (silence)", "+ Hello Ann"]),
        ("turns: [{user: hi, bot: [Hello Ann, More]}]", ["  Hello Ann", "- More"]),
        ("turns: [{user: hi, bot: {buttons: [Stop]}}]", ["-   buttons: ['Stop']", "+   buttons: ['Go']"]),
        ("turns: [{user: hi, then: {step: late}}]", ["step is 'ask', expected 'late'"]),
        ("turns: [{user: hi, then: {session.x: 1}}]", ["session.x is undefined, expected 1"]),
        (
            "turns: [{user: hi}, {user: go}]",
            [f"the bot asked for {what}, no effect is left in the test" for what in ASKED],
        ),
        (
            "effects: [{code: true}]\nturns: [{user: hi}]",
            ["the bot never asked for code"],
        ),
    ],
)
def test_what_goes_another_way_fails(folder: Path, text: str, expected: list[str]) -> None:
    problem, details = run(folder, text)
    assert problem is not None
    assert details == expected


def test_effects_are_matched_in_order_and_looked_at(folder: Path) -> None:
    asked = "[{request: crm, with: {method: get}}, {integration: telegram.send_message}]"
    effects = f"effects: {asked}\nturns: [{{user: hi}}, {{user: go}}]"
    assert run(folder, effects)[1] == [
        "request crm (POST https://crm.example/): method is 'POST', expected 'get'",
    ]


def test_code_without_an_answer_in_the_script_runs(folder: Path) -> None:
    code = "async def main(message, variables):\n    return variables['user']['name'] + message['text']"
    group = {"search_type": "code", "code": code, "variables": [{"target": "session.deal", "source": "result"}]}
    with_code = copy.deepcopy(BOT)
    with_code["steps"][2]["connection_groups"] = [group, {"connections": [{"next_step_id": "done"}]}]
    (folder / "bot.yaml").write_text(document.dump(with_code, "yaml"))
    assert run(folder, "turns: [{user: hi}, {user: go, bot: Deal Anngo}]") == (None, [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("turns: []", "line 3: turns: must not be empty; write at least one character"),
        ("turns: [{user: hi, bto: x}]", "line 3: turns[0].bto: unknown field “bto”; did you mean “bot”?"),
        ("turns: [{bot: x}]", "line 3: turns[0]: exactly one of these is needed: user, wait; keep one of them"),
        (
            "turns: [{user: 10.10}]",
            'line 3: turns[0].user: expected text, found the number 10.1; put it in quotes: "10.1"',
        ),
        ("turns: [{user: x, then: {age: 1}}]", "“age” is no path of a kept variable"),
        ("effects: [{reply: {}}]\nturns: [{user: x}]", "request, integration, code, file"),
        ("turns: [", ": cannot read it"),
        ("5", "line 4: cannot read it"),
    ],
)
def test_a_test_file_with_mistakes_says_where(folder: Path, text: str, line: str) -> None:
    problem, details = run(folder, text)
    assert problem == "the test has mistakes"
    assert line in details[0]


def test_a_bot_that_is_wrong_or_missing(folder: Path) -> None:
    (folder / "bot.yaml").write_text("name: b\nsteps: 5")
    problem, details = run(folder, "turns: [{user: hi}]")
    assert problem == "the bot has mistakes"
    assert "bot.yaml:2: error: expected a list" in details[0]
    (folder / "bot.yaml").unlink()
    assert "No such file" in (run(folder, "turns: [{user: hi}]")[0] or "")


def test_coverage_counts_all_files_of_one_bot(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "one.yaml").write_text("bot: bot.yaml\nturns: [{user: hi}, {wait: 60}]\n")
    (folder / "two.yaml").write_text(
        f"bot: bot.yaml\ngiven: {{user: {{name: Ann}}}}\n{EFFECTS}turns: [{{user: a}}, {{user: go}}]\n"
    )
    assert main([folder / "one.yaml"], min_coverage=90) == 1
    printed = capsys.readouterr().out
    assert "B: 2 of 4 steps, 1 of 3 connections, 42.9 %" in printed
    assert "not reached: call" in printed
    assert "not taken: ask → call (group 1, connection 1)" in printed
    assert main([folder / "one.yaml", folder / "two.yaml"], min_coverage=100) == 0
    assert "B: 4 of 4 steps, 3 of 3 connections, 100 %" in capsys.readouterr().out


def test_reports_for_programs(folder: Path) -> None:
    (folder / "good.yaml").write_text("bot: bot.yaml\nturns: [{user: hi}]\n")
    (folder / "bad.yaml").write_text("bot: bot.yaml\nname: <&>\nturns: [{user: hi, bot: '<x>'}]\n")
    files = [str(folder / "good.yaml"), str(folder / "bad.yaml")]
    as_json = CliRunner().invoke(app, ["test", *files, "--format", "json"])
    assert as_json.exit_code == 1
    assert [test["passed"] for test in json.loads(as_json.stdout)["tests"]] == [True, False]
    junit = ET.fromstring(CliRunner().invoke(app, ["test", *files, "--format", "junit"]).stdout)
    assert (junit.get("tests"), junit.get("failures")) == ("2", "1")
    assert junit[1].get("name") == "<&>"
    assert "- <x>" in (junit[1][0].text or "")
    assert CliRunner().invoke(app, ["test", *files, "--format", "xml"]).exit_code == 2


INSIDE = [
    {"name": "Says hello", "given": {"user": {"name": "Ann"}}, "turns": [{"user": "hi", "bot": "Hello Ann"}]},
    {"name": "Is late", "turns": [{"user": "hi"}, {"wait": 60, "bot": ["Bye"], "then": {"step": "late"}}]},
]


def test_tests_inside_a_bot_are_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bot.yaml"
    file.write_text(document.dump(BOT | {"tests": INSIDE}, "yaml"))
    assert main([file]) == 1
    printed = capsys.readouterr().out
    assert f"ok      {file}  Says hello (1 turns)" in printed
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "wait: 60" in text)
    assert f"FAILED  {file}:{line}  Is late  turn 2, wait: 60" in printed
    assert "B: 2 of 4 steps" in printed and "1 passed, 1 failed" in printed


@pytest.mark.parametrize(
    ("tests", "problem", "detail"),
    [
        ([], "the bot has no tests", ""),
        ([{"name": "x", "turns": [{"usr": "hi"}]}], "the bot has mistakes", "did you mean “user”?"),
        ([{"name": "x", "turns": [{"user": "hi", "wait": 1}]}], "the bot has mistakes", "tests[0].turns[0]"),
    ],
)
def test_a_bot_whose_tests_cannot_be_run(tmp_path: Path, tests: list[object], problem: str, detail: str) -> None:
    file = tmp_path / "bot.json"
    file.write_text(json.dumps(BOT | {"tests": tests}))
    (result,) = Rehearsal().run_all(file)
    assert problem in (result.problem or "")
    assert detail in "".join(result.details)
