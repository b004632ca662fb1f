"""Telegram as people meet it: words, files, buttons, both ways of bringing in, and what the service refuses."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from dbcv import entrypoints
from dbcv.domains.conversations.schemas.transports import TransportTestIn
from dbcv.domains.conversations.service.dead_letters import DeadLetters
from dbcv.entrypoints.bot_file import read_bot_file
from dbcv.entrypoints.wiring import make_bots
from dbcv.kit.errors import Conflict, Invalid
from dbcv.runtime.transports import outgoing
from tests.engine.bots import bot, step
from tests.runtime.town import eventually
from tests.transports.conftest import Port
from tests.transports.telegram_server import TOKEN

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d4944415478da63fcffff3f030005fe02fea7"
    "3581840000000049454e44ae426082".replace(" ", "")
)


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
    state = await port.transports.get(port.owner, channel)
    assert (state.state, state.account, state.error) == ("connected", "@demo_bot", None)
    assert state.last_inbound_at is not None and state.last_outbound_at is not None
    polled = [call for call in port.telegram.calls if call.method == "getUpdates"]
    assert int(polled[-1].fields["offset"]) > int(polled[0].fields.get("offset", 0)), "what is kept is confirmed"


async def test_by_webhook_order_is_telegrams_and_copies_change_nothing(port: Port) -> None:
    await port.town.worker()
    await port.receive()
    async with port.serving():
        await port.channel(mode="webhook")
        port.telegram.write(7, "0")
        await port.telegram.until(7, 1)
        webhook, port.telegram.webhook = port.telegram.webhook, None
        for number in range(1, 9):
            port.telegram.write(7, str(number))
        copy = dict(port.telegram.updates[-1])
        port.telegram.webhook = webhook
        port.telegram.post_all()
        await port.telegram.until(7, 9)
        await asyncio.gather(*(port.telegram.post(copy) for _ in range(50)))
        port.telegram.write(7, "end")
        assert await port.telegram.until(7, 10) == [*map(str, range(9)), "end"]
    assert await port.town.value("SELECT count(*) FROM turn_record") == 10


async def test_people_are_known_again_and_their_names_are_variables(port: Port) -> None:
    hello = "{$user.username$} {$user.telegram_id$} {$user.first_name$} {$user.language$} {$message.params.payload$}"
    await port.town.worker()
    await port.receive()
    await port.channel(bot(step("a", hello, "a")))
    port.telegram.write(7, "/start@demo_bot gift-1")
    port.telegram.write(7, "/start")
    assert await port.telegram.until(7, 2) == ["p7 7 P7 ru gift-1", "p7 7 P7 ru "]
    port.telegram.write(7, "hi", **{"from": port.telegram.person(7, username="other")})
    assert (await port.telegram.until(7, 3))[-1].startswith("other 7")
    assert await port.town.value("SELECT count(*) FROM anonymous_user") == 1
    texts = await port.town.run("SELECT text FROM message WHERE reply_to IS NULL ORDER BY id")
    assert [row[0] for row in texts] == ["/start", "/start", "hi"]


async def test_an_album_is_one_message_and_files_go_both_ways(port: Port) -> None:
    await port.town.worker()
    await port.receive()
    await port.channel()
    for number in range(3):
        caption = {"caption": "Look"} if number == 0 else {}
        port.telegram.send_file(7, PNG + bytes([number]), "photo", media_group_id="a1", **caption)
    port.telegram.send_file(7, b"words", name="../notes.txt")
    await port.telegram.until(7, 1)
    await eventually(lambda: port.town.value("SELECT count(*) = 2 FROM message WHERE reply_to IS NULL"))
    album, single = await port.town.run("SELECT * FROM message WHERE reply_to IS NULL ORDER BY id")
    assert (album["text"], len(album["attachments"])) == ("Look", 3)
    assert {file["content_type"] for file in album["attachments"]} == {"image/png"}
    assert single["attachments"][0]["name"] == "notes.txt"
    assert await port.town.value("SELECT count(*) FROM attachment") == 4


async def test_what_a_bot_sends_becomes_photos_documents_and_captions(port: Port) -> None:
    await port.receive()
    channel = await port.channel()
    file_ids = [
        await port.file(channel, name, content) for name, content in (("a.png", PNG), ("b.txt", b"plain words"))
    ]
    port.telegram.write(7, "hi")
    await port.say(channel, 7, "Here", attachments=file_ids)
    await port.telegram.until(7, 2)
    photo, file = port.telegram.said[7]
    assert (photo.method, photo.text, photo.files["photo"][1]) == ("sendPhoto", "Here", PNG)
    assert (file.method, file.files["document"]) == ("sendDocument", ("b.txt", b"plain words"))


async def test_buttons_say_their_values_also_long_ones(port: Port) -> None:
    long_value = "ю" * 200
    buttons = [
        [{"text": "A", "value": "a"}, {"text": "B", "value": long_value}],
        {"text": "Site", "url": "https://x.io"},
    ]
    document = bot(step("a", "{$message.text$}", "a"))
    document["steps"][0]["message"]["params"] = {"buttons": buttons}
    await port.town.worker()
    await port.receive()
    await port.channel(document)
    port.telegram.write(7, "hi")
    await port.telegram.until(7, 1)
    rows = port.telegram.said[7][0].fields["reply_markup"]["inline_keyboard"]
    assert [[each["text"] for each in row] for row in rows] == [["A", "B"], ["Site"]]
    assert all(len(each["callback_data"].encode()) <= 64 for each in rows[0])
    port.telegram.press(7, rows[0][1]["callback_data"])
    port.telegram.press(7, rows[0][0]["callback_data"])
    assert (await port.telegram.until(7, 3))[1:] == [long_value, "a"]
    await eventually(lambda: sum(call.method == "answerCallbackQuery" for call in port.telegram.calls) == 2)


async def test_a_long_text_goes_in_pieces_and_nothing_of_it_is_lost(port: Port) -> None:
    text = " ".join(f"слово{number}😀" for number in range(900))
    await port.town.worker()
    await port.receive()
    await port.channel()
    port.telegram.write(7, text)
    pieces = await port.telegram.until(7, 3)
    await eventually(lambda: port.town.value("SELECT count(*) = 0 FROM delivery"))
    assert " ".join(port.telegram.texts(7)) == text
    assert all(len(piece.encode("utf-16-le")) // 2 <= 4096 for piece in pieces)


async def test_a_long_turn_shows_that_somebody_types(port: Port) -> None:
    slow = bot(step("a", None, "b", group={"search_type": "response", "request_id": "slow"}), step("b", "done", "a"))
    slow["requests"] = [{"id": "slow", "name": "Slow", "method": "get", "request_url": "https://slow.example/"}]
    port.town.outside.gate.clear()
    await port.town.worker()
    await port.receive()
    await port.channel(slow)
    port.telegram.write(7, "hi")
    await eventually(lambda: any(call.method == "sendChatAction" for call in port.telegram.calls))
    assert port.telegram.texts(7) == []
    port.town.outside.gate.set()
    assert await port.telegram.until(7, 1) == ["done"]


async def test_too_many_requests_hold_up_one_channel_and_nobody_else(port: Port) -> None:
    """Also with a backlog: what waits goes out later, each person's in order."""
    await port.town.worker()
    await port.receive()
    await port.channel()
    port.telegram.fail("sendMessage", 429, times=1_000, retry_after=1)
    for number in range(3):
        for chat in (7, 8):
            port.telegram.write(chat, str(number))
    await eventually(lambda: port.town.value("SELECT bool_or(resume_at > now()) FROM channel_transport"))
    async with port.another() as (_, telegram):
        telegram.write(1, "quick")
        assert await telegram.until(1, 1) == ["quick"]
        assert not any(port.telegram.said.values()), "the first channel still waits"
    tries = sum(call.method == "sendMessage" for call in port.telegram.calls)
    assert tries < 100, "who is asked to wait does not knock all the time"
    port.telegram.failures.clear()
    for chat in (7, 8):
        assert await port.telegram.until(chat, 3) == ["0", "1", "2"]
    assert await port.town.value("SELECT count(*) FROM dead_letter") == 0


