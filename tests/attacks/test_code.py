"""Python that authors write runs in the jail and nowhere else: keeping, checking, showing a bot runs no line of it."""

import ast
from pathlib import Path
from typing import Any

import pytest

from tests.domains.conftest import Person

SOURCES = Path(__file__).resolve().parents[2] / "src" / "dbcv"
JAIL = "sandbox/jail/"
RUNNERS = {"exec", "eval", "compile", "__import__", "execfile"}
UNPACKERS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "code", "codeop", "runpy", "joblib"}
ANY = {"If-Match": "*"}


def called(tree: ast.Module) -> set[str]:
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def imported(tree: ast.Module) -> set[str]:
    nodes = list(ast.walk(tree))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return whole | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_nobody_but_the_jail_runs_text_and_nobody_unpacks_objects() -> None:
    trees = {str(file.relative_to(SOURCES)): ast.parse(file.read_text()) for file in SOURCES.rglob("*.py")}
    assert {name for name, tree in trees.items() if called(tree) & RUNNERS and not name.startswith(JAIL)} == set()
    assert {name for name, tree in trees.items() if imported(tree) & UNPACKERS} == set()
    assert "exec" in called(trees[f"{JAIL}call.py"]), "the look finds the one that is known"


def traps(marker: Path) -> list[str]:
    """Code that leaves a mark as soon as anything of it runs, each at another moment."""
    mark, main = f"open({str(marker)!r}, 'w').close()", "async def main(message, variables):\n    return 1\n"
    return [
        f"{mark}\n{main}",
        f"async def main(message, variables={mark}):\n    return 1\n",
        f"@(lambda function: [{mark}, function][1])\n{main}",
        f"class Trap:\n    {mark}\n{main}",
        f"def hint() -> {mark}: ...\n{main}",
        f"{main}    {mark}\n",
        f"__import__('pathlib').Path({str(marker)!r}).touch()\n{main}",
    ]


def document(codes: list[str]) -> dict[str, Any]:
    groups = [{"search_type": "code", "code": code, "connections": [{"next_step_id": "a"}]} for code in codes]
    step = {"id": "a", "name": "A", "message": {"text": "Hi"}, "connection_groups": groups}
    return {"name": "Trap", "first_step_id": "a", "steps": [step]}


@pytest.mark.filterwarnings("error")
async def test_what_is_kept_checked_and_shown_is_not_run(anna: Person, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    codes = traps(marker)
    for each in codes[:5]:
        exec(compile(each, "trap", "exec"), {})  # so that each of them is known to leave its mark
        assert marker.exists()
        marker.unlink()
    made = (await anna.client.post("/bots/import", json=document(codes))).json()
    bot = made["id"]
    step = (await anna.client.get("/steps", params={"bot_id": bot})).json()["items"][0]["id"]
    group = (await anna.client.get("/connection_groups", params={"bot_id": bot})).json()["items"][0]["id"]
    calls: list[tuple[str, str, Any]] = [
        ("PATCH", f"/connection_groups/{group}", {"code": codes[1]}),
        ("PUT", f"/bots/{bot}/document", document(codes)),
        ("GET", f"/bots/{bot}/check", None),
        ("GET", f"/bots/{bot}/export?format=yaml", None),
        ("GET", f"/bots/{bot}/variables/usage", None),
        ("POST", f"/bots/{bot}/copy", {"name": "Again"}),
        ("POST", f"/bots/{bot}/presets/code", {"inputs": {"code": codes[0]}}),
        ("POST", "/templates/from_steps", {"bot_id": bot, "step_ids": [step], "name": "T"}),
        ("POST", f"/bots/{bot}/publish", {}),
        ("GET", f"/bots/{bot}/diff", None),
    ]
    answers = [await anna.client.request(method, path, json=body, headers=ANY) for method, path, body in calls]
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    assert sum(answer.is_success for answer in answers) >= 6, [answer.text[:200] for answer in answers]
    assert not marker.exists()
