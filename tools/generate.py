"""Write what is made from the code: the API's description and the pages' client of it, the list of settings,
the guide's catalogue of integrations.

`make generate` runs it; with `--check` it writes nothing and ends with 1 where a file is not what the code says.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from fastapi import FastAPI

from dbcv.entrypoints.api import create_app
from dbcv.kit.settings import Settings, describe

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "web" / "openapi.json"
CLIENT = ROOT / "web" / "src" / "api" / "schema.d.ts"
OPERATING = ROOT / "docs" / "operating.md"
CATALOGUE_PAGES = [ROOT / "docs" / "guide" / language / "integrations-catalogue.md" for language in ("en", "ru")]
SETTINGS_TABLE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)


def openapi_text() -> str:
    """The description of the API as it is served at /openapi.json."""
    app = create_app(Settings(database_url="postgresql:///none", redis_url="redis://none", secret_key="-" * 32)).app
    assert isinstance(app, FastAPI)
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n"


def settings_table() -> str:
    """What `dbcv up --help` says, as a table."""
    rows = [f"| `{name}` | {what} |" for name, what in describe()]
    return "\n".join(["| variable | what it does [default] |", "| --- | --- |", *rows, ""])


def generate() -> None:
    OPENAPI.write_text(openapi_text())
    OPERATING.write_text(SETTINGS_TABLE.sub(lambda _: settings_table(), OPERATING.read_text()))
    subprocess.run([sys.executable, ROOT / "tools" / "catalogue.py"], check=True)
    command = [sys.executable, ROOT / "tools" / "install.py", "npm", "run", "--silent", "generate"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main(arguments: list[str]) -> int:
    if arguments != ["--check"]:
        generate()
        return 0
    before = {path: path.read_bytes() for path in (OPENAPI, CLIENT, OPERATING, *CATALOGUE_PAGES)}
    try:
        generate()
        changed = [path for path, content in before.items() if path.read_bytes() != content]
    finally:
        for path, content in before.items():
            path.write_bytes(content)
    for path in changed:
        print(f"{path.relative_to(ROOT)} is not what the code says; run `make generate`", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
