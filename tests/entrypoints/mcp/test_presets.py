"""Presets through tools: an assistant builds a bot of them alone, with the rights of its account."""

from tests.entrypoints.mcp.conftest import Assistant


async def test_a_bot_is_built_of_presets_and_talks(annas: Assistant) -> None:
    bot = (await annas.call("create_bot", bot={"name": "Presets"}))["id"]
    listed = {item["id"] for item in (await annas.call("list_presets"))["items"]}
    assert {"question_number", "if_else", "message"} <= listed
    sheet = await annas.call("get_preset", preset_id="question_number")
    assert {"text", "save_as"} <= set(sheet["inputs"]["required"])
    ask = {"text": "How old are you?", "save_as": "session.age", "whole": True}
    first = await annas.call(
        "put_preset", bot_id=bot, preset_id="question_number", inputs=ask, is_first=True, version=1
    )
    (answered,) = [door["step_id"] for door in first["ways_out"]]
    rules = [{"field": "session.age", "operator": "greater", "value": 17}]
    branch = await annas.call(
        "put_preset",
        bot_id=bot,
        preset_id="if_else",
        inputs={"rules": rules},
        after_step_id=answered,
        position=[900, 0],
    )
    for door in branch["ways_out"]:
        said = {"text": f"{door['name']}: {{$session.age$}}"}
        await annas.call("put_preset", bot_id=bot, preset_id="message", inputs=said, after_step_id=door["step_id"])
    played = await annas.call("simulate", bot_id=bot, events=[{"say": "hi"}, {"say": "old"}, {"say": "21"}])
    texts = [reply["text"] for turn in played["turns"] for reply in turn["replies"]]
    assert texts == ["How old are you?", "Please write a whole number.", "then: 21"]
    assert (await annas.call("check_bot", bot_id=bot))["publishable"]


async def test_what_is_wrong_is_named_and_nobody_elses_bot_is_touched(annas: Assistant, boriss: Assistant) -> None:
    bot = (await annas.call("create_bot", bot={"name": "Presets"}))["id"]
    refused = await annas.refusal("put_preset", bot_id=bot, preset_id="question_text", inputs={"save_as": "age"})
    assert {error["path"] for error in refused["errors"]} == {"inputs.text", "inputs.save_as"}
    assert (await annas.refusal("get_preset", preset_id="nothing"))["status"] == 404
    foreign = await boriss.refusal("put_preset", bot_id=bot, preset_id="message", inputs={"text": "Hi"})
    assert foreign["status"] == 404
    assert (await annas.call("get_bot", bot_id=bot))["version"] == 1
