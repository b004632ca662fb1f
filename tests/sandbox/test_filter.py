"""The filter of system calls, instruction by instruction, for both machines; numbers against the kernel's own lists."""

import errno
import platform
import re
from pathlib import Path

import pytest

from dbcv.sandbox.jail.seccomp import _ALWAYS, ALLOW, DENY, KILL, MACHINES, Machine, assembled, program

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
PROT_EXEC, PROT_READ = 4, 1


def judge(machine: Machine, number: int, *arguments: int, audit_name: int | None = None) -> int:
    """Runs the program as the kernel would."""
    data = {0: number, 4: machine.audit_name if audit_name is None else audit_name}
    for index, argument in enumerate(arguments):
        data[16 + 8 * index], data[20 + 8 * index] = argument & 0xFFFFFFFF, argument >> 32
    lines, at, found = program(machine), 0, 0
    for _ in range(len(lines)):
        operation, if_true, if_false, operand = lines[at]
        at += 1
        if operation == 0x20:
            found = data.get(operand, 0)
        elif operation == 0x06:
            return operand
        else:
            holds = {0x15: found == operand, 0x35: found >= operand, 0x45: bool(found & operand)}[operation]
            at += if_true if holds else if_false
    raise AssertionError("the program does not end")


@pytest.mark.parametrize("name", MACHINES)
def test_what_is_on_the_list_passes_and_all_else_fails(name: str) -> None:
    machine = MACHINES[name]
    passing = {machine.numbers[each] for each in _ALWAYS}
    special = {machine.numbers[each] for each in ("read", "write", "mmap", "mprotect")}
    for number in set(range(600)) - special:
        assert judge(machine, number) == (ALLOW if number in passing else DENY), number


@pytest.mark.parametrize("name", MACHINES)
def test_only_the_channel_is_read_and_written_and_nothing_becomes_executable(name: str) -> None:
    machine = MACHINES[name]
    for call in ("read", "write"):
        verdicts = [judge(machine, machine.numbers[call], descriptor) for descriptor in range(6)]
        assert verdicts == [DENY, DENY, DENY, ALLOW, DENY, DENY]
    for call in ("mmap", "mprotect"):
        assert judge(machine, machine.numbers[call], 0, 0, PROT_READ) == ALLOW
        assert judge(machine, machine.numbers[call], 0, 0, PROT_READ | PROT_EXEC) == DENY


@pytest.mark.parametrize("name", MACHINES)
def test_another_architecture_kills(name: str) -> None:
    machine = MACHINES[name]
    for other in (0x40000003, 0x40000028, 0, *(each.audit_name for each in MACHINES.values())):
        if other != machine.audit_name:
            assert judge(machine, machine.numbers["getpid"], audit_name=other) == KILL


def test_the_second_table_of_x86_64_kills() -> None:
    machine = MACHINES["x86_64"]
    assert judge(machine, 0x40000000 | machine.numbers["getpid"]) == KILL


def test_denied_is_an_error_and_the_program_is_short() -> None:
    assert DENY & 0xFFFF == errno.EPERM
    for machine in MACHINES.values():
        assert len(program(machine)) < 100
        assert len(assembled(program(machine))) == 8 * len(program(machine))
        assert len(machine.numbers) == len(set(machine.numbers.values())) <= 34


@pytest.mark.parametrize("name", MACHINES)
def test_numbers_are_the_kernels(name: str) -> None:
    header = HEADERS[name]
    if not header.exists():
        assert platform.system() != "Linux" or not Path("/usr/include/linux/audit.h").exists()
        return
    found = dict(re.findall(r"#define __NR3?2?6?4?_?(\w+)\s+(\d+)", header.read_text()))
    for call, number in MACHINES[name].numbers.items():
        assert int(found[call]) == number, call