async def test_who_blocked_the_bot_is_left_in_peace_until_he_writes(port: Port) -> None:
    await port.town.worker()
    await port.receive()
    channel = await port.channel()
    port.telegram.blocked.add(7)
    port.telegram.write(7, "one")
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM dead_letter"))
    before = len(port.telegram.calls)
    await port.say(channel, 7, "still there?")
    await eventually(lambda: port.town.value("SELECT count(*) = 0 FROM delivery"))
    assert not [call for call in port.telegram.calls[before:] if call.method == "sendMessage"]
    port.telegram.blocked.clear()
    port.telegram.write(7, "back")
    assert await port.telegram.until(7, 1) == ["back"]


async def test_what_never_goes_becomes_a_letter_and_can_be_sent_again(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "WAITS_SECONDS", (0.0,))
    await port.town.worker()
    await port.receive()
    channel = await port.channel()
    port.telegram.fail("sendMessage", 500, times=5)
    port.telegram.write(7, "one")
    port.telegram.write(7, "two")
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM dead_letter"))
    assert await port.telegram.until(7, 1) == ["two"]
    (letter,) = await port.town.run("SELECT * FROM dead_letter")
    assert (letter["kind"], letter["attempts"]) == ("delivery", 5)
    letters = DeadLetters(port.town.db, make_bots(port.town.db), port.town.bell)
    await letters.resend(port.owner, letter["id"])
    assert await port.telegram.until(7, 2) == ["two", "one"]
    port.telegram.fail("sendMessage", 400)
    port.telegram.write(7, "bad")
    await eventually(lambda: port.town.value("SELECT count(*) = 2 FROM dead_letter"))
    assert (await port.transports.test(port.owner, channel)).is_ok


