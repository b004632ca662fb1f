"""What a log says of a failure: where it was, never what was in the variables there. Its lines are its own."""

import subprocess
import sys

import pytest

PROGRAM = """
import logging, sys, structlog
from dbcv.kit.logs import configure_logs
from dbcv.kit.settings import Settings
configure_logs(Settings(log_format=sys.argv[1], log_level="info"), "test")
def fail(credential):
    document = {"text": credential}
    raise ValueError("it broke")
for say in (structlog.get_logger("a").exception, logging.getLogger("b").exception):
    try:
        fail("hush" + "-hush")
    except ValueError:
        say("failed")
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_local_variables_stay_out_of_the_log(form: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, form], capture_output=True, text=True, check=True)
    assert done.stderr.count("it broke") >= 2 and "fail" in done.stderr
    assert "hush-hush" not in done.stderr and "credential" not in done.stderr


FORGED = """
import logging, sys, structlog
from dbcv.kit.logs import configure_logs
from dbcv.kit.settings import Settings
configure_logs(Settings(log_format=sys.argv[1], log_level="info"), "test")
said = "a\\n2026-01-01 [error] forged\\r\\x1b[31mred\\x9b31m\\u2028b\\u202ec"
structlog.get_logger("a").info("named", name=said, held={"in": [said]})
logging.getLogger("b").warning("said %s", said)
for say in (structlog.get_logger("a").exception, logging.getLogger("b").exception):
    try:
        raise ValueError(said)
    except ValueError:
        say("failed")
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_words_of_strangers_begin_no_line_and_command_no_terminal(form: str) -> None:
    done = subprocess.run([sys.executable, "-c", FORGED, form], capture_output=True, check=True)
    text = done.stderr.decode()
    assert text.count("forged") >= 4
    assert [line for line in text.split("\n") if line.startswith("2026-01-01 [error] forged")] == []
    assert [each for each in text if not each.isprintable() and each != "\n"] == []
