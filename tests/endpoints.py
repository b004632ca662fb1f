"""Which calls of the API the tests made, and which of them succeeded: `pytest --endpoints`.

A pytest plugin (conftest.py loads it). It reads the figure that the API itself keeps of its answers, in this process
and in every product that tests start and stop; workers of pytest-xdist hand theirs over.
"""

import re
import urllib.request
from collections import defaultdict
from typing import Any

import pytest

from dbcv.kit.metrics import own_figures
from tests.product import Product

FIGURE = "dbcv_http_requests_total"
_LINE = re.compile(
    r'dbcv_http_requests_total\{(?:process="[^"]*",)?method="(\w+)",route="([^"]+)",status="(\d+)"\} ([\d.e+]+)'
)
_seen: dict[tuple[str, str], set[int]] = defaultdict(set)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--endpoints", action="store_true", help="say which calls of the API no test made")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--endpoints"):
        return
    stop = Product.stop

    def stop_noted(product: Product, *arguments: Any, **named: Any) -> int:
        _note_product(product)
        return stop(product, *arguments, **named)

    Product.stop = stop_noted  # type: ignore[method-assign]


def _note_product(product: Product) -> None:
    try:
        with urllib.request.urlopen(f"{product.url}/metrics", timeout=5) as answer:
            text = answer.read().decode()
    except OSError:
        return  # a test killed it
    for method, route, status, _ in _LINE.findall(text):
        _seen[method, route].add(int(status))


def _note_here() -> None:
    for _, labels, _number in (sample for each in own_figures() if each.name == FIGURE for sample in each.samples):
        named = dict(labels)
        _seen[named["method"], named["route"]].add(int(named["status"]))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not session.config.getoption("--endpoints"):
        return
    _note_here()
    handed = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed["endpoints"] = [[*call, sorted(statuses)] for call, statuses in _seen.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    for method, route, statuses in getattr(node, "workeroutput", {}).get("endpoints", ()):
        _seen[method, route].update(statuses)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.getoption("--endpoints"):
        return
    from dbcv.entrypoints.api import create_app
    from tests.api_contract.conftest import page_of

    calls = [(method.upper(), path) for path, methods in page_of(create_app)["paths"].items() for method in methods]
    # The figure calls parameters what the code calls them, as the description does.
    statuses = {call: _seen.get(call, set()) for call in calls}
    silent = [f"{method} {path}" for (method, path), found in statuses.items() if not found]
    failed = [f"{method} {path}" for (method, path), found in statuses.items() if found and min(found) >= 400]
    terminalreporter.section("calls of the API")
    done = len(calls) - len(silent) - len(failed)
    terminalreporter.line(f"{done} of {len(calls)} were made and succeeded")
    for words, names in (("never made", silent), ("made, and always refused", failed)):
        terminalreporter.line(f"{words}: {', '.join(names) or 'none'}")
