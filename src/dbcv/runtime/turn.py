"""One session's turns in memory: events in, a `SessionCommit` and notices out. Nothing is stored here.

Called by the worker. Knows the engine and the shapes of rows; performs no effect and reaches no database.
"""

import time
import uuid
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from dbcv.domains.conversations.events import told_in
from dbcv.engine.effects import Effect
from dbcv.engine.events import Event
from dbcv.engine.graph import Graph
from dbcv.engine.outcome import Outcome, Reply
from dbcv.engine.paths import UNDEFINED, dig, parse_path
from dbcv.engine.state import State
from dbcv.engine.values import clip
from dbcv.engine.variables import apply_to_scopes
from dbcv.engine.walk import walk
from dbcv.kit.clock import utc_now
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import dumps
from dbcv.runtime.ledger import SessionCommit
from dbcv.runtime.mailbox import MailboxEvent, SessionMail, SessionState
from dbcv.runtime.memory import Entity, Memory

Walk = Generator[Effect, dict[str, Any], Outcome]
BOT_MESSAGES = 100
"""How many messages to other bots one event may cause in all, whatever they answer each other."""
MAX_CHANGED, MAX_CHANGED_CHARS = 50, 500
"""Saved variables that a record shows before and after, and characters of each value."""
_FROM_MESSAGES = frozenset({"message", "bot", "webhook"})
_FROM_PEOPLE = frozenset({"message", "webhook"})


@dataclass(slots=True)
class OpenTurn:
    """A walk that has begun: it waits for the reply to `effect`, or is over (`outcome`)."""

    mail_event: MailboxEvent
    event: Event
    walk: Walk
    started_ns: int
    effect: Effect | None = None
    outcome: Outcome | None = None
    performed: list[dict[str, Any]] = field(default_factory=list)

    def advance(self, reply: dict[str, Any] | None) -> None:
        """On to the next effect or to the end; `reply` answers the last effect, None begins."""
        try:
            self.effect = next(self.walk) if reply is None else self.walk.send(reply)
        except StopIteration as stop:
            self.effect, self.outcome = None, stop.value


