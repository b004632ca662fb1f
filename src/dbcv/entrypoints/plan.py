"""What `dbcv up` hands to the supervisor that takes its place: written into a pipe, read once, kept nowhere."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

PIPE_BYTES = 60_000


@dataclass(frozen=True, slots=True)
class Program:
    """One long-running process: its name on the console and how to start it. One with a `role` (of `run.ROLES`) is a
    copy of the supervisor where the system can do that; `argv` starts it everywhere else."""

    name: str
    argv: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    listens: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """`service_pids` run already; `listen_fd` and `lock_fd` are open descriptors. `banner` is printed when ready."""

    home: str
    service_pids: dict[str, int]
    programs: list[Program]
    listen_fd: int
    lock_fd: int
    health_host: str
    health_port: int
    stop_timeout_seconds: float
    banner: str

    def to_pipe(self) -> int:
        """The readable end of a pipe that holds the plan and stays open over `exec`."""
        reading, writing = os.pipe()
        os.write(writing, json.dumps(asdict(self)).encode()[:PIPE_BYTES])
        os.close(writing)
        os.set_inheritable(reading, True)
        return reading

    @classmethod
    def from_pipe(cls, descriptor: int) -> "Plan":
        """Reads what `to_pipe` wrote."""
        with os.fdopen(descriptor, "rb") as pipe:
            fields = json.load(pipe)
        return cls(**fields | {"programs": [Program(**program) for program in fields["programs"]]})


def pids_file(home: Path) -> Path:
    """Where the supervisor notes {name: [pid, birth mark]}, for the start after a hard kill."""
    return home / "pids.json"
