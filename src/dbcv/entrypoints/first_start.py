"""A first start that is cut short goes on at the next one: until the banner was shown, the data folder keeps a note
with the made-up password of the first account. Used by prepare, up and the supervisor; standard library only.
"""

import json
from pathlib import Path

from dbcv.kit.data_folder import write_whole


def begin(home: Path, password: str) -> None:
    """To be called before the account is made. `password` is empty where the operator chose it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(_note(home), json.dumps({"password": password}))


def is_unfinished(home: Path) -> bool:
    """Whether a first start has begun and nobody has seen its banner."""
    return _note(home).exists()


def password(home: Path) -> str:
    """What is still to be shown, "" if nothing is."""
    try:
        return str(json.loads(_note(home).read_text())["password"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def end(home: Path) -> None:
    """Everything was shown; nothing of it stays here."""
    _note(home).unlink(missing_ok=True)


def _note(home: Path) -> Path:
    return home / "first_start.json"
