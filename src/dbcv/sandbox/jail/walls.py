"""The walls around all jailed processes, besides the filter: namespaces, an empty root, another user, limits.

Each is built where the host permits it; `seccomp` and the limits are the ones that must stand. Called by the zygote.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable

_NEW_MOUNTS, _NEW_UTS, _NEW_IPC = 0x20000, 0x4000000, 0x8000000
_NEW_USER, _NEW_PIDS, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_APART = _NEW_MOUNTS | _NEW_UTS | _NEW_IPC | _NEW_PIDS | _NEW_NETWORK
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_KEEPCAPS = 1, 4, 24, 8
_CAPABILITIES_V3 = 0x20080522
_NOBODY = 65_534
_CAP_LAST = 40

_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int | None) -> None:
    """End when the parent ends; at once if it already has. `parent` None: it cannot be seen from in here."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def step_apart() -> list[str]:
    """Namespaces of its own for the children of this process (a process is asked to fork once before pids count).

    Returns the names of the walls that stand: ["namespaces"], ["user namespace", "namespaces"], or [].
    """
    if os.geteuid() == 0 and _libc.unshare(_APART) == 0:
        return ["namespaces"]
    if _libc.unshare(_NEW_USER | _APART) == 0:
        return ["user namespace", "namespaces"]
    return []


def give_up_everything(root: str) -> list[str]:
    """An empty folder as the root, nobody as the user, no capabilities. Returns the walls that stand."""
    built: list[str] = []
    walls: tuple[tuple[str, Callable[[], None]], ...]
    walls = (("empty root", lambda: _shut_in(root)), ("no user", _become_nobody))
    for name, build in walls:
        with contextlib.suppress(OSError):
            build()
            built.append(name)
    _drop_capabilities()
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return built


def _shut_in(root: str) -> None:
    os.chroot(root)
    os.chdir("/")


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _drop_capabilities() -> None:
    for number in range(_CAP_LAST + 1):
        _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    header, nothing = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0), (ctypes.c_uint32 * 6)()
    _libc.capset(header, nothing)


def first_to_be_killed() -> None:
    """When memory runs out the kernel takes jailed processes before the service; and they run after it."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123 - no pathlib here
        file.write("1000")
    with contextlib.suppress(OSError):
        os.nice(5)


def memory_in_use() -> int:
    """Bytes of address space of this process, so that a limit can be set above them."""
    with open("/proc/self/statm") as file:  # noqa: PTH123 - no pathlib here
        return int(file.read().split()[0]) * resource.getpagesize()


def limit(address_space: int, cpu_seconds: int, descriptors: int) -> None:
    """Limits for the rest of a process's life, none of which it can raise."""
    for what, most in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_NOFILE, descriptors),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(what, (most, most))


def as_first_process(life: Callable[[], None]) -> None:
    """Runs `life` in a child, the first process of the new namespace; ends, with all of them, when the child does."""
    own = os.getpid()
    pid = os.fork()
    if pid == 0:
        die_with(own if os.getpid() != 1 else None)
        life()
        os._exit(0)
    os.closerange(3, 1_024)
    with contextlib.suppress(OSError, KeyboardInterrupt):
        os.waitpid(pid, 0)
    sys.exit(0)
