"""`make integration name=acme`: a folder for a vendor that passes the conformance test as it is, to be filled in."""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "src" / "dbcv" / "integrations"
FILES = {
    "__init__.py": '"""ACME: what it is for, by which library."""\n',
    "providers.py": '''"""Who gives out the secrets of ACME."""

from dbcv.integration_kit.credentials import AS_BEARER, Provider

PROVIDERS = (Provider("acme", "ACME", ("api_key",), ("api.acme.example",), AS_BEARER),)
''',
    "shapes.py": '''"""What the actions of ACME take and give."""

from typing import Annotated

from pydantic import Field

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked


class Look(Inputs):
    """What is looked for."""

    text: Annotated[str, Field(min_length=1, max_length=1_000)] = asked(..., "Text", "Текст", pick="text")


class Found(Outputs):
    """What was found."""

    answer: str
''',
    "definition.py": '''"""ACME in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.acme.providers import PROVIDERS
from dbcv.integrations.acme.shapes import Found, Look

INTEGRATION = Integration(
    id="acme",
    section="information",
    name=said("ACME", "ACME"),
    about=said("What it is for", "Для чего она"),
    library="",
    site="https://acme.example/docs",
    providers=PROVIDERS,
    actions=(
        Action(
            "look",
            said("Look something up", "Найти"),
            said("What it does", "Что она делает"),
            Look,
            Found,
            {"text": "{$message.text$}"},
            {"answer": "42"},
        ),
    ),
)
''',
    "actions.py": '''"""The actions of ACME, over the guarded client."""

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integrations.acme.shapes import Found, Look

API = "https://api.acme.example/v1"


async def look(call: Call, inputs: Look) -> Found:
    """What ACME knows about a text."""
    headers = {"Authorization": f"Bearer {call.secret.secret}"}
    async with call.http() as client:
        answer = await client.get(f"{call.base_url(API)}/look", params={"q": inputs.text}, headers=headers)
    if answer.status_code >= 400:
        raise IntegrationFailed(f"ACME answered {answer.status_code}", status=answer.status_code)
    return Found(answer=str(answer.json()["answer"]))
''',
    "icon.svg": """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
<rect width="24" height="24" rx="6" fill="#4b5563"/>
<path d="M8 17 12 7l4 10M9.500 14h5" fill="none" stroke="#ffffff" stroke-width="2"/>
</svg>
""",
    "README.en.md": """# ACME

What bots can do with it, in two sentences that somebody reads who has never heard of it. Say where to get the key.

**Credential.** *Credentials → ACME*, strategy `api_key`: where the key is found in ACME's settings, and which
rights it needs.

**What comes back.** The fields of `response.result`, and what they are good for. What `response.error` may say, and how
to mend that. Whether a call that a crash cut off may be made twice.
""",
    "README.ru.md": """# ACME

Что с ней могут боты, в двух предложениях для того, кто о ней никогда не слышал. Скажите, где взять ключ.

**Ключ доступа.** *Ключи доступа → ACME*, способ `api_key`: где в настройках ACME лежит ключ и какие права ему нужны.

**Что вернётся.** Поля `response.result` и зачем они. Что может сказать `response.error` и как это исправить. Может ли
вызов, оборванный сбоем, случиться дважды.
""",
}


def make(name: str, folder: Path = FOLDER) -> Path:
    """The new folder. Raises ValueError for a name that cannot be one, or is taken."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", name):
        raise ValueError("a name has small letters, digits and _, and begins with a letter")
    made = folder / name
    if made.exists():
        raise ValueError(f"{made} is there already")
    made.mkdir()
    for file, text in FILES.items():
        (made / file).write_text(text.replace("ACME", name.replace("_", " ").title()).replace("acme", name))
    return made


if __name__ == "__main__":
    try:
        print(f"made {make(sys.argv[1] if len(sys.argv) > 1 else '')}; run tests/integrations/test_conformance.py")
    except ValueError as error:
        sys.exit(f"{error}: make integration name=acme")
