"""What every folder of integrations has to be, so that catalogue, forms and turns can rely on it."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from dbcv import integrations
from dbcv.domains.media.service.vectors import clean_svg
from dbcv.integration_kit.catalogue import Catalogue
from dbcv.integration_kit.definition import Action, Inputs, Integration, Outputs
from dbcv.integration_kit.forms import schema_of
from dbcv.integrations import CATALOGUE
from tools.scaffold import make

FOLDER = Path(inspect.getfile(type(CATALOGUE))).parents[1] / "integrations"
IDS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__")
MAX_ICON_BYTES = 4_000
NOT_IN_AN_INTEGRATION = {
    "requests", "urllib.request", "http.client", "socket", "os", "subprocess", "threading", "pathlib", "sqlalchemy",
    "redis", "pickle", "ctypes", "importlib",
}  # fmt: skip
CYRILLIC = re.compile("[а-яё]", re.I)
every = pytest.mark.parametrize("integration_id", IDS)


def known(integration_id: str) -> Integration:
    found = CATALOGUE.get(integration_id)
    assert found is not None, "the folder has a definition.py with INTEGRATION"
    return found


def test_folders_are_found() -> None:
    assert list(CATALOGUE.ids) == IDS
    assert sum(len(each.actions) for each in CATALOGUE.all()) >= 5


@every
def test_names_in_both_languages(integration_id: str) -> None:
    integration = known(integration_id)
    assert integration.id == integration_id
    assert integration.site.startswith("https://") or integration.section == "platform"
    said = [integration.name, integration.about]
    said += [words for action in integration.actions for words in (action.name, action.about)]
    for words in said:
        assert words["en"].strip() and words["ru"].strip()
        assert not CYRILLIC.search(words["en"])
    assert all(CYRILLIC.search(action.name["ru"]) for action in integration.actions)
    assert len({action.id for action in integration.actions}) == len(integration.actions) > 0


@every
def test_forms_and_examples(integration_id: str) -> None:
    for action in known(integration_id).actions:
        assert issubclass(action.inputs, Inputs) and issubclass(action.outputs, Outputs)
        for language in ("en", "ru"):
            schema = schema_of(action.inputs, language)  # type: ignore[arg-type]
            jsonschema.Draft202012Validator.check_schema(schema)
            for name, field in schema.get("properties", {}).items():
                assert field.get("title"), f"{action.id}.{name} has no label"
            assert "x-ru" not in str(schema)
        _check_labels(action)
        action.outputs.model_validate(action.result)
        jsonschema.validate(dict(action.result), schema_of(action.outputs, "en"))
        assert set(action.example) <= set(action.inputs.model_fields), f"the example of {action.id}"
        if "{$" not in str(action.example):
            action.inputs.model_validate(action.example)


def _check_labels(action: Action) -> None:
    pending: list[Any] = [action.inputs.model_json_schema()]
    while pending:
        node = pending.pop()
        for name, field in node.get("properties", {}).items() if isinstance(node, dict) else ():
            assert (
                CYRILLIC.search(field.get("x-ru", {}).get("title", "")) or field.get("title") == field["x-ru"]["title"]
            ), f"{action.id}: {name} has no Russian label"
        if isinstance(node, dict):
            pending += [each for each in node.values() if isinstance(each, dict)]


@every
def test_inputs_are_bounded(integration_id: str) -> None:
    """Lists and objects of an author may be long; each has a limit of its own."""
    for action in known(integration_id).actions:
        for name, field in action.inputs.model_json_schema()["properties"].items():
            if field.get("type") == "array":
                assert "maxItems" in field, f"{action.id}.{name} may grow without end"


@every
def test_an_icon_of_our_own(integration_id: str) -> None:
    icon = CATALOGUE.icon(integration_id)
    assert icon is not None and len(icon) <= MAX_ICON_BYTES
    cleaned = clean_svg(icon)
    assert cleaned.count(b"<") == icon.count(b"<") + icon.count(b"/>"), "what it draws is what is left of it"


@every
def test_a_page_in_both_languages(integration_id: str) -> None:
    english = (FOLDER / integration_id / "README.en.md").read_text()
    russian = (FOLDER / integration_id / "README.ru.md").read_text()
    assert len(english) > 300 and not CYRILLIC.search(english.replace("Ключ", ""))
    assert len(russian) > 300 and len(CYRILLIC.findall(russian)) > 150


@every
def test_actions_are_there_and_take_what_they_are_given(integration_id: str) -> None:
    integration = known(integration_id)
    module = CATALOGUE.actions_of(integration)
    for action in integration.actions:
        function = getattr(module, action.id)
        assert inspect.iscoroutinefunction(function)
        assert list(inspect.signature(function).parameters) == ["call", "inputs"]
    errors = getattr(module, "ERRORS", ())
    assert all(issubclass(each, Exception) and each is not Exception for each in errors)
    assert not errors or callable(module.explain)


@every
def test_credentials(integration_id: str) -> None:
    integration = known(integration_id)
    own = {provider.id for provider in integration.providers}
    for provider in integration.providers:
        assert CATALOGUE.providers[provider.id] is provider, "two folders declare it, or providers.py does not"
    for action in integration.actions:
        assert set(action.providers) <= own
        assert not action.needs_credential or own


@every
def test_it_keeps_to_the_kit(integration_id: str) -> None:
    for path in (FOLDER / integration_id).glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                root = name.partition(".")[0]
                assert not {name, root} & NOT_IN_AN_INTEGRATION, f"{path.name} imports {name}"
                assert root != "asyncpg" or integration_id == "postgres", "the driver is for one integration"


def test_listing_imports_no_vendors_library() -> None:
    """In a process of its own: everything that lists, checks and draws forms has been asked."""
    libraries = sorted({each.library for each in CATALOGUE.all() if each.library} - {"httpx2", "asyncpg"})
    code = f"""
