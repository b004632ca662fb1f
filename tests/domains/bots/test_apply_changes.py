"""The database's `dbcv_apply_changes` and the engine's `apply_changes` mean the same, on any document and changes."""

import asyncio
import json
from typing import Any

import asyncpg
from hypothesis import given
from hypothesis import strategies as some

from dbcv.engine.variables import Change, apply_changes
from tests.examples import tried

# What jsonb can hold: no NUL, no lone surrogates; few keys and short lists, so that paths often lead somewhere.
texts = some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4)
keys = some.sampled_from(["a", "b", "ключ", "0", "1", "2", "01", "-1", "1.5", " 1", "9999999999", "٣", ""]) | texts
numbers = some.integers(-(2**53), 2**53) | some.floats(-1e6, 1e6, allow_nan=False, width=32)
scalars = some.none() | some.booleans() | numbers | texts
values = some.recursive(
    scalars, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(keys, inner, max_size=3), max_leaves=8
)
documents = some.dictionaries(keys, values, max_size=4)
changes = some.lists(
    some.builds(
        Change,
        some.just("bot"),
        some.sampled_from(["set", "append"]),
        some.lists(keys, min_size=1, max_size=4).map(tuple),
        values,
    ),
    max_size=4,
)


def wire(wanted: list[Change]) -> str:
    """Changes as the ledger hands them to the database."""
    return json.dumps([{"op": each.op, "path": list(each.path), "value": each.value} for each in wanted])


def test_database_and_engine_agree(database_url: str) -> None:
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database_url.replace("+asyncpg", "")))

        @tried(500)
        @given(documents, changes)
        def agree(document: dict[str, Any], wanted: list[Change]) -> None:
            query = "SELECT dbcv_apply_changes($1::text::jsonb, $2::text::jsonb)::text"
            stored = json.loads(runner.run(connection.fetchval(query, json.dumps(document), wire(wanted))))
            assert stored == apply_changes(document, wanted)

        try:
            agree()
        finally:
            runner.run(connection.close())


def test_a_change_in_the_middle_of_a_list_and_at_its_end(database_url: str) -> None:
    document = {"cart": [{"n": 1}, {"n": 2}]}
    wanted = [
        Change("bot", "set", ("cart", "1", "n"), 5),
        Change("bot", "set", ("cart", "2", "n"), 6),
        Change("bot", "append", ("log",), "first"),
        Change("bot", "append", ("log",), None),
        Change("bot", "append", ("cart", "0"), "ignored"),
        Change("bot", "set", ("cart", "9"), "ignored"),
    ]
    expected = {"cart": [{"n": 1}, {"n": 5}, {"n": 6}], "log": ["first", None]}
    assert apply_changes(document, wanted) == expected

    async def stored() -> Any:
        connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
        query = "SELECT dbcv_apply_changes($1::text::jsonb, $2::text::jsonb)::text"
        try:
            return json.loads(await connection.fetchval(query, json.dumps(document), wire(wanted)))
        finally:
            await connection.close()

    assert asyncio.run(stored()) == expected
