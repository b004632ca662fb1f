"""The embedded services of a data folder, PostgreSQL and Valkey, for those that no address is given for.

`dbcv up` starts them, the supervisor keeps them alive and stops them. Sockets only, owner only. Standard library only.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from dbcv.kit.data_folder import DataFolder, write_whole
from dbcv.kit.local_postgres import LocalPostgres
from dbcv.kit.local_valkey import LocalValkey
from dbcv.kit.processes import Child
from dbcv.kit.service_user import let_pass, service_identity

Service = LocalPostgres | LocalValkey


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the two are embedded; the others have an address of their own."""

    postgres: bool = True
    valkey: bool = True


class LocalServices:
    """Starts and stops the services of one data folder; the caller has made, locked and checked the folder."""

    def __init__(self, folder: DataFolder, wanted: Wanted = Wanted()) -> None:
        self.folder = folder
        self.services: list[Service] = []
        self.children: dict[str, Child] = {}
        self.lock_descriptor: int | None = None
        if not (wanted.postgres or wanted.valkey):
            return
        run_as = service_identity()
        if run_as.switch:
            os.chown(folder.home, -1, run_as.gid)
            folder.home.chmod(0o710)
        sockets = folder.socket_folder(run_as)
        let_pass(sockets, run_as)
        if wanted.postgres:
            self.services.append(LocalPostgres(folder, run_as, sockets))
        if wanted.valkey:
            self.services.append(LocalValkey(folder, run_as, sockets))

    def addresses(self) -> dict[str, str]:
        """`database_url` and `redis_url` of the embedded ones."""
        names = {"postgres": "database_url", "valkey": "redis_url"}
        return {names[service.name]: service.url() for service in self.services}

    def start(self) -> None:
        """All of them, or none: when one cannot start, those that did are stopped and DataFolderError is raised."""
        try:
            for service in self.services:
                self.children[service.name] = service.start()
        except BaseException:
            self.stop()
            raise
        write_whole(self.folder.services_file, json.dumps(self.addresses()))

    def adopt(self, pids: dict[str, int]) -> None:
        """Takes over services this very process started before its `exec`."""
        self.children = {name: Child(pid) for name, pid in pids.items()}

    def stop(self) -> None:
        """The last started first."""
        self.folder.services_file.unlink(missing_ok=True)
        for service in reversed(self.services):
            child = self.children.pop(service.name, None)
            if child:
                service.stop(child)
        if self.lock_descriptor is not None:
            os.close(self.lock_descriptor)
            self.lock_descriptor = None


def start_in(home: Path) -> LocalServices:
    """Both services in a folder (tests, tools): made, locked until `stop`, started."""
    folder = DataFolder(home)
    folder.make()
    descriptor = folder.lock()
    services = LocalServices(folder)
    services.lock_descriptor = descriptor
    services.start()
    return services
