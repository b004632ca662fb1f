"""Write the guide's pages of the catalogue of integrations, in both languages, from the catalogue itself.

`make generate` runs it. What a person has to do for a credential comes from the integration's own README.
"""

import sys
from pathlib import Path

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import Language
from dbcv.integrations import CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ROOT / "src" / "dbcv" / "integrations"
LANGUAGES: tuple[Language, ...] = ("en", "ru")
CREDENTIAL = {"en": "*Credentials → ", "ru": "*Секреты → "}
"""What a paragraph that says where a secret comes from speaks of: the page of the product."""
WORDS = {
    "en": {
        "opening": """# Catalogue of integrations

Made from the code by `make generate`. An integration is called by a group with `search_type: integration` (or by the
preset `integration`): `integration_id` is the name of the action, `integration_config` its fields, `credential_id` a
[credential](credentials.md) of the bot. `GET /integrations` gives the fields as JSON Schema.

The group's rules see `response.ok`, `response.result` and `response.error`, one sentence. `response.code` tells
programs why it failed: `credential`, `bad_config`, `rate_limited` (then `response.retry_after_seconds`, where the
service says it), `refused`, `network`, `timeout`, `failed`, of DBCV itself `not_found` and `conflict`. A failed call
never ends the turn.
""",
        "header": "| action | what it does | credential |",
        "credentials": "## Credentials, one by one",
        "none": "none",
        "optional": "optional",
        "or": " or ",
    },
    "ru": {
        "opening": """# Каталог интеграций

Сделан из кода командой `make generate`. Интеграцию вызывает группа с `search_type: integration` (или заготовка
`integration`): `integration_id` это имя действия, `integration_config` его поля, `credential_id`
[секрет](credentials.md) бота. `GET /integrations` отдаёт поля как JSON Schema.

Правила группы видят `response.ok`, `response.result` и `response.error`, одно предложение. `response.code` говорит
программам, почему не вышло: `credential`, `bad_config`, `rate_limited` (тогда `response.retry_after_seconds`, если
сервис это сказал), `refused`, `network`, `timeout`, `failed`, у самого DBCV `not_found` и `conflict`. Неудачный
вызов ход не обрывает.
""",
        "header": "| действие | что делает | секрет |",
        "credentials": "## Секреты по одному",
        "none": "не нужен",
        "optional": "не обязателен",
        "or": " или ",
    },
}


def page(language: Language) -> str:
    """The whole page."""
    words = WORDS[language]
    parts = [words["opening"], *(_table(each, language) for each in CATALOGUE.all()), words["credentials"] + "\n"]
    parts += [about for each in CATALOGUE.all() if (about := _credential(each, language))]
    return "\n".join(parts)


def path_of(language: Language) -> Path:
    """Where the page lies."""
    return ROOT / "docs" / "guide" / language / "integrations-catalogue.md"


def _table(integration: Integration, language: Language) -> str:
    rows = [_row(integration, action, language) for action in integration.actions]
    title = (
        f"## [{integration.name[language]}]({integration.site})"
        if integration.site
        else f"## {integration.name[language]}"
    )
    return "\n".join(
        [title, integration.about[language], "", WORDS[language]["header"], "| --- | --- | --- |", *rows, ""]
    )


def _row(integration: Integration, action: Action, language: Language) -> str:
    about = f"{action.name[language]}. {action.about[language]}".removesuffix(".")
    return f"| `{integration.id}.{action.id}` | {about} | {_needs(integration, action, language)} |"


def _needs(integration: Integration, action: Action, language: Language) -> str:
    words, takes = WORDS[language], integration.takes(action)
    if not takes:
        return words["none"]
    named = [(CATALOGUE.providers[provider_id].name, CATALOGUE.providers[provider_id]) for provider_id in takes]
    shown = words["or"].join(f"{name} ({', '.join(f'`{way}`' for way in each.strategies)})" for name, each in named)
    return shown if action.needs_credential else f"{shown}; {words['optional']}"


def _credential(integration: Integration, language: Language) -> str:
    """What its README says of where the secret comes from; empty where it needs none."""
    readme = (FOLDERS / integration.id / f"README.{language}.md").read_text()
    found = [each.strip() for each in readme.split("\n\n") if CREDENTIAL[language] in " ".join(each.split())]
    return f"### {integration.name[language]}\n" + "\n\n".join(found) + "\n" if found else ""


def main() -> int:
    for language in LANGUAGES:
        path_of(language).write_text(page(language))
    return 0


if __name__ == "__main__":
    sys.exit(main())
