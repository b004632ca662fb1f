"""Google Sheets' actions against a server that speaks its API and checks what the service account signs."""

import json
import uuid
from collections.abc import AsyncIterator

import pytest

from tests.integrations.caller import Caller
from tests.integrations.google_sheets.double import ACCOUNT, SHEET, GoogleSheets, refused

TABLE = f"https://docs.google.com/spreadsheets/d/{SHEET}/edit#gid=0"


def _fresh_key() -> str:
    """Tokens are remembered by the key file: each test has a file of its own."""
    return json.dumps(ACCOUNT | {"private_key_id": str(uuid.uuid4())})


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[GoogleSheets]:
    async with GoogleSheets() as running:
        caller.credential(
            "google_service_account", "api_key", [f"http://127.0.0.1:{running.port}"], api_key=_fresh_key()
        )
        yield running


async def test_a_row_is_added(caller: Caller, api: GoogleSheets) -> None:
    config = {"spreadsheet": TABLE, "values": ["Eve", None, 5, True]}
    reply = await caller.call("google_sheets.append_row", config)
    assert reply["result"] == {"range": "Sheet1!A4:C4", "rows": 1, "cells": 4}
    assert api.rows[-1] == ["Eve", None, 5, True]
    assert api.last.query["valueInputOption"] == "USER_ENTERED"
    await caller.call("google_sheets.append_row", config | {"is_raw": "true"})
    assert api.last.query["valueInputOption"] == "RAW"


async def test_cells_are_read(caller: Caller, api: GoogleSheets) -> None:
    api.rows.append(["Кирилл"])
    result = (await caller.call("google_sheets.read_range", {"spreadsheet": SHEET, "range": "Sheet1"}))["result"]
    assert (result["count"], result["header"]) == (3, ["Name", "E-mail", "Age"])
    assert result["records"][0] == {"Name": "Ann", "E-mail": "ann@example.com", "Age": "31"}
    assert result["records"][2] == {"Name": "Кирилл", "E-mail": "", "Age": ""}
    config = {"spreadsheet": SHEET, "range": "Sheet1", "has_header": False, "limit": 1}
    bare = (await caller.call("google_sheets.read_range", config))["result"]
    assert (bare["count"], bare["rows"], bare["records"]) == (1, [["Name", "E-mail", "Age"]], [])


async def test_an_empty_sheet(caller: Caller, api: GoogleSheets) -> None:
    api.rows.clear()
    config = {"spreadsheet": SHEET, "range": "Sheet1"}
    assert (await caller.call("google_sheets.read_range", config))["result"] == {
        "count": 0, "header": [], "rows": [], "records": [],
    }  # fmt: skip


async def test_cells_are_changed(caller: Caller, api: GoogleSheets) -> None:
    config = {"spreadsheet": SHEET, "range": "Sheet1!B2:C2", "values": [["a@b.c", 32]]}
    reply = await caller.call("google_sheets.update_range", config)
    assert reply["result"] == {"range": "Sheet1!B2:C2", "rows": 1, "cells": 2}
    assert (api.last.method, api.last.body) == ("PUT", {"values": [["a@b.c", 32]]})


async def test_a_row_is_found(caller: Caller, api: GoogleSheets) -> None:
    config = {"spreadsheet": SHEET, "column": "name", "value": " БОРИС "}
    found = (await caller.call("google_sheets.find_row", config))["result"]
    assert (found["is_found"], found["row"], found["record"]["Age"]) == (True, 3, "40")
    missed = (await caller.call("google_sheets.find_row", config | {"value": "Zed"}))["result"]
    assert (missed["is_found"], missed["row"]) == (False, None)
    reply = await caller.call("google_sheets.find_row", config | {"column": "Phone"})
    assert reply["error"] == 'the sheet has no column "Phone"; its first row names: Name, E-mail, Age'


async def test_the_token_is_asked_for_once(caller: Caller, api: GoogleSheets) -> None:
    for _ in range(3):
        assert (await caller.call("google_sheets.read_range", {"spreadsheet": SHEET, "range": "Sheet1"}))["ok"]
    assert [seen.path for seen in api.seen].count("/token") == 1


async def test_a_token_that_ended_early_is_asked_for_again(caller: Caller, api: GoogleSheets) -> None:
    config = {"spreadsheet": SHEET, "range": "Sheet1"}
    assert (await caller.call("google_sheets.read_range", config))["ok"]
    api.token = "ya29.second"
    assert (await caller.call("google_sheets.read_range", config))["code"] == "credential"
    assert (await caller.call("google_sheets.read_range", config))["ok"]


async def test_a_person_by_oauth(caller: Caller, api: GoogleSheets) -> None:
    hosts = [f"http://127.0.0.1:{api.port}"]
    caller.credential("google", "oauth", hosts, client_id="c", client_secret="s3cr3t-s3cr3t", access_token=api.token)
    assert (await caller.call("google_sheets.read_range", {"spreadsheet": SHEET, "range": "Sheet1"}))["ok"]
    assert "/token" not in [seen.path for seen in api.seen]


async def test_a_key_file_that_is_none(caller: Caller, api: GoogleSheets) -> None:
    for wrong in ("hello hello", "[1]", json.dumps({"client_email": "a"})):
        caller.credential("google_service_account", "api_key", [f"http://127.0.0.1:{api.port}"], api_key=wrong)
        reply = await caller.call("google_sheets.read_range", {"spreadsheet": SHEET, "range": "Sheet1"})
        assert reply["code"] == "credential" and "whole JSON file" in reply["error"]
    broken = json.dumps(ACCOUNT | {"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    caller.credential("google_service_account", "api_key", [f"http://127.0.0.1:{api.port}"], api_key=broken)
    reply = await caller.call("google_sheets.read_range", {"spreadsheet": SHEET, "range": "Sheet1"})
    assert (reply["code"], reply["error"]) == ("credential", "the private_key in the key file cannot be read")
    assert not api.seen


async def test_what_google_refuses_is_data(caller: Caller, api: GoogleSheets) -> None:
    reply = await caller.call("google_sheets.read_range", {"spreadsheet": SHEET, "range": "Nowhere!A1"})
    assert (reply["error"], reply["status"]) == ("Google Sheets refused: Unable to parse range: Nowhere!A1", 400)
    reply = await caller.call("google_sheets.read_range", {"spreadsheet": "x" * 30, "range": "Sheet1"})
    assert (reply["error"], reply["status"]) == ("Google Sheets refused: Requested entity was not found.", 404)
    api.prepare(refused(403, "PERMISSION_DENIED", "The caller does not have permission"))
    reply = await caller.call("google_sheets.read_range", {"spreadsheet": SHEET, "range": "Sheet1"})
    assert reply["code"] == "credential" and "does not have permission" in reply["error"]
