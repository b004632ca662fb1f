"""Every preset there is, in the order a palette shows them."""

from typing import Final

from dbcv.presets import delay, if_else, message, switch
from dbcv.presets.preset import Preset

PRESETS: Final[dict[str, Preset]] = {
    each.id: each
    for each in (
        message.PRESET,
        if_else.PRESET,
        switch.PRESET,
        delay.PRESET,
    )
}
"""By id."""
