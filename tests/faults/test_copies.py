"""The same webhook fifty times at once, and once more after a restart: one turn, one reply."""

import asyncio

from tests.faults.bots import COUNTER
from tests.faults.talk import Connections
from tests.faults.verdict import drained, fetch
from tests.faults.world import World

SECRET = "a secret of the webhook, long enough"


async def test_one_webhook_fifty_times_and_after_a_restart(world: World, connections: Connections) -> None:
    await world.start_workers(2)
    webhook = {"sender": "from", "text": "text", "id": "update", "secret": SECRET}
    channel = world.open_channel(world.publish(COUNTER), config={"webhook": webhook})
    update = {"from": "Ann", "text": "1", "update": 4711}
    headers = f"X-Webhook-Secret: {SECRET}\r\nPrefer: wait=20\r\n"

    async def call() -> tuple[str, list[str]]:
        status, answer = await connections.post(f"/channels/{channel}/message", update, headers)
        assert status == 200, answer
        return answer["message"]["id"], [reply["id"] for reply in answer["replies"]]

    await connections.open(50)
    answers = await asyncio.gather(*(call() for _ in range(50)))
    world.stop_api()
    world.kill_workers()
    world.start_api()
    await world.start_workers(2)
    answers.append(await call())
    await drained(world, channel)
    assert len({message for message, _ in answers}) == 1
    assert {len(replies) for _, replies in answers} == {1}
    assert len({replies[0] for _, replies in answers}) == 1
    counts = await fetch(
        world,
        "SELECT (SELECT count(*) FROM message WHERE channel_id = $1 AND reply_to IS NULL), "
        "(SELECT count(*) FROM message WHERE channel_id = $1 AND reply_to IS NOT NULL), "
        "(SELECT count(*) FROM turn_record t JOIN session s ON s.id = t.session_id WHERE s.channel_id = $1), "
        "(SELECT count(*) FROM session WHERE channel_id = $1)",
        channel,
    )
    assert tuple(counts[0]) == (1, 1, 1, 1)