class SessionRun:
    """The turns of one session in one batch; each sees what the one before it left."""

    def __init__(self, mail: SessionMail, memory: Memory, graph: Graph | None, shard: int) -> None:
        state = memory.sessions.get(mail.session_id) or mail.state
        if state is None or state.version != mail.version:
            raise LookupError("the session was forgotten between the read and the turn")
        self.mail = mail
        self._graph = graph
        self.shard = shard
        self._user = _entity(memory.users.get(mail.user_id), mail.user_id)
        self._bot = _entity(memory.bots.get(mail.bot_id), mail.bot_id)
        self._channel = _entity(memory.channels.get(mail.channel_id), mail.channel_id)
        self._scopes = {
            "user": self._user.variables, "bot": self._bot.variables, "channel": self._channel.variables
        }  # fmt: skip
        self._step_id = state.step_id
        self._frames = state.frames
        self._variables = state.variables
        self._timer_token = state.timer_token
        self._revision_before = state.revision
        self.commit = SessionCommit(
            mail.session_id, mail.version, state.step_id, state.frames, mail.published_revision, state.timer_token
        )
        self.notices: list[tuple[list[str], Any]] = []

    def is_outdated(self, event: MailboxEvent) -> bool:
        """Whether it is the timeout of a wait that is over: such an event is handled by dropping it."""
        return event.kind == "timeout" and event.event["data"].get("token") != str(self._timer_token)

    @property
    def can_walk(self) -> bool:
        """Whether the bot is published and compiles, and nobody answers in its place."""
        return self._graph is not None and not self.mail.is_paused

    def refuse(self, event: MailboxEvent) -> None:
        """Records that the bot said nothing: a person answers in its place, or it has no version that runs."""
        error = None if self.mail.is_paused else "not_published: the bot has no published version that runs"
        trace = [{"at": "paused"}] if self.mail.is_paused else []
        record = dumps({"event": event.event, "now": utc_now(), "replies": [], "trace": trace})
        revision = self.mail.published_revision or 0
        self.commit.revision = self._revision_before
        self.commit.records.append((event.id, self.mail.bot_id, revision, event.kind, record, error))
        self.commit.handled.append(event.seq)
        self.notices.append(turn_notice(self.mail, event, self._step_id, [], error))

    def drop(self, event: MailboxEvent) -> None:
        """Counts an event as handled that does nothing."""
        self.commit.handled.append(event.seq)

    def begin(self, mail_event: MailboxEvent) -> OpenTurn:
        """Walks until the first effect or the end. May raise what a defect of the engine raises."""
        content = mail_event.event
        message = content.get("message") or {}
        if message:
            message = {"id": str(mail_event.id), "sender_id": str(self.mail.user_id), **message}
        event = Event(
            str(mail_event.id), mail_event.kind, utc_now(), mail_event.id.int & 0x7FFFFFFFFFFFFFFF, message,  # type: ignore[arg-type]
            content.get("data") or {},
        )  # fmt: skip
        assert self._graph is not None
        turn = OpenTurn(mail_event, event, walk(self._graph, self._state(), event), time.perf_counter_ns())
        turn.advance(None)
        return turn

    def rehearse(self) -> None:
        """Does with the first event what can be done without the outside world. Only for a copy that is thrown away:
        what it changes here is no longer what the session is."""
        event = self.mail.events[0]
        if self.can_walk and not self.is_outdated(event):
            turn = self.begin(event)
            if turn.outcome is not None:
                self.finish(turn)

    def finish(self, turn: OpenTurn) -> None:
        """Takes the outcome of a turn that is over into the commit."""
        outcome = turn.outcome
        assert outcome is not None
        scopes = apply_to_scopes(self._scopes, outcome.changes)
        before, changed = self._step_id, self._changed(outcome, scopes)
        self._step_id, self._frames = outcome.step_id, outcome.frames
        self.commit.step_id, self.commit.frames = outcome.step_id, outcome.frames
        if outcome.session_changed:
            self._variables = self.commit.variables = outcome.session
        for change in outcome.changes:
            owner = self._owner(change.scope)
            text = dumps({"op": change.op, "path": list(change.path), "value": change.value})
            self.commit.changes.append((change.scope, owner, text))
        self._scopes = scopes
        self._set_timer(turn, outcome)
        replies = [self._say(turn, reply) for reply in outcome.replies]
        self._record(turn, outcome, before, replies, changed)
        self.commit.handled.append(turn.mail_event.seq)
        self._revision_before = self.mail.published_revision

    def state_after(self) -> SessionState:
        """What to remember once the commit has won."""
        return SessionState(
            self.mail.version + 1, self._step_id, self._frames, self.commit.revision, self._timer_token,
            self._variables,
        )  # fmt: skip

    def _state(self) -> State:
        facts = {
            "user": self._user.facts, "bot": self._bot.facts, "channel": self._channel.facts,
            "session": {"id": str(self.mail.session_id)},
        }  # fmt: skip
        scopes = self._scopes
        return State(
            self._step_id, self._variables, scopes["user"], scopes["bot"], scopes["channel"], facts, self._frames
        )

    def _owner(self, scope: str) -> uuid.UUID:
        return {"user": self.mail.user_id, "bot": self.mail.bot_id, "channel": self.mail.channel_id}[scope]

    def _set_timer(self, turn: OpenTurn, outcome: Outcome) -> None:
        if outcome.timer_action == "set" and outcome.timer is not None:
            self._timer_token = turn.mail_event.id
            self.commit.timer = (self.shard, outcome.timer.step_id, self._timer_token, outcome.timer.after_seconds)
            self.commit.is_timer_cancelled = False
        elif outcome.timer_action == "cancel" or turn.mail_event.kind == "timeout":
            self.commit.is_timer_cancelled |= self._timer_token is not None
            self._timer_token, self.commit.timer = None, None
        self.commit.timer_token = self._timer_token

    def _say(self, turn: OpenTurn, reply: Reply) -> dict[str, Any]:
        mail, message_id = self.mail, new_id()
        reply_to = turn.mail_event.id if turn.mail_event.kind in _FROM_MESSAGES else None
        widget = dumps(reply.widget) if reply.widget is not None else None
        self.commit.messages.append((
            message_id, mail.channel_id, mail.bot_id, mail.user_id, reply_to, reply.text, dumps(reply.params),
            dumps(reply.attachments), widget, turn.event.now,
        ))  # fmt: skip
        message = {
            "id": str(message_id), "channel_id": str(mail.channel_id), "session_id": str(mail.session_id),
            "sender_id": str(mail.bot_id), "recipient_id": str(mail.user_id),
            "reply_to": str(reply_to) if reply_to else None, "text": reply.text, "params": reply.params,
            "attachments": reply.attachments, "widget": reply.widget, "external_id": None,
            "created_at": turn.event.now,
        }  # fmt: skip
        self._deliver(turn, message)
        return message

    def _deliver(self, turn: OpenTurn, message: dict[str, Any]) -> None:
        """What a bot says reaches people outside, and the other bots of its channel."""
        if self._channel.transport is not None:
            place = (self.shard, self._channel.transport, self.mail.channel_id)
            self.commit.deliveries.append((*place, dumps({"message": message})))
        others = [bot_id for bot_id in self._channel.bots if bot_id != self.mail.bot_id]
        if not others:
            return
        cause = turn.event.cause
        budget = BOT_MESSAGES if cause.budget is None else cause.budget
        assert turn.outcome is not None
        # Shared out, not counted: three bots that answer each other would double what is said with every hop.
        share = budget // (len(others) * len(turn.outcome.replies)) - 1
        chain = cause.chain or str(turn.mail_event.id)
        payload = dumps({"message": message, "hops": cause.hops + 1, "budget": share, "chain": chain})
        self.commit.deliveries.extend((self.shard, "bot", bot_id, payload) for bot_id in others)

    def _changed(self, outcome: Outcome, scopes: dict[str, dict[str, Any]]) -> list[tuple[str, Any, Any]]:
        """(target, before, after) of the variables that the turn saves; `scopes` are the shared ones after it. Asked
        before the outcome is taken in."""
        targets = {entry["target"]: None for entry in outcome.trace if entry["at"] == "save"}
        if not targets:
            return []
        olds = {"session": self._variables, **self._scopes}
        news = {"session": outcome.session, **scopes}
        touched = {"session", *(change.scope for change in outcome.changes)}
        paths = [parse_path(target) for target in list(targets)[:MAX_CHANGED]]
        return [
            (path.text, _brief(dig(olds[path.scope], path.keys)), _brief(dig(news[path.scope], path.keys)))
            for path in paths
            if path.scope in touched
        ]

    def _record(
        self,
        turn: OpenTurn,
        outcome: Outcome,
        before: str | None,
        replies: list[dict[str, Any]],
        changed: list[tuple[str, Any, Any]],
    ) -> None:
        mail, event = self.mail, turn.event
        error = f"{outcome.error.code}: {outcome.error.message}" if outcome.error else None
        record = {
            "event": {"message": event.message, "data": event.data},
            "now": event.now,
            "seed": event.seed,
            "effects": turn.performed,
            "from": before,
            "to": outcome.step_id,
            "replies": [message["id"] for message in replies],
            "trace": outcome.trace,
            "changed": changed,
            "revision_before": self._revision_before,
            "elapsed_us": (time.perf_counter_ns() - turn.started_ns) // 1000,
        }
        revision = mail.published_revision or 0
        row = (turn.mail_event.id, mail.bot_id, revision, turn.mail_event.kind, dumps(record), error)
        self.commit.records.append(row)
        self.notices.append(turn_notice(mail, turn.mail_event, outcome.step_id, replies, error))


