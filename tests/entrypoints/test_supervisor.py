"""What the supervisor does with what dies, with a stop, and with its own death. The programs are small stand-ins."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from dbcv.entrypoints.listening import bind
from dbcv.entrypoints.plan import Program, pids_file
from dbcv.kit.data_folder import DataFolder
from dbcv.kit.local_services import LocalServices
from dbcv.kit.processes import birth_mark, command_line, is_alive, wait_until

SERVER = """
import socket, os, sys, signal
sock = socket.socket(fileno=int(os.environ["FD"]))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    c, _ = sock.accept(); c.recv(9999)
    c.sendall(b"HTTP/1.1 200 OK\\r\\ncontent-length: 0\\r\\n\\r\\n"); c.close()
"""
SLEEPER = "import time\nwhile True: time.sleep(1)"
SLOW_TO_STOP = (
    "import signal, sys, time, pathlib\n"
    "def stop(*_):\n    time.sleep(0.5); pathlib.Path(sys.argv[1]).write_text('finished'); sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, stop); pathlib.Path(sys.argv[1]).write_text('works')\nwhile True: time.sleep(0.05)"
)
DEAF = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)"
# What `dbcv up` does in the end: services are started, then the same process becomes the supervisor.
LAUNCH = """
import sys, os, json
from pathlib import Path
from dbcv.entrypoints.plan import Plan, Program
from dbcv.kit.data_folder import DataFolder
from dbcv.kit.local_services import LocalServices
fields = json.loads(sys.argv[1])
folder = DataFolder(Path(fields["home"])); folder.make()
lock = folder.lock(); os.set_inheritable(lock, True)
if fields.pop("services"):
    services = LocalServices(folder); services.start()
    fields["service_pids"] = {n: c.pid for n, c in services.children.items()}
fields["programs"] = [Program(**p) for p in fields["programs"]]
plan = Plan(**fields, lock_fd=lock)
os.execv(sys.executable, [sys.executable, "-m", "dbcv.entrypoints.supervisor", str(plan.to_pipe())])
"""


class Run:
    """A supervisor of its own process with stand-in programs."""

    def __init__(
        self,
        home: Path,
        extra: list[Program],
        *,
        services: bool = False,
        stop_seconds: float = 5.0,
        api: str = SERVER,
    ) -> None:
        self.home = home
        self.listener = bind("127.0.0.1", 0)
        descriptor = self.listener.fileno()
        server = Program("api", [sys.executable, "-c", api], {"FD": str(descriptor)}, listens=True)
        fields = {
            "home": str(home),
            "services": services,
            "service_pids": {},
            "programs": [asdict(p) for p in (server, *extra)],
            "listen_fd": descriptor,
            "health_host": "127.0.0.1",
            "health_port": self.listener.getsockname()[1],
            "stop_timeout_seconds": stop_seconds,
            "banner": "READY",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, json.dumps(fields)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            pass_fds=[descriptor],
        )
        self.output = ""

    def read_until(self, word: str) -> str:
        """Lines up to the one with the word."""
        assert self.process.stdout
        while word not in self.output:
            line = self.process.stdout.readline()
            assert line, self.output
            self.output += line
        return self.output

    def pid(self, name: str) -> int:
        """Of a program, as the supervisor noted it."""
        return int(json.loads(pids_file(self.home).read_text())[name][0])

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """(exit code, seconds it took)."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.output += self.process.communicate(timeout=30)[0]
        return self.process.returncode, time.monotonic() - began


@pytest.fixture
def start(home: Path):
    runs: list[Run] = []

    def begin(*extra: Program, **options) -> Run:
        runs.append(Run(home, list(extra), **options))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
            run.process.communicate()
        run.listener.close()


def program(name: str, code: str, *arguments: str) -> Program:
    return Program(name, [sys.executable, "-c", code, *arguments])


def test_it_announces_once_and_stops_with_everything(start) -> None:
    run = start(program("worker", SLEEPER))
    run.read_until("READY")
    worker = run.pid("worker")
    assert run.stop()[0] == 0
    assert not is_alive(worker)
    assert run.output.count("READY") == 1
    assert "stopped" in run.output
    assert not pids_file(run.home).exists()


@pytest.mark.parametrize("name", ["api", "worker"])
def test_a_killed_program_is_back_at_once(start, name: str) -> None:
    run = start(program("worker", SLEEPER))
    run.read_until("READY")
    for _ in range(3):
        before = run.pid(name)
        os.kill(before, signal.SIGKILL)
        assert wait_until(lambda before=before: run.pid(name) != before, 2.0), "who crashes by itself waits longer"
    run.read_until(f"{name} was killed by signal 9")
    assert run.stop()[0] == 0


def test_callers_wait_in_the_backlog_while_the_api_restarts(start) -> None:
    run = start()
    run.read_until("READY")
    killed = run.pid("api")
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(killed), 2.0)
    for _ in range(
        2
    ):  # what was taken from the backlog by the dying one is reset: who calls again waits and is answered
        with (
            contextlib.suppress(ConnectionResetError),
            socket.create_connection(run.listener.getsockname(), timeout=5) as connection,
        ):
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert b"200" in connection.recv(100)
            return
    raise AssertionError("reset twice")


