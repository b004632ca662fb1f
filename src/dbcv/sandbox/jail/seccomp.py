"""The list of system calls a jailed process may make, as a program of the kernel's filter (seccomp BPF).

Written by hand for two machines, because the list is short and a reader can check it. Pure but for `enforce`.
"""

import ctypes
import platform
import struct
from dataclasses import dataclass

ALLOW, DENY, KILL = 0x7FFF0000, 0x00050001, 0x80000000
"""What the filter may answer; a denied call fails with EPERM."""
CHANNEL = 3
"""The only descriptor that may be read and written."""
_PROT_EXEC = 4
_X32_BIT = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_PR_SET_NO_NEW_PRIVS, _PR_GET_SECCOMP, _PR_SET_SECCOMP, _MODE_FILTER = 38, 21, 22, 2

_ALWAYS = (
    "mremap", "munmap", "brk", "madvise", "futex", "rseq", "sched_yield",
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "setitimer",
    "getpid", "gettid", "getrusage", "times", "getrandom",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday",
    "exit", "exit_group",
)  # fmt: skip
_ON_THE_CHANNEL = ("read", "write")
_NEVER_EXECUTABLE = ("mmap", "mprotect")

_X86_64 = {
    "read": 0, "write": 1, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35, "setitimer": 38,
    "getpid": 39, "exit": 60, "gettimeofday": 96, "getrusage": 98, "times": 100, "sigaltstack": 131, "gettid": 186,
    "futex": 202, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230,
    "exit_group": 231, "getrandom": 318, "rseq": 334,
}  # fmt: skip
_AARCH64 = {
    "read": 63, "write": 64, "exit": 93, "exit_group": 94, "futex": 98, "nanosleep": 101, "setitimer": 103,
    "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "sched_yield": 124, "restart_syscall": 128,
    "sigaltstack": 132, "rt_sigprocmask": 135, "rt_sigreturn": 139, "times": 153, "getrusage": 165,
    "gettimeofday": 169, "getpid": 172, "gettid": 178, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222,
    "mprotect": 226, "madvise": 233, "getrandom": 278, "rseq": 293,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of processor: how the kernel names it to filters, and the numbers of its system calls."""

    audit_name: int
    numbers: dict[str, int]
    has_x32: bool


MACHINES = {
    "x86_64": Machine(0xC000003E, _X86_64, has_x32=True),
    "aarch64": Machine(0xC00000B7, _AARCH64, has_x32=False),
}


class NoFilterError(Exception):
    """This machine or kernel cannot filter system calls."""


Instruction = tuple[int, int, int, int]
"""Operation, how far to jump if true, if false, operand."""


def program(machine: Machine) -> list[Instruction]:
    """The filter: a foreign architecture kills, what is on the list passes, all else fails with EPERM."""
    numbers = machine.numbers
    lines: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, machine.audit_name), (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]  # fmt: skip
    if machine.has_x32:
        lines += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, KILL)]
    for name in _ON_THE_CHANNEL:
        lines += _if_argument(
            numbers[name], 0, [(_EQUAL, 0, 1, CHANNEL), (_RETURN, 0, 0, ALLOW), (_RETURN, 0, 0, DENY)]
        )
    for name in _NEVER_EXECUTABLE:
        lines += _if_argument(
            numbers[name], 2, [(_ANY_BIT, 0, 1, _PROT_EXEC), (_RETURN, 0, 0, DENY), (_RETURN, 0, 0, ALLOW)]
        )
    for name in _ALWAYS:
        lines += [(_EQUAL, 0, 1, numbers[name]), (_RETURN, 0, 0, ALLOW)]
    return [*lines, (_RETURN, 0, 0, DENY)]


def _if_argument(number: int, index: int, judge: list[Instruction]) -> list[Instruction]:
    """For one system call: judge the low half of an argument (the high half of a descriptor is never looked at)."""
    load = (_LOAD, 0, 0, _ARGUMENTS + 8 * index)
    return [(_EQUAL, 0, 1 + len(judge), number), load, *judge]


def assembled(lines: list[Instruction]) -> bytes:
    """The program as the kernel reads it."""
    return b"".join(struct.pack("HBBI", *line) for line in lines)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_void_p))


class Filter:
    """The filter of this machine, ready to be enforced. Raises NoFilterError where there is none."""

    def __init__(self) -> None:
        machine = MACHINES.get(platform.machine())
        if machine is None:
            raise NoFilterError(f"no list of system calls for {platform.machine()}")
        lines = program(machine)
        self._text = ctypes.create_string_buffer(assembled(lines))
        self._program = _Program(len(lines), ctypes.cast(self._text, ctypes.c_void_p))
        self._libc = ctypes.CDLL(None, use_errno=True)

    def ask_kernel(self) -> None:
        """Raises NoFilterError where the kernel was built without filters: it then does not know the question."""
        if self._libc.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) < 0:
            raise NoFilterError("the kernel cannot filter system calls")

    def enforce(self) -> None:
        """From here on, for this process and for ever."""
        if self._libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise NoFilterError("the kernel does not know no_new_privs")
        if self._libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(self._program), 0, 0):
            raise NoFilterError(f"the kernel refuses the filter (errno {ctypes.get_errno()})")
