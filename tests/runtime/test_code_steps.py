"""A code step inside real turns: its result is saved and branched on, its failure is data, turns go on."""

import asyncio
from typing import Any

from tests.engine.bots import bot, step
from tests.runtime.town import Town


def coded(code: str, **fields: Any) -> dict[str, Any]:
    """Runs `code` when a message comes, then says what came of it."""
    return bot(
        step("ask", None, "said", group={"search_type": "code", "code": code}, **fields),
        step("said", "{$result.text|default:nothing$} {$session.n$}", "ask", is_proxy=True),
    )


COUNT = """
def score(text, before):
    return before + len(text)

async def main(message, variables):
    n = score(message["text"], variables.get("session.n", 0))
    print("counted", n)
    return {"text": message["text"].upper(), "n": n}
"""


async def test_code_computes_from_message_and_variables_and_is_saved(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(coded(COUNT, variables=[{"target": "session.n", "source": "result.n"}]))
    channel, person = await town.channel(bot_id), await town.person()
    (first,) = await town.say(person, bot_id, channel, "abc")
    await town.say(person, bot_id, channel, "de")
    await town.settled()
    assert await town.replies(first.session_id) == ["ABC 3", "DE 5"]
    assert await town.variables(first.session_id) == {"n": 5}


async def test_an_error_is_data_and_says_its_line_in_the_trace(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(coded("async def main(message, variables):\n    return 1 / 0"))
    channel, person = await town.channel(bot_id), await town.person()
    (said,) = await town.say(person, bot_id, channel, "abc")
    await town.settled()
    assert await town.replies(said.session_id) == ["nothing "]
    (record,) = await town.records(said.session_id)
    assert "line 2: ZeroDivisionError: division by zero" in str(record["record"])


SLOW = """
async def main(message, variables):
    worked = sum(one % 7 for one in range(2_000_000))
    return {"text": message["text"], "n": worked > 0}
"""


async def test_code_needs_no_claim_and_one_of_two_workers_wins(town: Town) -> None:
    """It changes nothing outside, so it may run twice; what it brings about is kept once."""
    await town.worker("w-1")
    other = await town.worker("w-2", heard=False)
    bot_id = await town.bot(coded(SLOW, variables=[{"target": "session.n", "source": "result.n", "mode": "append"}]))
    channel, person = await town.channel(bot_id), await town.person()
    (said,) = await town.say(person, bot_id, channel, "abc")
    for _ in range(3):
        other.ring(said.session_id)
        await asyncio.sleep(0.03)
    now = await town.session(said.session_id)
    assert (now["claimed_by"], now["version"]) == (None, 0)
    await town.settled()
    assert await town.replies(said.session_id) == ["abc [true]"]
    assert (await town.session(said.session_id))["version"] == 1
    assert len(await town.records(said.session_id)) == 1


async def test_the_moment_and_the_chance_are_the_turns(town: Town) -> None:
    """Told again with the same event, code gives the same."""
    now = "datetime.now(timezone.utc).isoformat()"
    code = f"async def main(message, variables):\n    return {{'text': {now} + variables['event']['now']}}"
    await town.worker()
    bot_id = await town.bot(coded(code))
    channel, person = await town.channel(bot_id), await town.person()
    (said,) = await town.say(person, bot_id, channel, "abc")
    await town.settled()
    (reply,) = await town.replies(said.session_id)
    moment = reply.strip()
    assert moment[: len(moment) // 2] == moment[len(moment) // 2 :]
