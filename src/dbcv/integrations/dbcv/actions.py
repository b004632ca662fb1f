"""The actions of DBCV itself. What is the bot's own is decided behind the port, not here."""

from dataclasses import asdict
from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.house import Said
from dbcv.integrations.dbcv.shapes import (
    Begun,
    Broadcast,
    Done,
    HandBack,
    HowFar,
    ListSessions,
    ListSubscribers,
    MoveSession,
    OfBroadcast,
    OfSession,
    ReadVariable,
    SendMessage,
    Sent,
    Sessions,
    SessionSeen,
    Subscribers,
    SubscriberSeen,
    Value,
    WriteVariable,
)


async def list_subscribers(call: Call, inputs: ListSubscribers) -> Subscribers:
    """A page of who is in a channel."""
    page = await call.house.people(inputs.channel_id, inputs.external_id, inputs.limit, inputs.cursor)
    return Subscribers(items=[SubscriberSeen(**asdict(each)) for each in page.items], next_cursor=page.next_cursor)


async def list_sessions(call: Call, inputs: ListSessions) -> Sessions:
    """A page of the bot's sessions."""
    wanted = (inputs.channel_id, inputs.subscriber_id, inputs.is_paused)
    page = await call.house.talks(*wanted, inputs.limit, inputs.cursor)
    return Sessions(items=[SessionSeen(**asdict(each)) for each in page.items], next_cursor=page.next_cursor)


async def read_variable(call: Call, inputs: ReadVariable) -> Value:
    """One variable, or all of an owner."""
    return Value(value=await call.house.read(inputs.scope, inputs.id, inputs.path))


async def write_variable(call: Call, inputs: WriteVariable) -> Done:
    """Sets one variable."""
    await call.house.write(inputs.scope, inputs.id, inputs.path, inputs.value)
    return Done()


async def reset_session(call: Call, inputs: OfSession) -> Done:
    """Another session begins anew."""
    await call.house.reset(inputs.session_id)
    return Done()


async def move_session(call: Call, inputs: MoveSession) -> Done:
    """Another session waits in another step."""
    await call.house.move(inputs.session_id, inputs.step_id)
    return Done()


async def hand_over(call: Call, inputs: OfSession) -> Done:
    """A person answers from now on."""
    await call.house.pause(inputs.session_id)
    return Done()


async def hand_back(call: Call, inputs: HandBack) -> Done:
    """The bot answers again."""
    await call.house.resume(inputs.session_id, inputs.answer_last)
    return Done()


async def send_message(call: Call, inputs: SendMessage) -> Sent:
    """Something is said to one person."""
    return Sent(session_id=await call.house.send(inputs.channel_id, inputs.subscriber_id, _said(inputs)))


async def broadcast(call: Call, inputs: Broadcast) -> Begun:
    """Something is said to all."""
    return Begun(broadcast_id=await call.house.broadcast(inputs.channel_id, _said(inputs)))


async def broadcast_progress(call: Call, inputs: OfBroadcast) -> HowFar:
    """How far it has come."""
    found = asdict(await call.house.progress(inputs.broadcast_id))
    return HowFar(**found, is_done=found["done_at"] is not None)


async def stop_broadcast(call: Call, inputs: OfBroadcast) -> Done:
    """Whom it has not reached it does not reach."""
    await call.house.stop(inputs.broadcast_id)
    return Done()


def _said(inputs: SendMessage | Broadcast) -> Said:
    buttons = [each.model_dump(exclude_none=True) for each in inputs.buttons]
    params: dict[str, Any] = {"buttons": buttons} if buttons else {}
    return Said(inputs.text, params, inputs.event_name, inputs.event_data)
