"""In which language a command speaks. Knows the environment only: `dbcv up` asks before anything else is loaded."""

import os
from typing import Literal


def language_of(name: str) -> Literal["ru", "en"]:
    """ "ru" or "en" as asked for, else as the environment's LANG says."""
    asked = name or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    return "ru" if asked.lower().startswith("ru") else "en"
