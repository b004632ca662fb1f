"""Copies of a process: what they share with it and what they must not. Each test copies a small program of its own."""

import json
import subprocess
import sys
import time

from dbcv.kit.processes import is_alive, wait_until

PROGRAM = """
import json, os, signal, sys, time, uuid
from dbcv.kit.ids import new_id
from dbcv.kit.processes import can_fork, fork
{body}
"""


def run(body: str) -> str:
    """What a program printed that begins with these imports."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(body=body)], capture_output=True, text=True, timeout=30, check=False
    )
    return done.stdout + done.stderr


def test_a_copy_has_its_own_environment_and_only_the_descriptors_it_was_given() -> None:
    said = run(
        "reading, writing = os.pipe(); secret = os.open('/etc/hostname', os.O_RDONLY)\n"
        "def live():\n"
        "    open_ = sorted(int(n) for n in os.listdir('/proc/self/fd'))\n"
        "    os.write(writing, json.dumps([dict(os.environ), secret in open_, os.getsid(0) == os.getpid()]).encode())\n"
        "os.environ['ONLY_PARENT'] = 'x'\n"
        "child = fork(live, env={'A': 'b'}, death_signal=15, pass_fds=[writing])\n"
        "assert child.wait(10); print(os.read(reading, 9999).decode(), child.exit_code)"
    )
    assert said.strip() == '[{"A": "b"}, false, true] 0'


def test_the_end_of_a_copy_is_its_exit_code_and_its_words_are_heard() -> None:
    said = run(
        "def wrong(): raise ValueError('no colour')\n"
        "def leave(): sys.exit('cannot go on')\n"
        "codes = []\n"
        "for life in (wrong, leave, lambda: sys.exit(7), lambda: os.kill(os.getpid(), signal.SIGTERM)):\n"
        "    child = fork(life, env={}, death_signal=15)\n"
        "    assert child.wait(10); codes.append(child.exit_code)\n"
        "print(codes)"
    )
    assert "ValueError: no colour" in said
    assert "[1, 1, 7, -15]" in said


def test_copies_do_not_make_the_same_ids() -> None:
    said = run(
        "reading, writing = os.pipe(); new_id()\n"
        "def live(): os.write(writing, (str(new_id()) + ' ' + str(uuid.uuid4()) + ' ').encode())\n"
        "children = [fork(live, env={}, death_signal=15, pass_fds=[writing]) for _ in range(20)]\n"
        "assert all(child.wait(10) for child in children); print(os.read(reading, 99999).decode())"
    )
    ids = said.split()
    assert len(ids) == 40 == len(set(ids))
    assert len({made[14:] for made in ids}) == 40


def test_a_copy_dies_with_its_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(
            body="child = fork(lambda: time.sleep(60), env={}, death_signal=9); print(child.pid, flush=True)\n"
                 "time.sleep(60)"
        )],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not is_alive(child), 5.0)


def test_who_has_threads_is_not_copied() -> None:
    said = run(
        "import threading; before = can_fork()\n"
        "threading.Thread(target=time.sleep, args=(1,), daemon=True).start(); print(before, can_fork())"
    )
    assert said.strip() == "True False"


def test_the_product_can_be_copied_after_all_of_it_is_imported() -> None:
    """A library that starts a thread when it is imported would bring the slow way back: it is noticed here."""
    roles = "[importlib.import_module('dbcv.entrypoints.' + ROLES[role][0]) for role in ('api', 'worker', 'scheduler')]"
    began = time.monotonic()
    said = run(f"import importlib\nfrom dbcv.entrypoints.run import ROLES\n{roles}\nprint(json.dumps(can_fork()))")
    assert json.loads(said.strip().splitlines()[-1]) is True, f"{said} after {time.monotonic() - began:.1f} s"
