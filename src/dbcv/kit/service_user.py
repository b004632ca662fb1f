"""As root, the embedded services run as a system user of their own: PostgreSQL refuses root, and rightly so.

Makes that user, and lets it pass (not read) the folders above its data and its programs, such as /root.
"""

import os
import pwd
import stat
import struct
import subprocess
from pathlib import Path

from dbcv.kit.errors import OperatorError
from dbcv.kit.processes import RunAs, own_identity

USER_NAME = "dbcv"
_ACL = "system.posix_acl_access"
_ACL_HEADER = struct.pack("<I", 2)
_ACL_ENTRY = struct.Struct("<HHI")
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NOBODY_SPECIAL = 0xFFFFFFFF
_SEARCH = 1


class ServiceUserError(OperatorError):
    """The services cannot run as another user; the text says what to do."""


def service_identity() -> RunAs:
    """Ourselves, or as root the system user `dbcv`, which is made if need be. Raises ServiceUserError."""
    if os.geteuid() != 0:
        return own_identity()
    entry = _find_user() or _make_user()
    return RunAs(entry.pw_uid, entry.pw_gid, switch=True)


def _find_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(USER_NAME)
    except KeyError:
        return None


def _make_user() -> pwd.struct_passwd:
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    for program in ("/usr/sbin/useradd", "/sbin/useradd", "/usr/bin/useradd"):
        if os.access(program, os.X_OK):
            argv = [program, *options, "--shell", "/usr/sbin/nologin", USER_NAME]
            subprocess.run(argv, capture_output=True, check=False)  # noqa: S603 - nothing of it comes from outside
            break
    entry = _find_user()
    if entry is None:
        raise ServiceUserError(
            f"PostgreSQL does not run as root, and the system user `{USER_NAME}` could not be made. "
            f"Run `useradd --system {USER_NAME}`, or start dbcv as an ordinary user"
        )
    return entry


def let_pass(path: Path, who: RunAs) -> list[Path]:
    """Lets `who` go through every folder above `path`; gives back those that were changed.

    An access list entry for this one user where the file system has them; else search permission for all.
    """
    if not who.switch:
        return []
    closed = [folder for folder in reversed(path.resolve().parents) if not _can_search(folder, who)]
    for folder in closed:
        _allow_search(folder, who.uid)
    return closed


def _can_search(folder: Path, who: RunAs) -> bool:
    found = folder.stat()
    if found.st_uid == who.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    acl = _acl(folder)
    # A later chmod of the folder closes the mask, and with it every named entry.
    if acl.get((_USER, who.uid), 0) & acl.get((_MASK, _NOBODY_SPECIAL), 0) & _SEARCH:
        return True
    if found.st_gid == who.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _allow_search(folder: Path, uid: int) -> None:
    entries = _acl(folder) or _acl_of_mode(folder.stat().st_mode)
    entries[_USER, uid] = _SEARCH
    entries[_MASK, _NOBODY_SPECIAL] = (
        entries.get((_MASK, _NOBODY_SPECIAL), entries[_GROUP_OBJ, _NOBODY_SPECIAL]) | _SEARCH
    )
    packed = b"".join(_ACL_ENTRY.pack(tag, allowed, who) for (tag, who), allowed in sorted(entries.items()))
    try:
        os.setxattr(folder, _ACL, _ACL_HEADER + packed)
    except (OSError, AttributeError):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)


def _acl(folder: Path) -> dict[tuple[int, int], int]:
    """The access list as {(tag, id): permission bits}; empty when there is none."""
    try:
        packed = os.getxattr(folder, _ACL)
    except (OSError, AttributeError):
        return {}
    return {(tag, who): allowed for tag, allowed, who in _ACL_ENTRY.iter_unpack(packed[len(_ACL_HEADER) :])}


def _acl_of_mode(mode: int) -> dict[tuple[int, int], int]:
    shifts = {_USER_OBJ: 6, _GROUP_OBJ: 3, _OTHER: 0}
    return {(tag, _NOBODY_SPECIAL): mode >> shift & 7 for tag, shift in shifts.items()}
