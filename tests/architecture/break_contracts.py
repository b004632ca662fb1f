"""Break the import contracts on purpose, one after the other, and say which ones noticed nothing.

Run by test_contracts_break.py in a process of its own, in a folder with copies of pyproject.toml and src/, with src/
first on Python's path.
"""

import json
import shutil
import sys
from pathlib import Path

from importlinter import api
from importlinter.application import use_cases

SOURCE = Path("src/dbcv")

# (contract, {file: line to add to it}); files that do not exist are made.
BREAKS: list[tuple[str, dict[str, str]]] = [
    ("layers", {"engine/values.py": "from dbcv.kit import clock"}),
    ("layers", {"runtime/__init__.py": "from dbcv.entrypoints import cli"}),
    ("layers", {"kit/db.py": "from dbcv.domains.accounts import tables"}),
    ("layers", {"domains/bots/service.py": "import dbcv.runtime"}),
    ("layers", {"integration_kit/__init__.py": "import dbcv.presets"}),
    ("layers", {"sandbox/__init__.py": "import dbcv.integrations"}),
    ("layers", {"shared.py": ""}),
    *(
        ("pure", {"engine/values.py": f"import {name}"})
        for name in ("asyncio", "os", "logging", "random", "socket", "time", "sqlalchemy", "httpx2", "redis", "fastapi")
    ),
    ("pure", {"presets/delay.py": "import faststream"}),
    (
        "integrations-apart",
        {"integrations/one/__init__.py": "import dbcv.integrations.two", "integrations/two/__init__.py": ""},
    ),
    ("plug-ins-stateless", {"integrations/one/__init__.py": "import dbcv.kit.db"}),
    ("plug-ins-stateless", {"presets/delay.py": "import dbcv.kit.streams"}),
    ("plug-ins-no-driver", {"sandbox/__init__.py": "import asyncpg"}),
    ("integrations-by-the-kit", {"integrations/one/__init__.py": "import dbcv.kit.settings"}),
    ("integrations-by-the-kit", {"integrations/one/__init__.py": "import dbcv.kit.outbound.client"}),
    ("plug-ins-stateless", {"integration_kit/__init__.py": "import sqlalchemy"}),
    ("domain-order", {"domains/bots/service.py": "import dbcv.domains.conversations"}),
    ("domain-order", {"domains/accounts/tables.py": "import dbcv.domains.media"}),
    ("domain-order", {"domains/templates/tables.py": "import dbcv.domains.credentials"}),
    ("domain-order", {"domains/conversations/tables.py": "import dbcv.domains.schedules"}),
    ("domain-order", {"domains/notes/__init__.py": ""}),
    ("domain-shape", {"domains/bots/tables.py": "import dbcv.domains.bots.repository"}),
    ("domain-shape", {"domains/accounts/schemas.py": "import dbcv.domains.accounts.tables"}),
    ("domain-shape", {"domains/accounts/service.py": "import dbcv.domains.accounts.endpoints"}),
    ("domain-shape", {"domains/bots/queries.py": ""}),
    ("http-at-the-edge", {"domains/bots/service.py": "import fastapi"}),
    ("http-at-the-edge", {"domains/accounts/schemas.py": "import starlette"}),
    ("http-at-the-edge", {"runtime/__init__.py": "import fastapi"}),
    ("http-at-the-edge", {"kit/errors.py": "import fastapi"}),
    ("acyclic", {"engine/values.py": "import dbcv.engine.zulu", "engine/zulu.py": "import dbcv.engine.values"}),
]


def private_breaks(contracts: list[str]) -> list[tuple[str, dict[str, str]]]:
    """Each domain's queries, wanted by a process, by the turns and by another service."""
    wanted = []
    for contract in contracts:
        if contract.startswith("private-"):
            domain = contract.removeprefix("private-")
            line = f"import dbcv.domains.{domain}.repository"
            other = "accounts" if domain != "accounts" else "bots"
            wanted += [
                (contract, {"entrypoints/intruder.py": line}),
                (contract, {f"domains/{domain}/endpoints.py": line}),
                (contract, {f"domains/{other}/service.py": line}),
            ]
    return wanted


def place(name: str) -> Path:
    """The file of a module that may have become a package since."""
    package = SOURCE / Path(name).with_suffix("") / "__init__.py"
    return package if package.exists() else SOURCE / name


def is_noticed(contract: str, additions: dict[str, str]) -> bool:
    kept = {place(name): place(name).read_text() if place(name).exists() else None for name in additions}
    made = [path.parent for path in kept if not path.parent.exists()]
    for path, (_, line) in zip(kept, additions.items(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{kept[path] or ''}\n{line}\n")
    try:
        report = use_cases.create_report(OPTIONS, (contract,), cache_dir="graph")
        return bool(report.contains_failures)
    finally:
        for path, content in kept.items():
            path.unlink() if content is None else path.write_text(content)
        for folder in made:
            shutil.rmtree(folder)


if __name__ == "__main__":
    OPTIONS = use_cases.read_user_options("pyproject.toml")
    use_cases._register_contract_types(OPTIONS)
    ids = [str(contract["id"]) for contract in api.read_configuration("pyproject.toml")["contracts_options"]]
    tried = BREAKS + private_breaks(ids)
    missed = [(contract, additions) for contract, additions in tried if not is_noticed(contract, additions)]
    broken_before = [contract for contract in ids if is_noticed(contract, {})]
    untried = sorted(set(ids) - {contract for contract, _ in tried})
    json.dump({"tried": len(tried), "missed": missed, "untried": untried, "broken_before": broken_before}, sys.stdout)
