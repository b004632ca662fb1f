"""The two languages of what presets say about themselves and of the names they give to steps."""

from dbcv.integration_kit.forms import Language, Words, said

__all__ = ["Language", "Words", "said"]
