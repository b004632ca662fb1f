"""What is remembered of everybody who talks to a bot: pages, CSV that keeps types and hides formulas, many at once."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import pytest

from dbcv.domains.bots.schemas import AccessIn
from dbcv.domains.conversations.service.cells import cell_of
from tests.domains.conversations.conftest import House

Table = dict[str, Any]


@pytest.fixture
async def table(house: House) -> Table:
    """A bot that three people talk to, one of them twice."""
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id))
    channels = [(await house.channel(token, is_public=True, default_bot_id=bot_id))["id"] for _ in range(2)]
    people = []
    for _ in range(3):
        visitor, visitor_id = await house.visitor(channels[0])
        await house.say(visitor, channels[0], "hi")
        people.append(visitor_id)
    await house.say(token, channels[1], "hi")
    return {
        "token": token, "owner_id": owner_id, "bot": bot_id, "people": sorted(people),
        "path": f"/bots/{bot_id}/users/variables",
    }  # fmt: skip


def patch_of(*users: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "users": [
            {
                "user_id": user_id,
                "changes": [{"op": "set", "path": path, "value": value} for path, value in values.items()],
            }
            for user_id, values in users
        ]
    }


async def test_people_come_in_pages_and_as_csv_with_their_types(house: House, table: Table) -> None:
    first, second, _ = table["people"]
    values = {"n": 5, "t": "5", "f": "=1+1", "b": True, "o": {"a": [1, "2"]}, "e": ""}
    done = await house.call("PATCH", table["path"], table["token"], patch_of((first, values), (second, {"n": 7})))
    assert (done.status, done.body) == (200, {"users": 2, "dry_run": False})
    page = (await house.call("GET", f"{table['path']}?limit=2", table["token"])).body
    rest = (await house.call("GET", f"{table['path']}?limit=2&cursor={page['next_cursor']}", table["token"])).body
    found = [*page["items"], *rest["items"]]
    assert sorted(item["user_id"] for item in found) == sorted([*table["people"], str(table["owner_id"])])
    assert rest["next_cursor"] is None
    kept = next(item for item in found if item["user_id"] == first)
    assert {item["path"]: item["value"] for item in kept["items"]} == values
    text = (await house.call("GET", f"{table['path']}.csv", table["token"])).body
    rows = {row["user_id"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    shown = {name: rows[first][name] for name in values}
    assert shown == {"n": "5", "t": '"5"', "f": '"=1+1"', "b": "true", "o": '{"a":[1,"2"]}', "e": '""'}
    assert (rows[second]["n"], rows[second]["t"]) == ("7", "")
    assert rows[str(table["owner_id"])]["username"] == "owner"


async def test_many_are_changed_all_or_nothing(house: House, table: Table) -> None:
    first, second, _ = table["people"]
    stranger = str(uuid4())
    tried = await house.call("PATCH", table["path"], table["token"], patch_of((first, {"n": 1}), (stranger, {"n": 1})))
    assert tried.status == 422
    assert [fault["path"] for fault in tried.body["errors"]] == ["users[1].user_id"]
    tried = await house.call("PATCH", table["path"], table["token"], patch_of((first, {"n": 1}), (second, {"id": 1})))
    assert [fault["path"] for fault in tried.body["errors"]] == ["users[1].changes[0].path"]
    tried = await house.call("PATCH", table["path"], table["token"], patch_of((first, {"n": 1}), (first, {"m": 1})))
    assert tried.status == 422
    dry = await house.call("PATCH", f"{table['path']}?dry_run=true", table["token"], patch_of((first, {"n": 1})))
    assert dry.body == {"users": 1, "dry_run": True}
    items = (await house.call("GET", table["path"], table["token"])).body["items"]
    assert all(item["items"] == [] for item in items)


async def test_only_the_bots_people_see_it_and_only_editors_change_it(house: House, table: Table) -> None:
    stranger, _ = await house.account("stranger")
    viewer, _ = await house.account("viewer")
    wish = AccessIn(email="viewer@example.com", role="viewer")
    await house.parts.bots.share(table["owner_id"], UUID(table["bot"]), wish)
    change = patch_of((table["people"][0], {"n": 1}))
    for path in (table["path"], f"{table['path']}.csv"):
        assert (await house.call("GET", path, stranger)).status == 404
        assert (await house.call("GET", path, viewer)).status == 200
    assert (await house.call("PATCH", table["path"], stranger, change)).status == 404
    assert (await house.call("PATCH", table["path"], viewer, change)).status == 403


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Anna", "Anna"), ("a, b", "a, b"), ("", '""'), ("=cmd()", '"=cmd()"'), ("+7 999", '"+7 999"'),
        ("-1", '"-1"'), ("@x", '"@x"'), ("\t=x", '"\\t=x"'), ("'x", "\"'x\""), (" =x", '" =x"'), ("42", '"42"'),
        ("TRUE", '"TRUE"'), ("null", '"null"'), ('"q"', '"\\"q\\""'), ("[x", '"[x"'), (-5, "-5"), (None, "null"),
        ("two\nlines", "two\nlines"), ("two\r\nlines", '"two\\r\\nlines"'),
    ],
)  # fmt: skip
def test_a_cell_keeps_its_type_and_is_no_formula(value: Any, cell: str) -> None:
    assert cell_of(value) == cell
