"""Child processes of the supervisor: start, watch, stop, and recognise what an earlier run left behind.

Standard library only, because the supervisor lives as long as the product and must stay small.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.01
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class RunAs:
    """Whom a service runs as. `switch` is False when that is already us."""

    uid: int
    gid: int
    switch: bool


def own_identity() -> RunAs:
    """We ourselves."""
    return RunAs(os.geteuid(), os.getegid(), switch=False)


class Child:
    """A process that is our direct child; survives our own `exec`, because it needs nothing but the pid."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.exit_code: int | None = None

    def poll(self) -> int | None:
        """The exit code (negative: killed by that signal), None while it runs."""
        if self.exit_code is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.exit_code = 255
            else:
                if pid:
                    self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code

    def send(self, signal_number: int) -> None:
        """Signals it unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signal_number)

    def wait(self, timeout_seconds: float) -> bool:
        """Whether it ended within the time."""
        return wait_until(lambda: self.poll() is not None, timeout_seconds)

    def stop(self, steps: Sequence[tuple[int, float]]) -> None:
        """Sends each signal in turn and waits its seconds, until the process is gone."""
        for signal_number, seconds in steps:
            self.send(signal_number)
            if self.wait(seconds):
                return


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | None = None,
    run_as: RunAs | None = None,
    death_signal: int = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
) -> Child:
    """Starts a child in a session of its own (Ctrl-C reaches the supervisor only), that dies when we die."""
    who = run_as or own_identity()
    # The Popen object is dropped on purpose (Child waits by pid), so its warning about that is silenced below.
    process = subprocess.Popen(  # noqa: S603 - argv comes from this package
        list(argv),
        env=dict(env) if env is not None else None,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        pass_fds=tuple(pass_fds),
        preexec_fn=_before_exec(death_signal),  # noqa: PLW1509 - the supervisor has one thread
        umask=0o077,
        user=who.uid if who.switch else None,
        group=who.gid if who.switch else None,
        extra_groups=[] if who.switch else None,
    )
    process.returncode = 0
    return Child(process.pid)


def fork(run: Callable[[], None], *, env: Mapping[str, str], death_signal: int, pass_fds: Sequence[int] = ()) -> Child:
    """Starts a child like `spawn`, but as a copy of us: what we have imported is there at once, and its memory is
    shared until somebody writes. `run` is the child's whole life; its SystemExit is the child's exit code.

    Only for a caller with one thread that has opened nothing a copy could harm: no event loop, no connections; or for
    a `run` that touches nothing but memory.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    die_with_parent = _before_exec(death_signal)
    pid = os.fork()
    if pid == 0:
        _live(run, env, die_with_parent, pass_fds)
    return Child(pid)


def can_fork() -> bool:
    """Linux, and no other thread: on other systems a copy of a process may lack what the system keeps beside it."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - no paths wanted


def _live(
    run: Callable[[], None], env: Mapping[str, str], die_with_parent: Callable[[], None], pass_fds: Sequence[int]
) -> NoReturn:
    """The child's side of `fork`; nothing of the parent's stack is ever run."""
    code = 1
    try:
        _forget_parent(pass_fds)
        die_with_parent()
        os.environ.clear()
        os.environ.update(env)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        if sys.exception() is not None:
            traceback.print_exc()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _forget_parent(pass_fds: Sequence[int]) -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    os.umask(0o077)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    kept = {0, 1, 2, *pass_fds}
    for descriptor in [int(name) for name in os.listdir("/proc/self/fd")]:  # noqa: PTH208 - no paths wanted
        if descriptor not in kept:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _before_exec(death_signal: int) -> Callable[[], None]:
    parent = os.getpid()

    def die_with_parent() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent


def wait_until(condition: Callable[[], bool], timeout_seconds: float) -> bool:
    """Asks every 10 ms; whether it became true within the time."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process with this number exists and is not just a zombie."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) != "Z"


def birth_mark(pid: int) -> str:
    """Tells a process from a later one with the same number; empty when it does not exist."""
    if sys.platform == "linux":
        fields = _stat_fields(pid)
        return f"{_boot_id()}:{fields[19]}" if fields else ""
    started = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603
    return started.stdout.strip()


def end_leftover(pid: int, steps: Sequence[tuple[int, float]]) -> bool:
    """Ends a process that is not our child; whether it is gone."""
    for signal_number, seconds in steps:
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            return True
        if wait_until(lambda: not is_alive(pid), seconds):
            return True
    return not is_alive(pid)


def processes_in(folder: Path) -> list[int]:
    """Processes whose working directory is `folder` (only Linux tells)."""
    return [pid for pid in _all_pids() if _link(pid, "cwd") == str(folder)]


def command_line(pid: int) -> str:
    """What the process calls itself, words joined by spaces; empty when it is gone."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    shown = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603
    return shown.stdout.strip()


def _all_pids() -> list[int]:
    if sys.platform != "linux":
        return []
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - thousands of entries


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/{name}")  # noqa: PTH115 - as above
    except OSError:
        return ""


def _stat_fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on (the name before it may hold spaces and brackets)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _state(pid: int) -> str:
    fields = _stat_fields(pid) if sys.platform == "linux" else []
    return fields[0] if fields else ""


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
