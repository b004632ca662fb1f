"""Telegram as people meet it: words, files, buttons, both ways of bringing in, and what the service refuses."""

from tests.runtime.town import eventually
from tests.transports.conftest import Port


async def test_the_bot_answers_by_long_polling(port: Port) -> None:
    await port.town.worker()
    await port.receive()
    channel = await port.channel()
    for number in range(5):
        port.telegram.write(7, str(number))
    assert await port.telegram.until(7, 5) == ["0", "1", "2", "3", "4"]
    port.telegram.write(8, "hi")
    assert await port.telegram.until(8, 1) == ["hi"]
    assert await port.town.value("SELECT count(*) FROM channel_sender WHERE channel_id = $1", channel) == 2
    await eventually(lambda: port.town.value("SELECT count(*) = 0 FROM delivery"))
