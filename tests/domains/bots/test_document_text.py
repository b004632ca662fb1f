"""Text ↔ document: what is written reads back equal, in our reader and in a stock YAML one."""

import json

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from dbcv.domains.bots import document
from tests.examples import tried

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.sampled_from(
        ["yes", "No", "null", "~", "12:30", "1e5", "007", "2026-01-01", ".inf", "a: b", "a #b", "- a", "{$user.name$}"]
    ),
    st.sampled_from(
        ["строка\nдве", "x\n", "x\n\n", "\n", " x\ny", "x \n y\t\n", "a\r\nb", "\t", "'", '"', "x:", "=", "<<"]
    ),
)
NUMBERS = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False, max_value=1e15, min_value=-1e15),
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def documents(draw: st.DrawFn) -> dict:
    steps = [
        {
            "id": f"s{index}",
            "name": draw(TEXTS)[:200],
            "message": draw(st.none() | st.fixed_dictionaries({"text": TEXTS, "params": VALUES})),
            "connection_groups": [{"integration_config": draw(st.dictionaries(TEXTS, VALUES, max_size=2))}],
        }
        for index in range(draw(st.integers(0, 3)))
    ]
    return {"name": draw(TEXTS) or "b", "variables": draw(st.dictionaries(TEXTS, VALUES, max_size=3)), "steps": steps}


@tried(150)
@given(documents(), st.sampled_from(["json", "yaml"]))
def test_a_written_document_reads_back_equal(sparse: dict, format: document.Format) -> None:
    full = document.normalise(sparse)
    text = document.dump(sparse, format)
    assert document.parse(text, format) == full
    assert document.parse(text.encode(), format) == full
    assert document.dump(document.parse(text, format), format) == text


@tried(100)
@given(documents())
@example({"name": "b", "variables": {"asks": ["Why?"]}, "steps": [{"id": "a", "message": {"text": "Really?"}}]})
def test_a_stock_yaml_reader_reads_what_we_write(sparse: dict) -> None:
    written = document.dump(sparse, "yaml")
    assert yaml.safe_load(written) == json.loads(document.dump(sparse, "json"))
