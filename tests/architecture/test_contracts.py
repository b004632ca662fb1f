"""The import contracts are complete and kept."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SOURCE

CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
DOMAINS = sorted(path.name for path in (SOURCE / "domains").iterdir() if (path / "__init__.py").exists())


def has_module(domain: str, name: str) -> bool:
    place = SOURCE / "domains" / domain
    return (place / f"{name}.py").exists() or (place / name / "__init__.py").exists()


def test_all_contracts_are_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_contract_has_exceptions() -> None:
    assert [name for name, contract in CONTRACTS.items() if "ignore_imports" in contract] == []


def test_every_layer_must_be_named() -> None:
    layers = [contract for contract in CONTRACTS.values() if contract["type"] == "layers"]
    assert [contract["id"] for contract in layers if contract.get("exhaustive") is not True] == []


@pytest.mark.parametrize("domain", [domain for domain in DOMAINS if has_module(domain, "repository")])
def test_a_repository_belongs_to_its_service(domain: str) -> None:
    contract = CONTRACTS[f"private-{domain}"]
    assert contract["type"] == "protected"
    assert contract["protected_modules"] == [f"dbcv.domains.{domain}.repository"]
    assert contract["allowed_importers"] == [f"dbcv.domains.{domain}.service"]
