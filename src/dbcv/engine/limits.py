"""The bounds of one turn and of one graph. Whoever compiles a bot chooses them; the engine only obeys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a bot may do. Counts are inclusive; texts are counted in characters, values in bytes of JSON (about).

    `max_work_per_turn` is in about microseconds: rules tried, values copied, texts searched are counted, not timed.
    """

    max_steps_per_turn: int = 100
    max_replies: int = 100
    max_effects_per_turn: int = 20
    max_work_per_turn: int = 1_000_000
    max_template_depth: int = 8
    max_trace: int = 500
    max_trace_chars: int = 120
    max_text_chars: int = 100_000
    max_value_bytes: int = 1_000_000
    max_reply_bytes: int = 2_000_000
    max_depth: int = 64
    max_list_items: int = 10_000
    max_rule_depth: int = 20
    max_rules: int = 1_000
    max_pattern_chars: int = 1_000
    max_pattern_memory_bytes: int = 1_000_000
    max_pattern_text_chars: int = 10_000
    max_url_chars: int = 8_192
    max_header_chars: int = 8_192
    http_timeout_seconds: float = 300.0
