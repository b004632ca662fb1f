"""How many examples hypothesis tries. `tried(300)`: a good third of that at each run, ten times that in `make faults`.

They are other examples at each run, none remembered, and how fast the machine is decides nothing.
"""

import os
from typing import Any

from hypothesis import HealthCheck, settings

FACTOR = float(os.environ.get("DBCV_PROPERTY_FACTOR", "0.35"))
"""What is tried of the figure that a test names: DBCV_PROPERTY_FACTOR=50 for a long look."""


def tried(examples: int) -> Any:
    """A decorator for a test with @given."""
    return settings(
        max_examples=max(int(examples * FACTOR), 10), deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
