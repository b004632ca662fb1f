"""What thousands of applications over one server would each find out or do anew: the fixture `worked_out_once`.

The parts themselves are tested where they belong; products, which e2e and fault tests start, have the real ones.
"""

from collections.abc import Callable
from typing import Any

from dbcv.kit.metrics import Sharer

PLAIN = (str, int, bool, tuple, type(None))


def asked_once(initialize: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """A dialect's `initialize` that asks the server its version and the like for the first engine only: four statements
    of a connection that has none of their tables at hand yet."""
    answers: dict[str, Any] = {}

    def initialize_once(dialect: Any, connection: Any) -> None:
        if not answers:
            before = dict(vars(dialect))
            initialize(dialect, connection)
            found = {name: value for name, value in vars(dialect).items() if before.get(name) is not value}
            answers.update({name: value for name, value in found.items() if isinstance(value, PLAIN)})
        vars(dialect).update(answers)

    return initialize_once


class SilentSharer(Sharer):
    """Does not tell other processes what this one counted: after a thousand tests that takes 30 ms at each start."""

    async def start(self) -> None:
        """Nothing is shared."""