async def test_two_workers_never_send_the_same_and_a_dead_ones_are_taken_over(port: Port) -> None:
    await port.town.worker()
    await port.receive()
    other = await port.another_sender("w-2")
    await port.channel()
    for number in range(20):
        for chat in (7, 8, 9):
            port.telegram.write(chat, str(number))
    for chat in (7, 8, 9):
        assert await port.telegram.until(chat, 20) == [str(number) for number in range(20)]
    await port.sender.stop(0.1)
    await other.stop(0.1)
    port.telegram.write(7, "left")
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM delivery"))
    await port.town.run("UPDATE delivery SET leased_by = 'w-dead', leased_until = now() + interval '1 hour'")
    heir = await port.another_sender("w-3")
    (session,) = await port.town.run("SELECT session_id FROM delivery")
    heir.ring(session[0])
    await asyncio.sleep(0.2)
    assert len(port.telegram.said[7]) == 20, "what another has in its hands is not touched"
    await heir.release("w-dead")
    heir.ring(session[0])
    assert (await port.telegram.until(7, 21))[-1] == "left"


async def test_the_demo_bot_books_an_appointment_by_its_buttons(port: Port) -> None:
    """Its file as it is shipped: what buttons say is what people would write."""
    file = read_bot_file(Path(entrypoints.__file__).parent / "demo" / "appointment.en.yaml")
    assert file.document is not None
    await port.town.worker()
    await port.receive()
    await port.channel(file.document)
    port.telegram.write(7, "/start")
    assert (await port.telegram.until(7, 2))[-1] == "What shall we call you?"
    port.telegram.write(7, "Anna")
    await port.telegram.until(7, 3)
    (button, *_), *_ = port.telegram.said[7][-1].fields["reply_markup"]["inline_keyboard"]
    assert button["text"] == "Haircut"
    port.telegram.press(7, button["callback_data"])
    assert "day" in (await port.telegram.until(7, 4))[-1]


async def test_a_test_message_goes_to_somebody_who_has_written(port: Port) -> None:
    channel = await port.channel()
    asked = await port.transports.test(port.owner, channel, TransportTestIn())
    assert asked.is_ok and asked.account and not asked.is_sent
    with pytest.raises(Invalid):
        await port.transports.test(port.owner, channel, TransportTestIn(external_id="7"))
    await port.receive()
    await port.town.worker()
    port.telegram.write(7, "hi")
    await port.telegram.until(7, 1)
    sent = await port.transports.test(port.owner, channel, TransportTestIn(external_id="7", text="Проверка"))
    assert sent.is_ok and sent.is_sent
    assert (await port.telegram.until(7, 2))[-1] == "Проверка"
    port.secret["api_key"] = "1:wrong"
    failed = await port.transports.test(port.owner, channel, TransportTestIn(external_id="7"))
    assert not failed.is_ok and not failed.is_sent and "token" in (failed.error or "")


async def test_a_credential_that_telegram_does_not_know_binds_nothing(port: Port) -> None:
    bot_channel = await port.channel()
    port.secret["api_key"] = "1:wrong"
    with pytest.raises(Invalid) as caught:
        await port.bind(bot_channel)
    assert "does not know this token" in json.dumps(caught.value.as_problem())
    assert "wrong" not in json.dumps(caught.value.as_problem())
    port.secret["api_key"] = TOKEN
    with pytest.raises(Invalid) as caught:
        await port.bind(bot_channel, api_url="http://127.0.0.1:9")
    assert "not bound to" in json.dumps(caught.value.as_problem())
    with pytest.raises(Invalid):
        await port.bind(bot_channel, mode="smoke signals")
    credential: Any = (await port.transports.get(port.owner, bot_channel)).credential_id
    with pytest.raises(Conflict):
        await port.channel(credential_id=credential)
    await port.transports.unbind(port.owner, bot_channel)
    assert await port.town.value("SELECT transport FROM channel WHERE id = $1", bot_channel) == "web"
