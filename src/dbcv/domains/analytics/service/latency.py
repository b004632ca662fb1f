"""How long answers took, out of the classes they were counted in. Pure."""

from collections.abc import Sequence

_STEP = 2**0.5


def percentile(counts: Sequence[int], share: float) -> int | None:
    """Milliseconds within which `share` (0 to 1) of the answers came, to about 20 %; None where there were none.

    `counts` are those of repository/latency_classes.py. Within a class the answers are taken to be spread evenly.
    """
    total = sum(counts)
    if not total:
        return None
    wanted, before = share * total, 0
    for place, count in enumerate(counts):
        if count and before + count >= wanted:
            low = _STEP**place if place else 0.0
            return round(low + (_STEP ** (place + 1) - low) * (wanted - before) / count)
        before += count
    return None
