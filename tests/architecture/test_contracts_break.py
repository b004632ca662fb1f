"""Each import contract, broken on purpose, is seen to fail."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT


def test_every_contract_notices_when_it_is_broken(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("break_contracts.py")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout[done.stdout.index("{") :])
    assert seen["broken_before"] == []
    assert seen["missed"] == []
    assert seen["untried"] == []
    assert seen["tried"] > 30
