"""Code is tried and checked in the sandbox before it runs in conversations; other people's bots stay theirs."""

from typing import Any

from tests.domains.bots.documents import ANY, exported, imported, parts, small

UPPER = "async def main(message, variables):\n    print('seen')\n    return {'text': message['text'].upper()}"
BROKEN = "async def main(message, variables)\n    return 1"
ODD = "async def main(message, variables):\n    import os\n    return whatever"


def with_code(code: str) -> dict[str, Any]:
    """A bot whose first step runs code."""
    document = small("one")
    document["steps"][0]["connection_groups"] = [{"search_type": "code", "code": code}]
    return document


async def test_posted_code_runs_and_nothing_is_kept(anna: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    before = await exported(anna, bot_id)
    wish = {"code": UPPER, "message": {"text": "hi"}, "variables": {"user": {"name": "Ann"}}}
    answer = await anna.client.post(f"/bots/{bot_id}/code/run", json=wish)
    body = answer.json()
    assert body.pop("elapsed_ms") > 0
    assert body == {"ok": True, "result": {"text": "HI"}, "error": None, "log": "seen\n"}
    assert await exported(anna, bot_id) == before


async def test_stored_code_runs(anna: Any) -> None:
    bot_id = (await imported(anna, with_code(UPPER)))["id"]
    group_id = (await parts(anna, "connection_groups", bot_id))[0]["id"]
    wish = {"connection_group_id": group_id, "message": {"text": "hi"}}
    answer = await anna.client.post(f"/bots/{bot_id}/code/run", json=wish)
    assert answer.json()["result"] == {"text": "HI"}, answer.text


async def test_an_error_says_its_line(anna: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    wish = {"code": "async def main(message, variables):\n    return 1 / 0"}
    answer = await anna.client.post(f"/bots/{bot_id}/code/run", json=wish)
    assert (answer.status_code, answer.json()["error"]) == (200, "line 2: ZeroDivisionError: division by zero")


async def test_without_code_there_is_nothing_to_run(anna: Any) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    answer = await anna.client.post(f"/bots/{bot_id}/code/run", json={})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_code")


async def test_nobody_elses_bot_and_no_viewer(anna: Any, api: Any) -> None:
    bot_id = (await imported(anna, with_code(UPPER)))["id"]
    boris = await api.person("boris")
    url, wish = f"/bots/{bot_id}/code/run", {"code": UPPER, "message": {"text": "x"}}
    assert (await boris.client.post(url, json=wish)).status_code == 404
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "viewer"})
    assert (await boris.client.post(url, json=wish)).status_code == 403
    own = (await imported(boris, small("two")))["id"]
    group_id = (await parts(anna, "connection_groups", bot_id))[0]["id"]
    stolen = await boris.client.post(f"/bots/{own}/code/run", json={"connection_group_id": group_id})
    assert stolen.status_code == 404


async def test_a_draft_keeps_broken_code_and_says_so_and_is_not_published(anna: Any) -> None:
    bot_id = (await imported(anna, with_code(UPPER)))["id"]
    group_id = (await parts(anna, "connection_groups", bot_id))[0]["id"]
    url = f"/connection_groups/{group_id}"
    saved = await anna.client.patch(url, json={"code": BROKEN}, headers=ANY)
    assert saved.status_code == 200, saved.text
    (problem,) = [each for each in saved.json()["problems"] if each["code"] == "bad_code"]
    assert (problem["severity"], problem["path"], problem["message"]) == ("error", "code", "line 1: expected ':'")
    published = await anna.client.post(f"/bots/{bot_id}/publish")
    assert published.status_code == 422
    assert "line 1: expected ':'" in published.text

    saved = await anna.client.patch(url, json={"code": ODD}, headers=ANY | {"Accept-Language": "ru"})
    words = [each["message"] for each in saved.json()["problems"] if each["code"] == "bad_code"]
    assert words == ["строка 2: there is no module 'os' in a code step", "строка 3: the name 'whatever' is not defined"]
    check = (await anna.client.get(f"/bots/{bot_id}/check")).json()
    assert {each["path"] for each in check["problems"] if each["code"] == "bad_code"} == {
        "steps[0].connection_groups[0].code"
    }