def _brief(value: Any) -> Any:
    """A value as a record keeps it: null where there was none, a list or an object as text, long ones cut."""
    if value is UNDEFINED:
        return None
    if isinstance(value, str):
        return value if len(value) <= MAX_CHANGED_CHARS else value[:MAX_CHANGED_CHARS] + "…"
    return clip(value, MAX_CHANGED_CHARS) if isinstance(value, list | dict) else value


def _entity(entity: Entity | None, entity_id: uuid.UUID) -> Entity:
    """A user or channel that was deleted while its event waited still has an id and nothing else."""
    return entity or Entity(0, {}, {"id": str(entity_id)})


def inbound_view(mail: SessionMail, event: MailboxEvent) -> dict[str, Any] | None:
    """The message that an event is, as sockets are shown it; None for a timeout and the like."""
    if event.kind not in _FROM_PEOPLE:
        return None
    return {
        "id": str(event.id), "channel_id": str(mail.channel_id), "session_id": str(mail.session_id),
        "sender_id": str(mail.user_id), "recipient_id": str(mail.bot_id), "reply_to": None,
        **event.event["message"], "widget": None, "external_id": event.event.get("external_id"),
        "created_at": event.created_at,
    }  # fmt: skip


def message_notice(mail: SessionMail, message: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """(topics, payload): what was said, told before a turn that takes long."""
    return told_in(mail.channel_id, mail.user_id), {"type": "message", "message": message}


def turn_notice(
    mail: SessionMail, event: MailboxEvent, step_id: str | None, replies: list[dict[str, Any]], error: str | None
) -> tuple[list[str], dict[str, Any]]:
    """(topics, payload): one notice for whoever waits for the event, listens in the channel, or watches the bot."""
    topics = [f"event:{event.id}", *told_in(mail.channel_id, mail.user_id), f"bot:{mail.bot_id}"]
    payload = {
        "type": "turn",
        "id": str(event.id),
        "session_id": str(mail.session_id),
        "step_id": step_id,
        "message": inbound_view(mail, event),
        "replies": replies,
        "error": error,
    }
    return topics, payload
