"""Keeps everything running that `dbcv up` started: restarts what dies, passes a stop on, leaves nothing behind.

`dbcv up` becomes this by `exec`. It imports the product once and copies itself for every process of it: a worker that
was killed is back in milliseconds instead of seconds, and all processes share the memory of the code.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from setproctitle import setproctitle

from dbcv.entrypoints import first_start
from dbcv.entrypoints.plan import Plan, Program, pids_file
from dbcv.entrypoints.run import ROLES, run
from dbcv.kit.data_folder import DataFolder, DataFolderError, write_whole
from dbcv.kit.local_services import LocalServices, Service, Wanted
from dbcv.kit.processes import Child, birth_mark, can_fork, fork, spawn

READY_TIMEOUT_SECONDS = 60.0
KILL_AFTER_SECONDS = 2.0
TICK_SECONDS = 0.5
# After a crash by itself the waits grow; one that was killed from outside comes back at once.
BACKOFF_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0)
HEALTHY_AFTER_SECONDS = 30.0
GIVE_UP_AFTER_FAILURES = 3
LOG_CHECK_SECONDS = 60.0
MAX_LOG_BYTES = 20_000_000


class Member:
    """One process that must run: how to start it, and when to try again."""

    def __init__(self, name: str, start: Callable[[], Child], child: Child | None = None) -> None:
        self.name = name
        self.child = child
        self.failures = 0
        self._start = start
        self._started_at = time.monotonic()
        self._try_at = 0.0

    def keep_alive(self, now: float) -> bool:
        """Starts it if it does not run and its wait is over; whether anything changed."""
        changed = self._notice_end(now)
        if self.child is None and now >= self._try_at:
            self._try_start(now)
            return True
        return changed

    def _notice_end(self, now: float) -> bool:
        code = self.child.poll() if self.child else None
        if code is None:
            return False
        self.child = None
        lived_seconds = now - self._started_at
        killed = code < 0
        self.failures = 0 if killed or lived_seconds > HEALTHY_AFTER_SECONDS else self.failures + 1
        self._wait(now)
        how = f"was killed by signal {-code}" if killed else f"ended with code {code}"
        say(f"{self.name} {how}; starting it again")
        return True

    def _try_start(self, now: float) -> None:
        try:
            self.child = self._start()
        except (DataFolderError, OSError) as error:
            self.failures += 1
            self._wait(now)
            say(f"{self.name}: {error}")
        self._started_at = time.monotonic()

    def _wait(self, now: float) -> None:
        self._try_at = now + BACKOFF_SECONDS[min(self.failures, len(BACKOFF_SECONDS) - 1)] if self.failures else now


class Supervisor:
    """Runs until SIGTERM, SIGINT or SIGHUP; `run` gives the exit code."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.folder = DataFolder(Path(plan.home))
        wanted = Wanted(postgres="postgres" in plan.service_pids, valkey="valkey" in plan.service_pids)
        self.services = LocalServices(self.folder, wanted)
        self.services.adopt(plan.service_pids)
        _import_roles(program.role for program in plan.programs)
        self.service_members = [self._service_member(service) for service in self.services.services]
        self.program_members = [Member(program.name, self._starter(program)) for program in plan.programs]
        self.stops_asked = 0
        self._wake, self._wake_writing = os.pipe()
        self._checked_logs_at = 0.0

    def run(self) -> int:
        """Everything up, watched, and down again."""
        self._listen_to_signals()
        ready_before = time.monotonic() + READY_TIMEOUT_SECONDS
        ready, code = False, 0
        while not self.stops_asked:
            self._keep_alive()
            if not ready:
                ready = self._announce_when_ready()
                if not ready and self._is_hopeless(ready_before):
                    say("it does not start; the last lines above say why, `dbcv doctor` may know how to mend it")
                    code = 1
                    break
            self._sleep(TICK_SECONDS if ready else 0.05)
        self._stop()
        return code

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._wake, False)
        os.set_blocking(self._wake_writing, False)
        signal.set_wakeup_fd(self._wake_writing, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _ask_to_stop(self, *_: object) -> None:
        self.stops_asked += 1

    def _sleep(self, seconds: float) -> None:
        """Until a child ends, a signal comes, or the time is over."""
        select.select([self._wake], [], [], seconds)
        with suppress(BlockingIOError):
            os.read(self._wake, 4096)

    def _keep_alive(self) -> None:
        now = time.monotonic()
        changed = [member.keep_alive(now) for member in (*self.service_members, *self.program_members)]
        if any(changed):
            self._note_pids()
        if now - self._checked_logs_at > LOG_CHECK_SECONDS:
            self._checked_logs_at = now
            self._trim_logs()

    def _service_member(self, service: Service) -> Member:
        def start() -> Child:
            self.services.children[service.name] = service.start()
            return self.services.children[service.name]

        return Member(service.name, start, self.services.children[service.name])

    def _starter(self, program: Program) -> Callable[[], Child]:
        environment = dict(os.environ) | program.environment
        descriptors = [self.plan.listen_fd] if program.listens else []
        if not program.role or not can_fork():
            return lambda: spawn(program.argv, env=environment, pass_fds=descriptors)

        def live() -> None:
            setproctitle(f"dbcv {program.name}")
            run(program.role)

        return lambda: fork(live, env=environment, death_signal=signal.SIGTERM, pass_fds=descriptors)

    def _note_pids(self) -> None:
        """Best effort: on a full disk the product goes on, only the note is old."""
        pids = {m.name: [m.child.pid, birth_mark(m.child.pid)] for m in self.program_members if m.child}
        with suppress(OSError):
            write_whole(pids_file(self.folder.home), json.dumps(pids))

    def _trim_logs(self) -> None:
        """The services append, so a log that was cut goes on at its new end."""
        for path in self.folder.logs.glob("*.log"):
            if path.stat().st_size > MAX_LOG_BYTES:
                os.truncate(path, 0)

    def _announce_when_ready(self) -> bool:
        if not is_ready(self.plan.health_host, self.plan.health_port):
            return False
        say(self.plan.banner)
        first_start.end(Path(self.plan.home))
        return True

    def _is_hopeless(self, ready_before: float) -> bool:
        failing = any(member.failures >= GIVE_UP_AFTER_FAILURES for member in self.program_members)
        return failing or time.monotonic() > ready_before

    def _stop(self) -> None:
        """Programs first, with time for the turns in flight; a second signal hurries. Then what they stand on."""
        running = [member.child for member in self.program_members if member.child]
        for child in running:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + self.plan.stop_timeout_seconds
        while any(child.poll() is None for child in running) and time.monotonic() < deadline and self.stops_asked < 2:
            self._sleep(0.1)
        for child in running:
            child.send(signal.SIGKILL)
            child.wait(KILL_AFTER_SECONDS)
        self.services.stop()
        pids_file(self.folder.home).unlink(missing_ok=True)
        say("dbcv has stopped.")


def _import_roles(roles: Iterable[str]) -> None:
    """What they all begin with. Frozen: a collection in one of them would write into, and so copy, all of it. What is
    imported stays: looking as often as usual for what does not would be a quarter of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(5_000, *usual[1:])
    for role in filter(None, roles):
        importlib.import_module(f"dbcv.entrypoints.{ROLES[role][0]}")
    gc.set_threshold(*usual)
    gc.collect()
    gc.freeze()


def is_ready(host: str, port: int) -> bool:
    """Whether GET /health/ready answers 200 within half a second."""
    request = f"GET /health/ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    try:
        with socket.create_connection((host, port), timeout=0.5) as connection:
            connection.sendall(request)
            return b" 200 " in connection.recv(64).partition(b"\r\n")[0]
    except OSError:
        return False


def say(text: str) -> None:
    """To the console, if there still is one: a closed terminal must not stop the product."""
    with suppress(OSError, ValueError):
        print(text, flush=True)


def main() -> None:
    """Started by `exec` from `dbcv up`, with the descriptor of the plan's pipe."""
    setproctitle("dbcv supervisor")
    sys.exit(Supervisor(Plan.from_pipe(int(sys.argv[1]))).run())


if __name__ == "__main__":
    main()