def test_a_program_that_crashes_by_itself_is_tried_less_and_less(start) -> None:
    run = start(program("worker", "import time, sys; time.sleep(0.1); sys.exit(3)"))
    run.read_until("READY")
    time.sleep(2.5)
    run.stop()
    assert 2 <= run.output.count("worker ended with code 3") <= 6


def test_what_never_gets_ready_is_given_up_with_a_word(start) -> None:
    run = start(program("worker", SLEEPER), api="import sys; sys.exit('cannot: no colour')")
    output = run.process.communicate(timeout=30)[0]
    assert run.process.returncode == 1
    assert "no colour" in output
    assert "dbcv doctor" in output
    assert "READY" not in output


def test_a_stop_leaves_time_for_the_turns_in_flight(start, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    run = start(program("worker", SLOW_TO_STOP, str(mark)))
    run.read_until("READY")
    assert wait_until(lambda: mark.exists() and mark.read_text() == "works", 30.0)
    code, seconds = run.stop()
    assert (code, mark.read_text()) == (0, "finished")
    assert seconds < 5, "nobody was killed for lateness"


@pytest.mark.parametrize("signals", [1, 2])
def test_what_does_not_stop_is_killed_after_its_time_or_a_second_ctrl_c(start, signals: int) -> None:
    run = start(program("worker", DEAF), stop_seconds=1.5 if signals == 1 else 60.0)
    run.read_until("READY")
    time.sleep(0.3)
    worker = run.pid("worker")
    if signals == 2:
        run.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    code, seconds = run.stop(signal.SIGINT)
    assert code == 0
    assert seconds < 30
    assert not is_alive(worker)


def test_a_hard_kill_takes_all_programs_and_services_with_it(start) -> None:
    run = start(program("worker", SLEEPER), services=True)
    run.read_until("READY")
    pids = [run.pid("api"), run.pid("worker"), _postgres_pid(run.home), _valkey_pid(run.home)]
    assert all(is_alive(pid) for pid in pids)
    run.process.kill()
    run.process.wait()
    if sys.platform == "linux":
        assert wait_until(lambda: not any(is_alive(pid) for pid in pids), 5.0)
    _start_and_stop(run.home)


def test_a_new_start_replaces_services_that_outlived_their_supervisor(home: Path) -> None:
    """As where nothing tells a child that its parent died: the servers are still there, and running."""
    orphans = subprocess.run(
        [sys.executable, "-c", _ORPHANING, str(home)], capture_output=True, text=True, check=True
    ).stdout.split()
    postgres, valkey = map(int, orphans)
    assert is_alive(postgres)
    assert is_alive(valkey)
    _start_and_stop(home)
    assert not is_alive(postgres)
    assert not is_alive(valkey)


_ORPHANING = """
import sys, os
from pathlib import Path
from dbcv.kit import processes, local_services
processes._before_exec = lambda number: None
services = local_services.start_in(Path(sys.argv[1]))
print(*[child.pid for child in services.children.values()], flush=True)
os._exit(0)
"""


def test_services_that_crash_are_started_again(start) -> None:
    run = start(services=True)
    run.read_until("READY")
    for name, find in (("postgres", _postgres_pid), ("valkey", _valkey_pid)):
        before = find(run.home)
        os.kill(before, signal.SIGKILL)
        run.read_until(f"{name} was killed by signal 9")
        assert wait_until(lambda find=find, before=before: find(run.home) not in (0, before), 10.0)
    code, _ = run.stop()
    assert code == 0
    assert "PostgreSQL" not in run.output


def test_the_supervisor_is_small(start) -> None:
    run = start()
    run.read_until("READY")
    if sys.platform == "linux":
        lines = Path(f"/proc/{run.process.pid}/smaps_rollup").read_text().splitlines()
        kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        assert kilobytes < 20_000


def test_a_mark_tells_a_process_from_a_later_one_with_its_number() -> None:
    assert birth_mark(os.getpid()) == birth_mark(os.getpid()) != birth_mark(1)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert birth_mark(gone.pid) == ""


def test_a_program_of_the_product_is_a_copy_and_back_at_once(start) -> None:
    """Its database does not answer: what counts is who runs, and how."""
    nobody = {"DATABASE_URL": "postgresql://127.0.0.1:9/x", "REDIS_URL": "redis://127.0.0.1:9", "SECRET_KEY": "k" * 40}
    run = start(Program("scheduler", ["/nowhere"], nobody, role="scheduler"))
    run.read_until("READY")
    first = run.pid("scheduler")
    assert wait_until(lambda: command_line(first) == "dbcv scheduler", 3.0)
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: run.pid("scheduler") not in (0, first), 3.0)
    assert wait_until(lambda: command_line(run.pid("scheduler")) == "dbcv scheduler", 3.0)
    assert run.stop()[0] == 0


def _start_and_stop(home: Path) -> None:
    folder = DataFolder(home)
    assert wait_until(lambda: not folder.is_locked(), 5.0)
    descriptor = folder.lock()
    services = LocalServices(folder)
    services.lock_descriptor = descriptor
    services.start()
    services.stop()


def _postgres_pid(home: Path) -> int:
    return _number(home / "postgres" / "postmaster.pid")


def _valkey_pid(home: Path) -> int:
    return _number(home / "valkey" / "valkey.pid")


def _number(path: Path) -> int:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
