"""DBCV itself in the catalogue."""

from typing import Any

from dbcv.integration_kit.definition import Action, Inputs, Integration, Outputs
from dbcv.integration_kit.forms import Words, said
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
    Subscribers,
    Value,
    WriteVariable,
)

_ID, _OTHER = "01912d68-783e-7a56-8e29-1b6a0d3c3f10", "01912d68-783e-7a56-8e29-1b6a0d3c3f11"
_TIME = "2026-11-23T10:00:00Z"
_PERSON = {
    "id": _ID, "kind": "anonymous", "name": None, "external_id": "42", "profile": {"first_name": "Anna"}, "since": _TIME
}  # fmt: skip
_TALK = {
    "id": _OTHER, "subscriber_id": _ID, "channel_id": _OTHER, "step_id": _ID, "step_name": "menu", "is_paused": False,
    "active_at": _TIME,
}  # fmt: skip
_PROGRESS = {
    "reached": 1200, "failed": 0, "is_done": False, "errors": [], "began_at": _TIME, "done_at": None, "error": None
}  # fmt: skip
_THIS = {"session_id": "{$session.id$}"}
_DONE = {"done": True}


def _action(
    name: str, title: Words, about: Words, inputs: type[Inputs], outputs: type[Outputs], example: dict[str, Any],
    result: dict[str, Any],
) -> Action:  # fmt: skip
    return Action(name, title, about, inputs, outputs, example, result, needs_credential=False)


INTEGRATION = Integration(
    id="dbcv",
    section="platform",
    name=said("DBCV", "DBCV"),
    about=said(
        "The bot's own subscribers, sessions and variables; messages to one or to all",
        "Подписчики, сессии и переменные самого бота; сообщения одному и всем",
    ),
    library="",
    site="",
    actions=(
        _action(
            "list_subscribers",
            said("List subscribers", "Показать подписчиков"),
            said(
                "Who is in a channel of yours, or one by the id elsewhere",
                "Кто есть в вашем канале, или один по чужому id",
            ),
            ListSubscribers,
            Subscribers,
            {"channel_id": "{$channel.id$}", "limit": 20},
            {"items": [_PERSON], "next_cursor": None},
        ),
        _action(
            "list_sessions",
            said("List sessions", "Показать сессии"),
            said("The bot's conversations, and where each stands", "Разговоры бота и где каждый стоит"),
            ListSessions,
            Sessions,
            {"is_paused": True},
            {"items": [_TALK], "next_cursor": None},
        ),
        _action(
            "read_variable",
            said("Read a variable", "Прочитать переменную"),
            said("Of the bot, a subscriber, a channel or a session", "Бота, подписчика, канала или сессии"),
            ReadVariable,
            Value,
            {"scope": "user", "id": "{$session.chosen_id$}", "path": "order.total"},
            {"value": 12.5},
        ),
        _action(
            "write_variable",
            said("Set a variable", "Задать переменную"),
            said(
                "Of the bot, a subscriber, a channel or another session", "Бота, подписчика, канала или другой сессии"
            ),
            WriteVariable,
            Done,
            {"scope": "user", "id": "{$session.chosen_id$}", "path": "is_vip", "value": True},
            _DONE,
        ),
        _action(
            "reset_session",
            said("Begin a session anew", "Начать сессию заново"),
            said("Another one: its step and its variables are forgotten", "Другую: её шаг и переменные забываются"),
            OfSession,
            Done,
            {"session_id": "{$session.chosen_id$}"},
            _DONE,
        ),
        _action(
            "move_session",
            said("Move a session", "Переставить сессию"),
            said("Another one waits in the step you choose", "Другая сессия ждёт в выбранном шаге"),
            MoveSession,
            Done,
            {"session_id": "{$session.chosen_id$}", "step_id": _ID},
            _DONE,
        ),
        _action(
            "hand_over",
            said("Hand over to a person", "Передать человеку"),
            said("The bot is silent in a session until it is handed back", "Бот молчит в сессии, пока её не вернут"),
            OfSession,
            Done,
            _THIS,
            _DONE,
        ),
        _action(
            "hand_back",
            said("Hand back to the bot", "Вернуть боту"),
            said("The bot answers in a session again", "Бот снова отвечает в сессии"),
            HandBack,
            Done,
            {"session_id": "{$session.chosen_id$}", "answer_last": True},
            _DONE,
        ),
        _action(
            "send_message",
            said("Write to one subscriber", "Написать одному подписчику"),
            said("Where the bot and the subscriber both are", "Туда, где есть и бот, и подписчик"),
            SendMessage,
            Sent,
            {"channel_id": "{$channel.id$}", "subscriber_id": "{$bot.manager_id$}", "text": "{$message.text$}"},
            {"session_id": _OTHER},
        ),
        _action(
            "broadcast",
            said("Write to all", "Написать всем"),
            said(
                "Everybody who talks to the bot in a channel, once each", "Всем, кто говорит с ботом в канале, по разу"
            ),
            Broadcast,
            Begun,
            {"channel_id": "{$channel.id$}", "text": "We are open again"},
            {"broadcast_id": _ID},
        ),
        _action(
            "broadcast_progress",
            said("Ask how far a broadcast is", "Спросить, как идёт рассылка"),
            said("How many it has reached, and what went wrong", "До скольких дошла и что не удалось"),
            OfBroadcast,
            HowFar,
            {"broadcast_id": "{$bot.broadcast_id$}"},
            _PROGRESS,
        ),
        _action(
            "stop_broadcast",
            said("Stop a broadcast", "Остановить рассылку"),
            said("Whom it has not reached by now it does not reach", "До кого ещё не дошла, до тех не дойдёт"),
            OfBroadcast,
            Done,
            {"broadcast_id": "{$bot.broadcast_id$}"},
            _DONE,
        ),
    ),
)
