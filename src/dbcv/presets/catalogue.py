"""Every preset there is, in the order a palette shows them."""

from typing import Final

from dbcv.presets import code, delay, handover, if_else, jump, loop, message, outside, split, sub_flow, switch
from dbcv.presets.preset import Preset
from dbcv.presets.questions import chosen, counted, date, written

PRESETS: Final[dict[str, Preset]] = {
    each.id: each
    for each in (
        message.PRESET,
        handover.PRESET,
        written.TEXT,
        counted.NUMBER,
        written.EMAIL,
        written.PHONE,
        date.DATE,
        chosen.CHOICE,
        chosen.FILE,
        counted.RATING,
        if_else.PRESET,
        switch.PRESET,
        delay.PRESET,
        loop.PRESET,
        split.PRESET,
        jump.PRESET,
        sub_flow.PRESET,
        code.PRESET,
        outside.REQUEST,
        outside.INTEGRATION,
    )
}
"""By id."""
