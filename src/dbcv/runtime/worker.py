"""The user worker: rung sessions in, committed turns out. Reading, walking and committing overlap.

One task reads mail and walks turns, one commits what is ready; a turn that runs code or calls the outside world goes
on in a task of its own, from the first call on with its session claimed. A session is in one pair of hands at a time
(`Hands`), so its events stay in order.
"""

import asyncio
import time
import uuid
from collections.abc import Coroutine
from typing import Any

import asyncpg
import structlog

from dbcv.engine.effects import RunCode
from dbcv.kit.bell import Bell
from dbcv.kit.db import DATABASE_ERRORS, Database, Driver
from dbcv.kit.streams import bot_messages, shard_of
from dbcv.kit.vital import end, start_vital
from dbcv.runtime import figures, ledger, mailbox
from dbcv.runtime.hands import Hands
from dbcv.runtime.mailbox import MailboxEvent, SessionMail
from dbcv.runtime.memory import Memory
from dbcv.runtime.perform import Failure, Performer, attempt, attempt_async
from dbcv.runtime.rehearsal import rehearse
from dbcv.runtime.telling import PartTeller
from dbcv.runtime.turn import OpenTurn, SessionRun, inbound_view, message_notice, turn_notice

SESSIONS_A_READ = 32
"""Small enough that the commit of one batch overlaps with the read and the walk of the next: with all rung sessions in
one batch only one of worker and database worked at a time (64 sessions: 43 % of the processors idle, then 24 %)."""
BUSY_FROM = 4
"""A read of so many sessions means that others are being rung: the next read waits for them a little."""
AWAY_SECONDS = 0.1

log = structlog.get_logger(__name__)