import sys
from dbcv.integrations import CATALOGUE
from dbcv.integration_kit.forms import schema_of
for each in CATALOGUE.all():
    for action in each.actions:
        schema_of(action.inputs, "ru"); schema_of(action.outputs, "en"); CATALOGUE.find(f"{{each.id}}.{{action.id}}")
CATALOGUE.providers
print([name for name in {libraries} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_meant_is_found() -> None:
    assert CATALOGUE.find("telegram.send_message") is not None
    assert CATALOGUE.find("telegram.fly") is None
    assert CATALOGUE.find("../telegram.send_message") is None
    assert CATALOGUE.nearest("telegram.send_mesage") == "telegram.send_message"
    assert CATALOGUE.nearest("zzz.zzz") is None


def test_every_output_says_what_it_is() -> None:
    for integration in CATALOGUE.all():
        for action in integration.actions:
            assert isinstance(action.outputs, type) and issubclass(action.outputs, BaseModel)
            assert action.outputs.__doc__


CHECKS = (
    test_names_in_both_languages, test_forms_and_examples, test_inputs_are_bounded, test_an_icon_of_our_own,
    test_a_page_in_both_languages, test_actions_are_there_and_take_what_they_are_given, test_credentials,
    test_it_keeps_to_the_kit,
)  # fmt: skip


def test_what_the_scaffold_makes_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "scaffolded_test"
    make(name, tmp_path)
    monkeypatch.setattr(integrations, "__path__", [*integrations.__path__, str(tmp_path)])
    monkeypatch.setitem(globals(), "FOLDER", tmp_path)
    monkeypatch.setitem(globals(), "CATALOGUE", Catalogue("dbcv.integrations", tmp_path))
    for check in CHECKS:
        check(name)
    for module in [each for each in sys.modules if f".{name}" in each]:
        del sys.modules[module]
    with pytest.raises(ValueError, match="already"):
        make(name, tmp_path)
    with pytest.raises(ValueError, match="small letters"):
        make("../x", tmp_path)