class UserWorker:
    """Turns events of the mailbox into replies. `ring` (of Hands) is its only way in."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        performer: Performer,
        worker_id: str,
        *,
        shards: int,
        max_tries: int,
        turn_timeout_seconds: float,
        gather_seconds: float = 0.0,
    ) -> None:
        self._db, self._bell, self._performer = db, bell, performer
        self._worker_id, self._shards = worker_id, shards
        self._max_tries, self._turn_timeout_seconds = max_tries, turn_timeout_seconds
        self._gather_seconds = gather_seconds
        self._memory = Memory()
        self._hands = Hands()
        self._ready: list[SessionRun] = []
        self._wake_committer = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._alone = asyncio.Lock()
        self.ring = self._hands.ring

    async def start(self) -> None:
        """Begin to work on what is rung."""
        self._loops = [
            start_vital(self._keep_on(self._read_loop), "read"),
            start_vital(self._keep_on(self._commit_loop), "commit"),
        ]

    async def stop(self, timeout_seconds: float) -> None:
        """Finish the turns in hand (at most so long), take no new ones."""
        await self._hands.close(timeout_seconds)
        await end(*self._loops, *self._tasks)
        await self._release_claims()

    async def _release_claims(self) -> None:
        """Of turns that were cut off: whoever gets the shard goes on with them at once."""
        try:
            async with self._db.driver() as connection:
                await ledger.release_claims(connection, self._worker_id)
        except DATABASE_ERRORS as error:
            log.warning("worker.claims_not_released", error=str(error) or repr(error))

    async def _keep_on(self, loop: Any) -> None:
        while True:
            try:
                await loop()
            except DATABASE_ERRORS as error:
                log.warning("worker.database_unavailable", loop=loop.__name__, error=str(error) or repr(error))
                await asyncio.sleep(AWAY_SECONDS)

    # --- reading and walking -------------------------------------------------------------------------------------

    async def _read_loop(self) -> None:
        async with self._db.driver() as connection:
            while True:
                await self._hands.wait()
                while taken := self._hands.take(SESSIONS_A_READ):
                    try:
                        await self._read(connection, taken)
                        if len(taken) >= BUSY_FROM:
                            await asyncio.sleep(self._gather_seconds)
                    except DATABASE_ERRORS:
                        self._hands.put_back(taken)
                        raise

    async def _read(self, connection: Driver, taken: list[uuid.UUID]) -> None:
        mails = await mailbox.read_mail(connection, self._memory.known_versions(taken), self._worker_id)
        await self._memory.refresh(connection, mails)
        with_mail = {mail.session_id for mail in mails}
        for session_id in taken:
            if session_id not in with_mail:
                self._hands.settle(session_id)
        suspects = []
        for mail in mails:
            if mail.events[0].is_suspect and not mail.is_claimed:
                suspects.append(self._open(mail))
            else:
                self._handle(mail)
        if suspects:
            self._spawn(self._run_counted(suspects))

    def _handle(self, mail: SessionMail) -> None:
        first = mail.events[0]
        if mail.is_claimed:
            self._hands.settle(mail.session_id)
        elif first.attempts >= self._max_tries:
            self._spawn(self._bury(mail, first))
        elif first.attempts > 0:
            self._spawn(self._run_counted([self._open(mail)]))
        else:
            self._run_together(mail)

    def _run_together(self, mail: SessionMail) -> None:
        """All events up to the first one that calls the outside world or fails; those come first next time."""
        run = self._open(mail)
        for event in mail.events:
            if event.attempts > 0:
                break
            turn = self._begin(run, event)
            if isinstance(turn, Failure):
                if not run.commit.handled:
                    self._spawn(self._note_failure(mail, event, turn.error))
                    return
                break
            if turn is not None and turn.outcome is None:
                if not run.commit.handled:
                    self._spawn(self._run_outside(run, turn))
                    return
                turn.walk.close()
                break
            if turn is not None and not self._finish(run, turn):
                return
        self._submit(run)

    def _finish(self, run: SessionRun, turn: OpenTurn) -> bool:
        """Takes a walked turn into the run; a defect there costs the run, and the event a try."""
        result = attempt(lambda: run.finish(turn), event_id=turn.event.id)
        if isinstance(result, Failure):
            self._spawn(self._note_failure(run.mail, turn.mail_event, result.error))
        return not isinstance(result, Failure)

    def _open(self, mail: SessionMail) -> SessionRun:
        graph = None
        if mail.published_revision is not None:
            graph = self._memory.graphs.get(mail.bot_id, mail.published_revision)
        return SessionRun(mail, self._memory, graph, shard_of(mail.user_id, self._shards))

    def _begin(self, run: SessionRun, event: MailboxEvent) -> OpenTurn | Failure | None:
        """The turn of an event, begun; None when there is nothing to walk."""
        if run.is_outdated(event):
            run.drop(event)
            return None
        if not run.can_walk:
            run.refuse(event)
            return None
        return attempt(lambda: run.begin(event), event_id=str(event.id))

    def _submit(self, run: SessionRun) -> None:
        self._ready.append(run)
        self._wake_committer.set()

    # --- committing ----------------------------------------------------------------------------------------------

    async def _commit_loop(self) -> None:
        async with self._db.driver() as connection:
            while True:
                await self._wake_committer.wait()
                self._wake_committer.clear()
                while self._ready:
                    batch, self._ready = self._ready, []
                    await self._commit(connection, batch)

    async def _commit(self, connection: Driver, batch: list[SessionRun]) -> None:
        began_ns = time.time_ns()
        try:
            won = await ledger.commit(connection, [run.commit for run in batch])
        except asyncpg.DeadlockDetectedError:
            self._lose(batch)
        except (
            asyncpg.DataError,
            asyncpg.IntegrityConstraintViolationError,
            asyncpg.ProgramLimitExceededError,
        ) as error:
            await self._commit_one_by_one(connection, batch, error)
        except BaseException:
            self._lose(batch)
            raise
        else:
            figures.note_commit(batch, won, began_ns)
            for run in batch:
                self._conclude(run, run.mail.session_id in won)

    async def _commit_one_by_one(self, connection: Driver, batch: list[SessionRun], error: Exception) -> None:
        """One of them holds what the database refuses: find it, so that the others are kept."""
        if len(batch) > 1:
            for run in batch:
                await self._commit(connection, [run])
            return
        run = batch[0]
        log.error("turn.refused_by_database", session_id=str(run.mail.session_id), error=str(error))
        self._spawn(self._note_failure(run.mail, run.mail.events[0], f"the database refused it: {error}"))

    def _conclude(self, run: SessionRun, has_won: bool) -> None:
        session_id = run.mail.session_id
        if not has_won:
            self._lose([run])
            return
        self._memory.sessions.put(session_id, run.state_after())
        for topics, payload in run.notices:
            self._bell.publish(topics, payload)
        if run.commit.deliveries:
            self._bell.ring(bot_messages(run.shard), str(session_id))
        is_more = len(run.commit.handled) < len(run.mail.events) or len(run.mail.events) == mailbox.EVENTS_A_SESSION
        self._hands.settle(session_id, ring_again=is_more)

    def _lose(self, batch: list[SessionRun]) -> None:
        """Somebody else moved the session, or nobody knows: forget it and read again."""
        for run in batch:
            self._memory.sessions.drop(run.mail.session_id)
            self._hands.settle(run.mail.session_id, ring_again=True)

    # --- turns in tasks of their own -----------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = start_vital(work, "turn")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_counted(self, runs: list[SessionRun]) -> None:
        """First events that failed before: each try is counted before it is made, so that a killer is counted too.

        One group at a time: who is counted beside a killer would be buried with it. After a death the suspects of a
        read are one group; later, and after any other failure, each runs alone. Calls outside may overlap, until the
        event has been at hand in several deaths.
        """
        async with self._alone:
            runs = await self._rehearsed(runs)
            if not runs or not await self._count_tries(runs):
                return
            begun = [(run, await self._begin_counted(run)) for run in runs]
            await asyncio.gather(*(settled for _, (_, settled) in begun if settled is not None))
            for run, (turn, _) in begun:
                if turn is not None and run.mail.events[0].has_killed_often:
                    settled = self._hands.await_end(run.mail.session_id)
                    await self._run_outside(run, turn, is_counted=True)
                    await settled
                elif turn is not None:
                    self._spawn(self._run_outside(run, turn, is_counted=True))

    async def _rehearsed(self, runs: list[SessionRun]) -> list[SessionRun]:
        """Those that may run here: a suspect that ends or stops a copy of this process has had its try there."""
        fine = [run for run in runs if not run.mail.events[0].may_kill]
        suspects = [run for run in runs if run.mail.events[0].may_kill]
        while suspects:
            rehearsed = await rehearse([run.rehearse for run in suspects])
            fine += suspects[: rehearsed.well]
            if rehearsed.error is not None:
                killer = suspects[rehearsed.well].mail
                await self._note_failure(killer, killer.events[0], rehearsed.error)
            suspects = suspects[rehearsed.well + 1 :]
        return fine

    async def _count_tries(self, runs: list[SessionRun]) -> bool:
        """Whether it is kept that these first events are tried once more; if not, they are read again."""
        try:
            async with self._db.driver() as connection:
                await mailbox.count_tries(connection, [run.mail.events[0].seq for run in runs])
        except DATABASE_ERRORS:
            self._hands.put_back(run.mail.session_id for run in runs)
            return False
        return True

    async def _begin_counted(self, run: SessionRun) -> tuple[OpenTurn | None, asyncio.Future[None] | None]:
        """Walks a run's first event, whose try is counted: the turn that wants to call outside, or what to wait for."""
        event = run.mail.events[0]
        settled = self._hands.await_end(run.mail.session_id)
        begun = self._begin(run, event)
        if isinstance(begun, Failure):
            await self._note_failure(run.mail, event, begun.error, is_counted=True)
        elif begun is not None and begun.outcome is None:
            return begun, None
        elif begun is None or self._finish(run, begun):
            self._submit(run)
        return None, settled

    async def _run_outside(self, run: SessionRun, turn: OpenTurn, is_counted: bool = False) -> None:
        """Performs the turn's effects one after the other, hands it to the committer."""
        structlog.contextvars.bind_contextvars(turn_id=str(turn.mail_event.id))
        is_ours = await attempt_async(self._perform_all(run, turn))
        if isinstance(is_ours, Failure):
            self._memory.sessions.drop(run.mail.session_id)
            await self._note_failure(run.mail, turn.mail_event, is_ours.error, is_counted=is_counted)
        elif not is_ours:
            self._lose([run])
        elif self._finish(run, turn):
            self._submit(run)

    async def _perform_all(self, run: SessionRun, turn: OpenTurn) -> bool:
        """Whether the session stayed this worker's. Raises TimeoutError, in words that its owner reads."""
        try:
            async with asyncio.timeout(self._turn_timeout_seconds):
                return await self._perform_each(run, turn)
        except TimeoutError as error:
            raise TimeoutError(f"the turn took longer than {self._turn_timeout_seconds:g} s") from error

    async def _perform_each(self, run: SessionRun, turn: OpenTurn) -> bool:
        """Code changes nothing outside, so whoever commits first wins; anything else waits for a claim."""
        tell_part = PartTeller(self._bell.publish, run.mail, turn.mail_event.id)
        is_claimed = False
        while turn.effect is not None:
            if not is_claimed and not isinstance(turn.effect, RunCode):
                is_claimed = await self._claim(run, turn)
                if not is_claimed:
                    return False
            began_ns = time.time_ns()
            reply = await self._performer.perform(turn.effect, run.mail.bot_id, tell_part)
            figures.trace_effect(turn.mail_event.id, len(turn.performed), began_ns, reply)
            turn.performed.append({"effect": type(turn.effect).__name__, "reply": reply})
            turn.advance(reply)
        return True

    async def _claim(self, run: SessionRun, turn: OpenTurn) -> bool:
        """Makes the session this worker's before it calls the outside world, and tells what was said: that may take
        long. False when somebody else was faster, or when nobody knows."""
        try:
            async with self._db.driver() as connection:
                version = await ledger.claim(
                    connection, run.mail.session_id, run.mail.version, self._worker_id, self._turn_timeout_seconds + 5
                )
        except DATABASE_ERRORS:
            return False
        if version is None:
            return False
        run.commit.expected_version = run.mail.version = version
        message = inbound_view(run.mail, turn.mail_event)
        if message is not None:
            self._bell.publish(*message_notice(run.mail, message))
        return True

    async def _note_failure(
        self, mail: SessionMail, event: MailboxEvent, error: str, *, is_counted: bool = False
    ) -> None:
        log.error("turn.failed", turn_id=str(event.id), session_id=str(mail.session_id), error=error)
        try:
            async with self._db.driver() as connection:
                await mailbox.note_failure(connection, event.seq, error, 0 if is_counted else 1)
                await ledger.release_session(connection, mail.session_id, self._worker_id)
        except DATABASE_ERRORS as reason:
            log.warning("turn.failure_not_noted", error=str(reason))
        self._hands.settle(mail.session_id, ring_again=True)

    async def _bury(self, mail: SessionMail, event: MailboxEvent) -> None:
        error = event.error or "the turn failed"
        try:
            async with self._db.driver() as connection:
                await ledger.bury(connection, event.seq, mail.bot_id)
        except DATABASE_ERRORS as reason:
            log.warning("turn.not_buried", error=str(reason))
        else:
            figures.dead_letters.add(1.0, ("turn",))
            log.error("turn.dead_letter", turn_id=str(event.id), session_id=str(mail.session_id), error=error)
            self._bell.publish(*turn_notice(mail, event, None, [], error))
        self._hands.settle(mail.session_id, ring_again=True)
